"""What the engine's list of loaded models says about the records: found, gone, of other programs.

Owns the models that an earlier keeper loaded and that no window wants, and what models of other
programs take.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import Measured, ModelState, ResidentModel
from hotseat.residency import record_updates
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import Observed
from hotseat.residency.model_limit import ModelLimit
from hotseat.residency.records import Records
from hotseat.residency.settings import DEFAULTS, SchedulerSettings


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
        self._adopted: dict[str, ResidentModel] = {}
        """Models of an earlier keeper, by name, until a window wants them."""
        self.foreign_bytes = 0
        """What models of other programs take."""
        self.n_foreign = 0
        self.departures: tuple[Departure, ...] = ()
        """Of the last list."""

    def engine_lost(self) -> None:
        """What other programs have in memory is unknown."""
        self.foreign_bytes = self.n_foreign = 0

    def observe(self, event: Observed, demand: Demand, now_s: float) -> None:
        """Bring the records, the limit and the foreign bytes up to date."""
        resident = event.resident
        departures: list[Departure] = []
        self._adopt((model for model in resident if model.model in event.ours), demand)
        by_name = {model.model: model for model in resident}
        for spec in _specs(demand) | self._records.specs():
            record = self._records.of(spec)
            if record.since_s > event.asked_s:
                continue  # it changed while the engine was answering: the list is older
            seen = by_name.get(canonical_model_name(spec.model))
            if seen is not None and fits_options(spec, seen):
                self._records.put(self._found(record, seen, event, now_s))
            elif record.state is ModelState.WARM:
                departure = self._gone(record, resident, now_s)
                if record.ours:
                    departures.append(departure)
            else:
                self._records.put(record)
        self.departures = tuple(departures)
        self._count_foreign(event)
        self._limit.seen(resident)

    def hand_over_adopted(self, demand: Demand) -> None:
        """Give an adopted model, whose options are unknown, those of the first want for it."""
        if not self._adopted:
            return
        for want in demand.wants:
            spec = want.spec
            seen = self._adopted.get(canonical_model_name(spec.model))
            adopted = self._records.get(ModelSpec(seen.model)) if seen else None
            if seen is None or adopted is None or adopted.state is ModelState.UNLOADING:
                continue
            del self._adopted[seen.model]
            if adopted.spec != spec:
                self._records.remove(adopted.spec)
                if fits_options(spec, seen):
                    self._records.put(replace(adopted, spec=spec))

    def _found(
        self, record: ModelRecord, seen: ResidentModel, event: Observed, now_s: float
    ) -> ModelRecord:
        """Return the record of a model that is in memory."""
        spec = record.spec
        if seen.size_bytes > 0:  # a name that shares another's runner has none of its own
            known_bytes = self._records.measured(spec).size_bytes or 0
            size_bytes = max(seen.size_bytes, known_bytes)
            self._records.learn(spec, Measured(size_bytes=size_bytes))
            record = replace(record, size_bytes=size_bytes, measured=True)
        if record.state in (ModelState.ABSENT, ModelState.FAILED):
            record = record.move(ModelState.WARM, now_s)
            record = replace(record, ours=seen.model in event.ours, renew_at_s=now_s)
            return replace(record, retry_at_s=0.0)  # its unload does not wait for that either
        if record.state is ModelState.WARM and not record.ours:
            # Found out late, perhaps: a request of Hotseat's had loaded it.
            return replace(record, ours=seen.model in event.ours)
        return record

    def _gone(
        self, record: ModelRecord, resident: tuple[ResidentModel, ...], now_s: float
    ) -> Departure:
        """Put the record of a warm model that the engine no longer lists. Return why it left."""
        was_evicted = self._limit.evicted(record, self._records, resident, now_s)
        window_s = self._settings.eviction_window_s
        was_just_loaded = record.ours and now_s - record.since_s <= window_s
        self._records.put(replace(record.move(ModelState.ABSENT, now_s), ours=False))
        if was_evicted:
            return Departure(record=record, reason="the engine evicted it for another model")
        if was_just_loaded:
            # It would be loaded again and again. One that was evicted for Hotseat's own load is no
            # failure: the limit that was learned from it keeps that from happening.
            error = "It left memory right after it was loaded"
            record_updates.failed(self._records, record.spec, error, now_s, self._settings)
            return Departure(record=record, reason="it left memory right after it was loaded")
        expires_s = record.renew_at_s + self._keep_alive_s / 2
        if now_s >= expires_s - window_s:
            return Departure(record=record, reason="its keep-alive ended")
        return Departure(record=record, reason="the engine or another program unloaded it")

    def _count_foreign(self, event: Observed) -> None:
        held = {canonical_model_name(r.spec.model) for r in self._records if r.ours and r.occupies}
        foreign = [model for model in event.resident if model.model not in held]
        self.foreign_bytes = event.orphan_bytes + sum(model.size_bytes for model in foreign)
        self.n_foreign = sum(model.size_bytes > 0 for model in foreign)

    def _adopt(self, ours: Iterable[ResidentModel], demand: Demand) -> None:
        """Record models that an earlier keeper loaded and no window wants: they can make room."""
        specs = _specs(demand) | self._records.specs()
        known = {canonical_model_name(spec.model) for spec in specs}
        for model in ours:
            if model.model not in known:
                self._adopted[model.model] = model
                self._records.put(self._records.of(ModelSpec(model.model)))


def fits_options(spec: ModelSpec, seen: ResidentModel) -> bool:
    """Return False if the model was loaded with a larger context: Ollama would load it again at the
    first request.

    The context is capped at the trained length, so a smaller one than asked for may be right.
    """
    num_ctx = spec.option("num_ctx")
    if not isinstance(num_ctx, int) or seen.context_length is None:
        return True
    return seen.context_length <= num_ctx


def _specs(demand: Demand) -> set[ModelSpec]:
    return {want.spec for want in demand.wants}
