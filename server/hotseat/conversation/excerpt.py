"""The part of a file that a model is shown: the selection, and as many lines around it as fit.

Owns that arithmetic. Only whole lines are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MIN_AROUND_BYTES = 60
"""Fewer bytes of surrounding code do not help a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionInFile:
    """Lines of a file, without line ends, from which an excerpt is taken; secrets are masked.

    `selected` is empty when there is only a cursor; then `after` begins with the cursor's line.
    """

    path: str
    language: str | None
    before: tuple[str, ...]
    selected: tuple[str, ...]
    after: tuple[str, ...]
    line: int
    """The document's number of the first line of `selected`, or of `after`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The lines of a file that fit into a prompt.

    `around` holds consecutive lines that include the selection; it is empty if only the selection
    fits.
    """

    place: SelectionInFile
    around: tuple[str, ...]
    first_line: int
    """The document's number of the first line of `around`."""
    selected: tuple[str, ...]

    @property
    def shown(self) -> tuple[int, int] | None:
        """Return the first line and the end line (exclusive), or None when nothing is shown."""
        if self.around:
            return self.first_line, self.first_line + len(self.around)
        if self.selected:
            return self.place.line, self.place.line + len(self.selected)
        return None


def cut(place: SelectionInFile, n_bytes: int) -> Excerpt:
    """Return the lines that fit into `n_bytes`.

    If the selection does not fit, its beginning is shown; otherwise lines are added alternately
    before and after it.
    """
    selected = _fitting(place.selected, n_bytes)
    # A selection is shown twice: in its place, and by itself.
    left = n_bytes - 2 * size_of(selected)
    if len(selected) < len(place.selected) or left < MIN_AROUND_BYTES:
        return Excerpt(place=place, around=(), first_line=place.line, selected=selected)
    n_before = n_after = 0
    sides = [True, True]
    while any(sides):
        for i, lines in enumerate((place.before[::-1], place.after)):
            n = (n_before, n_after)[i]
            if not sides[i] or n == len(lines) or size_of(lines[n : n + 1]) > left:
                sides[i] = False
                continue
            left -= size_of(lines[n : n + 1])
            n_before, n_after = (n + 1, n_after) if i == 0 else (n_before, n + 1)
    before = place.before[len(place.before) - n_before :]
    around = (*before, *selected, *place.after[:n_after])
    if not any(line.strip() for line in around):
        around = ()
    return Excerpt(place=place, around=around, first_line=place.line - n_before, selected=selected)


def size_of(lines: Sequence[str]) -> int:
    """Return the size in bytes of UTF-8, line ends included."""
    return sum(len(line.encode("utf-8", "surrogatepass")) + 1 for line in lines)


def _fitting(lines: Sequence[str], n_bytes: int) -> tuple[str, ...]:
    for i, line in enumerate(lines):
        n_bytes -= size_of((line,))
        if n_bytes < 0:
            return tuple(lines[:i])
    return tuple(lines)
