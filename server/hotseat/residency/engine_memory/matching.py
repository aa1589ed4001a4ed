"""Which listed runner serves which model: by options, by owner, and by what is contested.

Pure: reads the records and the ledger, changes nothing.
"""

from __future__ import annotations

from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState, ResidentModel
from hotseat.residency.engine_memory.contests import Contests
from hotseat.residency.engine_memory.ledger import Ledger
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.records import Records


class Matching:
    """Answers from what the records, the ledger, the runners and the contests hold now."""

    def __init__(
        self, records: Records, ledger: Ledger, runners: Runners, contests: Contests
    ) -> None:
        self._records = records
        self._ledger = ledger
        self._runners = runners
        self._contests = contests

    def serves(self, spec: ModelSpec, seen: ResidentModel, now_s: float) -> bool:
        """Return whether a request with the options of `spec` finds the model loaded, as far as
        can be known."""
        if not self._runners.fits(spec, seen):
            return False
        if seen.alias_of and seen.alias_of in self.loading():
            return False
        owner = seen.alias_of or seen.model
        if not self._ledger.is_ours(seen):
            name = canonical_model_name(spec.model)
            return not any(self._contests.is_paused(each, now_s) for each in (name, owner))
        loaded_as = self._loaded_as(owner)
        return (
            loaded_as is None
            or loaded_as == spec
            or self._runners.are_interchangeable(loaded_as, spec)
        )

    def loading(self) -> set[str]:
        """Return the names of the models that Hotseat is loading."""
        loading = (r.spec for r in self._records if r.state is ModelState.LOADING)
        return {canonical_model_name(spec.model) for spec in loading}

    def has_left(self, spec: ModelSpec) -> bool:
        """Return whether another request replaced the model before its load's end was noticed."""
        name = canonical_model_name(spec.model)
        if not self._ledger.was_listed_since_load(name):
            return False
        return all(model.model != name for model in self.listed())

    def listed(self) -> tuple[ResidentModel, ...]:
        """Return the engine's last list, with aliases."""
        seen = tuple(entry.seen for entry in self._ledger.entries.values())
        return self._runners.with_aliases(seen)

    def _loaded_as(self, name: str) -> ModelSpec | None:
        """Return the spec with which Hotseat has the listed model in memory, if it is known."""
        states = (ModelState.WARM, ModelState.LOADING)
        held = (r.spec for r in self._records if r.ours and r.state in states and not r.alias_of)
        return next((spec for spec in held if canonical_model_name(spec.model) == name), None)
