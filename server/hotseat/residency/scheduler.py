"""From events to effects, one step at a time: unload, see it gone, load; one load at a time.

Owns what is known of every model. Acts only by returning effects; the keeper carries them out and
answers each with an event. Reads no clock: `now_s` comes with every event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import Measured, ModelState, Plan, ResidentModel
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import (
    BudgetChanged,
    CancelLoad,
    DemandChanged,
    Effect,
    EngineLost,
    Estimate,
    Estimated,
    Event,
    Forgiven,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    MemorySeen,
    Observed,
    Renew,
    Tick,
    Unload,
    UnloadDone,
    UnloadFailed,
)
from hotseat.residency.policy import SWAP_MARGIN, Seat, plan
from hotseat.residency.pressure import room_bytes, stays_short
from hotseat.residency.records import Records

MIN_RESIDENCY_S = 3.0
"""For so long a model that was just loaded gives way to demanded ones only."""
# The price of a swap follows what its loads were good for: a wasted one raises it, a used one
# lowers it. It comes to rest where 29 % of loads are wasted (0.29 · ln 1.05 = 0.71 · ln 1/0.98).
WASTED_FACTOR = 1.05
USED_FACTOR = 0.98
MARGIN_MIN = 0.03
MARGIN_MAX = 0.6
RETRY_FIRST_S = 5.0
RETRY_MAX_S = 60.0
# A model that is gone this soon after another's load was evicted by the daemon to make room.
EVICTION_WINDOW_S = 3.0


class Scheduler:
    """`known` is what was measured in earlier runs, by `ModelSpec.key`."""

    def __init__(
        self,
        *,
        budget_bytes: int,
        keep_alive_s: float,
        known: Mapping[str, Measured] | None = None,
    ) -> None:
        self.budget_bytes = budget_bytes
        self.keep_alive_s = keep_alive_s
        self.demand = Demand()
        self.engine_up = False
        self.foreign_bytes = 0
        self.n_foreign = 0
        self.max_models: int | None = None
        self.plan = Plan()
        self._records = Records(known or {})
        self._wanted_s: dict[ModelSpec, float] = {}
        self._short = False
        self._room_bytes: int | None = None
        self._busy: frozenset[ModelSpec] = frozenset()
        self._estimating: set[ModelSpec] = set()
        self._adopted: dict[str, ResidentModel] = {}
        self._last_load_done_s = float("-inf")
        self._last_loaded = ""
        self._swap_margin = SWAP_MARGIN

    def records(self) -> tuple[ModelRecord, ...]:
        return tuple(self._records)

    def used_bytes(self) -> int:
        """Of the budget: ours and everybody else's models, those on their way in or out too."""
        ours = sum(r.size_bytes or 0 for r in self._records if r.occupies and r.ours)
        return ours + self.foreign_bytes

    @property
    def is_short(self) -> bool:
        """Of memory: the machine, whatever the budget says."""
        return self.engine_up and self._short

    def limit_bytes(self) -> int:
        """The budget, or what is left of it where others need the memory."""
        if self._room_bytes is None:
            return self.budget_bytes
        return min(self.budget_bytes, self._room_bytes)

    def handle(self, event: Event, now_s: float) -> list[Effect]:
        """Fold the event in and say what to do now."""
        match event:
            case DemandChanged(demand, busy):
                self.demand, self._busy = demand, busy
                self._hand_over_adopted()
            case BudgetChanged(budget_bytes):
                self.budget_bytes = budget_bytes
            case MemorySeen(memory):
                self._short = memory is not None and stays_short(self._short, memory)
                # Reckoned once: what is given back from now on, this look did not see.
                self._room_bytes = None if memory is None else room_bytes(self.used_bytes(), memory)
            case Estimated(spec, size_bytes):
                self._estimating.discard(spec)
                if not self._records.of(spec).measured:
                    self._records.put(replace(self._records.of(spec), size_bytes=size_bytes))
            case LoadDone(spec, load_s):
                record = self._records.of(spec)
                if record.state is ModelState.LOADING:
                    record = record.move(ModelState.WARM, now_s)
                    record = replace(record, load_s=load_s, loaded_s=now_s, n_failures=0)
                    self._records.put(replace(record, renew_at_s=now_s + self.keep_alive_s / 2))
                    self._last_load_done_s = now_s
                    self._last_loaded = canonical_model_name(spec.model)
                    self._records.learn(spec, Measured(load_s=load_s))
            case LoadFailed(spec, error):
                self._estimating.discard(spec)
                self._fail(spec, error, now_s)
            case LoadCancelled(spec):
                if self._records.of(spec).state is ModelState.LOADING:
                    self._records.put(self._records.of(spec).move(ModelState.ABSENT, now_s))
            case UnloadDone(spec):
                if self._records.of(spec).state is ModelState.UNLOADING:
                    gone = self._records.of(spec).move(ModelState.ABSENT, now_s)
                    self._records.put(replace(gone, n_failures=0, retry_at_s=0.0))
            case UnloadFailed(spec, error):
                if self._records.of(spec).state is ModelState.UNLOADING:
                    warm = self._records.of(spec).move(ModelState.WARM, now_s)
                    self._records.put(_with_failure(warm, error, now_s))
            case Observed():
                self.engine_up = True
                self._observe(event, now_s)
            case EngineLost():
                self._lose_engine(now_s)
            case Forgiven(spec):
                self._records.put(replace(self._records.of(spec), n_failures=0, retry_at_s=0.0))
            case Tick():
                pass
        return self._advance(now_s)

    def _advance(self, now_s: float) -> list[Effect]:
        for spec in [want.spec for want in self.demand.wants]:
            self._wanted_s[spec] = now_s
            if spec not in self._records:
                self._records.put(self._records.of(spec))
        if not self.engine_up:
            return []
        self._note_use()
        effects: list[Effect] = [*self._estimates(now_s)]
        self.plan = self._make_plan(now_s)
        effects += self._renewals(now_s)
        loads, unloads = ModelState.LOADING, ModelState.UNLOADING
        moving = [r for r in self._records if r.state is loads or r.state is unloads]
        loading = next((r for r in moving if r.state is loads), None)
        if loading is not None:
            if self._stands_before_a_demanded_load(loading, now_s):
                self._note_waste(loading.spec)
                self._records.put(replace(self._records.of(loading.spec), cancelling=True))
                effects.append(CancelLoad(loading.spec))
            return effects
        if moving:
            return effects
        if self.plan.unload:
            # Nothing is loaded until all of them are gone, those that refused once included.
            for spec in self.plan.unload:
                if self._records.of(spec).retry_at_s <= now_s:
                    self._note_waste(spec)
                    self._records.put(self._records.of(spec).move(ModelState.UNLOADING, now_s))
                    effects.append(Unload(spec))
        elif self.plan.load:
            spec = self.plan.load[0]
            record = self._records.of(spec).move(ModelState.LOADING, now_s)
            self._records.put(replace(record, ours=True, used=False))
            self._note_use()
            effects.append(Load(spec))
        return effects

    def _make_plan(self, now_s: float) -> Plan:
        sizes: dict[ModelSpec, int] = {}
        foreign: dict[ModelSpec, int] = {}
        seats: list[Seat] = []
        warm = ModelState.WARM
        for r in self._records:
            spec = r.spec
            if r.size_bytes is not None:
                sizes[spec] = r.size_bytes
            if not r.occupies or r.cancelling:
                continue
            if not r.ours:
                if r.state is warm:
                    foreign[spec] = r.size_bytes or 0
                continue
            # A load in flight keeps its seat: it is dropped by CancelLoad, never by a plan.
            seat = Seat(
                spec=spec,
                size_bytes=r.size_bytes or 0,
                busy=r.state is not warm or spec in self._busy,
                young=now_s - r.loaded_s < MIN_RESIDENCY_S,
                wanted_s=self._wanted_s.get(spec, 0.0),
            )
            seats.append(seat)
        ready = [
            want
            for want in self.demand.wants
            if (r := self._records.of(want.spec)).retry_at_s <= now_s or r.occupies
        ]
        return plan(
            wants=ready,
            seats=seats,
            sizes=sizes,
            budget_bytes=self.limit_bytes(),
            foreign=foreign,
            foreign_bytes=self.foreign_bytes,
            max_models=None if self.max_models is None else self.max_models - self.n_foreign,
            load_s=self._records.load_times(),
            swap_margin=self._swap_margin,
            short=self.is_short,
        )

    def _note_use(self) -> None:
        """A load that was used makes the next swap cheaper, a wasted one dearer."""
        for want in self.demand.wants:
            if not want.demanded:
                break
            record = self._records.of(want.spec)
            if not record.used and record.occupies:
                self._records.put(replace(record, used=True))
                self._swap_margin = max(MARGIN_MIN, self._swap_margin * USED_FACTOR)

    def _note_waste(self, spec: ModelSpec) -> None:
        record = self._records.of(spec)
        if not record.used:
            self._records.put(replace(record, used=True))
            self._swap_margin = min(MARGIN_MAX, self._swap_margin * WASTED_FACTOR)

    def _stands_before_a_demanded_load(self, loading: ModelRecord, now_s: float) -> bool:
        if loading.cancelling:
            return False
        own = self.demand.want_for(loading.spec)
        if own is not None and own.demanded:
            return False
        # With the load in flight out of the way, would a demanded one be next?
        trial = replace(loading, cancelling=True)
        self._records.put(trial)
        first = next(iter(self._make_plan(now_s).load), None)
        self._records.put(loading)
        want = self.demand.want_for(first) if first is not None else None
        return want is not None and want.demanded and want.spec != loading.spec

    def _estimates(self, now_s: float) -> Iterable[Estimate]:
        unknown = [r for r in self._records if r.size_bytes is None]
        for record in unknown:
            want = self.demand.want_for(record.spec)
            if want is None or record.spec in self._estimating or record.retry_at_s > now_s:
                continue
            self._estimating.add(record.spec)
            yield Estimate(record.spec, want.size_hint_bytes)

    def _renewals(self, now_s: float) -> Iterable[Renew]:
        """Never of a model that is to go: a renewal that comes after its unload loads it again."""
        due = [
            r
            for r in self._records
            if r.ours and r.renew_at_s <= now_s and r.state is ModelState.WARM
        ]
        for record in due:
            if record.spec in self.plan.unload or self.demand.want_for(record.spec) is None:
                continue
            self._records.put(replace(record, renew_at_s=now_s + self.keep_alive_s / 2))
            yield Renew(record.spec)

    def _observe(self, event: Observed, now_s: float) -> None:
        resident = event.resident
        self._adopt(model for model in resident if model.model in event.ours)
        by_name = {model.model: model for model in resident}
        for spec in {want.spec for want in self.demand.wants} | self._records.specs():
            record = self._records.of(spec)
            if record.since_s > event.asked_s:
                continue  # it moved on while the engine was answering: the list is older
            seen = by_name.get(canonical_model_name(spec.model))
            if seen is not None and _fits_options(spec, seen):
                if seen.size_bytes > 0:  # a name that shares another's runner has none of its own
                    known_bytes = self._records.measured(spec).size_bytes or 0
                    size_bytes = max(seen.size_bytes, known_bytes)
                    self._records.learn(spec, Measured(size_bytes=size_bytes))
                    record = replace(record, size_bytes=size_bytes, measured=True)
                if record.state in (ModelState.ABSENT, ModelState.FAILED):
                    record = record.move(ModelState.WARM, now_s)
                    record = replace(record, ours=seen.model in event.ours, renew_at_s=now_s)
                    record = replace(record, retry_at_s=0.0)  # nor does its unload wait for that
                elif record.state is ModelState.WARM and not record.ours:
                    # Found out late, perhaps: a request of ours had loaded it.
                    record = replace(record, ours=seen.model in event.ours)
            elif record.state is ModelState.WARM:
                pushed_out = self._pushed_out(record, resident, now_s)
                loaded_just_now = record.ours and now_s - record.since_s <= EVICTION_WINDOW_S
                record = replace(record.move(ModelState.ABSENT, now_s), ours=False)
                # It would be loaded again and again; but one that made room for our own load is
                # no failure, and the limit that was learned from it keeps that from happening.
                if loaded_just_now and not pushed_out:
                    self._records.put(record)
                    self._fail(spec, "It left memory right after it was loaded", now_s)
                    continue
            self._records.put(record)
        held = {canonical_model_name(r.spec.model) for r in self._records if r.ours and r.occupies}
        foreign = [model for model in resident if model.model not in held]
        self.foreign_bytes = event.stray_bytes + sum(model.size_bytes for model in foreign)
        self.n_foreign = sum(model.size_bytes > 0 for model in foreign)
        if self.max_models is not None:  # it holds more than we thought it could
            n_resident = sum(model.size_bytes > 0 for model in resident)
            self.max_models = max(self.max_models, n_resident)

    def _adopt(self, ours: Iterable[ResidentModel]) -> None:
        """Models that an earlier keeper loaded and nobody wants now: they can make room."""
        specs = {want.spec for want in self.demand.wants} | self._records.specs()
        known = {canonical_model_name(spec.model) for spec in specs}
        for model in ours:
            if model.model not in known:
                self._adopted[model.model] = model
                self._records.put(self._records.of(ModelSpec(model.model)))

    def _hand_over_adopted(self) -> None:
        """An adopted model has no options that we know: the first want for it brings them."""
        if not self._adopted:
            return
        for spec in (want.spec for want in self.demand.wants):
            seen = self._adopted.get(canonical_model_name(spec.model))
            adopted = self._records.get(ModelSpec(seen.model)) if seen else None
            if seen is None or adopted is None or adopted.state is ModelState.UNLOADING:
                continue
            del self._adopted[seen.model]
            if adopted.spec != spec:
                self._records.remove(adopted.spec)
                if _fits_options(spec, seen):
                    self._records.put(replace(adopted, spec=spec))

    def _pushed_out(
        self, record: ModelRecord, resident: tuple[ResidentModel, ...], now_s: float
    ) -> bool:
        """True: the model, which is gone, made room for another one that we loaded.

        The daemon's own limit on the number of models is learned when it acts on it. Only by
        models of ours: we do not know when those of others expire by themselves. A model that is
        gone after its own load was pushed out by nobody, and teaches nothing.
        """
        expires_s = record.renew_at_s + self.keep_alive_s / 2
        if not record.ours or now_s >= expires_s - EVICTION_WINDOW_S:
            return False
        loading = {
            canonical_model_name(r.spec.model)
            for r in self._records
            if r.state is ModelState.LOADING
        }
        newest = set(loading)
        if now_s - self._last_load_done_s <= EVICTION_WINDOW_S:
            newest |= {self._last_loaded} & {model.model for model in resident}
        if not newest - {canonical_model_name(record.spec.model)}:
            return False
        # Aliases, listed without bytes, are no models of their own.
        held = {model.model for model in resident if model.size_bytes > 0}
        self.max_models = max(1, len(held | loading))
        return True

    def _lose_engine(self, now_s: float) -> None:
        self.engine_up = False
        self.foreign_bytes = self.n_foreign = 0
        self.max_models = None
        self._estimating.clear()
        for record in self.records():
            # What failed may have failed with the engine: tried as soon as it is back.
            record = replace(record, retry_at_s=0.0)
            if record.state not in (ModelState.ABSENT, ModelState.FAILED):
                record = replace(record.move(ModelState.ABSENT, now_s), ours=False)
            self._records.put(record)

    def _fail(self, spec: ModelSpec, error: str, now_s: float) -> None:
        record = self._records.of(spec)
        if record.state in (ModelState.ABSENT, ModelState.LOADING):
            record = record.move(ModelState.FAILED, now_s)
        self._records.put(_with_failure(record, error, now_s))

    def known(self) -> Mapping[str, Measured]:
        """What was measured of each model, for the next run."""
        return self._records.known


def _with_failure(record: ModelRecord, error: str, now_s: float) -> ModelRecord:
    wait_s = min(RETRY_FIRST_S * 2**record.n_failures, RETRY_MAX_S)
    return replace(record, error=error, n_failures=record.n_failures + 1, retry_at_s=now_s + wait_s)


def _fits_options(spec: ModelSpec, seen: ResidentModel) -> bool:
    """Loaded with another context, it would be reloaded at our first request: not ours to count on.

    The context is capped at the trained length, so a smaller one than asked for may be right.
    """
    num_ctx = spec.option("num_ctx")
    if not isinstance(num_ctx, int) or seen.context_length is None:
        return True
    return seen.context_length <= num_ctx
