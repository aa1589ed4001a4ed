"""From records to a plan, and what displaces a load."""

from __future__ import annotations

from dataclasses import replace

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState, Plan
from hotseat.residency.planner import (
    Situation,
    displaced_by,
    due_estimates,
    due_renewals,
    make_plan,
)
from hotseat.residency.records import Records
from support.residency_driver import MIB, A, B, at, want


def situation(*wants: Want, limit_mib: int = 100, now_s: float = 50.0) -> Situation:
    return Situation(
        now_s=now_s,
        demand=merge_wants(wants),
        busy=frozenset(),
        wanted_s={},
        limit_bytes=limit_mib * MIB,
        foreign_bytes=0,
        n_foreign=0,
        max_models=None,
        swap_margin=0.0,
        is_short=False,
        min_residency_s=3.0,
    )


def records_of(**states: tuple[ModelSpec, ModelState | None]) -> Records:
    """Models of 60 MiB each; None for one that is absent."""
    records = Records({})
    for spec, state in states.values():
        record = replace(records.of(spec), size_bytes=60 * MIB)
        if state is not None:
            record = replace(record.move(state, 10.0), ours=True)
        records.put(record)
    return records


def test_a_demanded_model_replaces_one_that_is_not_wanted() -> None:
    records = records_of(a=(A, ModelState.WARM), b=(B, None))
    assert make_plan(records, situation(at(B))) == Plan(load=(B,), unload=(A,))


def test_a_demanded_model_displaces_a_speculative_load() -> None:
    records = records_of(a=(A, ModelState.LOADING), b=(B, None))
    now = situation(want(A, 0.9), at(B))
    before = tuple(records)
    assert displaced_by(records, now, records.of(A)) == B
    assert tuple(records) == before  # it changes nothing
    assert displaced_by(records, situation(at(A), at(B)), records.of(A)) is None
    cancelling = replace(records.of(A), cancelling=True)
    assert displaced_by(records, now, cancelling) is None


def test_a_failed_model_waits_for_its_retry() -> None:
    records = records_of(a=(A, None))
    records.put(replace(records.of(A), retry_at_s=60.0))
    assert make_plan(records, situation(at(A), now_s=59.0)).load == ()
    assert make_plan(records, situation(at(A), now_s=60.0)).load == (A,)


def test_sizes_are_asked_for_once() -> None:
    records = Records({})
    records.put(records.of(A))
    demand = merge_wants([at(A)])
    assert due_estimates(records, demand, (), 50.0) == [(A, None)]
    assert due_estimates(records, demand, (A,), 50.0) == []


def test_a_model_that_is_leaving_is_not_renewed() -> None:
    records = records_of(a=(A, ModelState.WARM))
    demand = merge_wants([at(A)])
    assert [r.spec for r in due_renewals(records, demand, (), 50.0)] == [A]
    assert due_renewals(records, demand, (A,), 50.0) == []
    assert due_renewals(records, merge_wants([]), (), 50.0) == []
