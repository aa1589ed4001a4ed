"""Which set of models stays in memory: by example, and what holds for any of them."""

from __future__ import annotations

import itertools
import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Plan
from hotseat.residency.knapsack import MAX_EXACT, Item, choose
from hotseat.residency.policy import SWAP_MARGIN, Seat, plan

SPECS = [ModelSpec(f"m{i:02}") for i in range(20)]
A, B, C = SPECS[:3]


def want(
    spec: ModelSpec, probability: float, *, demanded: bool = False, pinned: bool = False
) -> Want:
    return Want(
        expert=spec.model, spec=spec, probability=probability, demanded=demanded, pinned=pinned
    )


def seat(spec: ModelSpec, size_bytes: int = 1, *, young: bool = False) -> Seat:
    return Seat(spec=spec, size_bytes=size_bytes, young=young)


def test_the_set_with_the_least_expected_wait_is_loaded() -> None:
    """A alone is likelier than either of the others, but not than both."""
    decided = plan(
        wants=[want(A, 0.5), want(B, 0.3), want(C, 0.3)],
        seats=[],
        sizes={A: 2, B: 1, C: 1},
        budget_bytes=2,
    )
    assert set(decided.load) == {B, C}


def test_whoever_waits_for_an_answer_comes_before_whoever_types() -> None:
    for typed, asked in ((A, B), (B, A)):
        wants = [want(typed, 1.0, demanded=True)]
        wants.append(want(asked, 1.0, demanded=True)._replace(awaited=True))
        decided = plan(wants=wants, seats=[seat(typed)], sizes={asked: 1}, budget_bytes=1)
        assert decided == Plan(load=(asked,), unload=(typed,))


def test_what_takes_long_to_load_is_worth_more() -> None:
    wants = [want(A, 0.5), want(B, 0.3)]
    sizes = {A: 1, B: 1}
    assert plan(wants=wants, seats=[], sizes=sizes, budget_bytes=1).load == (A,)
    slow_b = {A: 1.0, B: 4.0}
    assert plan(wants=wants, seats=[], sizes=sizes, budget_bytes=1, load_s=slow_b).load == (B,)


def test_a_swap_must_pay_for_itself() -> None:
    def swap(gain: float) -> Plan:
        wants = [want(A, 0.4), want(B, 0.4 + gain)]
        return plan(wants=wants, seats=[seat(A)], sizes={B: 1}, budget_bytes=1)

    assert swap(SWAP_MARGIN * 0.9) == Plan()
    assert swap(SWAP_MARGIN * 1.1) == Plan(load=(B,), unload=(A,))


def test_a_young_model_gives_way_to_demand_only() -> None:
    wants = [want(A, 0.1), want(B, 0.9)]
    young = [seat(A, young=True)]
    assert plan(wants=wants, seats=young, sizes={B: 1}, budget_bytes=1) == Plan()
    demanded = [want(A, 0.1), want(B, 0.2, demanded=True)]
    swapped = plan(wants=demanded, seats=young, sizes={B: 1}, budget_bytes=1)
    assert swapped == Plan(load=(B,), unload=(A,))


def test_demand_displaces_the_least_likely_model_even_if_that_is_young() -> None:
    """With several agents, the model that the next one needs was unloaded for the sake of one
    that was loaded a moment ago for a conversation that had gone on."""
    wants = [want(A, 0.9), want(B, 0.1), want(C, 1.0, demanded=True)]
    decided = plan(wants=wants, seats=[seat(A), seat(B, young=True)], sizes={C: 1}, budget_bytes=2)
    assert decided == Plan(load=(C,), unload=(B,))


def test_a_young_model_that_no_window_wants_any_more_has_served() -> None:
    plan_ = plan(wants=[want(B, 0.9)], seats=[seat(A, young=True)], sizes={B: 1}, budget_bytes=1)
    assert plan_ == Plan(load=(B,), unload=(A,))


def test_demanded_ones_are_loaded_before_likelier_speculations() -> None:
    wants = [want(A, 0.9), want(B, 0.2, demanded=True)]
    decided = plan(wants=wants, seats=[], sizes={A: 1, B: 1}, budget_bytes=2)
    assert decided.load == (B, A)


# --- what always holds ---


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.integers(1, 12))
    sizes = {s: draw(st.integers(1, 40)) for s in SPECS[:n]}
    wants = [
        want(
            s,
            draw(st.floats(0.01, 1.0)),
            demanded=draw(st.integers(0, 5)) == 0,
            pinned=draw(st.integers(0, 7)) == 0,
        )
        for s in sizes
        if draw(st.booleans())
    ]
    budget = draw(st.integers(0, 150))
    seats: list[Seat] = []
    used = 0
    for s, size in sizes.items():
        if draw(st.booleans()) and used + size <= budget:
            used += size
            seats.append(
                Seat(
                    spec=s,
                    size_bytes=size,
                    busy=draw(st.integers(0, 4)) == 0,
                    young=draw(st.integers(0, 4)) == 0,
                    wanted_s=draw(st.floats(0, 100)),
                )
            )
    return {
        "wants": wants,
        "seats": seats,
        "sizes": sizes,
        "budget_bytes": budget,
        "load_s": {s: draw(st.floats(0.1, 5.0)) for s in sizes},
        "max_models": draw(st.none() | st.integers(1, 8)),
    }


