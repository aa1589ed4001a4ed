"""Vectors for a measurement of memory: every turn of a store, and each question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from hotseat.storage.conversations import ConversationStore
from hotseat.storage.turn_vectors import TurnVectors

Embed = Callable[[Sequence[str]], Awaitable[list[list[float]]]]
_AT_ONCE = 32
_REPORTED_EACH = 32
"""Requests between two reports."""


class EmbeddedTurns:
    """Embeds with `embed`; `model` is the name that vectors are kept under."""

    def __init__(self, model: str, embed: Embed) -> None:
        self.model = model
        self._embed = embed

    async def of(
        self,
        store: ConversationStore,
        vectors: TurnVectors | None = None,
        *,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> TurnVectors:
        """Return the vectors of all turns of the store. Raises HotseatError."""
        vectors = vectors or TurnVectors(store, self.model)
        n_requests = 0
        while turns := await asyncio.to_thread(vectors.missing, _AT_ONCE):
            found = await self._embed([turn.text for turn in turns])
            ids = [turn.id for turn in turns]
            await asyncio.to_thread(vectors.keep, dict(zip(ids, found, strict=True)))
            n_requests += 1
            if n_requests % _REPORTED_EACH == 0:
                on_progress(n_requests * _AT_ONCE)
        return vectors

    async def likeness(self, vectors: TurnVectors, question: str) -> dict[int, float]:
        """Return the turns that are like the question."""
        (vector,) = await self._embed([question])
        return vectors.likeness(vector)
