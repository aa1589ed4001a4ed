"""Pieces of code in prose."""

from __future__ import annotations

import pytest

from hotseat.conversation.routing.shapes import pieces_of_code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Is x, err := f() allowed twice?", "go"),
        ("Why const { a, ...rest } = obj and not let?", "javascript"),
        ("xs.Where(x => x > 3) is lazy, isn't it?", "csharp"),
        ("update items set price = 3", "sql"),
        ("a { color: inherit; }", "css"),
        ("items.each do |item|", "ruby"),
        ("guard let x else", "swift"),
    ],
)
def test_what_only_one_language_writes_is_found_in_prose(text: str, language: str) -> None:
    assert list(pieces_of_code(text)) == [language]


def test_different_pieces_are_counted_and_prose_has_none() -> None:
    assert pieces_of_code("SELECT a JOIN b ON c, then JOIN d") == {"sql": 2}
    assert pieces_of_code("We update the items and set a price; select one from the list.") == {}
