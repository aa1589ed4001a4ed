"""Which texts must not be parsed, and which are parsed with the parser's stack watched.

tree-sitter's error recovery takes time and memory that grow with the square of the parser's stack,
in one step that cannot be interrupted, and a scanner of a grammar may write past its buffer. The
counts made here are cheap and independent of a grammar's syntax. They are kept for each piece of a
document, so that a key counts some lines again and not the file. A text that is WATCHED is parsed
too, with its depth watched (`depth_watch.py`).
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from hotseat.documents.columns import encode_utf8

if TYPE_CHECKING:
    from tree_sitter import Language

MAX_NULS = 500
"""In the text that is parsed. A grammar's scanner tries each NUL again and again: 8 kB of them took
the shell's 0.3 s, 40 kB took 9 s. A source file has none."""
MAX_LEVELS = 200
"""Levels of YAML. Its scanner (0.7.2) keeps 4 bytes a level and writes past its 1,024 bytes from
level 254 on. Real files have up to 17."""
WATCHED_DEPTH = 100
"""Brackets open at once; with more, a parse is watched."""
WATCHED_ANGLES = 40
"""Number of `<` in a piece without a `>` or the end of a statement between them."""
WATCHED_OPERATORS = 150
"""Operators in a piece without the end of a line or statement between them."""
WATCHED_RATIO = 7.0
"""Compression ratio (deflate) above which a piece counts as repeating itself. Source code has 2 to
4, a few tokens repeated have 25 to 50."""
WATCHED_CHARS = 18
"""A piece with no more distinct characters is a mix of a few tokens. Source code has 40."""
WATCHED_SIGNS = 0.15
"""Share of characters that are neither letters, digits nor white space. Dangerous texts have 0.3
and more: error recovery needs brackets, operators or quotes."""
MAX_COLUMN = 2048
"""Larger columns count as this one."""
PIECE_CHARS = 1024
MIN_PIECE_CHARS = 384
"""Shorter pieces are not checked for repetition: a dangerous text takes a kilobyte at least."""
CHUNK_LINES = 32
UNCOUNTED_BYTES = 64
"""A chunk is counted again when so much of it has changed, not at each key: counting takes 0.1 to
0.3 ms, and no text becomes dangerous by so little. YAML's levels are counted at each key."""

