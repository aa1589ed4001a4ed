"""YAML with places, and YAML made to hurt."""

from __future__ import annotations

import pytest

from hotseat.roster.tree import MAX_BYTES, TreeError, parse, remove_at, span_at

TEXT = """\
budget: 6GB
experts:
  - name: go
    languages: [go, templ]
  - name: sql
"""


def place(*path: str | int, key: bool = False) -> str:
    span = span_at(parse(TEXT), path, key=key)
    line = TEXT.splitlines()[span.line]
    assert span.end_line == span.line
    return f"{span.line}: {line[span.column : span.end_column]}"


def test_every_value_knows_its_place() -> None:
    assert place("budget") == "0: 6GB"
    assert place("budget", key=True) == "0: budget"
    assert place("experts") == "1: experts"
    assert place("experts", 0, "name") == "2: go"
    assert place("experts", 0, "languages", 1) == "3: templ"
    assert place("experts", 1) == "4: name"


def test_a_value_that_is_not_there_is_placed_at_what_holds_it() -> None:
    assert place("experts", 1, "model") == "4: name"
    assert place("nothing") == "0: budget"


def test_taking_an_item_out_keeps_the_places_of_the_others() -> None:
    tree = parse(TEXT)
    assert remove_at(tree, ("experts", 0))
    assert span_at(tree, ("experts", 0, "name")).line == 4
    assert not remove_at(tree, ("nothing",))


def test_columns_count_code_points() -> None:
    assert span_at(parse('a: {"é😀": 1, b: 2}'), ("a", "b")).column == 16


def test_switch_words_are_words_and_numbers_are_numbers() -> None:
    tree = parse("a: off\nb: true\nc: 0x10\nd: 1.5\ne: ~\nf: '1'\ng: 2020-01-01\nh: 08")
    assert dict(tree) == {
        "a": "off",
        "b": True,
        "c": 16,
        "d": 1.5,
        "e": None,
        "f": "1",
        "g": "2020-01-01",
        "h": "08",
    }


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "~"])
def test_an_empty_file_says_nothing(text: str) -> None:
    assert parse(text) == {}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [1, 2\nb: 3", 1, "broken YAML"),
        ("a:\n\t- b", 1, "broken YAML"),
        ("a: 1\n---\nb: 2", 1, "another document"),
        ("- a\n- b", 0, "a roster is a mapping"),
        ("just words", 0, "a roster is a mapping"),
        ("x: 1\ny: !!python/object/apply:os.system [ls]", 1, "is not used in a roster"),
        ("x: !!python/name:os.system ''", 0, "is not used in a roster"),
        ("a: *nowhere", 0, "broken YAML"),
        ("? [a, b]\n: 1", 0, "a key must be a word"),
        ("a: \x00", 0, "broken YAML"),
        ("[" * 5000, 0, "nested too deeply"),
        ("a: &a [*a]", 0, "nested too deeply"),
        ("x" * (MAX_BYTES + 1), 0, "larger than 256 kB"),
    ],
)
def test_what_is_not_a_roster_is_refused_with_its_place(text: str, line: int, message: str) -> None:
    with pytest.raises(TreeError, match=message) as caught:
        parse(text)
    assert caught.value.span.line == line


def test_aliases_cannot_multiply() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    with pytest.raises(TreeError, match="too many values"):
        parse("\n".join(lines))


def test_an_alias_may_be_used_for_what_is_the_same() -> None:
    assert parse("a: &o {x: 1}\nb: *o") == {"a": {"x": 1}, "b": {"x": 1}}
