"""The plan for the present situation: what the policy sees of the records, and what displaces a
load that is under way. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState, Plan, PromptCost
from hotseat.residency.beside import costs_with_prompts
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.engine_memory.shared_seats import SharedSeats, share_seats
from hotseat.residency.keep_alive import KeepAlive
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
    only_needed: bool = False
    """What is only likely to be needed is not loaded."""
    foreign: Mapping[str, int] = field(default_factory=dict)
    """Bytes of each model that another program loaded, by name."""
    prompts: tuple[PromptCost, ...] = ()
    """What it costs to read the prompts of models again."""
    runners: Runners = field(default_factory=Runners)


def make_plan(records: Records, situation: Situation, *, without: ModelSpec | None = None) -> Plan:
    """Return the plan, or the one that there would be if the load of `without` were cancelled."""
    now_s = situation.now_s
    ready = [
        want
        for want in situation.demand.wants
        if (r := records.of(want.spec)).retry_at_s <= now_s or r.occupies
    ]
    shared = share_seats(
        records if without is None else [r for r in records if r.spec != without],
        situation.runners,
        ready,
        busy=situation.busy,
        foreign=situation.foreign,
    )
    made = _plan(records, situation, shared, without)
    if not shared.replaces:
        return made
    unloaded_first = [shared.replaces[spec] for spec in made.load if spec in shared.replaces]
    if len(unloaded_first) == len(shared.replaces):
        return replace(made, unload=(*unloaded_first, *made.unload))
    # What finds no room replaces nothing either.
    fitting = tuple(w for w in shared.wants if w.spec not in shared.replaces)
    return _plan(records, situation, replace(shared, wants=fitting, replaces={}), without)


def _plan(
    records: Records, situation: Situation, shared: SharedSeats, without: ModelSpec | None
) -> Plan:
    now_s = situation.now_s
    replaced = set(shared.replaces.values())
    sizes: dict[ModelSpec, int] = {}
    foreign: dict[ModelSpec, int] = {}
    seats: list[Seat] = []
    warm = ModelState.WARM
    busy = _with_owners(records, situation.busy)
    for r in records:
        spec = r.spec
        if r.size_bytes is not None:
            sizes[spec] = r.size_bytes
        if not r.occupies or r.cancelling or spec == without or spec in replaced:
            continue
        if not r.ours or r.alias_of:
            if r.state is warm:
                foreign[spec] = r.size_bytes or 0
            continue
        # A load in flight keeps its seat: it is dropped by CancelLoad, never by a plan.
        seat = Seat(
            spec=spec,
            size_bytes=r.size_bytes or 0,
            busy=r.state is not warm or spec in busy,
            young=not r.used and now_s - r.loaded_s < situation.min_residency_s,
            wanted_s=situation.wanted_s.get(spec, 0.0),
        )
        seats.append(seat)
    wants = [
        want
        for want in shared.wants
        if not situation.only_needed
        or want.demanded
        or want.pinned
        or records.of(want.spec).occupies
    ]
    replaced_bytes = [situation.foreign[name] for name in shared.replaced_foreign]
    n_foreign = situation.n_foreign - sum(size_bytes > 0 for size_bytes in replaced_bytes)
    max_models = situation.max_models
    load_s = records.load_times()
    if situation.prompts:  # Plans are made at every key: nothing is copied without need.
        load_s = costs_with_prompts(load_s, {seat.spec for seat in seats}, situation.prompts)
    return plan(
        wants=wants,
        seats=seats,
        sizes=sizes,
        budget_bytes=situation.limit_bytes,
        foreign=foreign,
        foreign_bytes=situation.foreign_bytes - sum(replaced_bytes),
        max_models=None if max_models is None else max_models - n_foreign,
        load_s=load_s,
        swap_margin=situation.swap_margin,
        short=situation.is_short,
        delay_s=situation.delay_s,
    )


def _with_owners(records: Records, busy: Collection[ModelSpec]) -> set[ModelSpec]:
    """Return the models at work, and those whose runner an alias at work uses."""
    names = {r.alias_of for r in records if r.alias_of and r.spec in busy}
    if not names:
        return set(busy)
    owners = {r.spec for r in records if canonical_model_name(r.spec.model) in names}
    return {*busy, *owners}


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
    records: Records,
    demand: Demand,
    leaving: Iterable[ModelSpec],
    now_s: float,
    runners: Runners | None = None,
    *,
    keep_alive: KeepAlive | None = None,
) -> list[ModelRecord]:
    """Return the records whose keep-alive is to be renewed; those of aliases never.

    They are wanted, or kept for a while by `keep_alive` although no window wants them any more.

    Never that of a model whose runner is in `leaving`, or on its way in or out: a renewal that
    comes after its unload loads it again.
    """
    warm = ModelState.WARM
    due = [
        r
        for r in records
        if r.ours and r.renew_at_s <= now_s and r.state is warm and not r.alias_of
    ]
    if not due:
        return []
    runners = runners or Runners()
    moving = {
        runners.key(canonical_model_name(spec.model))
        for spec in (*leaving, *(r.spec for r in records if r.occupies and r.state is not warm))
    }
    wanted = {runners.variant(want.spec) for want in demand.wants}
    return [
        r
        for r in due
        if (
            runners.variant(r.spec) in wanted
            or (keep_alive is not None and keep_alive.counts(r, now_s))
        )
        and runners.key(canonical_model_name(r.spec.model)) not in moving
    ]
