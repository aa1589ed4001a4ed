"""Polls an engine for its resident models, and records the peak of bytes and the loads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hotseat.domain.errors import EngineUnavailable
from hotseat.engines.ollama import OllamaEngine

LOOK_EVERY_S = 0.1
"""Shorter than any load, so that none is missed."""


class ResidentWatch:
    """Polls `/api/ps`. A load counts when its model appears there; a cancelled load does not."""

    def __init__(self, engine: OllamaEngine) -> None:
        self.peak_bytes = 0
        self.n_loads = 0
        self.most_models = 0
        self._engine = engine
        self._seen: frozenset[str] = frozenset()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            try:
                resident = await self._engine.resident()
            except EngineUnavailable:
                pass  # busy or gone: requests for work report that
            else:
                names = frozenset(model.model for model in resident)
                self.n_loads += len(names - self._seen)
                self._seen = names
                self.most_models = max(self.most_models, len(names))
                self.peak_bytes = max(self.peak_bytes, sum(m.size_bytes for m in resident))
            await asyncio.sleep(LOOK_EVERY_S)
