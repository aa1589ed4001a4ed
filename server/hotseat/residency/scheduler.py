"""From events to effects, one step at a time: unload, see it gone, load; one load at a time.

Owns what is known of every model. Acts only by returning effects; the keeper carries them out and
answers each with an event. Reads no clock: `now_s` comes with every event.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import BesideMemory, Measured, ModelState, Plan
from hotseat.residency import record_updates
from hotseat.residency.beside import Beside
from hotseat.residency.effect_starts import EffectStarts
from hotseat.residency.engine_memory.departures import Departure
from hotseat.residency.engine_memory.ledger import Ledger
from hotseat.residency.engine_memory.model_limit import ModelLimit
from hotseat.residency.engine_memory.resident_models import ResidentModels
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.keep_alive import KeepAlive
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.load_delay import StayLengths
from hotseat.residency.messages import (
    BoundBeside,
    BudgetChanged,
    DemandChanged,
    Described,
    Effect,
    EngineKnown,
    EngineLost,
    Estimated,
    Event,
    Forgiven,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    MemorySeen,
    ModelsReleased,
    Observed,
    Resumed,
    Tick,
    UnloadDone,
    UnloadFailed,
    Used,
)
from hotseat.residency.planner import Situation, make_plan
from hotseat.residency.pressure import room_bytes, stays_short
from hotseat.residency.record_updates import LEFT_AT_ONCE
from hotseat.residency.records import Records
from hotseat.residency.released_models import NOTHING_RELEASED, Released
from hotseat.residency.settings import DEFAULTS, SchedulerSettings
from hotseat.residency.swap_price import SwapPrice


class Scheduler:
    """`known` is what was measured in earlier runs, by `ModelSpec.key`; `released` what the user
    has unloaded before. `keep_prompts_bytes` is the roster's bound for kept prompts."""

    def __init__(
        self,
        *,
        budget_bytes: int,
        keep_alive_s: float,
        known: Mapping[str, Measured] | None = None,
        released: Released = NOTHING_RELEASED,
        keep_prompts_bytes: int = 0,
        settings: SchedulerSettings = DEFAULTS,
    ) -> None:
        self.budget_bytes, self.windows_bytes = budget_bytes, 0
        self.keep_alive_s = keep_alive_s
        self.demand = Demand()
        self.released = released
        self.engine_up = False
        self.plan = Plan()
        self._settings = settings
        self._beside = Beside(keep_prompts_bytes)
        self._records = Records(known or {})
        self.model_limit = ModelLimit(keep_alive_s=keep_alive_s, settings=settings)
        self._residents = ResidentModels(
            self._records, self.model_limit, keep_alive_s=keep_alive_s, settings=settings
        )
        self._swap_price = SwapPrice(settings)
        self._wanted_s: dict[ModelSpec, float] = {}
        self._stays = StayLengths()
        self._preempts_loads = True
        self._short = False
        self._room_bytes: int | None = None
        self._busy: frozenset[ModelSpec] = frozenset()
        self._are_wants_complete = True
        self._starts = EffectStarts(
            self._records,
            self._residents.ledger,
            self._swap_price,
            keep_alive_s=keep_alive_s,
            settings=settings,
        )

    def records(self) -> tuple[ModelRecord, ...]:
        return tuple(self._records)

    def recall(self, known: Mapping[str, Measured]) -> None:
        """Note what was measured in earlier runs, by `ModelSpec.key`. Before the first event."""
        self._records.known.update(known)

    def known(self) -> Mapping[str, Measured]:
        """What was measured of each model, for the next run."""
        return self._records.known

    @property
    def ledger(self) -> Ledger:
        """Who loaded what the engine holds."""
        return self._residents.ledger

    @property
    def foreign_bytes(self) -> int:
        """What models of other programs take."""
        return self._residents.foreign_bytes

    @property
    def max_models(self) -> int | None:
        """The engine's own limit on the number of models, if it is known."""
        return self.model_limit.max_models

    @property
    def runners(self) -> Runners:
        """Which models share a runner."""
        return self._residents.runners

    @property
    def keeps_short(self) -> bool:
        """The engine frees models soon after the last keeper has gone."""
        return self._starts.keep_alive.short_s is not None

    @property
    def busy(self) -> frozenset[ModelSpec]:
        """The models that work for a window."""
        return self._busy

    @property
    def departures(self) -> tuple[Departure, ...]:
        """The models that had left memory by themselves in the engine's last list."""
        return self._residents.departures

    @property
    def beside(self) -> BesideMemory:
        """What the engine holds beside its models."""
        return self._beside.memory

    def used_bytes(self) -> int:
        """Of the budget: all models, on their way in or out too, and what is held beside them."""
        return self._models_bytes() + self._beside.memory.total_bytes

    def _models_bytes(self) -> int:
        return self._records.held_bytes() + self.foreign_bytes + self.windows_bytes

    @property
    def is_short(self) -> bool:
        """The machine is short of memory, whatever the budget says."""
        return self.engine_up and self._short

    def limit_bytes(self) -> int:
        """The budget, or what is left of it where other programs need the memory."""
        if self._room_bytes is None:
            return self.budget_bytes
        return min(self.budget_bytes, self._room_bytes)

    def handle(self, event: Event, now_s: float) -> list[Effect]:
        """Fold the event in and return what is to be done now."""
        self._residents.ledger.start(now_s)
        self._fold(event, now_s)
        return self._advance(now_s)

    def _fold(self, event: Event, now_s: float) -> None:
        match event:
            case DemandChanged(demand, busy, is_complete):
                self._are_wants_complete = is_complete
                self._stays.note(demand, now_s)
                self.released = self.released.after_demand(self.demand, demand, self.runners)
                self.demand, self._busy = demand, busy
                self._residents.hand_over_adopted(demand)
                self._residents.know_wants(demand, now_s)
            case BudgetChanged(budget_bytes, windows_bytes):
                self.budget_bytes, self.windows_bytes = budget_bytes, windows_bytes
            case ModelsReleased(names, stops_engine):
                self.released = self.released.adding(names, is_stopped=stops_engine)
            case Resumed():
                self.released = self.released.resumed()
            case MemorySeen(memory):
                self._short = memory is not None and stays_short(self._short, memory)
                # Computed once: memory that is given back from now on is not in this reading.
                self._room_bytes = None if memory is None else room_bytes(self.used_bytes(), memory)
            case Observed():
                self.engine_up = True
                self._beside.memory = event.beside
                self._residents.observe(event, self.demand, now_s)
            case Used(name, began_s, until_s):
                self._residents.ledger.note_use(name, began_s, until_s)
            case Described(name, facts):
                self._residents.runners.describe(name, facts)
            case EngineKnown():
                self._engine_known(event, now_s)
            case EngineLost():
                self.engine_up = False
                self._residents.engine_lost(now_s)
                self._beside.engine_known(keeps_prompts=False)
                self._starts.estimating.clear()
                record_updates.engine_lost(self._records, now_s)
            case _:
                self._fold_end(event, now_s)

    def _fold_end(self, event: Event, now_s: float) -> None:
        """Fold in the end of something that an effect began."""
        records = self._records
        if isinstance(event, LoadDone) and self._residents.has_left(event.spec):
            event = LoadFailed(event.spec, LEFT_AT_ONCE)
        _note_end(event, self._residents, records, now_s)
        match event:
            case Estimated(spec, size_bytes):
                self._starts.estimating.discard(spec)
                record_updates.estimated(records, spec, size_bytes)
            case LoadDone(spec, load_s):
                keep_alive = self._starts.keep_alive
                if record_updates.load_done(records, spec, load_s, now_s, keep_alive=keep_alive):
                    self.model_limit.load_done(canonical_model_name(spec.model), now_s)
            case LoadFailed(spec):
                self._starts.estimating.discard(spec)
                record_updates.load_failed(records, event, now_s, self._settings)
            case LoadCancelled(spec):
                record_updates.load_cancelled(records, spec, now_s)
            case UnloadDone(spec):
                record_updates.unload_done(records, spec, now_s)
            case UnloadFailed(spec, error):
                record_updates.unload_failed(records, spec, error, now_s, self._settings)
            case Forgiven(spec):
                self._residents.contests.forgive(canonical_model_name(spec.model))
                record_updates.forgiven(records, spec)
                self.released = self.released.without(spec, self.runners)
            case _:
                assert isinstance(event, Tick)

    def _engine_known(self, event: EngineKnown, now_s: float) -> None:
        self._preempts_loads = event.preempts_loads
        self._beside.engine_known(keeps_prompts=event.keeps_prompts)
        short_s = self._settings.short_s if event.preempts_loads else None
        keep_alive = KeepAlive(keep_alive_s=self.keep_alive_s, short_s=short_s)
        self._starts.keep_alive = self._residents.keep_alive = keep_alive
        self._residents.runners.shares_bases = event.shares_bases
        self.model_limit.is_careful = event.evicts_models
        if event.is_another:
            self.model_limit.forget()
        self.model_limit.restore(event.limit, event.limit_age_s, now_s)
        self.model_limit.configure(event.max_models, event.n_at_least, now_s)

    def _advance(self, now_s: float) -> list[Effect]:
        for want in self.demand.wants:
            spec = want.spec
            if want.demanded or spec not in self._wanted_s:
                self._wanted_s[spec] = now_s
            if spec not in self._records:
                self._records.put(self._records.of(spec))
        if not self.engine_up:
            return []
        demand = self.released.remaining(self.demand, self.runners)
        self._swap_price.note_use(self._records, demand)
        effects = self._starts.estimates(demand, now_s)
        situation = self._situation(demand, now_s)
        effects += self._starts.releases(self.released, situation, self._busy)
        self.plan = make_plan(self._records, situation)
        effects += self._starts.renewals(demand, self.plan, situation.runners, now_s)
        effects += self._starts.next_move(self.plan, situation)
        bounds = self._beside.due(limit_bytes=self.limit_bytes(), models_bytes=self._models_bytes())
        return effects if bounds is None else [BoundBeside(bounds), *effects]

    def _situation(self, demand: Demand, now_s: float) -> Situation:
        absent = [
            r
            for want in demand.wants
            if want.demanded or want.pinned
            if not (r := self._records.of(want.spec)).occupies and r.retry_at_s <= now_s
        ]
        seats = self.model_limit.seats(
            now_s, n_foreign=self._residents.n_foreign, needs_one_more=bool(absent)
        )
        found = (
            set() if self._are_wants_complete else {r.spec for r in self._records if r.was_found}
        )
        return Situation(
            now_s=now_s,
            demand=demand,
            busy=self._busy | found,
            wanted_s=self._wanted_s,
            limit_bytes=self.limit_bytes(),
            foreign_bytes=self.foreign_bytes + self.windows_bytes,
            n_foreign=self._residents.n_foreign,
            max_models=seats.max_models,
            only_needed=seats.only_needed,
            foreign=self._residents.ledger.foreign(),
            runners=self._residents.runners,
            swap_margin=self._swap_price.margin,
            is_short=self.is_short,
            min_residency_s=self._settings.min_residency_s,
            prompts=self._beside.memory.prompts,
            delay_s=None if self._preempts_loads else partial(self._stays.delay_s, now_s=now_s),
        )


def _note_end(event: Event, residents: ResidentModels, records: Records, now_s: float) -> None:
    """Enter the end of a load or an unload in the ledger."""
    match event:
        case LoadDone(spec):
            residents.load_done(spec, now_s)
        case LoadFailed(spec) | LoadCancelled(spec):
            residents.ledger.end_load(canonical_model_name(spec.model), now_s, done=False)
        case UnloadDone(spec) if records.of(spec).state is ModelState.UNLOADING:
            residents.ledger.unloaded(canonical_model_name(spec.model), now_s)
        case _:
            pass
