"""The place that a question is about: whole lines, secrets blanked, huge files bounded."""

from __future__ import annotations

import pytest

from hotseat.documents.store import DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position, Range
from hotseat.session.chat.selection_context import (
    MAX_SIDE_CHARS,
    Selection,
    SelectionContext,
    whole_range,
)
from hotseat.syntax.document_syntax import Syntax

URI = "file:///home/x/shop/a.go"
TEXT = "one\r\ntwo 😀\nthree\nfour"
CURSOR = Position(2, 1)


def selection(text: str, range_: Range | None = None) -> Selection:
    documents = DocumentStore(Syntax)
    documents.open(URI, "go", 1, text)
    selection_context = SelectionContext(
        documents,
        file_language=lambda _: "go",
        cursor=lambda _: CURSOR,
        is_secret=lambda uri: uri.endswith(".env"),
    )
    return selection_context.at(URI, range_, Roster())


def range_of(*numbers: int) -> Range:
    a, b, c, d = numbers
    return Range(Position(a, b), Position(c, d))


@pytest.mark.parametrize(
    ("range_", "selected"),
    [
        (range_of(1, 2, 1, 3), ("two 😀",)),
        (range_of(1, 0, 3, 0), ("two 😀", "three")),
        (range_of(2, 3, 1, 1), ("two 😀", "three")),  # backwards
        (range_of(3, 0, 9, 9), ("four",)),
        (range_of(2, 2, 2, 2), ()),
    ],
)
def test_whole_lines_are_selected(range_: Range, selected: tuple[str, ...]) -> None:
    place = selection(TEXT, range_).place
    assert place.selected == selected
    assert (*place.before, *place.selected, *place.after) == ("one", "two 😀", "three", "four")
    assert place.path == "shop/a.go"


def test_without_a_range_it_is_where_the_cursor_was() -> None:
    place = selection(TEXT).place
    assert (place.before, place.line) == (("one", "two 😀"), 2)


def test_secrets_are_blanked_where_they_stand() -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    place = selection(f'a\nb = "{token}"\nc', range_of(1, 0, 1, 2)).place
    assert token not in place.selected[0]
    assert (place.before, place.after) == (("a",), ("c",))


def test_huge_files_and_lines_are_bounded() -> None:
    lines = ["x" * 50] * 50_000
    lines[25_001] = "y" * 5_000_000
    place = selection("\n".join(lines), range_of(25_000, 0, 25_000, 1)).place
    assert place.after[0] == "…"
    assert len("\n".join((*place.before, *place.after))) < 2 * MAX_SIDE_CHARS + 1000
    everything = selection("\n".join(lines), range_of(0, 0, 49_999, 1)).place
    assert len("\n".join(everything.selected)) < MAX_SIDE_CHARS + 1000
    assert everything.after == ()


def test_a_file_that_is_not_open_or_secret_is_refused() -> None:
    documents = DocumentStore(Syntax)
    documents.open("file:///x/.env", "plaintext", 1, "A=1")
    selection_context = SelectionContext(
        documents,
        file_language=lambda _: None,
        cursor=lambda _: Position(0, 0),
        is_secret=lambda uri: uri.endswith(".env"),
    )
    with pytest.raises(HotseatError, match="not open"):
        selection_context.at("file:///x/b.go", None, Roster())
    with pytest.raises(HotseatError, match="may hold secrets"):
        selection_context.at("file:///x/.env", None, Roster())


def test_ranges_of_whole_lines() -> None:
    document = selection(TEXT).document
    assert whole_range(document, 1, 2) == range_of(1, 0, 2, 0)
    assert whole_range(document, 1, 4) == range_of(1, 0, 3, 4)
