"""Answers of several lines: what belongs to them, and what the document has already."""

from __future__ import annotations

import pytest

from hotseat.completion.filter.features import features_of
from support.shown_answers import shown

SEEING = [True, False]
FILLER = "".join(f"  public get size{n}(): number {{\n    return {n};\n  }}\n\n" for n in range(90))
CLASS = f"export class Box {{\n{FILLER}"
"""Far enough above the cursor that its first line is not looked at."""


@pytest.mark.parametrize("sees_suffix", SEEING)
def test_a_block_that_a_later_line_opens_is_closed_where_that_line_is_indented(
    *, sees_suffix: bool
) -> None:
    marked = "export function area(\n  width: number,\n  height: ‸\n  return width * height;\n}\n"
    written = "number,\n): number {"
    assert shown(marked, written, "typescript", sees_suffix=sees_suffix) == written


@pytest.mark.parametrize("sees_suffix", SEEING)
@pytest.mark.parametrize(
    ("language", "marked", "written"),
    [
        (
            "go",
            "func f(kind int, xs []int) int {\n\tswitch kind {\n\tcase 1:\n\t\t‸\n\t\t}\n"
            "\t\treturn 1\n\tcase 2:\n\t\treturn 2\n\tdefault:\n\t\treturn 0\n\t}\n}\n",
            "for _, x := range xs {\n\t\t\tprintln(x)",
        ),
        (
            "javascript",
            "function f(kind, xs) {\n  switch (kind) {\n  case 1:\n    ‸\n    }\n    return 1;\n"
            "  default:\n    return 0;\n  }\n}\n",
            "for (const x of xs) {\n      log(x);",
        ),
    ],
)
def test_labels_stand_at_the_indentation_of_their_switch(
    language: str, marked: str, written: str, *, sees_suffix: bool
) -> None:
    assert shown(marked, written, language, sees_suffix=sees_suffix) == written


@pytest.mark.parametrize("sees_suffix", SEEING)
def test_a_block_goes_on_after_a_clause_that_opens_the_next_one(*, sees_suffix: bool) -> None:
    marked = "const load = (path) => {\n  try {\n    ‸\n}\n"
    written = "return read(path);\n  } catch {\n    return null;\n  }"
    assert shown(marked, written, "javascript", sees_suffix=sees_suffix) == written


def test_the_beginning_of_a_longer_answer_may_close_a_bracket_of_the_document() -> None:
    marked = "export { ‸\n}\n"
    written = "open, close } from './door'\n\nexport const names = {\n  front: 1,"
    text = shown(marked, written, "typescript", sees_suffix=True)
    assert text == "open, close } from './door'"


@pytest.mark.parametrize(
    "below",
    [
        "  }\n\n  return total\n}\n\n/** The `size` of it. */\nconst later = `a`\n",
        "  return `last ${total}`;\n  }\n}\n",
        "}\nconst label = `none`;\n",
    ],
)
def test_a_template_string_whose_end_is_missing_is_closed_by_the_answer(below: str) -> None:
    marked = "function f(user, total) {\n  if (total) {\n    fail(`${‸\n" + below
    written = "user.name} has ${total}`);"
    assert shown(marked, written, "javascript", sees_suffix=False) == written


@pytest.mark.parametrize("closing", ["  `;\n", "  `)\n", "</ul>`;\n"])
def test_an_answer_ends_before_the_template_strings_own_end(closing: str) -> None:
    marked = f"const list = html`\n  <ul>\n    ‸\n{closing}const next = `b`;\n"
    text = shown(marked, "<li>one</li>\n  `;\nconst more = 1;", "javascript", sees_suffix=False)
    assert text == "<li>one</li>"


@pytest.mark.parametrize("sees_suffix", SEEING)
def test_a_template_string_in_an_inserted_value_does_not_end_the_one_around_it(
    *, sees_suffix: bool
) -> None:
    marked = "const page = html`\n  ‸\n  ${rows.map((row) => html`<p>${row}</p>`)}\n`;\n"
    assert shown(marked, "<h1>Rows</h1>", "javascript", sees_suffix=sees_suffix) == "<h1>Rows</h1>"


@pytest.mark.parametrize("sees_suffix", SEEING)
def test_a_documentation_comment_may_have_a_fence(*, sees_suffix: bool) -> None:
    marked = "/**\n * Opens a door.\n *\n * @example\n * ‸\n * ```\n */\nexport const open = 1;\n"
    text = shown(marked, "```ts\n * open()", "typescript", sees_suffix=sees_suffix)
    assert text.startswith("```ts")


@pytest.mark.parametrize("sees_suffix", SEEING)
def test_a_comment_far_inside_a_class_is_a_comment(*, sees_suffix: bool) -> None:
    marked = f"{CLASS}  /**\n   * Returns the lid.\n   ‸\n   */\n  public lid(): Lid {{\n  }}\n}}\n"
    written = "* Note: The lid is borrowed, thus copy it"
    assert shown(marked, written, "typescript", sees_suffix=sees_suffix) == written


def test_a_rule_of_a_comment_is_no_repetition() -> None:
    of_rule = features_of("-" * 78, prefix="/*", suffix="\n", language="typescript", mode="line")
    assert of_rule.repeated_share == 0.0
    endless = features_of("-" * 900, prefix="x = ", suffix="\n", language="python", mode="line")
    assert endless.repeated_share > 0.5


def test_an_answer_cut_off_in_the_documents_next_line_ends_before_it() -> None:
    marked = "test('rows', () => {\n  ‸\n  expect(rows.at(-1)).toEqual(last)\n})\n"
    written = "const rows = load()\n  expect(rows.at(-1)).toEq"
    text = shown(
        f"if (a) {{\n{marked}}}\n", f"if (b) {{\n{written}", "javascript", sees_suffix=False
    )
    assert "toEq" not in text


def test_the_documents_comments_before_a_repeated_line_are_not_suggested() -> None:
    marked = "function walk(node)‸\n\n  // then the children\n  return node.all().map(walk)\n}\n"
    written = (
        " {\n  if (!node) {\n    return []\n  }\n\n  // then the children\n"
        "  return node.all().map(walk)\n}\n"
    )
    text = shown(marked, written, "javascript", sees_suffix=False)
    assert text == " {\n  if (!node) {\n    return []\n  }"


@pytest.mark.parametrize("sees_suffix", SEEING)
def test_a_line_begun_at_another_indentation_is_not_the_next_line_again(
    *, sees_suffix: bool
) -> None:
    marked = "suite(() => {\n  it('waits', () => {}‸\n    it('waits', () => {});\n  });\n});\n"
    written = ");\n  suite('inner', () => {"
    assert shown(marked, written, "javascript", sees_suffix=sees_suffix).startswith(");")


def test_closing_brackets_belong_to_the_line_that_is_indented_alike() -> None:
    calls = "".join(f"  call('n{n}', () => {{\n    done({n});\n  }});\n\n" for n in range(60))
    marked = f"suite('times', () => {{\n{calls}  call('last', ‸\n  }});\n\n{calls}}});\n"
    written = "() => {\n    done();\n  });\n"
    text = shown(marked, written, "javascript", sees_suffix=False)
    assert text == "() => {\n    done();"
