"""What a tree says of the place of a cursor `‸`, and how many errors it has."""

from __future__ import annotations

import pytest
from tree_sitter import Parser, Tree

from hotseat.domain.syntax import Place
from hotseat.syntax.errors import n_errors
from hotseat.syntax.grammars import grammar
from hotseat.syntax.places import place_at


def parsed(text: str, language: str) -> Tree:
    found = grammar(language)
    assert found is not None
    return Parser(found).parse(text.encode())


def place_in(text: str, language: str, byte: int) -> Place | None:
    data = text.encode()
    return place_at(parsed(text, language), byte, lambda start, end: data[start:end].decode())


@pytest.mark.parametrize(
    ("marked", "language", "place"),
    [
        ("x = ‸1\n", "python", Place.CODE),
        ("# a ‸b\n", "python", Place.COMMENT),
        ("# a b‸\n", "python", Place.COMMENT),
        ("/* a ‸b */\n", "go", Place.COMMENT),
        ("/* a b */‸\n", "go", Place.CODE),
        ("// é ‸b\n", "go", Place.COMMENT),
        ('x = "a ‸b"\n', "python", Place.STRING),
        ('x = "a b"‸\n', "python", Place.CODE),
        ('x = ‸"a b"\n', "python", Place.CODE),
        ('x = f"a {b‸} c"\n', "python", Place.CODE),
        ("x = `a ${‸b} c`;\n", "javascript", Place.CODE),
        ("x = `a ‸${b} c`;\n", "javascript", Place.STRING),
        ('"""\nUse it so:\n    ‸\n"""\n', "python", Place.STRING),
        ("<!-- a ‸ -->\n", "html", Place.COMMENT),
        ("‸", "python", Place.CODE),
    ],
)
def test_the_place_of_a_cursor(marked: str, language: str, place: Place) -> None:
    before, _, after = marked.partition("‸")
    assert place_in(before + after, language, len(before.encode())) is place


def test_without_a_tree_or_where_it_is_broken_nothing_is_said() -> None:
    assert place_at(None, 3, lambda _start, _end: "") is None
    assert place_in('x = ((" = ]\n', "python", 8) is None


@pytest.mark.parametrize(
    ("text", "n"),
    [("x = 1\n", 0), ("x = (1\n", 1), ("x = = 1\n", 1), ("a = = 1\nb = 2\nc = = 3\n", 2)],
)
def test_errors_and_missing_nodes_are_counted(text: str, n: int) -> None:
    assert n_errors(parsed(text, "python").root_node) == n
