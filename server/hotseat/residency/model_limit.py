"""The daemon's own limit on the number of models, learned when the daemon acts on it.

Ollama does not report OLLAMA_MAX_LOADED_MODELS: it evicts a model when one too many is loaded.
"""

from __future__ import annotations

from hotseat.domain.experts import canonical_model_name
from hotseat.domain.residency import ModelState, ResidentModel
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.records import Records
from hotseat.residency.settings import DEFAULTS, SchedulerSettings


class ModelLimit:
    """`max_models` counts the models of all programs; None while no limit is known."""

    def __init__(self, *, keep_alive_s: float, settings: SchedulerSettings = DEFAULTS) -> None:
        self._keep_alive_s = keep_alive_s
        self._window_s = settings.eviction_window_s
        self._last_load_done_s = float("-inf")
        self._last_loaded = ""
        self.max_models: int | None = None

    def forget(self) -> None:
        """The engine was lost: another one may have another limit."""
        self.max_models = None

    def load_done(self, name: str, now_s: float) -> None:
        """A load of Hotseat's has ended. `name` is canonical."""
        self._last_load_done_s, self._last_loaded = now_s, name

    def seen(self, resident: tuple[ResidentModel, ...]) -> None:
        """Raise the limit if the engine holds more models than it allows."""
        if self.max_models is not None:
            n_resident = sum(model.size_bytes > 0 for model in resident)
            self.max_models = max(self.max_models, n_resident)

    def evicted(
        self,
        record: ModelRecord,
        records: Records,
        resident: tuple[ResidentModel, ...],
        now_s: float,
    ) -> bool:
        """Return whether the model, which is gone, made room for another that Hotseat loaded.

        Then the limit is learned. Only from models of Hotseat's: when those of other programs
        expire is unknown. A model that is gone after its own load was not evicted for another.
        """
        expires_s = record.renew_at_s + self._keep_alive_s / 2
        if not record.ours or now_s >= expires_s - self._window_s:
            return False
        loading = {
            canonical_model_name(r.spec.model) for r in records if r.state is ModelState.LOADING
        }
        newest = set(loading)
        if now_s - self._last_load_done_s <= self._window_s:
            newest |= {self._last_loaded} & {model.model for model in resident}
        if not newest - {canonical_model_name(record.spec.model)}:
            return False
        # Aliases, listed without bytes, are no models of their own.
        held = {model.model for model in resident if model.size_bytes > 0}
        self.max_models = max(1, len(held | loading))
        return True
