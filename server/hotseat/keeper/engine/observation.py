"""What the engine really holds: its own list, corrected where that is known to be wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from hotseat.domain.experts import canonical_model_name
from hotseat.domain.residency import ResidentModel
from hotseat.engines.protocol import Engine, EngineInfo, ModelInfo
from hotseat.engines.wire import is_loopback
from hotseat.keeper.engine.runner_memory import runner_processes, slots_at
from hotseat.keeper.settings import MEASURE_S


class Observation:
    """Keeps what the engine reported about its models. `clock` returns monotonic seconds."""

    def __init__(
        self, *, measure_s: float = MEASURE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._measure_s = measure_s
        self._clock = clock
        self._models: dict[str, ModelInfo] = {}
        self._runner_bytes: dict[str, int] = {}
        self._measured_s: dict[str, float] = {}
        self._has_looked = False
        self.n_slots: int | None = None
        """Requests that a model takes at a time, as far as the processes of its engine show it."""

    def learn(self, model: str, info: ModelInfo) -> None:
        self._models[canonical_model_name(model)] = info

    async def resident(self, engine: Engine, about: EngineInfo) -> tuple[ResidentModel, ...]:
        """Return the models in memory. Raises EngineError."""
        listed = await engine.resident()
        # The embedded engine measures for itself; a remote one's processes cannot be seen.
        if not about.instance and is_loopback(engine.base_url):
            port = urlsplit(engine.base_url).port
            if not self._has_looked and port is not None:
                self._has_looked = True
                self.n_slots = await asyncio.to_thread(slots_at, port)
            listed = tuple([await self._measured(model, port) for model in listed])
        return (*listed, *self._aliases(listed))

    async def _measured(self, model: ResidentModel, port: int | None) -> ResidentModel:
        """Return it with what its process really takes: Ollama reports only its own estimate."""
        info = self._models.get(model.model)
        if info is None or not info.blob:
            return model
        now_s = self._clock()
        if now_s - self._measured_s.get(info.blob, -self._measure_s) >= self._measure_s:
            self._measured_s[info.blob] = now_s
            found = await asyncio.to_thread(runner_processes, [info.blob], port)
            runner = found.get(info.blob)
            self._runner_bytes[info.blob] = runner.resident_bytes if runner is not None else 0
            self.n_slots = (runner.n_slots if runner is not None else None) or self.n_slots
        real_bytes = self._runner_bytes.get(info.blob, 0)
        return replace(model, size_bytes=max(model.size_bytes, real_bytes))

    def _aliases(self, listed: tuple[ResidentModel, ...]) -> list[ResidentModel]:
        """Ollama lists a shared runner only under the name that loaded it; we ask by any name."""
        by_name = {model.model: model for model in listed}
        owners = {self._models[name].blob: name for name in by_name if name in self._models}
        return [
            replace(by_name[owners[info.blob]], model=name, size_bytes=0)
            for name, info in self._models.items()
            if name not in by_name and info.blob and info.blob in owners
        ]
