"""The window of a large document that is parsed."""

from __future__ import annotations

import pytest

from hotseat.documents.buffer import TextBuffer
from hotseat.documents.parse_window import ParseWindow
from hotseat.domain.text import Position, PositionEncoding, Range

LINE = "x = 1\n"


def window(n_lines: int) -> tuple[TextBuffer, ParseWindow]:
    buffer = TextBuffer(LINE * n_lines)
    return buffer, ParseWindow(buffer, whole_bytes=600, margin_bytes=60)


def insert(buffer: TextBuffer, chosen: ParseWindow, line: int, text: str) -> None:
    here = Position(line, 0)
    chosen.edited(buffer.apply(Range(here, here), text, PositionEncoding.UTF16))


def test_a_small_document_has_no_window() -> None:
    _, chosen = window(100)
    chosen.choose(300)
    assert (chosen.range, chosen.rows(), chosen.is_needed) == (None, None, False)


def test_a_large_document_is_parsed_around_the_place_of_interest() -> None:
    _, chosen = window(1000)
    chosen.choose(3000)
    assert chosen.covers_amply(3000)
    assert chosen.range is not None
    start, end = chosen.range
    assert start < 3000 - 60
    assert end > 3000 + 60
    assert chosen.rows() == (start // len(LINE), end // len(LINE) + 1)
    assert not chosen.covers(start - 1)


def test_it_moves_only_when_the_place_comes_close_to_its_border() -> None:
    _, chosen = window(1000)
    chosen.choose(3000)
    first = chosen.range
    chosen.choose(3100)
    assert chosen.range == first
    chosen.choose(3290)
    assert chosen.range != first
    assert chosen.covers_amply(3290)


@pytest.mark.parametrize(
    ("line", "moves_bytes", "grows_bytes"), [(10, 6, 0), (500, 0, 6), (900, 0, 0)]
)
def test_an_edit_before_inside_and_after_it(line: int, moves_bytes: int, grows_bytes: int) -> None:
    buffer, chosen = window(1000)
    chosen.choose(3000)
    assert chosen.range is not None
    start, end = chosen.range
    insert(buffer, chosen, line, LINE)
    assert chosen.range == (start + moves_bytes, end + moves_bytes + grows_bytes)


def test_it_is_chosen_again_when_pasted_text_has_made_it_twice_as_large() -> None:
    buffer, chosen = window(1000)
    chosen.choose(3000)
    insert(buffer, chosen, 500, LINE * 120)
    chosen.choose(3000)
    assert chosen.range is not None
    assert chosen.range[1] - chosen.range[0] <= 700


def test_an_edit_across_its_border_loses_it() -> None:
    buffer, chosen = window(1000)
    chosen.choose(3000)
    rows = chosen.rows()
    assert rows is not None
    across = Range(Position(rows[0] - 1, 0), Position(rows[0] + 1, 0))
    chosen.edited(buffer.apply(across, "", PositionEncoding.UTF16))
    assert chosen.range is None
