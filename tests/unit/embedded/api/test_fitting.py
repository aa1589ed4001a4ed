"""What is kept of a prompt that is longer than the context."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from hotseat.embedded.api.fitting import first_that_fits, kept_messages, shifted


def says(role: str, content: str = "") -> dict[str, Any]:
    return {"role": role, "content": content}


def found(counts: Sequence[int | None], n_tokens: int, asked: list[int] | None = None) -> int:
    """The result for prompts with these numbers of tokens, by the number of dropped messages."""
    search = first_that_fits(len(counts), n_tokens)
    try:
        start = next(search)
        while True:
            if asked is not None:
                asked.append(start)
            start = search.send(counts[start])
    except StopIteration as end:
        return int(end.value)


def test_the_oldest_messages_go_and_system_messages_stay() -> None:
    messages = [says("system"), says("user", "1"), says("assistant", "2"), says("user", "3")]
    assert kept_messages(messages, 0) == messages
    assert kept_messages(messages, 3) == [messages[0], messages[3]]
    late = [says("user", "1"), says("system", "late"), says("user", "3")]
    assert kept_messages(late, 2) == late[1:]
    assert kept_messages(late, 1) == late[1:]


@pytest.mark.parametrize(
    ("n_tokens", "dropped"), [(1000, 0), (90, 0), (89, 1), (60, 2), (59, 3), (5, 3), (0, 3)]
)
def test_as_few_messages_go_as_make_it_fit(n_tokens: int, dropped: int) -> None:
    assert found([90, 80, 60, 10], n_tokens) == dropped


def test_the_last_message_stays_however_long_it_is() -> None:
    assert found([500, 400], 10) == 1
    assert found([500], 10) == 0
    assert found([], 10) == 0


def test_a_conversation_that_the_template_refuses_is_shortened_further() -> None:
    """Many templates insist on user and assistant by turns."""
    assert found([90, None, 60, None, 30], 60) == 2
    assert found([90, None, 60, None, 30], 59) == 4
    assert found([90, None, None, None, 30], 80) == 4
    for n_tokens in range(0, 210, 10):
        counts = [None if i % 2 else 200 - i for i in range(200)]
        start = found([*counts, 0], n_tokens)
        fits = [i for i, n in enumerate([*counts, 0]) if n is not None and n <= n_tokens]
        assert start == fits[0]


def test_a_thousand_messages_are_rendered_a_dozen_times() -> None:
    asked: list[int] = []
    assert found(range(3000, 2000, -1), 2500, asked) == 500
    assert len(asked) <= 12


@pytest.mark.parametrize(
    ("n_keep", "kept"),
    [
        # Of 10 tokens of context and 4 kept, half of the other 6 are free for the answer.
        (4, [0, 1, 2, 3, 27, 28, 29]),
        (0, [25, 26, 27, 28, 29]),
        (-1, list(range(9))),
        (100, list(range(9))),
    ],
)
def test_tokens_after_the_first_ones_go(n_keep: int, kept: list[int]) -> None:
    assert shifted(range(30), n_ctx=10, n_keep=n_keep) == kept


@pytest.mark.parametrize("n_keep", [-1, 0, 4, 5, 30, 31, 40])
@pytest.mark.parametrize("n_tokens", [32, 33, 60, 1000])
def test_what_is_cut_fits_and_ends_as_before(n_keep: int, n_tokens: int) -> None:
    tokens = list(range(n_tokens))
    kept = shifted(tokens, n_ctx=32, n_keep=n_keep)
    assert 0 < len(kept) < 32
    assert kept == sorted(set(kept))
    if 0 <= n_keep < 30:
        assert kept[-1] == tokens[-1]
        assert kept[:n_keep] == tokens[:n_keep]
