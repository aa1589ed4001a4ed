"""What is sent to the client while an answer or an edit is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is new in an answer. A field that is None has not changed."""

    conversation: str | None = None
    expert: str | None = None
    """The expert that answers now: a new text begins."""
    language: str | None = None
    note: str | None = None
    """What is waited for, or why another expert answers. It replaces the note before it; empty:
    there is none any more."""
    waited_s: int | None = None
    """Seconds without a text. Sent once a second until the first text."""
    text: str | None = None
    """Text to append."""


OnPart = Callable[[Part], None]
