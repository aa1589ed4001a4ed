"""Which models work for a window, and since when."""

from __future__ import annotations

import math

import pytest

from hotseat.domain.experts import ModelSpec
from hotseat.keeper.model_uses import ModelUses

A, B = ModelSpec("a:1b"), ModelSpec("b:1b")


def test_the_keeper_must_know_the_first_use_and_the_last_end() -> None:
    uses = ModelUses()
    assert [uses.begin(A, 1.0), uses.begin(A, 2.0)] == [True, False]
    assert [uses.end(A), uses.end(A)] == [False, True]
    with pytest.raises(KeyError):
        uses.end(A)


def test_the_first_request_after_a_use_that_waits_is_news() -> None:
    uses = ModelUses()
    assert [uses.begin(A, math.inf), uses.begin(A, math.inf), uses.begin(A, 3.0)] == [
        True,
        False,
        True,
    ]
    assert uses.oldest_s(A) == 3.0


def test_uses_that_waited_are_requests_once_their_model_is_warm() -> None:
    uses = ModelUses()
    uses.begin(A, math.inf)
    uses.begin(B, math.inf)
    assert not uses.begin_requests((), 5.0)
    assert uses.begin_requests({A}, 5.0)
    assert not uses.begin_requests({A}, 6.0)
    assert list(uses.ages_s(7.5)) == [(A, 2.5), (B, None)]
