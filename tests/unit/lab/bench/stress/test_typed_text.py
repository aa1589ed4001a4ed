"""The simulated user's changes: the server's buffer must come to the same text."""

from __future__ import annotations

import random
from typing import Any

import pytest

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.lab.bench.stress.typed_text import LANGUAGES, MAX_CHARS, TypedText


def position(value: dict[str, int]) -> Position:
    return Position(value["line"], value["character"])


def apply(buffer: TextBuffer, change: dict[str, Any]) -> None:
    place = Range(position(change["range"]["start"]), position(change["range"]["end"]))
    buffer.apply(place, change["text"], PositionEncoding.UTF16)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_changes_give_the_editors_text(language: str) -> None:
    typed, buffer = TypedText(language, random.Random(3)), TextBuffer("")
    longest = 0
    for _ in range(4000):
        apply(buffer, typed.change())
        assert buffer.text() == typed.text
        longest = max(longest, len(typed.text))
    apply(buffer, typed.append("x"))
    assert buffer.text() == typed.text
    assert MAX_CHARS - 200 < longest <= MAX_CHARS + 1, "long texts lose their first half"
    assert "😀" in typed.text


def test_the_end_is_in_utf_16() -> None:
    typed = TypedText("go", random.Random(1))
    typed.append("a\né😀")
    assert typed.end == {"line": 1, "character": 3}
