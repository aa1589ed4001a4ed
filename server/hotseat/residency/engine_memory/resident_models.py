"""What the engine's list of loaded models says about the records: found, gone, of other programs.

Who loaded a model is in `ledger`, which names share a runner in `runners`, whether a runner serves
a model in `matching`, why a model is gone in `departures`. Models that no window wants are in
`adopted_models`, those that another client keeps loading in `contested_models`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState, ResidentModel
from hotseat.residency import record_updates
from hotseat.residency.engine_memory.adopted_models import AdoptedModels
from hotseat.residency.engine_memory.contested_models import ContestedModels
from hotseat.residency.engine_memory.contests import Contests
from hotseat.residency.engine_memory.departures import (
    Departure,
    Reason,
    reason_without_successor,
)
from hotseat.residency.engine_memory.ledger import Cause, Change, Entry, Ledger
from hotseat.residency.engine_memory.matching import Matching
from hotseat.residency.engine_memory.model_limit import ModelLimit
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.keep_alive import KeepAlive
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import Observed
from hotseat.residency.records import Records
from hotseat.residency.settings import DEFAULTS, SchedulerSettings

ABORT_S = 2.0
"""An engine ends a load that was cancelled within this time."""


class ResidentModels:
    """Compares each list of the engine with the records."""

    def __init__(
        self,
        records: Records,
        limit: ModelLimit,
        *,
        keep_alive_s: float,
        settings: SchedulerSettings = DEFAULTS,
    ) -> None:
        self._records = records
        self._limit = limit
        self.keep_alive = KeepAlive(keep_alive_s=keep_alive_s)
        self._settings = settings
        self._before: Mapping[str, Entry] = {}
        """The entries of the list before."""
        self._listed_s = 0.0
        """When that list was asked for."""
        self.ledger = Ledger()
        self.runners = Runners()
        self.contests = Contests(settings)
        self._matching = Matching(records, self.ledger, self.runners, self.contests)
        self._adopted = AdoptedModels(records, self.ledger, self.runners)
        self._contested = ContestedModels(records, self.ledger, self.contests)
        self.orphan_bytes = 0
        self.departures: tuple[Departure, ...] = ()
        """Of the last list."""

    @property
    def foreign_bytes(self) -> int:
        """What models of other programs take."""
        return self.orphan_bytes + sum(self.ledger.foreign().values())

    @property
    def n_foreign(self) -> int:
        return sum(size_bytes > 0 for size_bytes in self.ledger.foreign().values())

    def engine_lost(self, now_s: float) -> None:
        """What is in memory is unknown."""
        self.ledger.lose_engine(now_s)
        self._contested.clear()
        self._adopted.clear()
        self.orphan_bytes = 0

    def observe(self, event: Observed, demand: Demand, now_s: float) -> None:
        """Bring the ledger, the records and the limit up to date; no effect for an old list."""
        self.departures = ()
        if self.ledger.is_outdated(event.asked_s):
            return
        self._before = self.ledger.entries
        self._listed_s = self.ledger.asked_s if self.ledger.asked_s is not None else now_s
        changes = self.ledger.observe(
            event.resident,
            asked_s=event.asked_s,
            now_s=now_s,
            inherited=event.ours,
            could_be_ours=lambda seen: self._could_be_ours(seen, demand),
        )
        self._contested.note_changes(changes, now_s)
        listed = self.runners.with_aliases(event.resident)
        self.departures = self._compare(listed, changes, demand, event.asked_s, now_s)
        self._adopted.forget_gone(demand)
        for spec, seen in self._adopted.adopt(event.asked_s):
            self._put_found(spec, seen, now_s)
        self._contested.update(listed, self._before.keys(), now_s)
        self.orphan_bytes = event.orphan_bytes
        self._limit.seen(listed)

    def know_wants(self, demand: Demand, now_s: float) -> None:
        """Wants for models that were not met before may be in memory: compare the last list."""
        new = [spec for spec in _specs(demand) if spec not in self._records]
        if not new:
            return
        by_name = {model.model: model for model in self._matching.listed()}
        for spec in new:
            seen = by_name.get(canonical_model_name(spec.model))
            if seen is not None and self._matching.serves(spec, seen, now_s):
                self._put_found(spec, seen, now_s)

    def has_left(self, spec: ModelSpec) -> bool:
        """Return whether another request replaced the model before its load's end was noticed."""
        return self._matching.has_left(spec)

    def load_done(self, spec: ModelSpec, now_s: float) -> None:
        """Hotseat has loaded the model: its context is what the options give, and models that
        share its runner are warm too."""
        name = canonical_model_name(spec.model)
        entry = self.ledger.entries.get(name)
        if entry is not None:
            was_there = self.ledger.was_there_before_load(name)
            self.runners.granted(spec, entry.seen, was_there=was_there)
        fits = entry is None or self.runners.fits(spec, entry.seen)
        self.ledger.end_load(name, now_s, done=fits)
        if entry is None or not fits:
            return
        for record in tuple(self._records):
            alias = canonical_model_name(record.spec.model)
            shares = alias != name and self.runners.are_interchangeable(record.spec, spec)
            if shares and record.state in (ModelState.ABSENT, ModelState.FAILED):
                seen = replace(entry.seen, model=alias, size_bytes=0, alias_of=name)
                self._put_found(record.spec, seen, now_s)

    def hand_over_adopted(self, demand: Demand) -> None:
        """Give an adopted model, whose options are unknown, those of the first want that fits."""
        self._adopted.hand_over(demand)

    def _compare(
        self,
        listed: tuple[ResidentModel, ...],
        changes: Collection[Change],
        demand: Demand,
        asked_s: float,
        now_s: float,
    ) -> tuple[Departure, ...]:
        """Bring the records up to date with the list, aliases included. Return what has left."""
        renewed = {change.entry.seen.model for change in changes}
        newcomers = {change.entry.seen.model for change in changes if change.before is None}
        by_name = {model.model: model for model in listed}
        departures: list[Departure] = []
        known = dict.fromkeys((*_specs(demand), *(record.spec for record in self._records)))
        # A record that changed while the engine was answering is newer than the list.
        specs = [spec for spec in known if self._records.of(spec).since_s <= asked_s]
        # All of them first: a model is compared with those that share its runner.
        for spec in specs:
            self._end_move(spec, renewed, asked_s, now_s)
        for spec in specs:
            record = self._records.of(spec)
            seen = by_name.get(canonical_model_name(spec.model))
            if seen is not None and self._matching.serves(spec, seen, now_s):
                self._put_found(spec, seen, now_s)
            elif record.state is not ModelState.WARM:
                self._records.put(record)
            else:
                departure = (
                    self._gone(record, listed, newcomers, now_s)
                    if seen is None
                    else self._taken_over(record, seen, now_s)
                )
                if record.ours:
                    departures.append(departure)
        return tuple(departures)

    # --- one model of the list ---

    def _end_move(
        self, spec: ModelSpec, renewed: Collection[str], asked_s: float, now_s: float
    ) -> None:
        """End an unload or a cancelled load of which the list shows the end."""
        record, name = self._records.of(spec), canonical_model_name(spec.model)
        if name in renewed and record.state is ModelState.UNLOADING:
            # It left memory and came back, by a request that was under way.
            record_updates.unload_done(self._records, spec, now_s)
        elif record.cancelling and self.ledger.aborted_s(name) + ABORT_S <= asked_s:
            # The load is gone; if the model is there, another program uses it.
            record_updates.load_cancelled(self._records, spec, now_s)

    def _could_be_ours(self, seen: ResidentModel, demand: Demand) -> bool:
        """Return False if Hotseat uses the model, but never with the options that it has."""
        specs = [
            spec
            for spec in {*_specs(demand), *self._records.specs()}
            if canonical_model_name(spec.model) == seen.model and spec not in self._adopted
        ]
        return not specs or any(self.runners.fits(spec, seen) for spec in specs)

    def _put_found(self, spec: ModelSpec, seen: ResidentModel, now_s: float) -> None:
        """Put the record of a model that is in memory."""
        entry = self.ledger.entry_of(seen)
        was_kept = entry is not None and entry.cause is Cause.EARLIER_KEEPER
        record_updates.found(
            self._records,
            spec,
            seen,
            now_s,
            is_ours=self.ledger.is_ours(seen),
            renew_at_s=now_s + (0.0 if was_kept else self._settings.found_renewal_s),
            keep_until_s=now_s + self.keep_alive.keep_alive_s,
        )

    def _taken_over(self, record: ModelRecord, seen: ResidentModel, now_s: float) -> Departure:
        """Put the record of a model that is in memory with other options. Return why it left."""
        record_updates.left(self._records, record.spec, now_s)
        is_ours = self.ledger.is_ours(seen)
        self._contested.pause(record.spec, seen, now_s)
        reason = Reason.RELOADED if is_ours else Reason.TAKEN_OVER
        return Departure(record=record, reason=reason)

    def _gone(
        self,
        record: ModelRecord,
        listed: tuple[ResidentModel, ...],
        newcomers: Collection[str],
        now_s: float,
    ) -> Departure:
        """Put the record of a warm model that the engine no longer lists. Return why it left."""
        reason = self._why_gone(record, listed, newcomers, now_s)
        record_updates.left(self._records, record.spec, now_s)
        if reason is Reason.LEFT_AT_ONCE:
            # It could be loaded again and again. One that was evicted for another is no failure:
            # the limit that was learned from it keeps that from happening.
            error = record_updates.LEFT_AT_ONCE
            record_updates.lost(self._records, record, error, now_s, self._settings)
        if record.ours and reason not in (Reason.SAME_BASE, Reason.EVICTED):
            self._contested.note_lost(canonical_model_name(record.spec.model), now_s)
        return Departure(record=record, reason=reason)

    def _why_gone(
        self,
        record: ModelRecord,
        listed: tuple[ResidentModel, ...],
        newcomers: Collection[str],
        now_s: float,
    ) -> Reason:
        """Return why the model is gone; the limit learns from it if the engine evicted it."""
        name = canonical_model_name(record.spec.model)
        others = {*newcomers, *self._matching.loading()}
        if any(self.runners.replaces(other, name) for other in others):
            return Reason.SAME_BASE
        was_evicted = self._limit.evicted(
            record,
            self._records,
            listed,
            now_s,
            newcomers=newcomers,
            n_before=sum(entry.seen.size_bytes > 0 for entry in self._before.values()),
        )
        if was_evicted:
            return Reason.EVICTED
        return reason_without_successor(
            record,
            listed_s=self._listed_s,
            now_s=now_s,
            rest_s=self.keep_alive.rest_s,
            window_s=self._settings.eviction_window_s,
        )


def _specs(demand: Demand) -> tuple[ModelSpec, ...]:
    return tuple(dict.fromkeys(want.spec for want in demand.wants))
