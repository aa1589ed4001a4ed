"""What a model is shown for a question, and what gives way where its context is short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.conversation.excerpt import SelectionInFile, cut, size_of
from hotseat.conversation.prompt import as_raw, fenced, write_question
from hotseat.conversation.turns import MAX_TURNS, Conversation, Turn
from hotseat.domain.errors import HotseatError


def place(n_before: int = 3, n_selected: int = 2, n_after: int = 3) -> SelectionInFile:
    return SelectionInFile(
        path="shop/cart.go",
        language="go",
        before=tuple(f"before {i}" for i in range(n_before)),
        selected=tuple(f"chosen {i}" for i in range(n_selected)),
        after=tuple(f"after {i}" for i in range(n_after)),
        line=n_before,
    )


def turn(n: int, size: int = 10) -> Turn:
    return Turn(question=f"q{n}", answer=f"a{n}".ljust(size, "."), expert="go")


def written(n_bytes: int, at: SelectionInFile | None = None, turns: int = 0) -> str:
    found = write_question(
        "Why?",
        place=at,
        turns=[turn(i, 100) for i in range(turns)],
        persona=None,
        n_bytes=n_bytes,
    )
    return "\n".join(text for _, text in found.messages)


def test_all_of_it_where_there_is_room() -> None:
    text = written(10_000, place(), turns=2)
    assert "shop/cart.go, lines 1 to 8:\n```go\nbefore 0\n" in text
    assert "from line 4:\n```go\nchosen 0\nchosen 1\n```\n\nWhy?" in text
    assert "q0" in text
    assert "a1" in text


def test_the_oldest_turns_go_first() -> None:
    text = written(1500, turns=9)
    assert "q8" in text
    assert "q0" not in text
    kept = [n for n in range(9) if f"q{n}" in text]
    assert kept == list(range(kept[0], 9))


def test_around_the_selection_goes_before_the_selection() -> None:
    long = place(n_before=100, n_after=100)
    text = written(800, long)
    assert "before 99" in text
    assert "before 0\n" not in text
    assert "chosen 1" in text
    short = written(500, place(n_selected=60))
    assert "chosen 0" in short
    assert "chosen 59" not in short
    assert "before" not in short


def test_lines_come_from_both_sides_of_a_cursor() -> None:
    excerpt = cut(place(50, 0, 50), 100)
    assert excerpt.selected == ()
    assert excerpt.shown is not None
    first, stop = excerpt.shown
    assert 40 < first < 50 < stop < 60


def test_a_question_that_is_too_long_is_refused() -> None:
    with pytest.raises(HotseatError, match="longer than the model's context"):
        write_question("why " * 500, place=None, turns=(), persona=None, n_bytes=900)


@given(
    n_bytes=st.integers(400, 5000),
    before=st.lists(st.text(max_size=60), max_size=40),
    selected=st.lists(st.text(max_size=60), max_size=40),
    after=st.lists(st.text(max_size=60), max_size=40),
    turns=st.integers(0, 8),
)
def test_it_always_fits(
    n_bytes: int, before: list[str], selected: list[str], after: list[str], turns: int
) -> None:
    here = SelectionInFile(
        path="a.go",
        language="go",
        before=tuple(before),
        selected=tuple(selected),
        after=tuple(after),
        line=len(before),
    )
    found = write_question(
        "Why?",
        place=here,
        turns=[turn(i, 80) for i in range(turns)],
        persona=None,
        n_bytes=n_bytes,
    )
    # Fences longer than three ticks are not reckoned with.
    ticks = 20 if any("```" in line for line in (*before, *selected, *after)) else 0
    assert sum(size_of((text,)) for _, text in found.messages) <= n_bytes + ticks * 10


def test_code_with_fences_is_fenced_by_more() -> None:
    assert fenced(["```go", "```"], "markdown") == "````markdown\n```go\n```\n````"


def test_a_base_model_goes_on_with_a_text() -> None:
    prompt, stop = as_raw([("system", "S"), ("user", "Q"), ("assistant", "A"), ("user", "P")])
    assert prompt == "S\n\n### Question\nQ\n\n### Answer\nA\n\n### Question\nP\n\n### Answer\n"
    assert "\n### Question" in stop


def test_a_conversation_forgets_what_is_oldest() -> None:
    conversation = Conversation(id="c")
    for n in range(MAX_TURNS + 5):
        conversation = conversation.with_turn(turn(n))
    assert len(conversation.turns) == MAX_TURNS
    assert conversation.turns[0].question == "q5"
