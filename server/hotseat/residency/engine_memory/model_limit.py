"""The daemon's own limit on the number of models, learned when the daemon acts on it.

Ollama does not report OLLAMA_MAX_LOADED_MODELS: it evicts a model when one too many is loaded. On
such an engine a speculative load never tries how many fit, because the victim may be the model
under the cursor. A demanded load may: then the victim is, as a rule, what the user has just left.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hotseat.domain.experts import canonical_model_name
from hotseat.domain.residency import EngineLimit, ModelState, ResidentModel
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.records import Records
from hotseat.residency.settings import DEFAULTS, SchedulerSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """How many models the engine may hold at the next step, those of other programs included."""

    max_models: int | None
    """None: no limit is known, and none is feared."""
    only_needed: bool = False
    """What is only likely to be needed is not loaded: the engine holds one model, or it is tested
    whether it holds one more."""


class ModelLimit:
    """`max_models` counts the models of all programs; None while no limit is known.

    `is_careful`: the engine may have a limit that it does not report.
    """

    def __init__(self, *, keep_alive_s: float, settings: SchedulerSettings = DEFAULTS) -> None:
        self._keep_alive_s = keep_alive_s
        self._window_s = settings.eviction_window_s
        self._retest_s = settings.limit_retest_s
        self._last_load_done_s = float("-inf")
        self._last_loaded = ""
        self._learned_s = float("-inf")
        self.max_models: int | None = None
        self.n_seen = 0
        """The most models that were in memory at the same time."""
        self.is_careful = False
        self._n_configured = 0
        """How many the daemon holds at least, by its configuration."""

    def forget(self) -> None:
        """This is another engine, which may have another limit."""
        self.max_models = None
        self.n_seen = self._n_configured = 0

    def restore(self, limit: EngineLimit, age_s: float, now_s: float) -> None:
        """Use what was learned of this engine in an earlier run, `age_s` ago."""
        self.n_seen = max(self.n_seen, limit.n_seen)
        if limit.max_models is not None and self.max_models is None:
            self.max_models = max(1, limit.max_models, self.n_seen)
            self._learned_s = now_s - age_s

    def configure(self, max_models: int | None, n_at_least: int, now_s: float) -> None:
        """Use what the daemon's configuration says; what it is seen to do counts more."""
        self._n_configured = n_at_least
        if max_models is not None:
            self.max_models = max(1, max_models)
            self._learned_s = now_s
        elif self.max_models is not None and self.max_models < n_at_least:
            self._n_configured = 0

    def learned(self) -> EngineLimit:
        """Return what is worth remembering of this engine."""
        return EngineLimit(max_models=self.max_models, n_seen=self.n_seen)

    def age_s(self, now_s: float) -> float:
        """Return for how long the limit has been known; inf if there is none."""
        return now_s - self._learned_s if self.max_models is not None else float("inf")

    def seats(self, now_s: float, *, n_foreign: int, needs_one_more: bool) -> Seats:
        """Return the places at the next step.

        `needs_one_more`: a model that the user needs now is not in memory. Where the limit is
        unknown, or was learned so long ago that it is tested again, that model may take one place
        more than has been seen, unless a model of another program could be the victim.
        """
        limit = self.max_models
        if limit is not None and self.age_s(now_s) < self._retest_s:
            return Seats(max_models=limit, only_needed=limit == 1)
        if not self.is_careful:
            return Seats(max_models=None)
        n_seen = max(1, self.n_seen, self._n_configured)
        may_test = needs_one_more and n_foreign == 0
        if may_test and n_seen >= self._n_configured:
            return Seats(max_models=n_seen + 1, only_needed=True)
        return Seats(max_models=n_seen, only_needed=limit == 1)

    def load_done(self, name: str, now_s: float) -> None:
        """A load of Hotseat's has ended. `name` is canonical."""
        self._last_load_done_s, self._last_loaded = now_s, name

    def seen(self, resident: tuple[ResidentModel, ...]) -> None:
        """Raise the limit if the engine holds more models than it allows."""
        n_resident = sum(model.size_bytes > 0 for model in resident)
        self.n_seen = max(self.n_seen, n_resident)
        if self.max_models is not None:
            self.max_models = max(self.max_models, n_resident)

    def evicted(
        self,
        record: ModelRecord,
        records: Records,
        resident: tuple[ResidentModel, ...],
        now_s: float,
        *,
        newcomers: Collection[str] = (),
        n_before: int = 0,
    ) -> bool:
        """Return whether the model, which is gone, made room for another one, of any program.

        Then the limit is learned. `newcomers` are the models that were not in the list before,
        without those that replace this one in its own runner; `n_before` is the length of that
        list. Only models of Hotseat's teach: when those of other programs expire is unknown. A
        model that is gone after its own load was not evicted for another.
        """
        expires_s = record.renew_at_s + self._keep_alive_s / 2
        if not record.ours or now_s >= expires_s - self._window_s:
            return False
        name = canonical_model_name(record.spec.model)
        loading = {
            canonical_model_name(r.spec.model) for r in records if r.state is ModelState.LOADING
        }
        newest = set(loading)
        if now_s - self._last_load_done_s <= self._window_s:
            newest |= {self._last_loaded} & {model.model for model in resident}
        # Aliases, listed without bytes, are no models of their own.
        held = {model.model for model in resident if model.size_bytes > 0} | loading
        if len(held) >= n_before > 0:
            newest |= set(newcomers)
        if not newest - {name}:
            return False
        self.max_models = max(1, len(held))
        self._learned_s = now_s
        if self.max_models < self._n_configured:
            self._n_configured = 0
        return True
