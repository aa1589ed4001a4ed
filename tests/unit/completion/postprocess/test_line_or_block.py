"""How much is suggested at a cursor `‸`, and what of the text around it tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.model import CompletionModel
from hotseat.completion.postprocess.bracket_scanner import open_quote, scan
from hotseat.completion.postprocess.indent import IndentStyle
from hotseat.completion.postprocess.line_or_block import LineOrBlock, line_or_block_at
from hotseat.completion.prompt.fim_templates import FimChoice, FimMode
from hotseat.completion.request import PromptContext, build_request, prompt_text
from hotseat.completion.snapshot import Snapshot
from hotseat.domain.syntax import Place
from hotseat.domain.text import Position
from hotseat.syntax.fragment import Fragment
from support.now import now


def check(marked: str, language: str, place: Place | None = None) -> LineOrBlock:
    prefix, _, suffix = marked.partition("‸")
    return line_or_block_at(prefix, suffix, language, place)


@pytest.mark.parametrize(
    ("marked", "language", "extent"),
    [
        ("fo‸o(1)\n", "python", LineOrBlock.NOTHING),
        ("x = 1.‸5\n", "python", LineOrBlock.NOTHING),
        ("x = 1‸.5\n", "go", LineOrBlock.NOTHING),
        ("x = a.‸b\n", "python", LineOrBlock.LINE),
        ("$‸name = 1;\n", "php", LineOrBlock.NOTHING),
        (".my‸-class {}\n", "css", LineOrBlock.NOTHING),
        ("a‸-b\n", "python", LineOrBlock.LINE),
        ("x = fo‸\n", "python", LineOrBlock.LINE),
        ("x = ‸foo\n", "python", LineOrBlock.LINE),
        ("def f():‸\n", "python", LineOrBlock.BLOCK),
        ("def f():\n    ‸\n", "python", LineOrBlock.BLOCK),
        ("def f():\n    a = 1\n    ‸\n", "python", LineOrBlock.LINE),
        ('print("if a:‸\n', "python", LineOrBlock.LINE),
        ("func f() {\n\t‸\n}\n", "go", LineOrBlock.BLOCK),
        ("x := []int{‸}\n", "go", LineOrBlock.LINE),
        ("// func f() {‸\n", "go", LineOrBlock.LINE),
    ],
)
def test_the_text_around_the_cursor_tells_how_much(
    marked: str, language: str, extent: LineOrBlock
) -> None:
    assert check(marked, language) is extent


@pytest.mark.parametrize("place", [Place.COMMENT, Place.STRING])
def test_prose_in_a_comment_or_a_string_has_no_block(place: Place) -> None:
    marked = '"""\nUse it so:\n    ‸\n"""\n'
    assert check(marked, "python") is LineOrBlock.BLOCK
    assert check(marked, "python", place) is LineOrBlock.LINE


@pytest.mark.parametrize(
    ("line", "language", "closing"),
    [
        ('print("a', "python", '"'),
        ('print("a"', "python", ""),
        ("x = 1  # it's", "python", "\n"),
        ("x := 'a'", "go", ""),
        ("x := `a {", "go", "`"),
        ("a(`x ${b} ", "javascript", "`"),
        ("fn f<'a>(x: &'a str", "rust", ""),
        ("/* a", "c", "*/"),
        ("/* a */", "c", ""),
        ("echo ${#list[@]}", "shellscript", ""),
        ("a = '''b", "python", "'''"),
        ("it's fine", "markdown", ""),
        ('a = "\\"', "python", '"'),
    ],
)
def test_what_is_open_at_the_end_of_a_line(line: str, language: str, closing: str) -> None:
    assert open_quote(line, language) == closing


@pytest.mark.parametrize(
    ("text", "language", "opened", "unopened"),
    [
        ("a(b[c", "python", "([", ""),
        ("a)]", "python", "", ")]"),
        ('a("(")', "python", "", ""),
        ("f(  # (\n", "python", "(", ""),
        ("f(`(`, '(', \"(\"", "go", "(", ""),
        ("`${a(`", "javascript", "", ""),
        ("[a)", "python", "[", ")"),
        ('"""(\n"""', "python", "", ""),
    ],
)
def test_brackets_in_strings_and_comments_are_none(
    text: str, language: str, opened: str, unopened: str
) -> None:
    found = scan(text, language)
    assert "".join(token.char for token in found.opened) == opened
    assert "".join(token.char for token in found.unopened) == unopened


def test_nothing_is_told_behind_a_quote_that_may_yet_be_closed() -> None:
    growing = scan('a("b)', "python", final=False)
    assert (growing.quote, growing.settled) == ('"', 2)
    assert scan('a("b)', "python").unopened == ()
    assert scan('a("b)', "python").quote == ""


@given(
    st.lists(st.sampled_from([*"ab(){}[]\"'`#/*\\\n", '"""', "//"]), max_size=30),
    st.sampled_from(["python", "go", "javascript", "rust", "ruby", "sql", None]),
    st.sampled_from(["", '"', "`", "\n", "*/", '"""']),
)
def test_what_is_settled_stays_whatever_follows(
    pieces: list[str], language: str | None, quote: str
) -> None:
    text = "".join(pieces)
    whole = scan(text, language, quote=quote)
    for end in range(len(text)):
        growing = scan(text[:end], language, quote=quote, final=False)
        settled = [t for t in growing.tokens if t.end <= growing.settled and t.end < end - 1]
        kinds = [(t.kind, t.start) for t in settled if t.kind not in ("comment", "text")]
        assert set(kinds) <= {(t.kind, t.start) for t in whole.tokens}


@pytest.mark.parametrize(
    ("prefix", "suffix", "text", "expected"),
    [
        ("if a {\n\t", "\n}\n", "b {\n        c\n    }", "b {\n\t\tc\n\t}"),
        ("if a {\n\t", "\n}\n", "b {\n    c\n  }", "b {\n\t\tc\n\t}"),
        ("if a:\n    ", "\n", "b:\n\t\tc", "b:\n        c"),
        ("if a {\n  ", "\n}\n", "b {\n\t\tc\n\t}", "b {\n    c\n  }"),
        ("x = ", "\n", "[\n\t1,\n]", "[\n\t1,\n]"),
        ("x = ", "\n", "1", "1"),
    ],
)
def test_lines_are_indented_as_the_document_is(
    prefix: str, suffix: str, text: str, expected: str
) -> None:
    assert IndentStyle.of(prefix, suffix).applied(text) == expected


def asked(path: str, language: str) -> tuple[str, str]:
    """Mode, and what comes of `f((1` at the end of a line."""
    snapshot = Snapshot(
        uri=f"file:///w/{path}",
        revision=1,
        language=language,
        position=Position(1, 8),
        prefix="if a:\n    b = ",
        suffix="\n",
    )
    model = CompletionModel(fim=FimChoice(mode=FimMode.PREFIX, report=""), window_tokens=512)
    context = PromptContext(text=prompt_text(snapshot, model))
    request = build_request(snapshot, model, context, Fragment)
    request.pipeline.feed("f((1\n")
    return request.mode, now(request.pipeline.finish()).text


def test_a_question_brings_what_parses() -> None:
    assert asked("src/shop.py", "python") == ("line", "f((1))")


def test_what_is_written_in_another_language_is_not_parsed_as_a_file() -> None:
    assert asked("notes/a.md", "python") == ("line", "f((1")
    assert asked("notes/a.vue", "javascript") == ("line", "f((1")
    assert asked("src/a.js", "javascriptreact")[1] != "f((1"