def after(situation: dict[str, Any], decided: Plan) -> set[ModelSpec]:
    held = {s.spec for s in situation["seats"]}
    return (held - set(decided.unload)) | set(decided.load)


@given(situations())
def test_the_budget_and_the_number_of_models_are_never_exceeded(
    situation: dict[str, Any],
) -> None:
    decided = plan(**situation)
    held = after(situation, decided)
    sizes = situation["sizes"]
    assert sum(sizes[s] for s in held) <= situation["budget_bytes"]
    busy = sum(s.busy for s in situation["seats"])
    if (limit := situation["max_models"]) is not None:
        assert len(held) <= max(limit, busy)


@given(situations())
def test_busy_models_stay(situation: dict[str, Any]) -> None:
    decided = plan(**situation)
    busy = {s.spec for s in situation["seats"] if s.busy}
    assert not busy & set(decided.unload)


@given(situations())
def test_a_pinned_model_is_dropped_only_for_busy_ones_and_others_that_are_pinned(
    situation: dict[str, Any],
) -> None:
    decided = plan(**situation)
    pinned = {w.spec for w in situation["wants"] if w.pinned}
    if pinned & set(decided.unload):
        busy = {s.spec for s in situation["seats"] if s.busy}
        assert after(situation, decided) & (busy | pinned)


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_does_not_matter(
    situation: dict[str, Any], chance: random.Random
) -> None:
    other = dict(situation)
    for name in ("wants", "seats"):
        other[name] = chance.sample(situation[name], len(situation[name]))
    once, again = plan(**situation), plan(**other)
    assert after(situation, once) == after(other, again)
    assert once.load == again.load


@given(situations())
def test_with_free_memory_everything_fits(situation: dict[str, Any]) -> None:
    roomy = {**situation, "budget_bytes": 10_000, "max_models": None}
    decided = plan(**roomy)
    assert not decided.unload
    assert not decided.too_large
    wanted = {w.spec for w in situation["wants"]}
    assert wanted <= after(roomy, decided)


@given(situations(), st.integers(0, 100))
def test_more_budget_never_means_more_expected_wait(situation: dict[str, Any], more: int) -> None:
    """Counting the loads on the way to it, which are part of the wait."""
    speculative = {
        **situation,
        "wants": [want(w.spec, w.probability) for w in situation["wants"]],
        "seats": [seat(s.spec, s.size_bytes) for s in situation["seats"]],
    }
    richer = {**speculative, "budget_bytes": speculative["budget_bytes"] + more}

    def wait_s(of: dict[str, Any]) -> float:
        load_s: dict[ModelSpec, float] = of["load_s"]
        held = after(of, plan(**of))
        there = {s.spec for s in of["seats"]}
        missing = sum(w.probability * load_s[w.spec] for w in of["wants"] if w.spec not in held)
        dropped = sum(SWAP_MARGIN * load_s[s] for s in there - held)
        return missing + dropped

    assert wait_s(richer) <= wait_s(speculative) + 1e-4


# --- the set itself ---

items = st.lists(st.tuples(st.integers(1, 30), st.floats(0.01, 5.0)), min_size=0, max_size=10).map(
    lambda pairs: [Item(f"k{i}", size, value) for i, (size, value) in enumerate(pairs)]
)


@settings(max_examples=200)
@given(items, st.integers(-5, 120), st.none() | st.integers(0, 6))
def test_no_other_set_that_fits_is_worth_more(
    items: list[Item], room: int, limit: int | None
) -> None:
    chosen = choose(items, room, limit)
    value = sum(i.value for i in items if i.key in chosen)
    most = len(items) if limit is None else limit
    best = max(
        sum(i.value for i in some)
        for n in range(min(most, len(items)) + 1)
        for some in itertools.combinations(items, n)
        if sum(i.size_bytes for i in some) <= max(room, 0)
    )
    assert value == pytest.approx(best)
    assert len(chosen) <= most


def test_beyond_the_exact_limit_it_still_fits() -> None:
    chance = random.Random(3)
    many = [Item(f"k{i}", chance.randrange(1, 50), chance.random()) for i in range(3 * MAX_EXACT)]
    chosen = choose(many, 300)
    assert 0 < sum(i.size_bytes for i in many if i.key in chosen) <= 300


def test_sixteen_models_are_planned_in_well_under_a_frame() -> None:
    """Generous, for machines that do other work: the figure is in docs/forecast.md."""
    chance = random.Random(5)
    sizes = {s: chance.randrange(100, 4000) for s in SPECS[:16]}
    wants = [want(s, chance.random()) for s in sizes]
    costs = []
    for _ in range(50):
        began_s = time.perf_counter()
        plan(wants=wants, seats=[], sizes=sizes, budget_bytes=16_000)
        costs.append(time.perf_counter() - began_s)
    assert sorted(costs)[25] < 0.01
