"""A place in a text, and the ways to read around it.

Owns how much is ever read: every reader here is bounded, for this runs at each keystroke. Line
endings read as "\\n", whatever the document has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Tree

LOOK_BACK_CHARS = 20_000
"""Of text before the cursor, at most: about 500 lines."""
LOOK_AHEAD_CHARS = 2_000
LINE_CHARS = 1_000
"""Of one line on either side of the cursor. A minified file is one line of megabytes."""
MAX_LINES = 250
"""Looked at one by one, upwards from the cursor."""
_NEAR_BYTES = 1_000
_STEPS_CHARS = (1_000, 4_000, LOOK_BACK_CHARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A region around the cursor: its language, and where it begins.

    `text`: from its beginning to the cursor. Or `start_byte`, where only the tree knows. Neither:
    the region is all of the place that was looked at, and its tree still fits.
    """

    language: str
    text: str | None = None
    start_byte: int | None = None
    around: tuple[str, ...] = ()
    """Languages around the region that no other rule reports, innermost first."""
    without_tree: bool = False
    """The tree is of another grammar than this language's."""
    innermost: bool = False
    """Nothing is to be looked for inside."""


class Place:
    """The cursor in a file, or in a region of one, whose text before the region is out of reach.

    `byte` is the offset in utf-8 by which `tree` and `slice_bytes` count. A slice may be asked for
    that cuts a character; what is read for that character does not matter. `uri` is the file's,
    and empty in a region of one.
    """

    __slots__ = (
        "_after",
        "_before",
        "_n_before",
        "_near",
        "_slice",
        "_text_before",
        "byte",
        "tree",
        "uri",
    )

    def __init__(
        self,
        *,
        tree: Tree | None,
        byte: int,
        uri: str,
        before: Callable[[int], str],
        after: Callable[[int], str],
        slice_bytes: Callable[[int, int], str],
    ) -> None:
        self.tree = tree
        self.byte = byte
        self.uri = uri
        self._before = before
        self._after = after
        self._slice = slice_bytes
        self._text_before = ""
        self._n_before = -1
        self._near: tuple[int, bytes] | None = None

    def before(self, n_chars: int) -> str:
        """Up to `n_chars` that end at the cursor."""
        n_chars = min(n_chars, LOOK_BACK_CHARS)
        if n_chars > self._n_before:
            self._n_before = n_chars
            self._text_before = _newlines(self._before(n_chars))
        return self._text_before[-n_chars:]

    def after(self, n_chars: int) -> str:
        """Up to `n_chars` that begin at the cursor."""
        return _newlines(self._after(min(n_chars, LOOK_AHEAD_CHARS)))

    def slice(self, start: int, end: int) -> str:
        """The text between two offsets, a bounded piece of it."""
        start = max(0, start)
        end = min(end, start + LOOK_BACK_CHARS)
        if end <= start:
            return ""
        if abs(start - self.byte) <= _NEAR_BYTES and abs(end - self.byte) <= _NEAR_BYTES:
            return _newlines(self._slice_near(start, end))
        return _newlines(self._slice(start, end))

    def _slice_near(self, start: int, end: int) -> str:
        """From text around the cursor, read once: what is asked for mostly is there."""
        if self._near is None:
            before = self._before(_NEAR_BYTES).encode("utf-8", "surrogatepass")[-_NEAR_BYTES:]
            after = self._after(_NEAR_BYTES).encode("utf-8", "surrogatepass")
            self._near = (self.byte - len(before), before + after)
        origin, data = self._near
        return data[max(0, start - origin) : max(0, end - origin)].decode("utf-8", "replace")

    def line_before(self) -> str:
        """The cursor's line, up to the cursor."""
        return self.before(LINE_CHARS).rpartition("\n")[2]

    def line_after(self) -> str:
        """The rest of the cursor's line."""
        return self.after(LINE_CHARS).partition("\n")[0]

    def lines_above(self, max_lines: int = MAX_LINES) -> Iterator[str]:
        """The lines above the cursor's, the nearest first."""
        n_done = 0
        for n_chars in _STEPS_CHARS:
            text = self.before(n_chars)
            whole = len(text) < n_chars
            lines = text.split("\n")[0 if whole else 1 : -1]  # the first one may be cut
            for i in range(len(lines) - n_done - 1, -1, -1):
                yield lines[i]
                n_done += 1
                if n_done >= max_lines:
                    return
            if whole:
                return

    def inside(self, found: Found) -> Place:
        """The same cursor, seen from inside a region that was found here."""
        if found.text is None and found.start_byte is None:
            tree, uri = None if found.without_tree else self.tree, self.uri
            before = self._before
        else:
            tree, uri = None, ""
            before = self._reader_within(found)
        return Place(
            tree=tree,
            byte=self.byte,
            uri=uri,
            before=before,
            after=self._after,
            slice_bytes=self._slice,
        )

    def _reader_within(self, found: Found) -> Callable[[int], str]:
        text, start_byte = found.text, found.start_byte or 0
        if text is not None:
            return lambda n: text[-n:]
        return lambda n: self._slice(max(start_byte, self.byte - n), self.byte)


def last_places(text: str, marks: Sequence[str], n: int) -> Iterator[int]:
    """Where any of `marks` stands, the last place first, at most `n` of them.

    Quicker than a pattern from the beginning, where the end of a text decides.
    """
    places = {mark: text.rfind(mark) for mark in marks}
    for _ in range(n):
        mark, at = max(places.items(), key=itemgetter(1))
        if at < 0:
            return
        yield at
        places[mark] = text.rfind(mark, 0, at)


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
