"""Which part of a large document is parsed: a window around the place of interest.

Owns the window's bounds and how it moves along with edits. Documents up to `whole_bytes` are parsed
whole: the end of a parse cannot be sliced, and takes 20 ms a megabyte.
"""

from __future__ import annotations

from hotseat.documents.buffer import Edit, TextBuffer

WHOLE_BYTES = 150_000
MARGIN_BYTES = 20_000


class ParseWindow:
    """`range` is the byte range to parse; None for the whole text.

    Documents up to `whole_bytes` have none, and it is as large as that. It moves when the place of
    interest comes closer to its border than `margin_bytes`.
    """

    def __init__(
        self,
        buffer: TextBuffer,
        *,
        whole_bytes: int = WHOLE_BYTES,
        margin_bytes: int = MARGIN_BYTES,
    ) -> None:
        self._buffer = buffer
        self._whole_bytes = whole_bytes
        self._margin_bytes = margin_bytes
        self.range: tuple[int, int] | None = None

    @property
    def is_needed(self) -> bool:
        """Whether the document is too large to be parsed whole."""
        return self._buffer.size_bytes > self._whole_bytes

    def covers(self, byte: int) -> bool:
        """Return whether the window holds the byte; False if there is no window."""
        return self._holds(byte, margin_bytes=0)

    def covers_amply(self, byte: int) -> bool:
        """Return whether it also holds the margin around the byte, where the text has one."""
        return self._holds(byte, margin_bytes=self._margin_bytes)

    def choose(self, place_byte: int) -> None:
        """Set the range for a parse around the place of interest."""
        size_bytes = self._buffer.size_bytes
        if not self.is_needed:
            self.range = None
        elif not self.covers_amply(place_byte) or self._is_bloated():
            start = max(0, min(place_byte - self._whole_bytes // 2, size_bytes - self._whole_bytes))
            end = min(start + self._whole_bytes, size_bytes)
            self.range = self._buffer.start_near(start), self._buffer.start_near(end)

    def edited(self, edit: Edit) -> None:
        """Move along with an edit. An edit across the border of the window loses it."""
        if self.range is None or edit.whole:
            self.range = None
            return
        start, end = self.range
        more = edit.new_end_byte - edit.old_end_byte
        if edit.old_end_byte <= start and start > 0:
            self.range = start + more, end + more
        elif edit.start_byte < end:
            is_inside = start <= edit.start_byte and edit.old_end_byte <= end
            self.range = (start, end + more) if is_inside else None

    def rows(self) -> tuple[int, int] | None:
        """Return the lines of the window, the last one excluded; None for all."""
        if self.range is None:
            return None
        start, end = self.range
        return self._buffer.point_at(start)[0], self._buffer.point_at(end)[0] + 1

    def _holds(self, byte: int, *, margin_bytes: int) -> bool:
        if self.range is None:
            return False
        start, end = self.range
        return (start == 0 or start + margin_bytes <= byte) and (
            byte + margin_bytes <= end or end >= self._buffer.size_bytes
        )

    def _is_bloated(self) -> bool:
        start, end = self.range or (0, 0)
        return end - start > 2 * self._whole_bytes
