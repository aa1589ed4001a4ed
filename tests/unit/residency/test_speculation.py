"""What a speculative load is worth, on engines that end a load early and on others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Plan
from hotseat.residency.policy import Seat, plan
from hotseat.residency.speculation import chance_of_absent, speculative_values
from support.residency_driver import A, B, C, D, at, want

Delay = Callable[[float], float]


def values(
    hoped: Sequence[Want], *, resident: set[ModelSpec], delay_s: Delay | None, n_free: int = 1
) -> dict[ModelSpec, float]:
    """Of models that load in 4 s each."""
    return speculative_values(
        hoped,
        resident=resident,
        sizes=dict.fromkeys((A, B, C, D), 1),
        load_s=dict.fromkeys((A, B, C, D), 4.0),
        delay_s=delay_s,
        free_bytes=n_free,
        n_free=None,
    )


def planned(*wants: Want, warm: Sequence[ModelSpec], seats: int, delay_s: Delay | None) -> Plan:
    """With memory for so many models, which load in 4 s each."""
    return plan(
        wants=wants,
        seats=[Seat(spec=spec, size_bytes=1) for spec in warm],
        sizes=dict.fromkeys((A, B, C, D), 1),
        budget_bytes=seats,
        load_s=dict.fromkeys((A, B, C, D), 4.0),
        delay_s=delay_s,
    )


def test_a_load_that_can_be_ended_early_has_no_price() -> None:
    hoped = [want(B, 0.5), want(C, 0.25)]
    assert values(hoped, resident=set(), delay_s=None) == {B: 2.0, C: 1.0}


def test_another_load_has_the_price_of_the_wait_that_it_may_cause() -> None:
    hoped = [want(B, 0.5), want(C, 0.25)]
    found = values(hoped, resident=set(), delay_s=lambda _load_s: 1.0)
    assert found == {B: pytest.approx(2.0 - 0.75), C: pytest.approx(1.0 - 0.75)}
    assert C not in values(hoped, resident=set(), delay_s=lambda _load_s: 2.0)


def test_who_goes_on_to_a_warm_model_is_not_delayed() -> None:
    hoped = [want(B, 0.2), want(C, 0.6), want(D, 0.1)]
    assert chance_of_absent(hoped, {C, D}, must_evict=False) == pytest.approx(0.2)
    assert chance_of_absent(hoped, {C, D}, must_evict=True) == pytest.approx(0.3)
    assert chance_of_absent(hoped, set(), must_evict=True) == pytest.approx(0.9)


@pytest.mark.parametrize(("delay", "loads"), [(0.5, (B,)), (3.9, ())])
def test_a_user_in_a_hurry_is_not_kept_waiting_for_an_unlikely_model(
    delay: float, loads: tuple[ModelSpec, ...]
) -> None:
    wants = [at(A), want(B, 0.2), want(C, 0.15), want(D, 0.15)]
    decided = planned(*wants, warm=[A], seats=2, delay_s=lambda _load_s: delay)
    assert decided.load == loads


def test_a_demanded_model_has_no_price() -> None:
    decided = planned(at(B), want(A, 0.9), warm=[A], seats=1, delay_s=lambda load_s: load_s)
    assert decided == Plan(load=(B,), unload=(A,))


@pytest.mark.parametrize("warm", [[], [A]])
def test_with_one_seat_nothing_is_loaded_ahead_where_no_load_ends_early(
    warm: list[ModelSpec],
) -> None:
    """Nothing is under a cursor: the window was just opened."""
    wants = [want(B, 0.9), want(A, 0.05)]
    assert planned(*wants, warm=warm, seats=1, delay_s=None).load == (B,)
    assert planned(*wants, warm=warm, seats=1, delay_s=lambda _load_s: 0.0) == Plan()
    assert planned(*wants, warm=[], seats=2, delay_s=lambda _load_s: 0.0).load == (B, A)


def test_a_daemons_limit_of_one_is_one_seat_too() -> None:
    decided = plan(
        wants=[want(B, 0.9), want(A, 0.05)],
        seats=[],
        sizes={A: 1, B: 1},
        budget_bytes=9,
        max_models=1,
        delay_s=lambda _load_s: 0.0,
    )
    assert decided == Plan()


def test_nothing_is_loaded_ahead_before_two_sizes_are_known() -> None:
    decided = plan(
        wants=[want(B, 0.9), want(A, 0.05)],
        seats=[],
        sizes={B: 1},
        budget_bytes=1,
        delay_s=lambda _load_s: 0.0,
    )
    assert decided == Plan()


def test_the_only_expert_is_loaded_ahead_in_its_one_seat() -> None:
    assert planned(want(B, 0.9), warm=[], seats=1, delay_s=lambda _load_s: 1.0).load == (B,)
