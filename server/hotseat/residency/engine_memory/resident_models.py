"""What the engine's list of loaded models says about the records: found, gone, of other programs.

Owns the models that an earlier keeper loaded and that no window wants. Who loaded a model is in
`ledger`, which names share a runner in `runners`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import Measured, ModelState, ResidentModel
from hotseat.residency import record_updates
from hotseat.residency.engine_memory.contests import RELOAD, TAKE_OVER, Contests, contest_message
from hotseat.residency.engine_memory.ledger import Cause, Change, Entry, Ledger
from hotseat.residency.engine_memory.model_limit import ModelLimit
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import Observed
from hotseat.residency.records import Records
from hotseat.residency.settings import DEFAULTS, SchedulerSettings

ABORT_S = 2.0
"""An engine ends a load that was cancelled within this time."""
LOST_WINDOW_S = 10.0
"""A model that was gone for longer was not taken over."""
LIST_GAP_S = 5.5
"""The longest time between two lists, but for a machine that slept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A model that Hotseat loaded and that left memory without being unloaded by Hotseat."""

    record: ModelRecord
    """As it was before."""
    reason: str


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
        self._keep_alive_s = keep_alive_s
        self._settings = settings
        self._adopted: dict[str, ModelSpec] = {}
        """Models of Hotseat's whose options no want has: name, and what they are recorded as."""
        self._lost_s: dict[str, float] = {}
        """Models of Hotseat's that left memory by themselves: when a list showed that."""
        self._before: Mapping[str, Entry] = {}
        """The entries of the list before."""
        self._listed_s = 0.0
        """When that list was asked for."""
        self.ledger = Ledger()
        self.runners = Runners()
        self.contests = Contests(settings)
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
        self.contests.clear()
        self._adopted.clear()
        self._lost_s.clear()
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
        self._note_contests(changes, now_s)
        listed = self.runners.with_aliases(event.resident)
        renewed = {change.entry.seen.model for change in changes}
        newcomers = {change.entry.seen.model for change in changes if change.before is None}
        departures: list[Departure] = []
        by_name = {model.model: model for model in listed}
        known = dict.fromkeys((*_specs(demand), *(record.spec for record in self._records)))
        # A record that changed while the engine was answering is newer than the list.
        specs = [spec for spec in known if self._records.of(spec).since_s <= event.asked_s]
        for (
            spec
        ) in specs:  # all of them first: a model is compared with those that share its runner
            self._end_move(spec, renewed, event.asked_s, now_s)
        for spec in specs:
            record = self._records.of(spec)
            seen = by_name.get(canonical_model_name(spec.model))
            if seen is not None and self._serves(spec, seen, now_s):
                self._records.put(self._found(record, seen, now_s))
            elif record.state is ModelState.WARM:
                departure = (
                    self._gone(record, listed, newcomers, now_s)
                    if seen is None
                    else self._taken_over(record, seen, now_s)
                )
                if record.ours:
                    departures.append(departure)
            else:
                self._records.put(record)
        self.departures = tuple(departures)
        self._forget_adopted(demand)
        self._adopt(event.asked_s, now_s)
        self._end_pauses(by_name, now_s)
        self.orphan_bytes = event.orphan_bytes
        self._limit.seen(listed)

    def know_wants(self, demand: Demand, now_s: float) -> None:
        """Wants for models that were not met before may be in memory: compare the last list."""
        new = [spec for spec in _specs(demand) if spec not in self._records]
        if not new:
            return
        listed = self.runners.with_aliases(
            tuple(entry.seen for entry in self.ledger.entries.values())
        )
        by_name = {model.model: model for model in listed}
        for spec in new:
            seen = by_name.get(canonical_model_name(spec.model))
            if seen is not None and self._serves(spec, seen, now_s):
                self._records.put(self._found(self._records.of(spec), seen, now_s))

    def has_left(self, spec: ModelSpec) -> bool:
        """Return whether another request replaced the model before its load's end was noticed."""
        name = canonical_model_name(spec.model)
        if not self.ledger.was_listed_since_load(name):
            return False
        seen = tuple(entry.seen for entry in self.ledger.entries.values())
        return all(model.model != name for model in self.runners.with_aliases(seen))

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
                self._records.put(self._found(record, seen, now_s))

    def hand_over_adopted(self, demand: Demand) -> None:
        """Give an adopted model, whose options are unknown, those of the first want that fits."""
        if not self._adopted:
            return
        for want in demand.wants:
            spec, name = want.spec, canonical_model_name(want.spec.model)
            adopted = self._records.get(self._adopted[name]) if name in self._adopted else None
            entry = self.ledger.entries.get(name)
            if adopted is None or entry is None or adopted.state is not ModelState.WARM:
                continue
            known = self._records.get(spec)
            if adopted.spec != spec and known is not None and known.occupies:
                continue
            if self.runners.fits(spec, entry.seen):
                del self._adopted[name]
                self._records.remove(adopted.spec)
                self._records.put(replace(adopted, spec=spec))

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
            if canonical_model_name(spec.model) == seen.model and spec not in self._adopted.values()
        ]
        return not specs or any(self.runners.fits(spec, seen) for spec in specs)

    def _entry(self, seen: ResidentModel) -> Entry | None:
        """Return the ledger's entry of the runner of a listed name or alias."""
        return self.ledger.entries.get(seen.alias_of or seen.model)

    def _is_ours(self, seen: ResidentModel) -> bool:
        entry = self._entry(seen)
        return entry is not None and entry.is_ours

    def _serves(self, spec: ModelSpec, seen: ResidentModel, now_s: float) -> bool:
        """Return whether a request with the options of `spec` finds the model loaded, as far as
        can be known."""
        if not self.runners.fits(spec, seen):
            return False
        if seen.alias_of and seen.alias_of in self._loading():
            return False
        if not self._is_ours(seen):
            name = canonical_model_name(spec.model)
            owner = seen.alias_of or seen.model
            return not (
                self.contests.is_paused(name, now_s) or self.contests.is_paused(owner, now_s)
            )
        loaded_as = self._loaded_as(seen.alias_of or seen.model)
        return (
            loaded_as is None
            or loaded_as == spec
            or self.runners.are_interchangeable(loaded_as, spec)
        )

    def _loaded_as(self, name: str) -> ModelSpec | None:
        """Return the spec with which Hotseat has the listed model in memory, if it is known."""
        states = (ModelState.WARM, ModelState.LOADING)
        held = (r.spec for r in self._records if r.ours and r.state in states and not r.alias_of)
        return next((spec for spec in held if canonical_model_name(spec.model) == name), None)

    def _found(self, record: ModelRecord, seen: ResidentModel, now_s: float) -> ModelRecord:
        """Return the record of a model that is in memory."""
        spec, is_ours = record.spec, self._is_ours(seen)
        if seen.size_bytes > 0:  # an alias has none of its own
            known_bytes = self._records.measured(spec).size_bytes or 0
            size_bytes = max(seen.size_bytes, known_bytes)
            if size_bytes != known_bytes:
                self._records.learn(spec, Measured(size_bytes=size_bytes))
            if not record.measured or record.size_bytes != size_bytes:
                record = replace(record, size_bytes=size_bytes, measured=True)
        if record.state in (ModelState.ABSENT, ModelState.FAILED):
            record = record.move(ModelState.WARM, now_s)
            entry = self._entry(seen)
            was_kept = entry is not None and entry.cause is Cause.EARLIER_KEEPER
            renew_at_s = now_s + (0.0 if was_kept else self._settings.found_renewal_s)
            record = replace(record, ours=is_ours, renew_at_s=renew_at_s, alias_of=seen.alias_of)
            return replace(record, retry_at_s=0.0)  # its unload does not wait for that either
        is_as_before = record.ours == is_ours and record.alias_of == seen.alias_of
        if record.state is ModelState.WARM and not is_as_before:
            # Found out late, perhaps: a request of Hotseat's had loaded it. Or another client did.
            return replace(record, ours=is_ours, alias_of=seen.alias_of)
        return record

    def _taken_over(self, record: ModelRecord, seen: ResidentModel, now_s: float) -> Departure:
        """Put the record of a model that is in memory with other options. Return why it left."""
        self._leave(record, now_s)
        by = "Hotseat" if self._is_ours(seen) else "another program"
        reason = f"{by} loaded it with other options"
        self._pause(self._records.of(record.spec), seen, now_s)
        return Departure(record=record, reason=reason)

    def _gone(
        self,
        record: ModelRecord,
        listed: tuple[ResidentModel, ...],
        newcomers: Collection[str],
        now_s: float,
    ) -> Departure:
        """Put the record of a warm model that the engine no longer lists. Return why it left."""
        name = canonical_model_name(record.spec.model)
        was_replaced = self._is_replaced(name, newcomers)
        was_evicted = not was_replaced and self._limit.evicted(
            record,
            self._records,
            listed,
            now_s,
            newcomers=newcomers,
            n_before=sum(entry.seen.size_bytes > 0 for entry in self._before.values()),
        )
        window_s = self._settings.eviction_window_s
        # It may have gone soon after the last list that had it: the next one came later.
        last_s = self._listed_s if now_s - record.since_s <= window_s + LIST_GAP_S else now_s
        was_just_loaded = record.ours and last_s - record.since_s <= window_s
        self._leave(record, now_s)
        if record.ours and not was_replaced and not was_evicted:
            self._lost_s[name] = now_s
        if was_replaced:
            return Departure(record=record, reason="a model on the same base was loaded")
        if was_evicted:
            return Departure(record=record, reason="the engine evicted it for another model")
        if was_just_loaded and not record.alias_of:
            # It could be loaded again and again. One that was evicted for another is no failure:
            # the limit that was learned from it keeps that from happening.
            error = record_updates.LEFT_AT_ONCE
            record_updates.lost(self._records, record, error, now_s, self._settings)
            return Departure(record=record, reason="it left memory right after it was loaded")
        expires_s = record.renew_at_s + self._keep_alive_s / 2
        if now_s >= expires_s - window_s:
            return Departure(record=record, reason="its keep-alive ended")
        return Departure(record=record, reason="the engine or another program unloaded it")

    def _is_replaced(self, name: str, newcomers: Collection[str]) -> bool:
        others = {*newcomers, *self._loading()}
        return any(self.runners.replaces(other, name) for other in others)

    def _loading(self) -> set[str]:
        """Return the names of the models that Hotseat is loading."""
        loading = (r.spec for r in self._records if r.state is ModelState.LOADING)
        return {canonical_model_name(spec.model) for spec in loading}

    def _leave(self, record: ModelRecord, now_s: float) -> None:
        gone = record.move(ModelState.ABSENT, now_s)
        self._records.put(replace(gone, ours=False, alias_of="", n_losses=0))

    # --- contests ---

    def _note_contests(self, changes: list[Change], now_s: float) -> None:
        """Count the signs that another client loads Hotseat's models again."""
        for change in changes:
            entry, before, name = change.entry, change.before, change.entry.seen.model
            lost_s = self._lost_s.pop(name, float("-inf"))
            if before is not None and before.is_ours:
                if not entry.is_ours:
                    self.contests.note(name, TAKE_OVER, now_s)
                elif entry.cause is Cause.REQUEST:
                    self.contests.note(name, RELOAD, now_s)
            elif not entry.is_ours and now_s - lost_s <= LOST_WINDOW_S:
                sign = TAKE_OVER if entry.has_other_options else RELOAD
                self.contests.note(name, sign, now_s)

    def _pause(self, record: ModelRecord, seen: ResidentModel, now_s: float) -> None:
        """Leave the model to the other client, if it is contested."""
        name = canonical_model_name(record.spec.model)
        until_s = max(self.contests.until_s(each) for each in (name, seen.alias_of))
        if until_s > now_s and record.state in (ModelState.ABSENT, ModelState.FAILED):
            if record.state is ModelState.ABSENT:
                record = record.move(ModelState.FAILED, now_s)
            error = contest_message(record.spec, seen)
            self._records.put(replace(record, error=error, retry_at_s=until_s, contested=True))

    def _end_pauses(self, by_name: Mapping[str, ResidentModel], now_s: float) -> None:
        """Begin the pauses of models that are contested now, end those without a reason."""
        for record in tuple(self._records):
            name = canonical_model_name(record.spec.model)
            seen = by_name.get(name)
            if seen is not None and not record.occupies and not self._is_ours(seen):
                self._pause(record, seen, now_s)
            elif record.contested and seen is None and name not in self._before:
                self.contests.end_pause(name, now_s)
                self._records.put(replace(record, retry_at_s=now_s, contested=False))

    def _forget_adopted(self, demand: Demand) -> None:
        """Drop the records of adopted models that have left memory."""
        for name, spec in tuple(self._adopted.items()):
            record = self._records.get(spec)
            if record is None or not record.occupies:
                del self._adopted[name]
                if record is not None and demand.want_for(spec) is None:
                    self._records.remove(spec)

    def _adopt(self, asked_s: float, now_s: float) -> None:
        """Record models of Hotseat's that no other record stands for: they can make room."""
        held = {canonical_model_name(r.spec.model) for r in self._records if r.occupies}
        held |= {r.alias_of for r in self._records if r.occupies and r.alias_of}
        held |= {canonical_model_name(r.spec.model) for r in self._records if r.since_s > asked_s}
        for name in sorted(self.ledger.owned() - held):
            seen = self.ledger.entries[name].seen
            spec = ModelSpec(name)
            if spec in self._records and self._records.of(spec).state is not ModelState.ABSENT:
                spec = ModelSpec(name, (("num_ctx", seen.context_length or 0),))
            self._adopted[name] = spec
            self._records.put(self._found(self._records.of(spec), seen, now_s))


def _specs(demand: Demand) -> tuple[ModelSpec, ...]:
    return tuple(dict.fromkeys(want.spec for want in demand.wants))
