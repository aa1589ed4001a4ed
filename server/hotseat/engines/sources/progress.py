"""What a download reports while it runs. Owns no display."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of a pull. Sizes are bytes of this step; None if unknown."""

    status: str
    """For users: `downloading gemma3 (2 of 4)`, `pulling 8ebf93575373`."""
    completed_bytes: int | None = None
    total_bytes: int | None = None
    is_notice: bool = False
    """The user should be able to read it later: a licence."""


ProgressSink = Callable[[Progress], None]
"""Called on the event loop's thread, at most some times a second; must return quickly."""
