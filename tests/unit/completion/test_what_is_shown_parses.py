"""A suggestion that was cut, or whose model wrote on past its end, parses with the text around the
cursor `‸`. The real syntax check takes part."""

from __future__ import annotations

import pytest

from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.postprocess.line_or_block import line_or_block_at
from hotseat.domain.syntax import Place
from hotseat.syntax.fragment import Fragment
from hotseat.syntax.whole_text import syntax_errors

SEEING = [True, False]
FAR = "".join(f"\nfunction far{n}(a) {{\n  return a + {n};\n}}\n" for n in range(60))
"""More text than is looked at."""
FIELDS = "".join(f'            field_{n}="value {n * n}",\n' for n in range(20))
CALLS = "".join(f"      app.set('name {n * n}', {n});\n" for n in range(20))


def shown(
    marked: str, written: str, language: str, *, sees_suffix: bool, place: Place | None = None
) -> str:
    prefix, _, suffix = marked.partition("‸")
    length = line_or_block_at(prefix, suffix, language, place)
    pipeline = AnswerPipeline(
        prefix,
        suffix,
        language,
        length,
        new_fragment=Fragment,
        sees_suffix=sees_suffix,
        place=place,
    )
    for i in range(0, len(written), 4):
        if pipeline.feed(written[i : i + 4])[1]:
            break
    return pipeline.finish_here().text


def n_errors(text: str, language: str) -> int:
    found = syntax_errors(text, language)
    assert found is not None
    return found.n


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written"),
    [
        (
            "python",
            "class A:\n    def set_up(self):\n        ‸\n\n    def test(self):\n        pass\n",
            f"self.index = Index(\n{FIELDS}        )\n",
        ),
        (
            "javascript",
            "describe('a', function () {\n    ‸\n})\n\ndescribe('b', function () {\n})\n",
            f"it('works', function (done) {{\n{CALLS}    }})\n",
        ),
        (
            "javascript",
            f"describe('a', function () {{\n    ‸\n  }})\n\nvar b = {{\n  c: 1\n}}\n{FAR}",
            f"it('works', function (done) {{\n{CALLS}",
        ),
        (
            "go",
            "func f() {\n\t‸\n}\n\nfunc g() {\n}\n",
            "x := []string{\n" + "".join(f'\t\t"text {n * n}",\n' for n in range(20)) + "\t}\n",
        ),
        ("javascript", f"function f() {{\n  return ‸;\n}}\n{FAR}", "g(\n    this.isActive"),
    ],
)
def test_brackets_that_a_suggestion_opens_are_closed(
    language: str, marked: str, written: str, *, sees_suffix: bool
) -> None:
    text = shown(marked, written, language, sees_suffix=sees_suffix)
    assert text.strip()
    assert n_errors(marked.replace("‸", text), language) == 0


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written"),
    [
        (
            "javascript",
            "it('deletes', function (done) {\n  ‸\n    .del('/users')\n    .end(done);\n});\n",
            "request(app);\n  other();\n  more();\n",
        ),
        (
            "javascript",
            "function f(a) {\n  const x =\n    ‸\n    // the others\n    || b;\n}\n",
            "a.first;\n  g(a);\n  h(a);\n",
        ),
        (
            "java",
            "class A {\n  void f() {\n    ‸\n      .stream()\n      .toList();\n  }\n}\n",
            "xs.all();\n    ys.all();\n    zs.all();\n",
        ),
    ],
)
def test_a_statement_that_the_next_line_goes_on_with_is_not_ended(
    language: str, marked: str, written: str, *, sees_suffix: bool
) -> None:
    text = shown(marked, written, language, sees_suffix=sees_suffix)
    assert text.strip()
    assert n_errors(marked.replace("‸", text), language) == 0


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("marked", "written"),
    [
        ('x = (\n    f("a") + f"?hash={‸}"\n)\ny = 1\n', 'hash(css)}&hash=css"'),
        ('x = g(\n    f"?hash={‸}", 1\n)\ny = 1\n', 'css}&hash={css}", 2'),
        ("x = [\n    f'{‸} of {total}',\n]\ny = 1\n", "count(a} in'"),
    ],
)
def test_a_value_in_a_string_does_not_end_the_string_again(
    marked: str, written: str, *, sees_suffix: bool
) -> None:
    text = shown(marked, written, "python", sees_suffix=sees_suffix, place=Place.CODE)
    assert n_errors(marked.replace("‸", text or "x"), "python") == 0


@pytest.mark.parametrize("sees_suffix", SEEING)
def test_the_beginning_of_an_answer_may_leave_brackets_of_the_document_to_what_follows(
    *, sees_suffix: bool
) -> None:
    marked = "func f() {\n\tfunc() {\n\t\te := g(bytes(b‸\n}\n\nfunc h() {\n}\n"
    written = ")).Decode()\n\t\t_ = e\n\t}()\n"
    text = shown(marked, written, "go", sees_suffix=sees_suffix)
    assert text.startswith(")).Decode()")
