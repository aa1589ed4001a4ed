"""Where the user was writing lately: the last places edited, in all files.

Owns the places, as lines that move when something is written above them. Holds no text: it is read
when it is needed. Has no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from hotseat.completion.context.identifiers import jaccard
from hotseat.completion.context.similar_chunks import names_of

MAX_SPANS = 16
NEAR_LINES = 3
"""Edits so near to one another are one place."""
MAX_SPAN_LINES = 40
MAX_EDIT_LINES = 64
"""A larger edit comes from a formatter or a switched branch, not from typing."""
MARGIN_LINES = 2
"""Lines shown before and after the edited ones."""
ALIKE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedSpan:
    uri: str
    first_line: int
    last_line: int
    """Inclusive."""
    edited_s: float


ReadLines = Callable[[str, int, int], list[str] | None]
"""(uri, first line, last line) to text; None for a file that is not open, or may not be read."""


class EditRing:
    """The edited places of a window."""

    def __init__(self) -> None:
        self._spans: list[EditedSpan] = []

    def __len__(self) -> int:
        return len(self._spans)

    def __iter__(self) -> Iterator[EditedSpan]:
        """The newest first."""
        return reversed(self._spans)

    def edited(
        self, uri: str, first_line: int, old_last_line: int, new_last_line: int, now_s: float
    ) -> None:
        """Note that lines `first_line` to `old_last_line` became those up to `new_last_line`."""
        more = new_last_line - old_last_line
        spans: list[EditedSpan] = []
        first, last = first_line, new_last_line
        is_writing = max(old_last_line, new_last_line) - first_line < MAX_EDIT_LINES
        for span in self._spans:
            if span.uri != uri:
                spans.append(span)
            elif span.first_line > old_last_line + NEAR_LINES:
                moved = (span.first_line + more, span.last_line + more)
                spans.append(replace(span, first_line=moved[0], last_line=moved[1]))
            elif span.last_line < first_line - NEAR_LINES:
                spans.append(span)
            elif is_writing:  # the same place
                end = span.last_line + more if span.last_line > old_last_line else new_last_line
                first, last = min(first, span.first_line), max(last, end, new_last_line)
        if is_writing:
            if last - first >= MAX_SPAN_LINES:  # what is being written now, of a long place
                first = max(first, min(first_line, last - MAX_SPAN_LINES + 1))
                last = min(last, first + MAX_SPAN_LINES - 1)
            spans.append(EditedSpan(uri=uri, first_line=first, last_line=last, edited_s=now_s))
        self._spans = spans[-MAX_SPANS:]

    def forget(self, uri: str) -> None:
        """Drop the places of a file that was closed, or whose text was replaced as a whole."""
        self._spans = [span for span in self._spans if span.uri != uri]

    def drop_alike(self, read: ReadLines) -> None:
        """Drop places that read nearly the same as a newer one."""
        left: list[EditedSpan] = []
        seen: list[set[str]] = []
        for span in self:
            lines = read(span.uri, span.first_line, span.last_line)
            names = set(names_of(lines or ()))
            if lines is not None and any(jaccard(names, other) >= ALIKE for other in seen):
                continue
            left.append(span)
            if names:
                seen.append(names)
        self._spans = left[::-1]
