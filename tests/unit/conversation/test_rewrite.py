"""New code out of an answer: taken out of its fence, put where the old stood, checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.conversation.excerpt import SelectionInFile, size_of
from hotseat.conversation.rewrite import (
    UnusableAnswer,
    check,
    code_in,
    indented_like,
    without_echo,
    write_edit,
)
from hotseat.domain.errors import HotseatError
from hotseat.domain.syntax import SyntaxErrors


def place(before: str = "", selected: str = "x", after: str = "") -> SelectionInFile:
    lines = [tuple(text.split("\n")) if text else () for text in (before, selected, after)]
    return SelectionInFile(
        path="a.py",
        language="python",
        before=lines[0],
        selected=lines[1],
        after=lines[2],
        line=len(lines[0]),
    )


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Sure!\n```python\nx = 1\n```\nDone.", ["x = 1"]),
        ("x = 1\ny = 2\n", ["x = 1", "y = 2"]),
        ("```\r\n\r\n  x\r\n```", ["  x"]),
        ("````md\n```\nx\n```\n````", ["```", "x", "```"]),
        ("```\n```", []),
        ("~~~\nx\n~~~", ["x"]),
    ],
)
def test_code_comes_out_of_its_fence(answer: str, code: list[str]) -> None:
    assert code_in(answer) == code


def test_an_answer_that_breaks_off_is_unfit() -> None:
    with pytest.raises(UnusableAnswer, match="breaks off"):
        code_in("```python\nx = 1\n")


@pytest.mark.parametrize(
    ("new", "old", "wanted"),
    [
        ("return 1", "\treturn 2", "\treturn 1"),
        ("def f():\n    return 1", "    def f():\n        pass", "    def f():\n        return 1"),
        ("        x = 1\n\n        y = 2", "  a\n  b", "  x = 1\n\n  y = 2"),
        ("x = 1\n    y = 2", "    a = 1\n    b = 2", "    x = 1\n    y = 2"),
        (
            "def f():\n        return 1",
            "    def f():\n        pass",
            "    def f():\n        return 1",
        ),
        ("x\n  y\nz", "a", "x\n  y\nz"),
    ],
)
def test_it_stands_where_the_old_code_stood(new: str, old: str, wanted: str) -> None:
    assert indented_like(new.split("\n"), old.split("\n")) == wanted.split("\n")


@given(st.lists(st.sampled_from(["a", " b", "  c", "\td", ""]), min_size=1))
def test_only_white_space_is_moved(lines: list[str]) -> None:
    moved = indented_like(lines, ["    x", "      y"])
    assert [line.strip() for line in moved] == [line.strip() for line in lines]
    assert all(line.startswith("    ") for line in moved if line.strip())


def test_lines_around_are_not_repeated() -> None:
    here = place("import os\ndef f():", "    return 1", "\nprint(f())")
    answer = ["def f():", "    return 2", "", "print(f())"]
    assert without_echo(answer, here) == ["    return 2"]
    # A bracket alone does not identify a place.
    assert without_echo(["}", "x"], place("}", "y")) == ["}", "x"]


def test_code_that_parses_worse_is_unfit() -> None:
    sound, broken = SyntaxErrors(n=0), SyntaxErrors(n=1, first_line=1, n_bytes=3)
    check(sound, sound, ["x = 1", "y = 3"])
    check(broken, broken, ["x = (", "z"])  # no worse than before
    with pytest.raises(UnusableAnswer, match=r"line 2 of the file: `y = \(`"):
        check(sound, broken, ["x = 1", "y = ("])
    with pytest.raises(UnusableAnswer, match=r"line 12 of the file: `y = \(`"):
        check(sound, broken, ["x = 1", "y = ("], first_line=10)
    check(sound, None, ["("])  # without a grammar nothing is checked


def test_the_lines_to_change_are_never_cut() -> None:
    here = place("\n".join(f"before_{i}" for i in range(99)), "x = 1", "after_1")
    messages = write_edit("Double it", place=here, persona=None, tried=(), n_bytes=1000)
    text = messages[-1][1]
    assert "before_98\n```" in text
    assert "before_1\n" not in text
    assert text.endswith("```python\nx = 1\n```\n\nDouble it")
    assert sum(size_of((said,)) for _, said in messages) <= 1000
    with pytest.raises(HotseatError, match="longer than the model's context"):
        write_edit("Double it", place=here, persona=None, tried=(), n_bytes=300)
