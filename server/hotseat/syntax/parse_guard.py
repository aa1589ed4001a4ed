"""Which texts must not be parsed, and which are parsed with the parser's stack watched.

tree-sitter's error recovery takes time and memory that grow with the square of the parser's stack,
in one step that cannot be interrupted, and a scanner of a grammar may write past its buffer. The
counts made here are cheap and independent of a grammar's syntax. A text that is WATCHED is parsed
too, with its depth watched (`depth_watch.py`). For texts that are parsed once (`parse_once.py`);
the documents of an editor are parsed by a process that may end (`parsing/`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
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


def has_too_many_levels(data: bytes, grammar: Language) -> bool:
    """Return whether a text in utf-8 has more levels than its grammar's scanner holds.

    The scanner writes past its buffer, and the process may go on with wrong data.
    """
    if not has_levels(grammar):
        return False
    return _levels(data.decode("utf-8", "replace")).n_levels > MAX_LEVELS


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
