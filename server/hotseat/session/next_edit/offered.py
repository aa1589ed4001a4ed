"""A next edit as it goes to the editor."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.domain.text import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedEdit:
    """`text` in place of `range`, in one version of one document."""

    id: str
    uri: str
    version: int
    range: Range
    text: str
    expert: str | None = None
    """The expert that wrote it; None for one that follows from the last edit without a model."""
