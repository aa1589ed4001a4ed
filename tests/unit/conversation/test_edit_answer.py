"""Answers to an edit: complete with their first block, given up when they hold no code."""

from __future__ import annotations

import pytest

from hotseat.conversation.edit_answer import EditAnswer
from hotseat.conversation.excerpt import SelectionInFile

GO = ("func add(a int, b int) int {", "\treturn a + b", "}")
PROSE = (
    "The error that you are referring to is returned by the function that reads the file, and it "
    "is ignored here because the caller has no way to handle it.\n"
)


def written(
    text: str, *, selected: tuple[str, ...] = GO, language: str | None = "go", n_chars: int = 4
) -> tuple[EditAnswer, int]:
    """An answer that comes in pieces until it is over, and the characters that it took."""
    place = SelectionInFile(
        path="a.go", language=language, before=(), selected=selected, after=(), line=0
    )
    answer = EditAnswer(place, bytes_per_token=3)
    for at in range(0, len(text), n_chars):
        answer.add(text[at : at + n_chars])
        if answer.is_complete or answer.problem is not None:
            break
    answer.end()
    return answer, len(answer.text)


def test_it_is_complete_with_its_first_block() -> None:
    answer, n_chars = written("Sure:\n```go\nreturn b + a\n```\n" + PROSE * 20)
    assert answer.is_complete
    assert answer.problem is None
    assert n_chars < 40


def test_a_block_in_a_longer_fence_does_not_end_it() -> None:
    answer, _ = written("````md\n```go\nx\n```\nmore\n````\nrest", language="markdown")
    assert answer.text.startswith("````md\n```go\nx\n```\nmore\n````\n")


@pytest.mark.parametrize(
    "text",
    [
        PROSE * 20,
        "".join(f"{n}. {PROSE}" for n in range(20)),
        "Sure! I can help with that, and here is what I would do first.\n\n" + PROSE * 20,
        "**Note:** " + PROSE * 20,
    ],
)
def test_text_is_given_up_after_the_bound(text: str) -> None:
    answer, n_chars = written(text)
    assert answer.problem is not None
    assert answer.problem.for_user == "the model wrote text instead of code"
    assert answer.problem.is_final
    assert n_chars <= 64 * 3 + 8


def test_the_bound_grows_with_the_selection() -> None:
    lines = tuple(f"\tx{n} := f({n})" for n in range(100))
    size_bytes = sum(len(line) + 1 for line in lines)
    sentences = "".join(f"This is the sentence number {n} about it. " for n in range(200))
    answer, n_chars = written(sentences, selected=lines)
    assert answer.problem is not None
    assert size_bytes <= n_chars <= size_bytes + 8


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "func sum(a int, b int) int {\n\t// Adds two numbers that the caller gives to it.\n"
            * 4,
            "go",
        ),
        ("".join(f"\tcounter{n} := open(path{n}, mode) + offset{n}\n" for n in range(30)), "go"),
        ("// Add returns the sum of the two numbers that it is given by its caller.\n" * 3, "go"),
        ("SELECT name, price FROM items\nWHERE price > 10 AND name IS NOT NULL\n" * 3, "sql"),
        ("<p>Some text that is in a paragraph of the page</p>\n" * 4, "html"),
        ("select name, price from items\nwhere price is not null and name is null\n" * 3, "sql"),
        ("the_text: a text that is in a file of this kind\nother: one more of them\n" * 3, "yaml"),
        (PROSE, "markdown"),
        (PROSE, None),
    ],
)
def test_code_without_a_fence_is_not_given_up(text: str, language: str | None) -> None:
    answer, n_chars = written(text, language=language)
    assert n_chars == len(text)
    assert answer.problem is None


def test_text_with_a_line_of_the_selection_is_not_given_up() -> None:
    answer, _ = written(f"{GO[0]}\n{PROSE * 2}")
    assert answer.problem is None


def test_text_in_place_of_text_is_an_edit() -> None:
    docstring = ("    This is the text of a docstring that is to change.",)
    answer, _ = written(PROSE * 3, selected=docstring, language="python")
    assert answer.problem is None


def test_a_loop_is_given_up_in_a_block_and_outside() -> None:
    for text in ("```go\n" + "\treturn nil, err\n" * 90, "count = 1; " * 90, "```go\n```\n" * 90):
        answer, n_chars = written(text, n_chars=3)
        if answer.is_complete:
            continue  # an empty block is complete; it deletes the lines
        assert answer.problem is not None
        assert answer.problem.for_user == "the model began to repeat itself"
        assert n_chars < 400


def test_short_text_is_recognized_at_its_end() -> None:
    answer, _ = written("I cannot do that for you, sorry about that.")
    assert answer.problem is not None
    assert "text instead of code" in answer.problem.for_user
