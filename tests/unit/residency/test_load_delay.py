"""How long a load that cannot be ended early would hold up the next one, by the stays so far."""

from __future__ import annotations

import pytest

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.experts import ModelSpec
from hotseat.residency.load_delay import StayLengths
from support.residency_driver import A, B, at, want


def stays(*lengths_s: float, prior_s: tuple[float, ...] = ()) -> tuple[StayLengths, float]:
    """A user who came to another model after each of these stays, and when the last one ended."""
    lengths = StayLengths(prior_s=prior_s)
    now_s, here, there = 100.0, A, B
    lengths.note(merge_wants([at(here)]), now_s)
    for length_s in lengths_s:
        now_s += length_s
        here, there = there, here
        lengths.note(merge_wants([at(here)]), now_s)
    return lengths, now_s


def test_a_load_that_ends_within_every_stay_delays_nothing() -> None:
    lengths, now_s = stays(10, 20)
    assert lengths.delay_s(10.0, now_s) == 0.0


def test_it_is_the_mean_of_what_outlasts_the_stays() -> None:
    lengths, now_s = stays(1, 2, 10, 10)
    assert lengths.delay_s(4.0, now_s) == pytest.approx((3 + 2 + 0 + 0) / 4)


def test_a_user_who_has_stayed_for_a_while_stays_on() -> None:
    lengths, now_s = stays(1, 2, 10, 10)
    assert lengths.delay_s(4.0, now_s + 2.0) == 0.0
    assert lengths.delay_s(4.0, now_s + 8.0) == pytest.approx(2.0)
    assert lengths.delay_s(4.0, now_s + 11.0) == 0.0  # nobody stayed for so long


def test_a_user_of_whom_nothing_is_known_may_leave_soon() -> None:
    delay_s = StayLengths().delay_s(4.0, 0.0)
    assert 0.0 < delay_s < 2.0


@pytest.mark.parametrize("load_s", [0.5, 2.0, 30.0])
def test_never_longer_than_the_load(load_s: float) -> None:
    lengths, now_s = stays(*[0.1] * 100)
    assert 0.9 * load_s - 0.1 < lengths.delay_s(load_s, now_s) <= load_s


@pytest.mark.parametrize("wants", [[], [want(B, 0.9)], [at(A), want(B, 0.9)]])
def test_only_a_model_that_was_not_demanded_ends_a_stay(wants: list[Want]) -> None:
    lengths = StayLengths(prior_s=())
    lengths.note(merge_wants([at(A)]), 0.0)
    lengths.note(merge_wants(wants), 5.0)
    lengths.note(merge_wants([at(A)]), 6.0)
    lengths.note(merge_wants([at(B)]), 9.0)
    assert lengths.delay_s(20.0, 9.0) == pytest.approx(20.0 - 9.0)


def test_old_stays_are_forgotten() -> None:
    lengths = StayLengths(prior_s=(), max_stays=2)
    for i, now_s in enumerate((0.0, 1.0, 11.0, 21.0)):
        lengths.note(merge_wants([at(ModelSpec(f"m{i}"))]), now_s)
    assert lengths.delay_s(5.0, 21.0) == 0.0
