"""The places of a document that were edited, key by key."""

from __future__ import annotations

import random

import pytest

from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.next_edit.history import MAX_PLACES, DocumentHistory, split

UTF16, UTF32 = PositionEncoding.UTF16, PositionEncoding.UTF32


def change(line: int, start: int, end_line: int, end: int, text: str) -> tuple[Range, str]:
    return Range(Position(line, start), Position(end_line, end)), text


def hunks(history: DocumentHistory) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    return [(hunk.first_line, hunk.old, hunk.new) for hunk, _ in history.hunks()]


def test_keys_in_one_line_are_one_change() -> None:
    history = DocumentHistory("a = old\nb = old\n")
    history.edited(change(0, 4, 0, 7, ""), UTF32)
    for i, letter in enumerate("new"):
        history.edited(change(0, 4 + i, 0, 4 + i, letter), UTF32)
    assert hunks(history) == [(0, ("a = old",), ("a = new",))]


def test_places_move_with_their_lines() -> None:
    history = DocumentHistory("a\nb\nc\nd")
    history.edited(change(2, 0, 2, 1, "C"), UTF32)
    history.edited(change(0, 0, 0, 0, "x\ny\n"), UTF32)
    assert hunks(history)[0] == (4, ("c",), ("C",))
    assert hunks(history)[1][0] == 0


def test_a_text_that_is_as_it_was_has_no_changes() -> None:
    history = DocumentHistory("a\nb")
    history.edited(change(0, 0, 0, 1, "z"), UTF32)
    history.edited(change(0, 0, 0, 1, "a"), UTF32)
    assert hunks(history) == []


def test_columns_are_in_the_clients_units() -> None:
    history = DocumentHistory('s = "😀" + name')
    history.edited(change(0, 11, 0, 15, "word"), UTF16)
    assert history.lines == ['s = "😀" + word']


def test_a_whole_new_text_forgets_the_changes() -> None:
    history = DocumentHistory("a\nb")
    history.edited(change(0, 0, 0, 1, "z"), UTF32)
    history.edited((None, "q\r\nr"), UTF32)
    assert history.lines == ["q", "r"]
    assert hunks(history) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_changes_taken_back_give_the_first_text(seed: int) -> None:
    chance = random.Random(seed)
    text = "\n".join(f"line {i}" for i in range(12))
    history, now = DocumentHistory(text), text
    for _ in range(25):
        start = chance.randrange(len(now) + 1)
        end = min(len(now), start + chance.randrange(9))
        new = chance.choice(["", "x", "\n", "a\nb", "word"])
        (line, column), (end_line, end_column) = (
            (now.count("\n", 0, at), at - now.rfind("\n", 0, at) - 1) for at in (start, end)
        )
        now = now[:start] + new + now[end:]
        history.edited(change(line, column, end_line, end_column, new), UTF32)
    assert "\n".join(history.lines) == now
    lines = list(history.lines)
    for place in sorted(
        history.places, key=lambda one: (one.first_line, one.n_lines), reverse=True
    ):
        lines[place.first_line : place.stop] = place.old
    assert "\n".join(lines) == text
    assert len(history.places) <= MAX_PLACES


def test_lines_end_as_in_lsp() -> None:
    assert split("a\r\nb\rc\nd\u2028e") == ["a", "b", "c", "d\u2028e"]
