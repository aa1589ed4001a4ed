"""The plan for the present situation: what the policy sees of the records, and what displaces a
load that is under way. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState, Plan
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.policy import Seat, plan
from hotseat.residency.records import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a plan depends on beside the records. `now_s` is the caller's monotonic clock."""

    now_s: float
    demand: Demand
    busy: frozenset[ModelSpec]
    """Models that work for a window: they stay."""
    wanted_s: Mapping[ModelSpec, float]
    """When each model was last demanded, or first wanted if it never was."""
    limit_bytes: int
    foreign_bytes: int
    n_foreign: int
    max_models: int | None
    swap_margin: float
    is_short: bool
    """The machine is short of memory."""
    min_residency_s: float
    delay_s: Callable[[float], float] | None = None
    """By how many seconds a load of the given length that begins now is expected to outlast the
    user's stay; None for an engine that ends a load early for another."""


def make_plan(records: Records, situation: Situation, *, without: ModelSpec | None = None) -> Plan:
    """Return the plan, or the one that there would be if the load of `without` were cancelled."""
    now_s = situation.now_s
    sizes: dict[ModelSpec, int] = {}
    foreign: dict[ModelSpec, int] = {}
    seats: list[Seat] = []
    warm = ModelState.WARM
    for r in records:
        spec = r.spec
        if r.size_bytes is not None:
            sizes[spec] = r.size_bytes
        if not r.occupies or r.cancelling or spec == without:
            continue
        if not r.ours:
            if r.state is warm:
                foreign[spec] = r.size_bytes or 0
            continue
        # A load in flight keeps its seat: it is dropped by CancelLoad, never by a plan.
        seat = Seat(
            spec=spec,
            size_bytes=r.size_bytes or 0,
            busy=r.state is not warm or spec in situation.busy,
            young=now_s - r.loaded_s < situation.min_residency_s,
            wanted_s=situation.wanted_s.get(spec, 0.0),
        )
        seats.append(seat)
    ready = [
        want
        for want in situation.demand.wants
        if (r := records.of(want.spec)).retry_at_s <= now_s or r.occupies
    ]
    max_models = situation.max_models
    return plan(
        wants=ready,
        seats=seats,
        sizes=sizes,
        budget_bytes=situation.limit_bytes,
        foreign=foreign,
        foreign_bytes=situation.foreign_bytes,
        max_models=None if max_models is None else max_models - situation.n_foreign,
        load_s=records.load_times(),
        swap_margin=situation.swap_margin,
        short=situation.is_short,
        delay_s=situation.delay_s,
    )


def displaced_by(records: Records, situation: Situation, loading: ModelRecord) -> ModelSpec | None:
    """Return the demanded model for which the load under way must be cancelled, if there is one."""
    if loading.cancelling:
        return None
    demand = situation.demand
    own = demand.want_for(loading.spec)
    if own is not None and own.demanded:
        return None
    first = next(iter(make_plan(records, situation, without=loading.spec).load), None)
    want = demand.want_for(first) if first is not None else None
    if want is None or not want.demanded or want.spec == loading.spec:
        return None
    return want.spec


def due_estimates(
    records: Records, demand: Demand, under_way: Iterable[ModelSpec], now_s: float
) -> list[tuple[ModelSpec, int | None]]:
    """Return the wanted models of unknown size, each with the roster's hint in bytes."""
    due = []
    for record in records:
        if record.size_bytes is not None:
            continue
        want = demand.want_for(record.spec)
        if want is None or record.spec in under_way or record.retry_at_s > now_s:
            continue
        due.append((record.spec, want.size_hint_bytes))
    return due


def due_renewals(
    records: Records, demand: Demand, leaving: Iterable[ModelSpec], now_s: float
) -> list[ModelRecord]:
    """Return the records whose keep-alive is to be renewed.

    Never that of a model in `leaving`: a renewal that comes after its unload loads it again.
    """
    return [
        r
        for r in records
        if r.ours
        and r.renew_at_s <= now_s
        and r.state is ModelState.WARM
        and r.spec not in leaving
        and demand.want_for(r.spec) is not None
    ]
