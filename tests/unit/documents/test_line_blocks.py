"""Lines in blocks, against a plain list of lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.documents import line_blocks
from hotseat.documents.buffer import TextBuffer
from hotseat.documents.line_blocks import LineBlocks, split_lines
from hotseat.domain.text import Position, PositionEncoding, Range


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_blocks, "BLOCK_CHARS", 24)
        patch.setattr(line_blocks, "MAX_SPLIT", 2)
        yield


def size(line: str) -> int:
    return len(line.encode("utf-8", "surrogatepass"))


def check(blocks: LineBlocks, lines: list[str]) -> None:
    assert len(blocks) == len(lines)
    begin = 0
    for i, line in enumerate(lines):
        assert blocks[i] == line
        assert (blocks.size(i), blocks.offset(i)) == (size(line), begin)
        for byte in range(begin, begin + size(line)):
            assert blocks.line_at(byte) == (i, begin)
        begin += size(line)
    assert blocks.total_bytes == blocks.offset(len(lines)) == begin
    assert blocks.line_at(begin + 5)[0] == len(lines) - 1
    for first in range(0, len(lines), 3):
        for stop in range(first, len(lines) + 1, 4):
            assert blocks.text_of(first, stop) == "".join(lines[first:stop])
            assert blocks.lines_of(first, stop) == lines[first:stop]
            assert blocks.size_of(first, stop) == sum(map(size, lines[first:stop]))


LINE = st.text("ab é😀\ud800", max_size=9)
TEXT = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\r\n", "\r"])), max_size=25).map(
    lambda parts: "".join(line + end for line, end in parts)
)


@settings(max_examples=60, deadline=None)
@given(
    text=TEXT,
    tail=LINE,
    edits=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 12), st.lists(LINE, max_size=12)), max_size=6
    ),
)
def test_it_is_the_list_of_lines_after_any_edits(
    text: str, tail: str, edits: list[tuple[int, int, list[str]]]
) -> None:
    lines, blocks = split_lines(text + tail), LineBlocks(text + tail)
    check(blocks, lines)
    for first, n, new in edits:
        first %= len(lines)
        stop = min(first + 1 + n, len(lines))
        put = [f"x{line}\n" for line in new] + ([lines[-1]] if stop == len(lines) else [])
        put = put or ["x\n"]
        lines[first:stop] = put
        blocks.replace(first, stop, put, [size(line) for line in put])
        check(blocks, lines)


def test_a_block_never_ends_within_an_ending() -> None:
    text = ("x" * 23 + "\r\n") * 4 + "\r" * 60 + "\n" * 60
    check(LineBlocks(text), split_lines(text))


def test_only_a_few_blocks_are_cut_into_lines() -> None:
    blocks = LineBlocks("one two three\n" * 500)
    for i in range(500):
        assert blocks[i] == "one two three\n"
    assert sum(block.text is None for block in blocks._blocks) <= line_blocks.MAX_SPLIT
    with pytest.raises(IndexError):
        blocks[501]


@settings(max_examples=100, deadline=None)
@given(
    text=TEXT,
    edits=st.lists(
        st.tuples(
            st.integers(0, 25),
            st.integers(0, 9),
            st.integers(0, 25),
            st.integers(0, 9),
            st.text("ab é\r\n\ud83d\ude00", max_size=30),
        ),
        max_size=8,
    ),
)
def test_a_buffer_of_many_blocks_is_that_of_its_text_after_any_edits(
    text: str, edits: list[tuple[int, int, int, int, str]]
) -> None:
    buffer = TextBuffer(text)
    for line, character, end_line, end_character, new in edits:
        range_ = Range(Position(line, character), Position(end_line, end_character))
        buffer.apply(range_, new, PositionEncoding.UTF16)
        again = TextBuffer(buffer.text())
        n = again.n_lines
        assert (buffer.n_lines, buffer.size_bytes) == (n, again.size_bytes)
        assert [buffer.line(i) for i in range(n)] == [again.line(i) for i in range(n)]
        assert [buffer.start_of(i) for i in range(n)] == [again.start_of(i) for i in range(n)]
        for i in range(0, n, 3):
            for n_chars in (0, 5, 40):
                here = Position(i, 2)
                found = (
                    buffer.prefix(here, n_chars, PositionEncoding.UTF16),
                    buffer.suffix(here, n_chars, PositionEncoding.UTF16),
                )
                assert found == (
                    again.prefix(here, n_chars, PositionEncoding.UTF16),
                    again.suffix(here, n_chars, PositionEncoding.UTF16),
                )
