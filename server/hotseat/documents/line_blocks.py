"""The lines of a text, kept in blocks: a block that is not used is one string.

Owns where lines begin, in bytes, and how little memory short lines take: a string object for each
line of a file of 5 MB would take up to 200 MB. A block is cut into lines when one of them is
needed, and joined again when MAX_SPLIT others were needed since. Knows no positions, and no
encoding but utf-8.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import OrderedDict
from itertools import accumulate

from hotseat.documents.columns import utf8_size

BLOCK_CHARS = 8192
MAX_SPLIT = 16
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class _Block:
    """Some lines, each with its ending; the last line of the last block has none."""

    __slots__ = ("lines", "n_bytes", "n_lines", "sizes", "text")

    def __init__(self, text: str, n_lines: int) -> None:
        self.text: str | None = text
        self.n_lines = n_lines
        self.n_bytes = utf8_size(text)
        self.lines: list[str] = []
        self.sizes: list[int] = []

    def joined(self) -> str:
        return self.text if self.text is not None else "".join(self.lines)

    def split(self, *, is_last: bool) -> None:
        text = self.joined()
        self.lines = split_lines(text)
        if not is_last:
            self.lines.pop()  # the empty one after the last ending
        self.sizes = list(map(len if text.isascii() else utf8_size, self.lines))
        self.text = None

    def join(self) -> None:
        self.text, self.lines, self.sizes = "".join(self.lines), [], []


class LineBlocks:
    """The lines of a text, with their endings; the last one has none and may be empty."""

    def __init__(self, text: str) -> None:
        self._blocks = _cut(text)
        self._split: OrderedDict[_Block, None] = OrderedDict()
        self._last: _Block | None = None
        """The block used last, of which `_last_first` is the first line."""
        self._last_first = 0
        self._first_lines = [0]
        self._first_bytes = [0]
        self._count_from(0)

    def __len__(self) -> int:
        return self._first_lines[-1]

    def __getitem__(self, line: int) -> str:
        block, i = self._block_of(line)
        return block.lines[i]

    def size(self, line: int) -> int:
        """Bytes in utf-8."""
        block, i = self._block_of(line)
        return block.sizes[i]

    @property
    def total_bytes(self) -> int:
        return self._first_bytes[-1]

    def offset(self, line: int) -> int:
        """The byte at which `line` begins; for the number of lines, the size of the text."""
        if line >= len(self):
            return self.total_bytes
        k, i = self._place(line)
        return self._first_bytes[k] + (sum(self._used(k).sizes[:i]) if i else 0)

    def size_of(self, first: int, stop: int) -> int:
        """Bytes of the lines [first, stop)."""
        block = self._last
        if block is not None and first - self._last_first >= 0:
            j = stop - self._last_first
            if j <= block.n_lines and first < stop:
                return sum(block.sizes[first - self._last_first : j])
        return self.offset(stop) - self.offset(first) if first < stop else 0

    def line_at(self, byte: int) -> tuple[int, int]:
        """The line that holds `byte`, and where it begins; the last line for anything beyond."""
        k = min(bisect_right(self._first_bytes, byte) - 1, len(self._blocks) - 1)
        ends = list(accumulate(self._used(k).sizes, initial=self._first_bytes[k]))
        i = min(bisect_right(ends, byte) - 1, len(ends) - 2)
        return self._first_lines[k] + i, ends[i]

    def text_of(self, first: int, stop: int) -> str:
        """The lines [first, stop), joined."""
        stop = min(stop, len(self))
        if first >= stop:
            return ""
        (k, i), (last, j) = self._place(first), self._place(stop - 1)
        if k == last:
            return "".join(self._used(k).lines[i : j + 1])
        head = "".join(self._used(k).lines[i:]) if i else self._blocks[k].joined()
        middle = [block.joined() for block in self._blocks[k + 1 : last]]
        is_whole = j + 1 == self._blocks[last].n_lines
        tail = self._blocks[last].joined() if is_whole else "".join(self._used(last).lines[: j + 1])
        return "".join((head, *middle, tail))

    def text_before(self, line: int, n_chars: int) -> str:
        """At most `n_chars` of text that end where a line begins."""
        k, i = self._place(line)
        text = "".join(self._used(k).lines[:i]) if i else ""
        pieces, left = [], n_chars
        while True:
            pieces.append(text if len(text) <= left else text[len(text) - left :])
            left -= len(text)
            if left <= 0 or k == 0:
                return "".join(reversed(pieces))
            k -= 1
            text = self._blocks[k].joined()

    def text_after(self, line: int, n_chars: int) -> str:
        """At most `n_chars` of text that begin where a line ends."""
        k, i = self._place(line)
        text = "".join(self._used(k).lines[i + 1 :])
        pieces, left = [], n_chars
        while True:
            pieces.append(text[:left])
            left -= len(text)
            k += 1
            if left <= 0 or k == len(self._blocks):
                return "".join(pieces)
            text = self._blocks[k].joined()

    def lines_of(self, first: int, stop: int) -> list[str]:
        """The lines [first, stop)."""
        found: list[str] = []
        while first < min(stop, len(self)):
            k, i = self._place(first)
            found += self._used(k).lines[i : i + stop - first]
            first = self._first_lines[k + 1]
        return found

    def replace(self, first: int, stop: int, lines: list[str], sizes: list[int]) -> None:
        """Put `lines`, at least one, of these sizes in place of the lines [first, stop)."""
        (k, i), (last, j) = self._place(first), self._place(stop - 1)
        block = self._used(k)
        if k == last:
            more_lines = len(lines) - (j + 1 - i)
            more_bytes = sum(sizes) - sum(block.sizes[i : j + 1])
            block.lines[i : j + 1] = lines
            block.sizes[i : j + 1] = sizes
            block.n_lines += more_lines
            block.n_bytes += more_bytes
            self._shift(k + 1, more_lines, more_bytes)
        else:
            end = self._used(last)
            block.lines[i:] = [*lines, *end.lines[j + 1 :]]
            block.sizes[i:] = [*sizes, *end.sizes[j + 1 :]]
            block.n_lines, block.n_bytes = len(block.lines), sum(block.sizes)
            for gone in self._blocks[k + 1 : last + 1]:
                self._split.pop(gone, None)
            del self._blocks[k + 1 : last + 1]
            self._count_from(k)
        if block.n_bytes > 2 * BLOCK_CHARS and block.n_lines > 1:
            self._split.pop(block, None)
            self._blocks[k : k + 1] = _cut(block.joined(), is_last=k + 1 == len(self._blocks))
            self._count_from(k)

    def _place(self, line: int) -> tuple[int, int]:
        """Return the block that holds a line, and the line's number in it."""
        if not 0 <= line < len(self):
            raise IndexError(line)
        k = bisect_right(self._first_lines, line) - 1
        return k, line - self._first_lines[k]

    def _block_of(self, line: int) -> tuple[_Block, int]:
        """Return the block that holds a line, cut into lines, and the line's number in it."""
        block, i = self._last, line - self._last_first
        if block is not None and 0 <= i < block.n_lines:
            return block, i
        k, i = self._place(line)
        return self._used(k), i

    def _used(self, k: int) -> _Block:
        """Return a block cut into lines."""
        block = self._blocks[k]
        if block is self._last:
            return block
        self._last, self._last_first = block, self._first_lines[k]
        if block.text is not None:
            block.split(is_last=k + 1 == len(self._blocks))
            self._split[block] = None
            if len(self._split) > MAX_SPLIT:
                self._split.popitem(last=False)[0].join()
        else:
            self._split.move_to_end(block)
        return block

    def _shift(self, k: int, more_lines: int, more_bytes: int) -> None:
        """The blocks from block `k` on begin so much later."""
        if more_lines:
            self._first_lines[k:] = [line + more_lines for line in self._first_lines[k:]]
        if more_bytes:
            self._first_bytes[k:] = [byte + more_bytes for byte in self._first_bytes[k:]]

    def _count_from(self, k: int) -> None:
        """Count again where the blocks after block `k` begin."""
        self._last = None
        line, byte = self._first_lines[k], self._first_bytes[k]
        blocks = self._blocks[k:]
        self._first_lines[k:] = accumulate((block.n_lines for block in blocks), initial=line)
        self._first_bytes[k:] = accumulate((block.n_bytes for block in blocks), initial=byte)


