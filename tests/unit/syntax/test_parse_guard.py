"""What the guard lets through, watches and refuses."""

from __future__ import annotations

import random

import pytest

from hotseat.syntax.grammars import LANGUAGES, grammar
from hotseat.syntax.parse_guard import (
    MAX_LEVELS,
    MAX_NULS,
    WATCHED_ANGLES,
    WATCHED_DEPTH,
    WATCHED_OPERATORS,
    Verdict,
    count,
    has_levels,
)

PLAIN, WATCHED, REFUSED = Verdict.PLAIN, Verdict.WATCHED, Verdict.REFUSED


def of(text: str, *, levels: bool = False) -> Verdict:
    return count(text, levels=levels).verdict


def staircase(n: int) -> str:
    return "".join(" " * i + "a:\n" for i in range(n))


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("- " * (MAX_LEVELS // 4), "- " * MAX_LEVELS),
        ("? " * (MAX_LEVELS // 4), "? " * MAX_LEVELS),
        (": " * (MAX_LEVELS // 4), ": " * MAX_LEVELS),
        ("a: x " + "- " * (MAX_LEVELS // 4), "a: x " + "- " * MAX_LEVELS),
        (staircase(MAX_LEVELS // 2 - 1), staircase(MAX_LEVELS // 2 + 1)),
        ("\n".join(" " * i + "-" for i in range(90)), "\n".join(" " * i + "-" for i in range(110))),
        ("\r".join(" " * i + "-" for i in range(90)), "\r".join(" " * i + "-" for i in range(110))),
    ],
)
def test_yaml_with_more_levels_than_its_scanner_holds_is_refused(below: str, above: str) -> None:
    assert of(below, levels=True) is not REFUSED
    assert of(above, levels=True) is REFUSED
    assert of(above) is not REFUSED, "only YAML's scanner counts levels"


def test_yaml_of_many_items_and_of_one_long_line_is_not_refused() -> None:
    assert of("items:\n" + "  - name: a\n    value: b\n" * 2000, levels=True) is not REFUSED
    assert of('{"a": 1, "b": [1, 2]}, ' * 500, levels=True) is not REFUSED
    assert of("text: one, two - three: four " * 60, levels=True) is not REFUSED


def test_many_nuls_are_refused_and_a_few_are_not() -> None:
    assert of("a = 1\n" + "\0" * MAX_NULS) is not REFUSED
    assert of("a = 1\n" + "\0" * (MAX_NULS + 1)) is REFUSED
    assert of("x\0\n" * (MAX_NULS + 1)) is REFUSED


def words(n: int, end: str) -> str:
    """No two alike, so that nothing repeats."""
    chosen = random.Random(n)
    return "".join(f"{''.join(chosen.choices(LETTERS, k=12))}{end}" for _ in range(n))


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (words(WATCHED_DEPTH, "("), words(WATCHED_DEPTH + 1, "(")),
        (words(WATCHED_DEPTH, "{\n"), words(WATCHED_DEPTH + 1, "{\n")),
        (words(WATCHED_ANGLES, "<"), words(3 * WATCHED_ANGLES, "<")),
        ("+a" * 100 + "\n", "+" + "a+" * (WATCHED_OPERATORS + 50)),
    ],
)
def test_deep_and_long_nesting_is_watched(below: str, above: str) -> None:
    assert of(below) is PLAIN
    assert of(above) is WATCHED


@pytest.mark.parametrize("unit", ["a<", "%w(", "a<b,", ":not(", "/*)f(", ".x=", "<- ", "a => "])
def test_a_few_tokens_over_and_over_are_watched(unit: str) -> None:
    assert of(unit * (60 // len(unit))) is PLAIN
    assert of(unit * (3000 // len(unit))) is WATCHED
    middle = "def area(width, height):\n    return width * height  # in metres\n" * 20
    assert of(words(99, ";\n") + unit * (3000 // len(unit)) + middle) is WATCHED


@pytest.mark.parametrize("seed", range(20))
def test_a_random_mix_of_a_few_tokens_is_watched(seed: int) -> None:
    chosen = random.Random(seed)
    tokens = chosen.sample(["a<", "(", "x", "=", ".", "[", "?", "-", "if ", "\n", "`", "${"], 4)
    assert of("".join(chosen.choices(tokens, k=2000))) is WATCHED


@pytest.mark.parametrize("unit", ["if ", "SELECT a\n", "// A line of the file.\n"])
def test_words_over_and_over_are_plain(unit: str) -> None:
    assert of(unit * (8000 // len(unit))) is PLAIN


def test_source_code_is_plain() -> None:
    for module in (random, pytest, __import__("argparse"), __import__("json.decoder")):
        with open(str(module.__file__), encoding="utf-8") as file:
            assert of(file.read()) is PLAIN, module


def test_only_yaml_has_levels() -> None:
    assert {name for name in LANGUAGES if has_levels(grammar(name))} == {"yaml"}
    assert not has_levels(None)
