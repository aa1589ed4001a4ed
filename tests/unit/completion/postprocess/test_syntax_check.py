"""What of a suggestion fits the syntax around the cursor `‸`, and how it is repaired."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.completion.postprocess.fragment_parser import (
    MAX_AFTER_CHARS,
    FragmentText,
    Region,
)
from hotseat.completion.postprocess.syntax_check import MAX_PARSES, SyntaxCheck
from hotseat.completion.postprocess.text_around import LOOK_BACK_CHARS, TextAround
from hotseat.domain.syntax import Place
from hotseat.syntax.fragment import Fragment
from support.now import now

GO = "package shop\n\nfunc Total(items []Item) (int, error) {\n\t‸\n\treturn 0, nil\n}\n"
JS = "function total(items) {\n  ‸\n  return 0;\n}\n"
PYTHON = "def total(items):\n    ‸\n    return 0\n"


def fitting(
    text: str,
    prefix: str,
    suffix: str,
    language: str,
    *,
    place: Place | None = None,
    region: Region = Region.FILE,
    expired: Callable[[], bool] = lambda: False,
) -> str:
    check = SyntaxCheck(prefix, suffix, language, Fragment, place=place, region=region)
    return text if now(check.accepts(text, expired)) else now(check.repair(text, expired))


def check(marked: str, text: str, language: str, place: Place | None = None) -> str:
    prefix, _, suffix = marked.partition("‸")
    return fitting(text, prefix, suffix, language, place=place)


@pytest.mark.parametrize(
    ("marked", "text", "language", "expected"),
    [
        ("    return ‸value\n", "not ", "python", "not "),
        ("const a = ‸Foo();\n", "new )) ", "javascript", "new "),
        ("const a = ‸Foo();\n", "new]", "javascript", ""),
        ("let ‸x = 5;\n", "mut )", "rust", "mut "),
        ("const a = ‸Foo();\n", "await (new ", "javascript", "await "),
    ],
)
def test_what_is_mended_stays_apart_from_the_word_that_follows(
    marked: str, text: str, language: str, expected: str
) -> None:
    assert check(marked, text, language) == expected


@pytest.mark.parametrize(
    ("marked", "text", "language"),
    [
        (GO, "sum := 0", "go"),
        (GO, "for _, item := range items {\n\t\tsum += item.Price\n\t}", "go"),
        (JS, "const sum = items.map((item) => item.price);", "javascript"),
        (PYTHON, "if not items:\n        return None", "python"),
        ("x = foo(‸)\n", "a, b=2", "python"),
        ("# Adds ‸\n", "up (all of it", "python"),
        ("body {\n  ‸\n}\n", "color: red;", "css"),
    ],
)
def test_what_fits_is_left_alone(marked: str, text: str, language: str) -> None:
    place = Place.COMMENT if marked.startswith("#") else None
    assert check(marked, text, language, place) == text


@pytest.mark.parametrize(
    ("marked", "text", "language", "expected"),
    [
        (GO, "if items == nil {\n\t\treturn", "go", "if items == nil {\n\t\treturn\n\t}"),
        (GO, "log.Print(sum(items", "go", "log.Print(sum(items))"),
        (
            GO,
            "log.Print(\n\t\titems,",
            "go",
            "log.Print(\n\t\titems,\n\t)",
        ),
        (JS, "items.forEach((item) => {\n    add(item);", "javascript",
         "items.forEach((item) => {\n    add(item);\n  })"),
        (PYTHON, 'log("all', "python", 'log("all")'),
        (GO, "log.Print(`all", "go", "log.Print(`all`)"),
        (JS, "log(`${items.length} items", "javascript", "log(`${items.length} items`)"),
        (PYTHON, "prices = [item.price for item in items", "python",
         "prices = [item.price for item in items]"),
    ],
)  # fmt: skip
def test_what_was_left_open_is_closed(marked: str, text: str, language: str, expected: str) -> None:
    assert check(marked, text, language) == expected


@pytest.mark.parametrize(
    ("marked", "text", "language", "expected"),
    [
        (PYTHON, "x = 1\n    y = = 2\n    z = 3", "python", "x = 1"),
        (GO, "sum := 0\n\tsum += = 1", "go", "sum := 0"),
        (JS, "const a = 1;\n  const const", "javascript", "const a = 1;"),
        ("x = ‸\n", "total + + ) 1", "python", "total"),
        (PYTHON, "if not items and", "python", "if not items:"),
        (GO, "if len(items) ==", "go", "if len(items) {\n\t}"),
        (JS, "if (items.length >", "javascript", "if (items.length) {\n  }"),
        (GO, "log.Print(f(items = 1))", "go", "log.Print(f(items))"),
        (GO, 'err := fmt.Errorf(f"none of {items}")', "go", 'err := fmt.Errorf("none of {items}")'),
        ("function f() {\n  return ‸\n}\n", "return 1;", "javascript", "1;"),
        ("func f() {\n\tif err := g(); ‸ {\n\t}\n}\n", "if err != nil", "go", "err != nil"),
        ("foo(‸)\n", "a # all", "python", "a"),
    ],
)
def test_what_does_not_parse_is_trimmed_to_what_does(
    marked: str, text: str, language: str, expected: str
) -> None:
    assert check(marked, text, language) == expected


@pytest.mark.parametrize(
    ("marked", "text", "language"),
    [
        (GO, "def total(items):", "go"),
        (GO, "<div>", "go"),
        (PYTHON, "<?php", "python"),
        ("const a = ‸;\n", "}", "javascript"),
    ],
)
def test_what_cannot_be_saved_is_nothing(marked: str, text: str, language: str) -> None:
    assert check(marked, text, language) == ""


@pytest.mark.parametrize("language", [None, "plaintext", "sql", "html", "toml"])
def test_without_a_grammar_to_trust_everything_is_left(language: str | None) -> None:
    assert check("‸\n", "select ((", language or "") == "select (("


def test_an_error_that_was_there_is_not_held_against_a_suggestion() -> None:
    marked = "def broken((:\n    pass\n\n\ndef total(items):\n    ‸\n"
    assert check(marked, "return sum(items)", "python") == "return sum(items)"


def test_in_a_script_the_file_around_it_is_not_parsed() -> None:
    prefix = "<template><p>{{ a }}</p></template>\n<script>\nexport default {\n  a: "
    text = fitting(
        "1 + 1",
        prefix,
        ",\n}\n</script>\n<style>p {}</style>\n",
        "javascript",
        region=Region.SCRIPT,
    )
    assert text == "1 + 1"


@pytest.mark.parametrize(
    ("before", "language", "text"),
    [
        ("  total(items) {\n    let sum = 0;\n    ", "javascript", "sum += items.length;"),
        ('    "a": 1,\n    "b": ', "python", "2"),
        ("\tName string `json:\"name\"`\n\tID   ", "go", "int64"),
        ("\t{name: \"a\", want: 1},\n\t{name: \"b\", want: ", "go", "2"),
        ("  a = 1;\n  b = ", "javascript", "total(a)"),
    ],
)  # fmt: skip
def test_a_piece_from_the_middle_of_something_long_is_understood(
    before: str, language: str, text: str
) -> None:
    filler = {"javascript": "  f() {\n    g();\n  }\n", "python": '    "k": 0,\n', "go": ""}
    prefix = filler[language] * 300 + before
    suffix = {"javascript": ";\n", "python": ",\n", "go": "\n"}[language]
    assert fitting(text, prefix, suffix, language) == text
    assert fitting("] = {", prefix, suffix, language) != "] = {"


def test_the_piece_that_is_parsed_is_bounded_and_closed() -> None:
    prefix = "func f() {\n" + "\tg()\n" * 2000 + "\tif a {\n\t\th("
    suffix = ")\n\t}\n" + "\tg()\n" * 2000 + "}\n"
    text = FragmentText(prefix, suffix, "go", TextAround(prefix, suffix, "go"))
    before, after = text.before, text.after("")
    assert len(before) <= LOOK_BACK_CHARS
    assert len(after) <= MAX_AFTER_CHARS + 10
    assert before.endswith("\tif a {\n\t\th(")
    assert after.startswith(")\n\t}\n")
    whole = before + after
    assert whole.count("{") == whole.count("}")
    assert whole.count("(") == whole.count(")")


@pytest.mark.parametrize(
    ("language", "quote", "text"), [("python", '"""', "f(b)"), ("go", "`", "f(b)")]
)
def test_a_piece_that_begins_in_a_string_of_many_lines_is_understood(
    language: str, quote: str, text: str
) -> None:
    prefix = f"a = {quote}\n" + "it's (one\n" * 300 + f"{quote}\nb = "
    assert fitting(text, prefix, "\n", language) == text
    assert fitting("f(b]]", prefix, "\n", language) == "f(b)"


