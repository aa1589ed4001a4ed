"""What the engine really holds: its own list, with what is measured of its processes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from hotseat.domain.errors import EngineUnavailable, HotseatError, ModelNotFound
from hotseat.domain.experts import canonical_model_name
from hotseat.domain.residency import ResidentModel
from hotseat.engines.protocol import Engine, EngineInfo, ModelInfo
from hotseat.keeper.engine.runner_memory import RunnerProcess, runner_processes, slots_at
from hotseat.keeper.settings import MEASURE_S
from hotseat.machine.network import is_loopback
from hotseat.residency.engine_memory.runners import ModelFacts
from hotseat.residency.memory import trained_context


class Observation:
    """Keeps what the engine reported about its models. `clock` returns monotonic seconds."""

    def __init__(
        self, *, measure_s: float = MEASURE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._measure_s = measure_s
        self._clock = clock
        self._models: dict[str, ModelFacts] = {}
        self._asked: dict[str, str] = {}
        """The digest with which each model was listed when the engine was asked about it."""
        self._missing: dict[str, ModelNotFound] = {}
        """Models that the engine turned out to lack, until `ask` has reported it."""
        self._runners: dict[str, RunnerProcess] = {}
        """By blob."""
        self._measured_s: dict[str, float] = {}
        self._has_looked = False
        self.n_slots: int | None = None
        """Requests that a model takes at a time, as far as the processes of its engine show it."""

    def learn(self, model: str, info: ModelInfo) -> ModelFacts:
        """Keep what the engine reported about a model, and return what matters for residency."""
        facts = ModelFacts(
            blob=info.blob,
            adapters=info.adapters,
            trained_context=trained_context(info.metadata),
        )
        self._models[canonical_model_name(model)] = facts
        self._asked.setdefault(canonical_model_name(model), "")
        return facts

    async def ask(self, engine: Engine, model: str) -> ModelInfo:
        """Return what the engine reports about the model. Raises EngineError: at once if `describe`
        has just found that the engine lacks it."""
        name = canonical_model_name(model)
        if (error := self._missing.pop(name, None)) is not None:
            raise error
        try:
            return await engine.show(model)
        except ModelNotFound:
            self._asked.setdefault(name, "")  # once is enough
            raise

    def forget(self, name: str | None = None) -> None:
        """Ask the engine again: about one model, which was pulled, or about all."""
        if name is None:
            self._asked.clear()
            self._missing.clear()
        else:
            self._asked.pop(name, None)
            self._missing.pop(name, None)

    async def describe(
        self, engine: Engine, wanted: set[str], listed: tuple[ResidentModel, ...]
    ) -> dict[str, ModelFacts]:
        """Ask the engine about models that it was not asked about yet; each once, and again when it
        lists another digest. Raises EngineUnavailable."""
        digests = {model.model: model.digest for model in listed}
        found = {}
        for name in sorted(wanted | digests.keys()):
            digest = digests.get(name, "")
            if name in self._asked and (not digest or self._asked[name] in ("", digest)):
                if digest:
                    self._asked[name] = digest
                continue
            self._asked[name] = digest
            try:
                found[name] = self.learn(name, await engine.show(name))
            except EngineUnavailable:
                del self._asked[name]
                raise
            except ModelNotFound as error:
                self._missing[name] = error
            except HotseatError:
                continue  # it is not there, or odd: its load will say so
        return found

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
        return listed

    async def _measured(self, model: ResidentModel, port: int | None) -> ResidentModel:
        """Return it with what its process really takes: Ollama reports only its own estimate."""
        facts = self._models.get(model.model)
        if facts is None or not facts.blob:
            return model
        now_s, blob = self._clock(), facts.blob
        runner = self._runners.get(blob)
        is_due = now_s - self._measured_s.get(blob, float("-inf")) >= self._measure_s
        if is_due or (runner is not None and not runner.is_alive()):
            self._measured_s[blob] = now_s
            known, runner = self._runners.pop(blob, None), None
            found = await asyncio.to_thread(runner_processes, [blob], port)
            if (now := found.get(blob)) is not None:
                is_same = known is not None and now.is_same(known)
                runner = replace(now, started_s=known.started_s) if known and is_same else now
                self._runners[blob] = runner
                self.n_slots = runner.n_slots or self.n_slots
        if runner is None:
            return model
        size_bytes = max(model.size_bytes, runner.resident_bytes)
        return replace(model, size_bytes=size_bytes, process=runner.key)
