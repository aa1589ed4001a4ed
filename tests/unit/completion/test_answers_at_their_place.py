"""What the user gets of an answer, for a model that sees the text after the cursor `‸` and for one
that does not. The real syntax check takes part."""

from __future__ import annotations

import pytest

from support.shown_answers import shown

WORDS = "    words\n"
SEEING = [True, False]


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written"),
    [
        ("go", "func f() {‸", "\n\treturn 1\n}"),
        ("javascript", "function add(a, b) {\n  ‸\n", "return a + b;\n}"),
        ("python", "path = os.path.join(‸\n", '"a", "b")'),
        ("python", "x = foo(‸\ny = 2\n", "a, b)"),
        ("python", "ages = {‸\n", '"ann": 3}'),
        ("go", "func g() error {\n\tif err != nil {\n\t\t‸\n\treturn nil\n}\n", "return err\n\t}"),
        ("rust", "fn one() -> i32 {‸\n\nfn two() -> i32 {\n    2\n}\n", "\n    1\n}"),
        ("c", "int f(void) {‸\n\nint g(void) {\n  return 2;\n}\n", "\n  return 1;\n}"),
        ("css", "a {‸\n\nb {\n  color: red;\n}\n", "\n  color: blue;\n}"),
        ("java", "class A {\n  int f() {\n    ‸\n\n  int g() {\n  }\n}\n", "return 1;\n  }"),
        ("typescript", "const xs = [‸\nconst y = 1;\n", "1, 2];"),
        ("typescript", "function f(a: T): T {\n  if (a) {‸\n}\n", "\n    return 2;\n  }\n  g();"),
    ],
)  # fmt: skip
def test_a_suggestion_keeps_the_brackets_that_nothing_else_closes(
    language: str, marked: str, written: str, *, sees_suffix: bool
) -> None:
    text = shown(marked, written, language, sees_suffix=sees_suffix)
    assert text == written or (written.startswith(text) and text.endswith("}"))


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written"),
    [
        ("python", "f(a‸, d)\n", ", b, c"),
        ("python", "f(‸, c)\n", "a, b"),
        ("python", "f(‸, 2)\n", "lambda a, b: a"),
        ("python", "if a‸ and d:\n    pass\n", " and b and c"),
        ("python", "x = a‸ + d\n", " + b + c"),
        ("javascript", "xs‸.map(f);\n", ".map(g).filter(h)"),
        ("javascript", "const x = a ‸ : c;\n", "? b ? 1 : 2"),
        ("sql", "SELECT a FROM t WHERE a = 1‸ AND d = 4;\n", " AND b = 2"),
        ("python", "    return g(x‸)\n", ", y), h(z"),
        ("go", "\tx := append(‸, c)\n", "a, b"),
        ("rust", "    let x = a‸ + c;\n", " + b"),
        ("javascript", "function f(a) {\n  ‸\n    return 1;\n  }\n  return 2;\n}\n", "if (a) {"),
        ("python", "x = ‸)\n", 'print("hi"'),
        ("python", "def f(‸ t.Any) -> t.Any:\n    return o\n", "o:"),
        ("python", "    def f(self, a: A‸ t.Any) -> None:\n        pass\n", ", **options:"),
        ("typescript", "try {\n  a();\n} ‸\n  body();\n}\n", "finally {"),
    ],
)
def test_a_suggestion_may_contain_the_first_token_of_the_rest(
    language: str, marked: str, written: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == written


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize("written", [" a short text.", " first (of all).", " it's so"])
@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", f'def f():\n    """Do it.\n\n    This is‸\n{WORDS * 60}    """\n    return 1\n'),
        ("python", f'"""A module.\n\nThis is‸\n\n{WORDS * 40}"""\nimport os\n'),
        ("c", "/*\n * This is‸\n" + " * words\n" * 70 + " */\nint a;\n"),
        ("javascript", "/**\n" + " * words\n" * 40 + " * This is‸\n */\nfunction f() {}\n"),
        ("javascript", "const a = `\nThis is‸\n" + "words\n" * 40 + "`;\n"),
        ("go", "const a = `\nThis is‸\n" + "words\n" * 90 + "`\n"),
    ],
)
def test_long_comments_and_strings_are_gone_on_with(
    language: str, marked: str, written: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == written


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written", "wanted"),
    [
        ("javascript", "function f(a) {\n  if ‸\n    return 1;\n  }\n  return 2;\n}\n",
         "(a) {\n    return 1;\n  }\n  return 2;", "(a) {"),
        ("python", 'x = "hello ‸world"\n', 'big world"', "big "),
        ("python", 'x = "The quick ‸fox"\n', 'brown fox"', "brown "),
        ("typescript", "const a = `hi ‸you`;\n", "dear you`", "dear "),
        ("javascript", "f('hi ‸you', 1);\n", "dear you'", "dear "),
        ("python", 'x = f"hello ‸{world}"\n', 'big {world}"', "big "),
        ("python", 'x = "hello ‸(world)"\n', 'big (world)"', "big "),
        ("html", "<p>‸\n", "text<|think|>hmm", "text"),
        ("python", 'def f():\n    """Add two ‸numbers.\n    """\n', "big numbers.", "big "),
        ("go", "// Say ‸twice.\n", "it twice.", "it "),
        ("python", "def f(x):\n    a()\n    ‸\n    # note\n    return x + 1\n", "return x + 1", ""),
        ("python", "total = compute(items)\n‸\n", "total = compute(items)", ""),
        ("python", "import os\n\ndef f(a):\n    ‸\n", "import os\n\ndef f(a):\n    return a", ""),
        ("go", "package a\n\nfunc f() {\n\t‸\n}\n", "package a\n\nfunc f() {}", ""),
    ],
)  # fmt: skip
def test_what_stands_in_the_document_is_not_said_again(
    language: str, marked: str, written: str, wanted: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == wanted


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written", "wanted"),
    [
        ("python", "result = calc‸\n", "result = calculate(x)", "ulate(x)"),
        ("python", "def f():\n    return comp‸\n", "return compute(x)", "ute(x)"),
        ("python", "import nu‸\n", "import numpy as np", "mpy as np"),
        ("python", "for i in ra‸\n", "for i in range(3):", "nge(3):"),
        ("python", "if x == ‸\n", "if x == 1:", "1:"),
        ("javascript", "const total = pr‸\n", "const total = price * n;", "ice * n;"),
        ("go", "package a\n\nfunc f() {\n\tfmt.Pr‸\n}\n", 'fmt.Println("x")', 'intln("x")'),
        ("sql", "SELECT na‸\n", "SELECT name FROM t;", "me FROM t;"),
        ("html", "<p cla‸\n", '<p class="a">', 'ss="a">'),
    ],
)
def test_a_line_that_the_model_begins_again_is_gone_on_with(
    language: str, marked: str, written: str, wanted: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == wanted


EMPTY_BODIES = {
    "python": "def add(a, b):\n    ‸\n",
    "javascript": "function add(a, b) {\n  ‸\n}\n",
    "go": "package a\n\nfunc add(a, b int) int {\n\t‸\n}\n",
    "rust": "fn add(a: i32, b: i32) -> i32 {\n    ‸\n}\n",
    "sql": "SELECT a\nFROM t;\n\n‸\n",
    "html": "<body>\n  ‸\n</body>\n",
}


@pytest.mark.parametrize("language", EMPTY_BODIES)
@pytest.mark.parametrize(
    "written",
    [
        "Sure! Here is the code:\n\n```python\nreturn a + b\n```",
        "Here is the completed code:\n",
        "Here's a function that adds two numbers:\n",
        "Certainly, I can help.",
        "Note: this adds two numbers",
        "Explanation: the function adds",
        "Yes, you can.",
        "Okay, so the user wants",
        "It looks like you want to add.",
        "I'm sorry, but I cannot help with that.",
        "To add two numbers, use the plus sign.",
        "This function returns the sum.",
        "The completed code is below.",
        "<think>\nOkay, the user wants\n</think>\n",
        "</think>\n\nreturn a + b",
    ],
)
def test_sentences_to_the_user_are_not_suggested(language: str, written: str) -> None:
    for sees_suffix in SEEING:
        assert shown(EMPTY_BODIES[language], written, language, sees_suffix=sees_suffix) == ""


@pytest.mark.parametrize(
    ("language", "marked", "written"),
    [
        ("python", "‸\n", "note = find(x)"),
        ("python", "def f():\n    ‸\n", "this.code = 1"),
        ("javascript", "  ‸\n", "i = 1;"),
        ("sql", "‸\n", "select first name from people"),
        ("markdown", "‸\n", "Here is the text that follows."),
        ("python", "# ‸\n", "Here is the reason for it."),
        ("html", "<p>‸</p>\n", "We need you"),
    ],
)
def test_code_and_text_where_text_belongs_are_no_such_sentences(
    language: str, marked: str, written: str
) -> None:
    assert shown(marked, written, language, sees_suffix=True) == written


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "foo‸bar = 1\n"),
        ("python", "x = 12‸34\n"),
        ("python", "naïve_é‸à = 1\n"),
        ("python", "nai\u0308‸ve = 1\n"),
        ("css", "a {\n  margin-‸left: 3px;\n}\n"),
        ("css", ".my-‸class {\n}\n"),
        ("markdown", "नाम‸ा है\n"),
    ],
)
def test_nothing_is_suggested_inside_a_word(language: str, marked: str) -> None:
    assert shown(marked, "baz", language, sees_suffix=True) == ""


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written", "wanted"),
    [
        ("javascript", "class A {\n  f() {\n    ‸\n  }\n}\n",
         "if (a.x) {\n            return 1;\n        }", "if (a.x) {\n      return 1;\n    }"),
        ("go", "package a\n\nfunc f(x int) {\n\t‸\n}\n",
         "if x > 0 {\n \treturn\n \t}", "if x > 0 {\n\t\treturn\n\t}"),
        ("go", "package a\n\nfunc f(x int) {‸\n", "\n    return\n}", "\n\treturn\n}"),
        ("python", "x = foo(a,\n              b)\n\n\ndef f():\n    g()\n\n\ndef h():‸\n",
         "\n\tg()\n\tk()\n", "\n    g()\n    k()"),
    ],
)  # fmt: skip
def test_lines_are_indented_as_the_document_is(
    language: str, marked: str, written: str, wanted: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == wanted


def test_a_long_round_in_one_line_is_said_once() -> None:
    sentence = "the value is the sum of all of the other ones, "
    assert shown("# Note: ‸\n", sentence * 6, "python", sees_suffix=True) == sentence.rstrip(", ")
    condition = "user.is_active_and_has_permission_to_view or "
    text = shown("if ‸\n", condition * 5, "python", sees_suffix=True)
    assert text == "user.is_active_and_has_permission_to_view"


def test_lines_may_end_with_a_carriage_return_alone() -> None:
    assert shown("x = 1\ry = ‸\rz = 3\r", "2", "python", sees_suffix=True) == "2"


def test_a_header_does_not_get_a_second_colon() -> None:
    marked = "def f(values):\n    for v in ‸values:\n        print(v)\n"
    assert shown(marked, "sorted(data):", "python", sees_suffix=True) in ("", "sorted(data) ")


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written"),
    [
        (
            "typescript",
            'import a from "a";\n\n// The form `a‸ b had before.\nconst b = /x/;\n',
            ".c`",
        ),
        ("typescript", "// f(‸\n//   a: 1,\n// });\nconst b = 1;\n", "{"),
        ("go", "// It returns ‸\n// a, b\nfunc f() {}\n", "T{"),
    ],
)
def test_in_a_line_comment_nothing_is_closed(
    language: str, marked: str, written: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == written


@pytest.mark.parametrize(
    ("marked", "written"),
    [
        ('fn f() {\n    let a = "one\n  two (‸\n  three";\n    g(a);\n}\n', "of all"),
        ('fn f() {\n    let a = "one {\n  two";\n    if x ‸\n        g(a);\n    }\n}\n', "{"),
        ('fn f() {\n    let a = r#"{"error‸"}"#;\n    g(a);\n}\n', '": "['),
        ('fn f() {\n    let a = r"\\";\n    g(‸);\n}\n', "a, b"),
    ],
)
def test_strings_of_several_lines_and_raw_strings_of_rust(marked: str, written: str) -> None:
    assert shown(marked, written, "rust", sees_suffix=True) == written


@pytest.mark.parametrize(
    ("language", "marked", "written", "wanted"),
    [
        ("javascript", "f(function‸\n});\n", "(a) {\n  g(a);\n});", "(a) {\n  g(a);"),
        ("go", "package a\n\ntype T struct‸\n}\n", " {\n\tn int\n}", " {\n\tn int"),
        ("css", "body ‸\n}\n", "{\n  margin: 0;\n}", "{\n  margin: 0;"),
        ("css", "body {\n  margin:‸\n  color: red;\n}\n", "body {\n  margin: 0;\n}", ""),
        ("go", "package a\n\nfunc f(a int‸) {\n\tg()\n}\n", ") {\n\tg()\n}\n", ""),
    ],
)
def test_closing_lines_and_headers_of_the_document_are_not_written_again(
    language: str, marked: str, written: str, wanted: str
) -> None:
    for sees_suffix in SEEING:
        assert shown(marked, written, language, sees_suffix=sees_suffix) == wanted


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written", "wanted"),
    [
        ("html", "<ul>\n  <li>‸</li>\n</ul>\n", "\n    <b>a</b>\n  ", "\n    <b>a</b>"),
        ("html", "<p>‸</p>\n", "<i>a</i> or <b>b</b>", "<i>a</i> or <b>b</b>"),
        ("css", "a {\n  src: url(a)‸\n}\n", ",\n    url(b);", ",\n    url(b);"),
        ("javascript", "f(function (a)‸\n\nf(function (a) {\n  h(a);\n});\n",
         " {\n  g(a);\n});", " {\n  g(a);\n});"),
        ("lua", "local function f(a)\n  local b = type‸) == 'x'\n  return b\nend\n" + "\n".join(
            f"\nfunction g{i}(a)\n  for i in a do\n    print(i)\n  end\nend" for i in range(20)
        ), "(a", "(a"),
    ],
)  # fmt: skip
def test_what_belongs_there_is_kept(
    language: str, marked: str, written: str, wanted: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == wanted


def test_lines_are_indented_as_the_next_line_is() -> None:
    marked = "p {\n  a: 1;\n}\n\nq {\n  b: 2;\n}\n\nr ‸\n    c: 3;\n}\n"
    assert shown(marked, "{\n    d: 4;", "css", sees_suffix=True) == "{\n    d: 4;"


@pytest.mark.parametrize("broken", ["\ufffd", chr(0xD83D), "\0", "(" * 20])
def test_an_answer_ends_before_half_a_character(broken: str) -> None:
    assert shown("x = ‸\n", f"a{broken}b", "python", sees_suffix=True) == "a"


GO_BODY = "".join(f'\n\tField{i} string `xml:"a{i}"`' for i in range(5))


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("marked", "written"),
    [
        (f"package a\n\ntype‸{GO_BODY}\n}}\n", " Item struct {"),
        (f"package a\n\n‸{GO_BODY}\n}}\n", "type Item struct {"),
        (
            'package a\n\nfunc f() map[string‸\n\treturn map[string]string{"a": `b`}\n}\n',
            "]string {",
        ),
    ],
)
def test_a_header_may_be_typed_over_a_body_that_is_none_without_it(
    marked: str, written: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, "go", sees_suffix=sees_suffix) == written