def test_the_search_ends_when_its_time_is_up() -> None:
    looks = iter([False] * 3)
    text = fitting(
        "] = {",
        PYTHON.partition("‸")[0],
        "\n",
        "python",
        expired=lambda: next(looks, True),
    )
    assert text == ""


def test_the_number_of_parses_is_bounded() -> None:
    looked = 0

    def look() -> bool:
        nonlocal looked
        looked += 1
        return False

    lines = "\n".join(f"    a{i} = = {i}" for i in range(60))
    prefix, _, suffix = PYTHON.partition("‸")
    fitting(lines, prefix, suffix, "python", expired=look)
    assert 0 < looked < 40 * MAX_PARSES


PIECES = ["a", "foo(", ")", "{", "}", '"', "'", "`", "\n", "\n    ", ":", " = ", "if ", "\\", "é"]
TEXT = st.lists(st.sampled_from([*PIECES, "# c", "// c", "\ud800", "<b>"]), max_size=12).map(
    "".join
)


@settings(deadline=None)
@given(
    text=TEXT,
    prefix=TEXT,
    suffix=TEXT,
    language=st.sampled_from(["python", "go", "javascript", "typescriptreact", "rust", "php"]),
    region=st.sampled_from(Region),
)
def test_random_output_is_mended_or_dropped_but_never_breaks_anything(
    text: str, prefix: str, suffix: str, language: str, region: Region
) -> None:
    kept = fitting(text, prefix, suffix, language, region=region)
    again = fitting(kept, prefix, suffix, language, region=region)
    assert again == kept
