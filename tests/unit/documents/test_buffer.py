"""Text edited in place, against a reference that is slow and plain."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.text import Position, PositionEncoding, Range

UTF8, UTF16, UTF32 = PositionEncoding.UTF8, PositionEncoding.UTF16, PositionEncoding.UTF32


class Reference:
    """The document as one string; everything is found by walking it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def apply(self, range_: Range | None, text: str, encoding: PositionEncoding) -> None:
        if range_ is None:
            self.text = text
            return
        start, end = sorted(
            (self.offset(range_.start, encoding), self.offset(range_.end, encoding))
        )
        joined = self.text[:start] + text + self.text[end:]
        self.text = joined.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")

    def offset(self, position: Position, encoding: PositionEncoding) -> int:
        spans = [m.span(1) for m in re.finditer(r"([^\r\n]*)(\r\n|\r|\n|\Z)", self.text)]
        if self.text and not self.text.endswith(("\r", "\n")):
            spans.pop()  # the empty match behind a last line that has no ending
        if position.line >= len(spans):
            return len(self.text)
        begin, end = spans[position.line]
        units = 0
        for i in range(begin, end):
            units += width(self.text[i], encoding)
            if units > position.character:
                return i
        return end


def width(char: str, encoding: PositionEncoding) -> int:
    if encoding is UTF32:
        return 1
    if encoding is UTF16:
        return 2 if ord(char) > 0xFFFF else 1
    return len(char.encode("utf-8", "surrogatepass"))


def rows_and_columns(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset]
    return before.count(b"\n"), offset - (before.rfind(b"\n") + 1)


def as_read_by_the_parser(buffer: TextBuffer) -> bytes:
    data = b""
    while chunk := buffer.read_utf8(len(data)):
        data += chunk
    return data


# Endings, what str.splitlines takes for endings, one to four bytes, astral, both halves of a pair.
TEXT = st.text(st.sampled_from("ab \n\n\r\u2028\x0c\x85é€😀\ud83d\ude00"), max_size=12).map(
    lambda s: s.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
)
POSITION = st.builds(Position, st.integers(0, 9), st.integers(0, 9))
CHANGE = st.tuples(st.none() | st.builds(Range, POSITION, POSITION), TEXT)


@settings(max_examples=400, deadline=None)
@given(
    text=TEXT,
    changes=st.lists(CHANGE, max_size=8),
    encoding=st.sampled_from(list(PositionEncoding)),
)
def test_any_edits_leave_the_same_text_as_the_reference(
    text: str, changes: list[tuple[Range | None, str]], encoding: PositionEncoding
) -> None:
    buffer, reference = TextBuffer(text), Reference(text)
    for range_, new in changes:
        before = as_read_by_the_parser(buffer)
        edit = buffer.apply(range_, new, encoding)
        reference.apply(range_, new, encoding)
        after = as_read_by_the_parser(buffer)

        assert buffer.text() == reference.text
        plain = re.sub("\r(?!\n)", "\n", reference.text).encode("utf-8", "surrogatepass")
        assert after == plain
        assert buffer.size_bytes == len(plain)
        # What the edit says is enough to make the new bytes from the old ones.
        assert before[: edit.start_byte] == after[: edit.start_byte]
        assert before[edit.old_end_byte :] == after[edit.new_end_byte :]
        assert edit.start_point == rows_and_columns(before, edit.start_byte)
        assert edit.old_end_point == rows_and_columns(before, edit.old_end_byte)
        assert edit.new_end_point == rows_and_columns(after, edit.new_end_byte)


@settings(max_examples=300, deadline=None)
@given(
    text=TEXT,
    position=POSITION,
    encoding=st.sampled_from(list(PositionEncoding)),
    n=st.integers(0, 15),
)
def test_prefix_and_suffix_are_what_surrounds_the_position(
    text: str, position: Position, encoding: PositionEncoding, n: int
) -> None:
    buffer, at = TextBuffer(text), Reference(text).offset(position, encoding)
    assert buffer.prefix(position, n, encoding) == text[max(0, at - n) : at]
    assert buffer.suffix(position, n, encoding) == text[at : at + n]
    line, column = buffer.to_column(position, encoding)
    data = re.sub("\r(?!\n)", "\n", text).encode("utf-8", "surrogatepass")
    assert buffer.byte_at(line, column) == len(text[:at].encode("utf-8", "surrogatepass"))
    assert rows_and_columns(data, buffer.byte_at(line, column))[0] == line
    back = buffer.to_position(line, column, encoding)
    assert buffer.to_column(back, encoding) == (line, column)