_BRACKETS = re.compile(r"[()\[\]{}]")
_OPERATOR = re.compile(r"[<>=!~&*+\-/%^|?:@.#$\\]+")
_ENDS = re.compile(r"[;,{}\n]")
_ANGLE_ENDS = re.compile(r"[;{}>]")
_LEAD = re.compile(r"^[ \t]*(?:[-?:][ \t]+)*(?:[-?:](?=\s|$))?")
_SIGN = re.compile(r"[^\w\s]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_INDICATOR = re.compile(r"[-?:](?=\s|$)")
_INLINE = re.compile(r"(?<![^\s\-?:])[-?:](?=\s|$)")


class Verdict(IntEnum):
    """How a text may be parsed."""

    PLAIN = 0
    WATCHED = 1
    """Parse it with a `DepthWatch`."""
    REFUSED = 2
    """Do not parse it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a piece of text. `a + b` are the counts of both pieces, one after the other."""

    n_nuls: int = 0
    n_closed: int = 0
    """Brackets that the piece closes and does not open."""
    n_opened: int = 0
    """Brackets that the piece opens and does not close."""
    deepest: int = 0
    """The most brackets open at once, if none is open before the piece."""
    rise: int = 0
    """The largest surplus of opened over closed brackets at any place in the piece."""
    repeats: bool = False
    """The piece repeats itself, or has more operators than a statement has."""
    columns: int = 0
    """One bit for each column at which a line of YAML begins, or the content of a `-` at its
    start."""
    inline: int = 0
    """The most indicators of YAML in one line, after those at its start."""

    def __add__(self, other: Counts) -> Counts:
        open_ = self.n_opened - other.n_closed
        return Counts(
            n_nuls=self.n_nuls + other.n_nuls,
            n_closed=self.n_closed + max(0, -open_),
            n_opened=max(0, open_) + other.n_opened,
            deepest=max(self.deepest, other.deepest, self.n_opened + other.rise),
            rise=max(self.rise, self.n_opened - self.n_closed + other.rise),
            repeats=self.repeats or other.repeats,
            columns=self.columns | other.columns,
            inline=max(self.inline, other.inline),
        )

    @property
    def n_levels(self) -> int:
        """An upper bound of the levels on the stack of YAML's scanner. Columns grow along it, and a
        mapping and a sequence may share one."""
        return 2 * (self.columns.bit_count() + self.inline)

    @property
    def verdict(self) -> Verdict:
        if self.n_nuls > MAX_NULS or self.n_levels > MAX_LEVELS:
            return Verdict.REFUSED
        return Verdict.WATCHED if self.repeats or self.deepest > WATCHED_DEPTH else Verdict.PLAIN


def has_levels(grammar: Language | None) -> bool:
    """Return whether it is YAML's grammar, whose scanner must not see too many levels.

    `Language.name` is None there.
    """
    return grammar is not None and bool(grammar.id_for_node_kind("block_sequence_item", True))


def count(text: str, *, levels: bool = False) -> Counts:
    """Return the counts of a text; with `levels`, those of YAML too. About 60 µs a kilobyte."""
    total = Counts()
    for piece in counting(text, levels=levels):
        total += piece
    return total


def counting(text: str, *, levels: bool) -> Iterator[Counts]:
    """Yield the counts of pieces of about PIECE_CHARS."""
    if levels:
        yield _levels(text)
    n_pieces = max(1, len(text) // PIECE_CHARS)
    for i in range(n_pieces):
        stop = (i + 1) * PIECE_CHARS if i + 1 < n_pieces else len(text)
        yield _of_piece(text[i * PIECE_CHARS : stop])


def _of_piece(text: str) -> Counts:
    depth = lowest = deepest = rise = 0
    for char in _BRACKETS.findall(text):
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth - lowest)
            rise = max(rise, depth)
        else:
            depth -= 1
            lowest = min(lowest, depth)
    return Counts(
        n_nuls=text.count("\0"),
        n_closed=-lowest,
        n_opened=depth - lowest,
        deepest=deepest,
        rise=rise,
        repeats=_repeats(text) or _is_chain(text),
    )


def _repeats(text: str) -> bool:
    """Return whether the text is some tokens over and over, among them enough that are no words.

    Repeated words and comments are common in real files, and no grammar takes long for them.
    """
    if len(text) < MIN_PIECE_CHARS:
        return False
    if len(_SIGN.findall(text)) < WATCHED_SIGNS * len(text):
        return False
    if len(set(text)) <= WATCHED_CHARS:
        return True
    data = encode_utf8(text)
    return len(data) > WATCHED_RATIO * len(zlib.compress(data, 1))


def _is_chain(text: str) -> bool:
    if text.count("<") > WATCHED_ANGLES and any(
        part.count("<") > WATCHED_ANGLES for part in _ANGLE_ENDS.split(text)
    ):
        return True
    return any(
        len(part) > WATCHED_OPERATORS and len(_OPERATOR.findall(part)) > WATCHED_OPERATORS
        for part in _ENDS.split(text)
    )


def _levels(text: str) -> Counts:
    columns = inline = 0
    for line in _LINE_END.split(text):
        lead = _LEAD.match(line)
        end = lead.end() if lead else 0
        column = len(line) - len(line.lstrip())
        if column < len(line):
            columns |= 1 << min(column, MAX_COLUMN)
        for found in _INDICATOR.finditer(line, column, max(column, end)):
            columns |= 1 << min(found.end(), MAX_COLUMN)
        inline = max(inline, len(_INLINE.findall(line, end)))
    return Counts(columns=columns, inline=inline)


class _Chunk:
    """Some lines. `counts` is None until they are counted; `part` is not None if only a part of the
    lines is counted."""

    __slots__ = ("counts", "n_lines", "n_uncounted_bytes", "part", "so_far", "work")

    def __init__(self, n_lines: int) -> None:
        self.n_lines = n_lines
        self.forget()

    def forget(self) -> None:
        self.n_uncounted_bytes = 0
        self.counts: Counts | None = None
        self.work: Iterator[Counts] | None = None
        self.so_far = Counts()
        self.part: object = None


class Guard:
    """The counts of a document, kept for chunks of lines while it is edited."""

    def __init__(self, n_lines: int, *, uncounted_bytes: int = UNCOUNTED_BYTES) -> None:
        self.levels = False
        self._uncounted_bytes = uncounted_bytes
        self._chunks = _chunks(n_lines)
        self._ends: list[int] | None = None
        """The line after each chunk, kept while no edit changes the number of lines: in a file of
        50,000 lines, adding them up would cost 0.1 ms of each key."""

    def start_over(self, n_lines: int, *, levels: bool) -> None:
        """Forget all counts, for another text or grammar."""
        self.levels = levels
        self._chunks = _chunks(n_lines)
        self._ends = None

    def edited(self, row: int, new_end_row: int, n_lines: int, n_bytes: int) -> None:
        """The lines [row, new_end_row] were replaced; the text now has `n_lines`.

        `n_bytes` is how many bytes were removed and inserted.
        """
        if self._ends is None:
            self._ends = list(accumulate(chunk.n_lines for chunk in self._chunks))
        ends = self._ends
        n_more = n_lines - ends[-1]
        first = _holding(ends, row)
        # One more: an edit that includes a line's ending may end on the next line or on this one.
        last = max(first, _holding(ends, new_end_row - n_more + 1))
        n_here = sum(chunk.n_lines for chunk in self._chunks[first : last + 1]) + n_more
        if n_more or first != last:
            self._ends = None
        if first == last and 0 < n_here <= 2 * CHUNK_LINES:
            chunk = self._chunks[first]
            chunk.n_lines = n_here
            chunk.n_uncounted_bytes += n_bytes
            if (
                self.levels
                or chunk.counts is None
                or chunk.part is not None
                or chunk.n_uncounted_bytes > self._uncounted_bytes
            ):
                chunk.forget()
        else:
            self._chunks[first : last + 1] = _chunks(n_here)

    def verdict(
        self,
        text_of: Callable[[int, int], tuple[str, object]],
        *,
        rows: tuple[int, int] | None = None,
        deadline: Callable[[], bool] = lambda: False,
    ) -> Verdict | None:
        """Return how the lines [rows) may be parsed; see `counts`."""
        counts = self.counts(text_of, rows=rows, deadline=deadline)
        return None if counts is None else counts.verdict

    def counts(
        self,
        text_of: Callable[[int, int], tuple[str, object]],
        *,
        rows: tuple[int, int] | None = None,
        deadline: Callable[[], bool] = lambda: False,
    ) -> Counts | None:
        """Return the counts of the lines [rows), or of all; None if the deadline came first.

        `text_of(first, stop)` returns the text of some lines, and a key of the part if it is only
        a part of them: when the key changes, the lines are counted again. The next call continues
        where this one stopped.
        """
        total, row = Counts(), 0
        for chunk in self._chunks:
            begin, row = row, row + chunk.n_lines
            if rows is not None and (row <= rows[0] or begin >= rows[1]):
                continue
            if chunk.counts is None or chunk.part is not None:
                text, part = text_of(begin, row) if chunk.work is None else ("", chunk.part)
                if part != chunk.part:
                    chunk.forget()
                    chunk.part = part
            if chunk.counts is None:
                if chunk.work is None:
                    chunk.work = counting(text, levels=self.levels)
                for piece in chunk.work:
                    chunk.so_far += piece
                    if deadline():
                        return None
                chunk.counts, chunk.work = chunk.so_far, None
            total += chunk.counts
        return total


def _chunks(n_lines: int) -> list[_Chunk]:
    n_chunks = max(1, n_lines // CHUNK_LINES)
    rest = max(1, n_lines) - (n_chunks - 1) * CHUNK_LINES
    return [*(_Chunk(CHUNK_LINES) for _ in range(n_chunks - 1)), _Chunk(rest)]


def _holding(ends: list[int], row: int) -> int:
    """Return the index of the chunk that holds a row, by the ends of chunks; at most the last."""
    return min(bisect_right(ends, row), len(ends) - 1)
