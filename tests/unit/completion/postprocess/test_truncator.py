"""Where suggestions end, and what of them is kept. `‸` is the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.postprocess.end_of_statement import MAX_LINES
from hotseat.completion.postprocess.line_or_block import Mode, line_or_block_at, mode_of
from hotseat.completion.postprocess.trailing_space import begins_word
from hotseat.completion.prompt.fim_templates import FAMILIES
from hotseat.domain.syntax import Place
from support.now import now


def check(
    marked: str,
    output: str,
    language: str | None = "python",
    mode: Mode | None = None,
    taken: str = "",
) -> str:
    """Fed whole, in small pieces and character by character, the outcome must be the same."""
    prefix, _, suffix = marked.partition("‸")
    mode = mode or mode_of(line_or_block_at(prefix, suffix, language))
    results = set()
    for size in (1, 3, len(output) or 1):
        pipeline = AnswerPipeline(prefix, suffix, language, mode, taken=taken)
        for i in range(0, len(output), size):
            _, done = pipeline.feed(output[i : i + size])
            if done:
                break
        results.add(now(pipeline.finish()).text)
    assert len(results) == 1, results
    return results.pop()


@pytest.mark.parametrize(
    ("marked", "language", "mode"),
    [
        ("def f(x):‸\n", "python", "block"),
        ("def f(x):\n    ‸\n", "python", "block"),
        ("def f(x):\n    ‸\n    return x\n", "python", "line"),
        ("def f(x):‸\n    return x\n", "python", "line"),
        ("def f(x):\n‸\n", "python", "line"),
        ("x = ‸\n", "python", "line"),
        ("# see here:‸\n", "python", "line"),
        ("func f() {‸\n", "go", "block"),
        ("func f() {\n\t‸\n}\n", "go", "block"),
        ("func f() {\n\t// say {‸\n}\n", "go", "line"),
        ("f(a, ‸)\n", "go", "line"),
        ("a:‸\n", "yaml", "line"),
        ("if x then‸\nend", "lua", "block"),
        ("def greet(name)‸\n", "ruby", "block"),
        ("", "python", "line"),
    ],
)
def test_a_block_is_suggested_where_a_body_is_missing(
    marked: str, language: str, mode: Mode
) -> None:
    prefix, _, suffix = marked.partition("‸")
    assert mode_of(line_or_block_at(prefix, suffix, language)) == mode


def test_a_line_ends_at_its_end() -> None:
    assert check("x = ‸\n", "1 + 2\ny = 3\n") == "1 + 2"


def test_a_complete_line_may_be_followed_by_one_new_line() -> None:
    assert check("x = 1‸\n", "\ny = 2\nz = 3\n") == "\ny = 2"


def test_on_a_blank_line_newline_and_indentation_are_not_doubled() -> None:
    assert check("def f():\n    ‸\n", "\n    return 1\n\nf()\n") == "return 1"
    assert check("<ul>\n  ‸\n</ul>\n", "\n\n  <li>\n</ul>", "html") == "<li>"
    assert check("def f():\n    ‸\n", "\n\nf()\n") == ""


@pytest.mark.parametrize(
    ("marked", "taken", "output", "expected"),
    [
        ("def f():\n    ‸\n", " ", " return 1\nf()\n", "return 1"),
        ("def f():\n    ‸\n", " ", "return 1\n", "return 1"),
        ("def f():\n    ‸\n", " ", "\n    return 1\nf()\n", "return 1"),
        ("def f():\n    ‸\n", " ", "\nf()\n", ""),
        ("a = 1\n    ‸\n", " ", "    b\n", "b"),
        ("WHERE ‸;\n", " ", " a = 1;\n", "a = 1"),
        ("WHERE ‸;\n", " ", "(a = 1);\n", "(a = 1)"),
    ],
)
def test_white_space_that_the_prompt_left_out_is_not_doubled(
    marked: str, taken: str, output: str, expected: str
) -> None:
    assert check(marked, output, taken=taken) == expected


def test_a_python_block_ends_where_the_indentation_does() -> None:
    body = "\n    y = x + 1\n\n    return y\n\n\ndef g():\n    pass\n"
    assert check("def f(x):‸\n", body) == "\n    y = x + 1\n\n    return y"


def test_a_block_begun_on_its_own_line_ends_alike() -> None:
    body = "y = x + 1\n    return y\n\ndef g():\n    pass\n"
    assert check("def f(x):\n    ‸\n", body) == "y = x + 1\n    return y"


def test_a_block_keeps_its_closing_bracket() -> None:
    body = "\n\treturn a + b\n}\n\nfunc g() {\n"
    assert check("func f(a, b int) int {‸\n", body, "go") == "\n\treturn a + b\n}"


def test_a_block_ends_with_its_first_closing_bracket() -> None:
    body = "\n\treturn a + b\n}\n}\n"
    assert check("func f(a, b int) int {‸\n", body, "go") == "\n\treturn a + b\n}"


def test_a_closing_bracket_that_stands_there_is_not_doubled() -> None:
    body = "\n\treturn a + b\n}\n\nfunc g() {\n"
    assert check("func f(a, b int) int {‸\n}\n", body, "go") == "\n\treturn a + b"


def test_a_block_keeps_its_end_word() -> None:
    body = "\n  puts name\nend\n\nputs 1\n"
    assert check("def greet(name)‸\n", body, "ruby") == "\n  puts name\nend"


@pytest.mark.parametrize(
    ("marked", "output", "language", "expected"),
    [
        (
            "if err != nil {\n\t‸\n}\n",
            "return err\n\tlog(err)\n\tlog(err)\n",
            "go",
            "return err",
        ),
        (
            "func f() T {\n\t‸\n}\n",
            "return T{\n\t\ta: 1,\n\t}\n\n\tlog()\n",
            "go",
            "return T{\n\t\ta: 1,\n\t}",
        ),
        (
            "function f() {\n  ‸\n}\n",
            "return items\n    .map(g);\n  g();\n",
            "javascript",
            "return items\n    .map(g);",
        ),
        (
            "def f(x):‸\n",
            "\n    if x:\n        return 1\n    return 2\n    return 3\n",
            "python",
            "\n    if x:\n        return 1\n    return 2",
        ),
        (
            "def f(x)\n  ‸\nend\n",
            "return 1 if x\n  puts x\nend\n",
            "ruby",
            "return 1 if x\n  puts x",
        ),
        (
            "function f() {\n  ‸\n}\n",
            "raise = 1;\n  g(raise);\n}\n",
            "javascript",
            "raise = 1;\n  g(raise);",
        ),
    ],
)
def test_behind_what_leaves_a_block_nothing_is_suggested(
    marked: str, output: str, language: str, expected: str
) -> None:
    assert check(marked, output, language, mode="block") == expected


def test_a_block_has_a_bounded_length() -> None:
    body = "\n" + "".join(f"    x{i} = {i}\n" for i in range(40))
    suggestion = check("def f():‸\n", body)
    assert len(suggestion.strip().split("\n")) == MAX_LINES


@pytest.mark.parametrize("max_lines", [1, 3])
def test_the_user_may_want_fewer_lines(max_lines: int) -> None:
    body = "\n" + "".join(f"    x{i} = {i}\n" for i in range(40))
    cases: list[tuple[str, Mode]] = [(body, "block"), ("x = [\n" * 9, "line")]
    for text, mode in cases:
        pipeline = AnswerPipeline("def f():", "\n", "python", mode, max_lines=max_lines)
        pipeline.feed(text)
        assert len(now(pipeline.finish()).text.strip().split("\n")) <= max_lines


def test_what_follows_is_not_suggested_again() -> None:
    assert check("def f():\n    ‸\n\nprint(f())\n", "return 1\nprint(f())\n") == "return 1"
    assert check("a = 1\n‸\nb = a + 1\n", "b = a + 1\n") == ""
    assert check("a = 1\nb = ‸\nb = a + 1\n", "a + 1\n") == ""


@pytest.mark.parametrize("line", ["    x = x + 1\n", "    x = 1\n    y = 2\n"])
def test_a_loop_is_cut_to_its_first_round(line: str) -> None:
    assert check("def f():‸\n", "\n" + line * 9) == "\n" + line.rstrip("\n")


@pytest.mark.parametrize("output", ["1" + "0" * 90, "ab " * 50, "a_b_" * 20])
def test_a_loop_inside_a_line_that_says_nothing_takes_the_line_away(output: str) -> None:
    assert check("x = ‸\n", output) == ""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("a" + ', "Arial"' * 12, 'a, "Arial"'),
        ("get_date()" + ' + "-" + get_date()' * 6, 'get_date() + "-"'),
        ("request.context" + "_context" * 20, "request.context"),
    ],
)
def test_a_loop_inside_a_line_is_cut_to_its_first_round(output: str, expected: str) -> None:
    assert check("x = ‸\n", output) == expected


def test_a_ruler_is_no_loop() -> None:
    assert check("# ‸\n", "-" * 70) == "-" * 70


def test_closing_brackets_may_repeat() -> None:
    body = "\n    a(b(c(\n        1\n    )\n    )\n    )\n"
    assert check("def f():‸\n", body) == body.rstrip()


@pytest.mark.parametrize(
    ("marked", "output", "expected"),
    [
        ("foo(‸)", "a, b)", "a, b"),
        ("foo(‸)", "bar(x)", "bar(x)"),
        ("foo(‸)", "bar(x))", "bar(x)"),
        ("foo(bar(‸)", "x))", "x)"),
        ("foo(bar(‸))", "x))", "x"),
        ("foo(‸):", "a, b): # that is it", "a, b"),
        ("if foo(‸) {", "a) {", "a"),
        ('print("‸")', 'hello")', "hello"),
        ("x = [‸]", "1, 2]", "1, 2"),
        ("x = [‸]", "a[0], a[1]", "a[0], a[1]"),
        ("print(‸)", '"a)"', '"a)"'),
        ("foo(‸, b)", "a, b)", "a"),
        ("return ‸;", "x + 1;", "x + 1"),
        ("foo(‸)", ")", ""),
    ],
)
def test_what_stands_behind_the_cursor_is_not_doubled(
    marked: str, output: str, expected: str
) -> None:
    assert check(marked + "\n", output) == expected


@pytest.mark.parametrize(
    ("marked", "output", "language", "expected"),
    [
        ("if ‸ {\n}\n", "x > 0 {\n\treturn\n", "go", "x > 0"),
        ("for ‸ in items:\n", "item in items:\n", "python", "item"),
        ("a := ‸ + b\n", "f(1 + 2) + c\n", "go", "f(1 + 2)"),
        ("x = ‸ if y else z\n", "a if b else c\n", "python", "a"),
        ("‸.get(url)\n", "requests.get(path)\n", "python", "requests"),
        ("a ? ‸ : b;\n", "{c: 1} : d;\n", "javascript", "{c: 1}"),
        ("x = {a: ‸, b: 2}\n", "[1, 2], c: 3}\n", "javascript", "[1, 2]"),
        ("f(‸, y)\n", "x == 1, z)\n", "python", "x == 1"),
        ("f(‸ == y)\n", "x = 1 == z)\n", "python", "x = 1"),
    ],
)
def test_inside_a_line_a_suggestion_ends_where_the_rest_can_follow(
    marked: str, output: str, language: str, expected: str
) -> None:
    assert check(marked, output, language) == expected


@pytest.mark.parametrize(
    ("marked", "output", "language", "expected"),
    [
        ("    return ‸value\n", "not ", "python", "not "),
        ("    return ‸value\n", "not value", "python", "not "),
        ("    return ‸value\n", "not value\n", "python", "not "),
        ("    return ‸value\n", "not value + 1\n", "python", "not "),
        ("    return ‸value\n", "not \n", "python", "not "),
        ("    return ‸value\n", "a +  ", "python", "a +  "),
        ("    return ‸value\n", "not\t", "python", "not\t"),
        ("    return ‸_value\n", "not ", "python", "not "),
        ("x = ‸1\n", "a + ", "python", "a + "),
        ("x = ‸größe\n", "a + ", "python", "a + "),
        ("x = ‸Ωmega\n", "not ", "python", "not "),
        ('    return ‸"x"\n', "f ", "python", "f "),
        ('    return ‸"x"\n', "not ", "python", "not "),
        ("    return ‸''\n", "not ", "python", "not "),
        ("f(‸value)\n", "a, b, ", "python", "a, b, "),
        ("let ‸x = 5;\n", "mut ", "rust", "mut "),
        ("let ‸x = 5;\n", "mut x = 5;\n", "rust", "mut "),
        ("public ‸void run() {}\n", "static ", "java", "static "),
        ("\t‸close(ch)\n", "defer ", "go", "defer "),
        ("\t‸close(ch)\n", "defer close(ch)\n", "go", "defer "),
        ("const a = ‸Foo();\n", "new ", "javascript", "new "),
        ("  ‸foo();\n", "return foo();\n", "javascript", "return "),
        ("  ‸$el.hide();\n", "return ", "javascript", "return "),
        ("  ‸`x`;\n", "return ", "javascript", "return "),
        ("return ‸$x;\n", "clone ", "php", "clone "),
        ("public ‸@NonNull String a;\n", "static ", "java", "static "),
        ("SELECT ‸name FROM people;\n", "DISTINCT ", "sql", "DISTINCT "),
        ("<p ‸id='a'>\n", "class='b' ", "html", "class='b' "),
        ("# The ‸cat sat\n", "big ", "python", "big "),
        ("# The ‸cat sat\n", "big cat sat\n", "python", "big "),
        ("// The ‸cat sat\n", "big ", "go", "big "),
        ('# Say ‸"cat"\n', "big ", "python", "big "),
        ('def f():\n    """The ‸cat sat."""\n', "big ", "python", "big "),
        ('def f():\n    """Of it.\n\n    The ‸cat sat.\n    """\n', "big ", "python", "big "),
        ("The ‸cat sat.\n", "big ", "markdown", "big "),
        ("The ‸猫 sat.\n", "big ", "markdown", "big "),
        ("The ‸“cat” sat.\n", "big ", "markdown", "big "),
    ],
)
def test_a_suggestion_stays_apart_from_the_word_that_follows(
    marked: str, output: str, language: str, expected: str
) -> None:
    assert check(marked, output, language) == expected


@pytest.mark.parametrize(
    ("marked", "output", "language", "expected"),
    [
        ("    return ‸\n", "not ", "python", "not"),
        ("    return ‸ value\n", "not ", "python", "not"),
        ("    return ‸\u00a0value\n", "not ", "python", "not"),
        ("    return ‸ value\n", "not value\n", "python", "not"),
        ("foo(‸)\n", "a, ", "python", "a,"),
        ("x = a‸.b\n", "[0] ", "python", "[0]"),
        ("x = a‸, b\n", " + 1 ", "python", " + 1"),
        ("return ‸;\n", "x + 1 ", "javascript", "x + 1"),
        ('x = "hello ‸"\n', "big ", "python", "big"),
        ('x = """hello ‸"""\n', "big ", "python", "big"),
        ('s = """\nhello ‸"""\n', "big ", "python", "big"),
        ("    return ‸value\n", "  ", "python", ""),
        ("    return ‸value\n", " value", "python", ""),
        ("    return ‸value\r\n", "  \n", "python", ""),
        ("    return ‸\r\n", "not ", "python", "not"),
    ],
)
def test_white_space_at_the_end_goes_where_no_word_follows(
    marked: str, output: str, language: str, expected: str
) -> None:
    assert check(marked, output, language) == expected


@pytest.mark.parametrize(
    ("marked", "output", "expected"),
    [
        ("f(\n    ‸\n)\n", "a, b)\nc\n", "a, b"),
        ("f(‸\n)\n", "a, b)\nc\n", "a, b"),
        ("if x:\n    f(‸\n\nother()\n", "a, b)\nc\n", "a, b)"),
        ("x = [\n    f(‸\n]\n", "a)]\n", "a)"),
    ],
)
def test_brackets_that_lines_below_close_are_left_to_them(
    marked: str, output: str, expected: str
) -> None:
    assert check(marked, output) == expected


@pytest.mark.parametrize(
    ("marked", "output", "language", "expected"),
    [
        ("x = ‸\n", "[\n    1,\n    2,\n]\ny = 3\n", "python", "[\n    1,\n    2,\n]"),
        ("f(‸)\n", "{\n  a: 1,\n})\ng()\n", "javascript", "{\n  a: 1,\n}"),
        (
            "func f() {\n\ta()\n\t‸\n}\n",
            "if b {\n\t\tc()\n\t}\n\td()\n",
            "go",
            "if b {\n\t\tc()\n\t}",
        ),
        (
            "def f():\n    a()\n    ‸\n    d()\n",
            "if b:\n        c()\n    else:\n        e()\n    g()\n",
            "python",
            "if b:\n        c()\n    else:\n        e()",
        ),
        (
            "function f() {\n  a();\n  ‸\n}\n",
            "if (b) {\n    c();\n  } else {\n    d();\n  }\n  e();\n",
            "javascript",
            "if (b) {\n    c();\n  } else {\n    d();\n  }",
        ),
        (
            "function f() {\n  a();\n  ‸\n}\n",
            "try {\n    c();\n  }\n  catch (e) {\n    d();\n  }\n  e();\n",
            "javascript",
            "try {\n    c();\n  }\n  catch (e) {\n    d();\n  }",
        ),
        (
            "a();\n‸\n",
            "fetch(url)\n  .then((r) => r.json())\n  .then(show);\nb();\n",
            "javascript",
            "fetch(url)\n  .then((r) => r.json())\n  .then(show);",
        ),
        ("a = 1\n‸\n", "x = \\\n    2\ny = 3\n", "python", "x = \\\n    2"),
        ("a = 1\n‸\n", 's = """\nx = 1\n"""\ny = 3\n', "python", 's = """\nx = 1\n"""'),
        ("a\n‸\n", "if b then\n  c()\nend\nd()\n", "lua", "if b then\n  c()\nend"),
        ("def f():\n    a\n    ‸\n", "return\n    b\n", "python", "return"),
    ],
)
def test_a_line_goes_on_until_what_it_began_is_ended(
    marked: str, output: str, language: str, expected: str
) -> None:
    assert check(marked, output, language, mode="line") == expected


def test_a_statement_that_does_not_end_has_a_bounded_length() -> None:
    output = "x = [\n" + "".join(f"    {i},\n" for i in range(40))
    assert len(check("‸\n", output).split("\n")) == MAX_LINES


def test_a_comment_brings_the_statement_below_it() -> None:
    output = "# Sums up.\n    return sum(x)\n    y = 1\n"
    marked = "def f(x):\n    a = 1\n    ‸\n"
    assert check(marked, output) == "# Sums up.\n    return sum(x)"


def test_in_a_comment_brackets_and_quotes_mean_nothing() -> None:
    assert check("# See ‸\nx = 1\n", "it's (all\ny = 2\n") == "it's (all"


def test_a_string_ends_at_its_quote_if_that_stands_there() -> None:
    assert check('x = "‸"\n', 'a, (b", "c"\n') == "a, (b"
    assert check('x = f("‸\n', 'a", b)\nc\n') == 'a", b)'


@pytest.mark.parametrize(
    ("marked", "output", "expected"),
    [
        ("f(a, ‸, c)\n", "\n    b,\n    c)\n", "b"),
        ("x = ‸\n", "\n    1\ny = 2\n", "1"),
        ("x = y‸\n", "\nz = 2\nw = 3\n", "\nz = 2"),
    ],
)
def test_a_line_that_is_not_complete_is_gone_on_with_where_it_stands(
    marked: str, output: str, expected: str
) -> None:
    assert check(marked, output) == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("\twarn(err)\n\t\t\tlog()\n\t}\n", "warn(err)\n\t\tlog()"),
        ("\tf(a,\n\t\t\tb)\n\t}\n", "f(a,\n\t\t\tb)"),
        ("\tif b {\n\t\t\t\tc()\n\t\t\t}\n\t}\n", "if b {\n\t\t\tc()\n\t\t}"),
    ],
)
def test_a_model_that_begins_a_level_too_deep_is_moved_back(output: str, expected: str) -> None:
    assert check("if a {\n\t\t‸\n\t}\n", output, "go", mode="block") == expected


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_no_control_token_is_ever_shown(family: str) -> None:
    template = FAMILIES[family]
    for token in template.stop:
        pipeline = AnswerPipeline("x = ", "\n", "python", "line", stop=template.stop)
        shown = [pipeline.feed(char)[0] for char in f"1{token}2"]
        assert now(pipeline.finish()).text == "1"
        assert set(shown) <= {"", "1"}


def test_a_token_cut_off_by_the_end_of_the_stream_is_not_shown() -> None:
    assert check("x = ‸\n", "1<|fim_mid") == "1"
    assert check("x = ‸\n", "1 <") == "1 <"


def test_honest_text_that_looks_like_a_token_is_kept() -> None:
    assert check("print(‸\n", '"usage: cp <filename>")') == '"usage: cp <filename>")'
    assert check("<p>‸\n", "<s>old</s></p>", "html") == "<s>old</s></p>"


def test_a_fence_ends_the_code() -> None:
    assert check("def f():‸\n", "\n    return 1\n```\nThis function\n") == "\n    return 1"


def test_white_space_alone_is_no_suggestion() -> None:
    assert check("x = 1‸\n", "\n   \n") == ""
    assert check("x = ‸\n", "   ") == ""


def test_the_engine_is_stopped_as_soon_as_the_end_is_known() -> None:
    pipeline = AnswerPipeline("x = ", "\n", "python", "line")
    assert pipeline.feed("1 +") == ("1 +", False)
    assert pipeline.feed(" 2\ny") == ("1 + 2", True)
    assert pipeline.feed("never shown") == ("1 + 2", True)


PIECES = [*"ab (){}[]:=.,;\t\n", '"', "'", "`", "\n    ", "\r\n", "if x:", "else", "end", "# c"]
PIECES += ["// c", "/*", "*/", '"""', "return", "<|fim_middle|>", "0" * 12, "bar, " * 3, "\ud800"]
TEXT = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(
    prefix=TEXT,
    suffix=TEXT,
    output=TEXT,
    language=st.sampled_from(["python", "go", "javascript", "ruby", "html", None]),
    mode=st.sampled_from(["line", "block"]),
    taken=st.sampled_from(["", " ", "\t"]),
)
def test_random_output_ends_in_the_same_way_in_any_pieces_and_ends_tidily(
    prefix: str, suffix: str, output: str, language: str | None, mode: Mode, taken: str
) -> None:
    suggestion = check(f"{prefix}‸{suffix}", output, language, mode=mode, taken=taken)
    rest = suffix.partition("\n")[0]
    assert suggestion == suggestion.rstrip() or begins_word(rest)
    assert suggestion == suggestion.rstrip(" \t") + suggestion[len(suggestion.rstrip()) :]
    assert suggestion == "" or suggestion.strip()
    assert "<|fim_middle|>" not in suggestion
    written = "".join(output.split())
    assert "".join(suggestion.split()) in written


@pytest.mark.parametrize("language", ["java", "kotlin", "python", "scala", "swift"])
def test_a_suggestion_in_a_string_of_many_lines_ends_before_the_quotes_that_are_there(
    language: str,
) -> None:
    prefix, suffix = 'a = """\n    select ', '\n    """\n'
    pipeline = AnswerPipeline(prefix, suffix, language, "line", place=Place.STRING)
    pipeline.feed('name from seats""" + tail\n')
    assert now(pipeline.finish()).text == "name from seats"
