"""The text of one open document, edited in place.

Owns the lines and the byte offsets that a syntax tree needs. Knows no URI, no version, no language.
Only "\\n", "\\r\\n" and "\\r" end a line, as in LSP; `str.splitlines` also breaks at U+2028, form
feed and others, and then every later edit lands on the wrong line. Positions never raise: what lies
beyond a line or the document is clamped. Nothing here joins the whole document, except `text`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.documents.columns import (
    encode_utf8,
    join_surrogates,
    to_character,
    to_column,
    utf8_size,
)
from hotseat.documents.line_blocks import LineBlocks, split_lines
from hotseat.domain.text import Position, PositionEncoding, Range

READ_BYTES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What changed: utf-8 bytes, and (row, byte column), as a parser counts.

    May be a little wider than the client's range, where text on both sides of a border joins.
    """

    start_byte: int
    old_end_byte: int
    new_end_byte: int
    start_point: tuple[int, int]
    old_end_point: tuple[int, int]
    new_end_point: tuple[int, int]
    text: str = ""
    """What was inserted; empty if `whole`."""
    whole: bool = False
    """The client sent the whole text: nothing known about the old text holds."""


class TextBuffer:
    """Lines with their endings; the last one never has an ending and may be empty."""

    def __init__(self, text: str) -> None:
        self._reset(text)

    def _reset(self, text: str) -> None:
        self._lines = LineBlocks(text)
        self._encoded_line: tuple[int, bytes] | None = None

    # --- reading -----------------------------------------------------------------------------

    @property
    def n_lines(self) -> int:
        return len(self._lines)

    @property
    def size_bytes(self) -> int:
        """In utf-8."""
        return self._lines.total_bytes

    def text(self) -> str:
        """Return the whole document. For tests and rare events: it takes time."""
        return self._lines.text_of(0, len(self._lines))

    def line(self, i: int) -> str:
        """Line `i` without its ending; empty outside the document."""
        if not 0 <= i < len(self._lines):
            return ""
        line = self._lines[i]
        return line[: _content_length(line)]

    def head_lines(self, n: int) -> tuple[str, ...]:
        return tuple(self.line(i) for i in range(min(n, len(self._lines))))

    def tail_lines(self, n: int) -> tuple[str, ...]:
        return tuple(self.line(i) for i in range(max(0, len(self._lines) - n), len(self._lines)))

    def to_column(self, position: Position, encoding: PositionEncoding) -> tuple[int, int]:
        """(line, code point) of a client's position, clamped into the document."""
        if position.line < 0:
            return 0, 0
        if position.line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[len(self._lines) - 1])
        line = self._lines[position.line]
        column = to_column(line, position.character, encoding)
        return position.line, min(column, _content_length(line))

    def to_position(self, line: int, column: int, encoding: PositionEncoding) -> Position:
        """The client's position of a code point; the inverse of `to_column`."""
        line = max(0, min(line, len(self._lines) - 1))
        return Position(line, to_character(self.line(line), column, encoding))

    def prefix(self, position: Position, max_chars: int, encoding: PositionEncoding) -> str:
        """At most `max_chars` code points of text that end at the position."""
        row, column = self.to_column(position, encoding)
        line = self._lines[row]
        if column >= max_chars:
            return line[column - max_chars : column]
        return self._lines.text_before(row, max_chars - column) + line[:column]

    def suffix(self, position: Position, max_chars: int, encoding: PositionEncoding) -> str:
        """At most `max_chars` code points of text that begin at the position."""
        row, column = self.to_column(position, encoding)
        rest = self._lines[row][column : column + max_chars]
        left = max_chars - len(rest)
        return rest + self._lines.text_after(row, left) if left else rest

    def text_of(self, first: int, stop: int) -> str:
        """The lines [first, stop) with their endings."""
        return self._lines.text_of(first, stop)

    # --- bytes, for the syntax tree ----------------------------------------------------------

    def size_of(self, first: int, stop: int) -> int:
        """Bytes in utf-8 of the lines [first, stop) with their endings."""
        return self._lines.size_of(first, stop)

    def start_of(self, line: int) -> int:
        """The byte at which a line begins; for the number of lines, the size of the document."""
        return self._lines.offset(line)

    def byte_at(self, line: int, column: int) -> int:
        """The utf-8 offset in the document of a code point, as `to_column` gives it."""
        return self._lines.offset(line) + self._bytes_before(line, column)

    def point_at(self, byte: int) -> tuple[int, int]:
        """Return (row, byte column) of an offset."""
        row, begin = self._lines.line_at(byte)
        return row, byte - begin

    def start_near(self, byte: int) -> int:
        """The last start of a line at or before an offset. In a huge line: the next start of a code
        point, or the end of the text."""
        _, begin = self._lines.line_at(byte)
        if byte >= self.size_bytes or byte - begin <= READ_BYTES:
            return min(byte, self.size_bytes) if byte >= self.size_bytes else begin
        data = self.read_utf8(byte)
        return byte + next((i for i, b in enumerate(data) if b & 0xC0 != 0x80), len(data))

    def slice_bytes(self, start: int, end: int) -> str:
        """The text between two byte offsets that lie between code points."""
        return self.read_range(start, end).decode("utf-8", "replace")

    def read_utf8(self, offset: int, n_bytes: int = READ_BYTES) -> bytes:
        """About `n_bytes` of utf-8 from `offset` on; empty at the end.

        A lone "\\r" that ends a line reads as "\\n": tree-sitter counts rows by "\\n" only, and its
        rows must be our lines.
        """
        row, begin = self._lines.line_at(offset)
        if self._lines.size(row) > READ_BYTES:
            data, at = self._encode_line(row), offset - begin
            return data[at : at + READ_BYTES]
        stop, size = row, begin - offset
        while size < n_bytes and stop < len(self._lines):
            if self._lines.size(stop) > READ_BYTES:
                break
            size += self._lines.size(stop)
            stop += 1
        text = self._lines.text_of(row, stop)
        if "\r" in text:
            text = "".join(map(_with_newline, self._lines.lines_of(row, stop)))
        return encode_utf8(text)[offset - begin :]

    def read_range(self, start: int, end: int) -> bytes:
        """The utf-8 between two offsets, as `read_utf8` gives it.

        Only the lines at the borders are looked at one by one: a window may have 150,000 lines.
        """
        end = min(end, self.size_bytes)
        if start >= end:
            return b""
        (first, begin), (last, last_begin) = self._lines.line_at(start), self._lines.line_at(end)
        if first == last:
            return self._encode_line(first)[start - begin : end - begin]
        between = encode_utf8(_with_newlines(self._lines.text_of(first + 1, last)))
        head = self._encode_line(first)[start - begin :]
        return b"".join((head, between, self._encode_line(last)[: end - last_begin]))

    def _encode_line(self, row: int) -> bytes:
        """One huge line in utf-8, kept: the parser asks for it piece by piece."""
        if self._encoded_line is None or self._encoded_line[0] != row:
            self._encoded_line = (row, encode_utf8(_with_newline(self._lines[row])))
        return self._encoded_line[1]

    def _bytes_before(self, line: int, column: int) -> int:
        text = self._lines[line]
        return column if text.isascii() else utf8_size(text[:column])

    # --- editing -----------------------------------------------------------------------------

    def apply(self, range_: Range | None, text: str, encoding: PositionEncoding) -> Edit:
        """Put `text` in place of a range; None means the whole document. Never raises."""
        self._encoded_line = None
        if range_ is None:
            return self._replace_all(text)
        start = self.to_column(range_.start, encoding)
        # Most edits insert, and in a line of megabytes each of these takes milliseconds.
        end = start if range_.end == range_.start else self.to_column(range_.end, encoding)
        if start > end:
            start, end = end, start
        (a, ca), (b, cb), text = self._widen(start, end, text)

        start_point = (a, self._bytes_before(a, ca))
        inserts = (a, ca) == (b, cb)
        end_point = start_point if inserts else (b, self._bytes_before(b, cb))
        start_byte = self._lines.offset(a) + start_point[1]
        old_end_byte = self._lines.offset(b) + end_point[1]
        tail, tail_bytes = self._lines[b][cb:], self._lines.size(b) - end_point[1]

        lines = split_lines(text)
        sizes = [utf8_size(line) for line in lines]
        new_end_byte = start_byte + sum(sizes)
        sizes[0] += start_point[1]
        new_end_point = (a + len(lines) - 1, sizes[-1])
        head = self._lines[a][:ca]
        if len(lines) == 1:
            lines = [f"{head}{text}{tail}"]  # copied once: a line may have megabytes
        else:
            lines[0] = head + lines[0]
            lines[-1] += tail
        sizes[-1] += tail_bytes
        if not lines[-1] and b + 1 < len(self._lines):  # the edit ends with a line ending
            del lines[-1], sizes[-1]
        if not tail and b + 1 < len(self._lines):  # it took the ending of line b with it
            end_point = (b + 1, 0)
        self._lines.replace(a, b + 1, lines, sizes)
        return Edit(
            start_byte=start_byte,
            old_end_byte=old_end_byte,
            new_end_byte=new_end_byte,
            start_point=start_point,
            old_end_point=end_point,
            new_end_point=new_end_point,
            text=text,
        )

    def _widen(
        self, start: tuple[int, int], end: tuple[int, int], text: str
    ) -> tuple[tuple[int, int], tuple[int, int], str]:
        """Take in what joins with the edit across its borders: "\\r" + "\\n", surrogate halves."""
        (a, ca), (b, cb) = start, end
        behind_return = ca == 0 and a > 0 and self._lines[a - 1].endswith("\r")
        if self._lines[b].startswith("\n", cb) and (
            text.endswith("\r") or (behind_return and not text)
        ):
            text, cb = text + "\n", cb + 1
        if behind_return and text.startswith("\n"):
            a, ca, text = a - 1, len(self._lines[a - 1]) - 1, "\r" + text
        before, after = self._lines[a][:ca][-1:], self._lines[b][cb : cb + 1]
        if _is_surrogate(before):
            text, ca = before + text, ca - 1
        if _is_surrogate(after):
            text, cb = text + after, cb + 1
        return (a, ca), (b, cb), text if text.isascii() else join_surrogates(text)

    def _replace_all(self, text: str) -> Edit:
        last = len(self._lines) - 1
        old_end_byte, old_end_point = self.size_bytes, (last, self._lines.size(last))
        self._reset(text)
        last = len(self._lines) - 1
        return Edit(
            start_byte=0,
            old_end_byte=old_end_byte,
            new_end_byte=self.size_bytes,
            start_point=(0, 0),
            old_end_point=old_end_point,
            new_end_point=(last, self._lines.size(last)),
            whole=True,
        )


def _content_length(line: str) -> int:
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - 1 if line.endswith(("\n", "\r")) else len(line)


def _with_newline(line: str) -> str:
    return line[:-1] + "\n" if line.endswith("\r") else line


def _with_newlines(text: str) -> str:
    """Return whole lines with "\\n" for each lone "\\r"."""
    if text.count("\r") == text.count("\r\n"):
        return text
    return "\r\n".join(part.replace("\r", "\n") for part in text.split("\r\n"))


def _is_surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"
