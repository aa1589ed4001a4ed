"""The piece of a document that a parser elsewhere has a copy of, and what the copy lacks.

Owns the range of the piece and one replaced range that covers all edits since the copy was brought
up to date: an edit costs the same however many wait. Sends nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.documents.buffer import Edit, TextBuffer
from hotseat.documents.parse_window import ParseWindow


@dataclass(frozen=True, slots=True)
class NewText:
    """The copy becomes `data`, in utf-8."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Replacement:
    """`data` replaces the bytes [start, old_end) of the copy."""

    start: int
    old_end: int
    data: bytes


class Piece:
    """The piece of one `TextBuffer`: the whole text, or a window if the text is large.

    A lone "\\r" is "\\n" in the copy, as `TextBuffer.read_utf8` has it.
    """

    def __init__(self, buffer: TextBuffer) -> None:
        self._buffer = buffer
        self._window = ParseWindow(buffer)
        self._has_copy = False
        self._copied: tuple[int, int] | None = None
        """The range of the copy in the present text; None for all of the text."""
        self._dirty: tuple[int, int, int] | None = None
        """The bytes [start, old_end) of the copy are [start, new_end) now, from the piece's start
        on."""

    @property
    def start(self) -> int:
        """The byte of the document at which the copy begins."""
        return self._copied[0] if self._copied is not None else 0

    def forget(self) -> None:
        """The copy is lost."""
        self._has_copy = False
        self._dirty = None

    def edited(self, edit: Edit) -> None:
        """The buffer was changed."""
        was = self._window.range
        self._window.edited(edit)
        now = self._window.range
        if not self._has_copy:
            return
        if edit.whole or (was is not None and now is None):
            self.forget()
        elif was is None:
            self._widen(edit.start_byte, edit.old_end_byte, edit.new_end_byte)
        elif not (edit.old_end_byte <= was[0] and was[0] > 0) and edit.start_byte < was[1]:
            start = was[0]
            self._widen(
                edit.start_byte - start, edit.old_end_byte - start, edit.new_end_byte - start
            )
        self._copied = now

    def update(self, place_byte: int) -> NewText | Replacement | None:
        """Return what makes the copy that of the text around a place; None if it is.

        The caller sends it: from now on the copy counts as up to date.
        """
        self._window.choose(place_byte)
        wanted = self._window.range
        dirty, self._dirty = self._dirty, None
        if not self._has_copy or wanted != self._copied:
            self._has_copy, self._copied = True, wanted
            start, end = wanted or (0, self._buffer.size_bytes)
            return NewText(self._buffer.read_range(start, end))
        if dirty is None:
            return None
        start, old_end, new_end = dirty
        begin = self.start
        return Replacement(start, old_end, self._buffer.read_range(begin + start, begin + new_end))

    def _widen(self, start: int, old_end: int, new_end: int) -> None:
        if self._dirty is None:
            self._dirty = start, old_end, new_end
            return
        first, old, new = self._dirty
        end = max(new, old_end)
        self._dirty = min(first, start), old + end - new, end + new_end - old_end
