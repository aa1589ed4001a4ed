"""The check of a suggestion gives one verdict however much of a name has been typed."""

from __future__ import annotations

import pytest

from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.postprocess.line_or_block import LineOrBlock
from hotseat.syntax.fragment import Fragment

AROUND = {
    "python": (
        "class A:\n    def __init__(self):\n        value = total(",
        "\n\n    def b(self):\n        return 1\n",
    ),
    "go": ("package a\n\nfunc f() {\n\tvalue := total(", "\n}\n"),
    "javascript": ("function f() {\n  const value = total(", "\n}\n"),
    "typescript": ("function f(): void {\n  const value = total(", "\n}\n"),
    "rust": ("fn f() {\n    let value = total(", "\n}\n"),
    "java": ("class A {\n  void f() {\n    int value = total(", "\n  }\n}\n"),
    "c": ("void f(void) {\n  int value = total(", "\n}\n"),
}


def shown(language: str, typed: str, answer: str) -> str:
    before, after = AROUND[language]
    pipeline = AnswerPipeline(
        before + typed, after, language, LineOrBlock.LINE, new_fragment=Fragment, sees_suffix=True
    )
    pipeline.feed(answer)
    return pipeline.finish_here().text


@pytest.mark.parametrize("language", AROUND)
@pytest.mark.parametrize("answer", ["compute(items, tax)", "(items)", "_of(a))", " b c", '"x")'])
def test_the_verdict_is_the_same_for_each_part_of_a_name(language: str, answer: str) -> None:
    # `r"x"` is a string in some languages, `ra"x"` in none.
    parts = ["ra", "rat", "rate"] if answer.startswith('"') else ["r", "ra", "rat", "rate"]
    verdicts = {part: shown(language, f"it2, {part}", answer) for part in parts}
    assert len(set(verdicts.values())) == 1, verdicts


@pytest.mark.parametrize("language", AROUND)
def test_an_argument_is_shown_though_the_bracket_around_it_stays_open(language: str) -> None:
    answer = "compute(items, tax)"
    for typed in ("", "it2", "it2,", "it2, ", "it2, r"):
        assert shown(language, typed, answer) == answer, typed


@pytest.mark.parametrize("language", AROUND)
def test_what_parses_in_no_bracket_is_still_withheld(language: str) -> None:
    assert "tax_12]" not in shown(language, "it2, ", "compute(items, tax_12]")


@pytest.mark.parametrize(
    ("language", "before", "answer", "after"),
    [
        ("go", "package a\n\nfunc f() {\n\tx := m", "ake(map[string]int)", "\n}\n"),
        ("go", "package a\n\nfunc f() {\n\tx := ne", "w([]int)", "\n}\n"),
        ("rust", "fn f() {\n    let m", "ut x = 1;", "\n}\n"),
        ("rust", "pub(cr", "ate) fn f() {}", "\n"),
        ("typescript", "let x: uni", "que symbol;", "\n"),
    ],
)
def test_a_word_with_a_rule_of_its_own_is_no_name(
    language: str, before: str, answer: str, after: str
) -> None:
    pipeline = AnswerPipeline(
        before, after, language, LineOrBlock.LINE, new_fragment=Fragment, sees_suffix=True
    )
    pipeline.feed(answer)
    assert pipeline.finish_here().text == answer