def split_lines(text: str) -> list[str]:
    """Return the lines with their endings, and a last one without."""
    if "\r" not in text:
        lines = text.split("\n")
        return [*(line + "\n" for line in lines[:-1]), lines[-1]]
    found = _LINE.findall(text)
    if not found or found[-1].endswith(("\n", "\r")):
        found.append("")
    return found


def _cut(text: str, *, is_last: bool = True) -> list[_Block]:
    """Return the blocks of a text. `is_last`: it is the end of the whole text."""
    has_return = "\r" in text
    blocks, at = [], 0
    while at < len(text):
        end = _cut_place(text, at, has_return=has_return)
        part = text[at:end]
        n_lines = part.count("\n")
        if has_return:
            n_lines += part.count("\r") - part.count("\r\n")
        blocks.append(_Block(part, n_lines))
        at = end
    if not blocks:
        blocks.append(_Block("", 0))
    if is_last:
        blocks[-1].n_lines += 1
    return blocks


def _cut_place(text: str, at: int, *, has_return: bool) -> int:
    """Return where a block ends that begins at `at`: after an ending, or at the end."""
    end = at + BLOCK_CHARS
    if end >= len(text):
        return len(text)
    found = text.rfind("\n", at, end)
    if has_return:
        found = max(found, text.rfind("\r", at, end))
    if found < 0:  # one long line
        ends = [text.find("\n", end)]
        if has_return:
            ends.append(text.find("\r", end))
        found = min((place for place in ends if place >= 0), default=len(text) - 1)
    if text.startswith("\r\n", found):
        found += 1
    return found + 1
