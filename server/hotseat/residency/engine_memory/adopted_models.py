"""Models that an earlier keeper of Hotseat loaded and that no window wants: they can make room."""

from __future__ import annotations

from dataclasses import replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState, ResidentModel
from hotseat.residency.engine_memory.ledger import Ledger
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.records import Records


class AdoptedModels:
    """The models of Hotseat's whose options no want has: each name, and what it is recorded as."""

    def __init__(self, records: Records, ledger: Ledger, runners: Runners) -> None:
        self._records = records
        self._ledger = ledger
        self._runners = runners
        self._specs: dict[str, ModelSpec] = {}

    def __contains__(self, spec: object) -> bool:
        return spec in self._specs.values()

    def clear(self) -> None:
        """The engine was lost."""
        self._specs.clear()

    def adopt(self, asked_s: float) -> list[tuple[ModelSpec, ResidentModel]]:
        """Adopt the models of Hotseat's that no record stands for. Return them, to be recorded.

        The engine's list was asked for at `asked_s`; a record that is newer stands for its model.
        """
        held = {canonical_model_name(r.spec.model) for r in self._records if r.occupies}
        held |= {r.alias_of for r in self._records if r.occupies and r.alias_of}
        held |= {canonical_model_name(r.spec.model) for r in self._records if r.since_s > asked_s}
        adopted: list[tuple[ModelSpec, ResidentModel]] = []
        for name in sorted(self._ledger.owned() - held):
            seen = self._ledger.entries[name].seen
            spec = ModelSpec(name)
            if spec in self._records and self._records.of(spec).state is not ModelState.ABSENT:
                spec = ModelSpec(name, (("num_ctx", seen.context_length or 0),))
            self._specs[name] = spec
            adopted.append((spec, seen))
        return adopted

    def forget_gone(self, demand: Demand) -> None:
        """Drop the records of adopted models that have left memory."""
        for name, spec in tuple(self._specs.items()):
            record = self._records.get(spec)
            if record is None or not record.occupies:
                del self._specs[name]
                if record is not None and demand.want_for(spec) is None:
                    self._records.remove(spec)

    def hand_over(self, demand: Demand) -> None:
        """Give an adopted model, whose options are unknown, those of the first want that fits."""
        if not self._specs:
            return
        for want in demand.wants:
            spec, name = want.spec, canonical_model_name(want.spec.model)
            adopted = self._records.get(self._specs[name]) if name in self._specs else None
            entry = self._ledger.entries.get(name)
            if adopted is None or entry is None or adopted.state is not ModelState.WARM:
                continue
            known = self._records.get(spec)
            if adopted.spec != spec and known is not None and known.occupies:
                continue
            if self._runners.fits(spec, entry.seen):
                del self._specs[name]
                self._records.remove(adopted.spec)
                self._records.put(replace(adopted, spec=spec))
