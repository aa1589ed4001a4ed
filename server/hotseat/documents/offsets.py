"""Byte offsets of lines: fast at any place of a document, and cheap to keep while it is edited.

Owns the utf-8 size of every line, and marks: (line, byte) pairs at most `2 * GAP_LINES` apart. An
offset is the nearest mark before the line plus the sizes in between. An edit drops the marks inside
it and shifts the ones after it. Knows no text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate

GAP_LINES = 512


class ByteIndex:
    """Sizes in bytes of lines, their endings included."""

    def __init__(self, sizes: list[int]) -> None:
        self._sizes = sizes
        self._mark_lines = [0]
        self._mark_bytes = [0]
        self._fill_gap(0)

    def size(self, line: int) -> int:
        return self._sizes[line]

    def size_of(self, first: int, stop: int) -> int:
        """Of the lines [first, stop)."""
        return sum(self._sizes[first:stop])

    @property
    def total_bytes(self) -> int:
        return self.offset(len(self._sizes))

    def offset(self, line: int) -> int:
        """The byte at which `line` begins; for the number of lines, the size of the document."""
        i = bisect_right(self._mark_lines, line) - 1
        return self._mark_bytes[i] + sum(self._sizes[self._mark_lines[i] : line])

    def line_at(self, byte: int) -> tuple[int, int]:
        """The line that holds `byte`, and where it begins; the last line for anything beyond."""
        i = bisect_right(self._mark_bytes, byte) - 1
        first, begin = self._mark_lines[i], self._mark_bytes[i]
        stop = self._mark_lines[i + 1] if i + 1 < len(self._mark_lines) else len(self._sizes)
        ends = list(accumulate(self._sizes[first:stop], initial=begin))
        k = min(bisect_right(ends, byte) - 1, stop - first - 1)
        return first + k, ends[k]

    def replace(self, first: int, stop: int, sizes: list[int]) -> None:
        """Put lines of these sizes, at least one, in place of the lines [first, stop)."""
        more_bytes = sum(sizes) - sum(self._sizes[first:stop])
        more_lines = len(sizes) - (stop - first)
        self._sizes[first:stop] = sizes
        inside, after = bisect_right(self._mark_lines, first), bisect_left(self._mark_lines, stop)
        if inside < after:
            del self._mark_lines[inside:after]
            del self._mark_bytes[inside:after]
        if more_lines:
            self._mark_lines[inside:] = [line + more_lines for line in self._mark_lines[inside:]]
        if more_bytes:
            self._mark_bytes[inside:] = [byte + more_bytes for byte in self._mark_bytes[inside:]]
        self._fill_gap(inside - 1)

    def _fill_gap(self, i: int) -> None:
        """Add marks after mark `i` when the next one is too far away."""
        begin = self._mark_lines[i]
        has_next = i + 1 < len(self._mark_lines)
        stop = self._mark_lines[i + 1] if has_next else len(self._sizes)
        if stop - begin <= 2 * GAP_LINES:
            return
        new_lines = list(range(begin + GAP_LINES, stop - GAP_LINES + 1, GAP_LINES))
        new_bytes, byte, previous = [], self._mark_bytes[i], begin
        for line in new_lines:
            byte += sum(self._sizes[previous:line])
            new_bytes.append(byte)
            previous = line
        self._mark_lines[i + 1 : i + 1] = new_lines
        self._mark_bytes[i + 1 : i + 1] = new_bytes