def test_only_three_endings_end_a_line() -> None:
    buffer = TextBuffer("a\u2028b\x0cc\x85d\ne\r\nf\rg")
    assert [buffer.line(i) for i in range(buffer.n_lines)] == ["a\u2028b\x0cc\x85d", "e", "f", "g"]


def test_a_return_and_a_newline_that_meet_become_one_ending() -> None:
    buffer = TextBuffer("a\rx\nb")
    buffer.apply(Range(Position(1, 0), Position(1, 1)), "", UTF16)
    assert buffer.text() == "a\r\nb"
    assert buffer.n_lines == 2


@pytest.mark.parametrize(("encoding", "character"), [(UTF8, 4), (UTF16, 2), (UTF32, 1)], ids=str)
def test_an_emoji_counts_in_the_units_of_the_encoding(
    encoding: PositionEncoding, character: int
) -> None:
    buffer = TextBuffer("😀x")
    buffer.apply(Range(Position(0, character), Position(0, character)), "-", encoding)
    assert buffer.text() == "😀-x"


def test_a_position_inside_a_code_point_rounds_down() -> None:
    for encoding, inside in ((UTF16, 1), (UTF8, 1), (UTF8, 3)):
        assert TextBuffer("😀x").to_column(Position(0, inside), encoding) == (0, 0)


def test_positions_outside_are_clamped() -> None:
    buffer = TextBuffer("ab\ncd")
    buffer.apply(Range(Position(0, 99), Position(0, 99)), "!", UTF16)
    buffer.apply(Range(Position(7, 3), Position(9, 0)), "?", UTF16)
    assert buffer.text() == "ab!\ncd?"
    assert buffer.line(-1) == buffer.line(5) == ""


def test_a_range_that_runs_backwards_means_the_same_range() -> None:
    buffer = TextBuffer("abcd")
    buffer.apply(Range(Position(0, 3), Position(0, 1)), "", UTF16)
    assert buffer.text() == "ad"


def test_a_line_of_five_megabytes_is_cut_to_the_window() -> None:
    buffer = TextBuffer("x" * 5_000_000)
    at = Position(0, 2_500_000)
    buffer.apply(Range(at, at), "<>", UTF16)
    inside = Position(0, 2_500_001)
    assert buffer.prefix(inside, 5, UTF16) == "xxxx<"
    assert buffer.suffix(inside, 5, UTF16) == ">xxxx"
    assert all(
        len(buffer.read_utf8(offset)) <= 8192 for offset in (0, 2_500_000, 4_999_999, 5_000_002)
    )


def test_byte_offsets_stay_right_in_a_long_document_edited_everywhere() -> None:
    lines = [f"line {i} é" for i in range(6000)]
    buffer = TextBuffer("\n".join(lines))
    for row in (0, 5999, 3000, 1, 4500, 2):
        here = Position(row, 2)
        buffer.apply(Range(here, here), "€\n" * (row % 7), UTF16)
        buffer.apply(Range(Position(row, 0), Position(row + 700, 1)), "", UTF16)
        buffer.apply(Range(here, here), "a\n" * 1500, UTF16)
    text = buffer.text()
    for row in range(0, buffer.n_lines, 97):
        offset = buffer.byte_at(row, 0)
        assert rows_and_columns(text.encode(), offset) == (row, 0)
        line = buffer.line(row)
        assert buffer.slice_bytes(offset, offset + len(line.encode())) == line


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("line", ["", "x", "é = 1", "x" * 20_000])
def test_a_range_reads_as_its_pieces_do(line: str, ending: str) -> None:
    buffer = TextBuffer((line + ending) * (40 if len(line) > 100 else 10_000))
    size = buffer.size_bytes
    for start, end in ((0, size), (7, size // 2), (size // 3, size // 3 + 9000), (5, 6), (9, 9)):
        start, end = buffer.start_near(start), buffer.start_near(end)
        pieces, at = b"", start
        while at < end:
            pieces += buffer.read_utf8(at)[: end - at]
            at = start + len(pieces)
        assert buffer.read_range(start, end) == pieces


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_range_of_many_lines_cuts_only_those_at_its_borders(ending: str) -> None:
    buffer = TextBuffer(ending * 200_000)
    buffer.read_range(10, 150_010)
    assert len(buffer._lines._split) <= 2


@pytest.mark.parametrize("last", ["é", "😀", "\ud800", "\ufeff"])
def test_the_end_of_a_huge_line_is_near_any_byte_of_its_last_character(last: str) -> None:
    buffer = TextBuffer("a" * 20_000 + last)
    assert buffer.start_near(20_000) == 20_000
    for byte in range(20_001, buffer.size_bytes + 1):
        assert buffer.start_near(byte) == buffer.size_bytes
