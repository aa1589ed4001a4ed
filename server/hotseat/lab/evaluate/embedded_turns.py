"""Vectors for a measurement of memory: every turn of a store, and each question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from hotseat.storage.conversations import ConversationStore
from hotseat.storage.turn_vectors import TurnVectors

Embed = Callable[[Sequence[str]], Awaitable[list[list[float]]]]
_AT_ONCE = 32


class EmbeddedTurns:
    """Embeds with `embed`; `model` is the name that vectors are kept under."""

    def __init__(self, model: str, embed: Embed) -> None:
        self.model = model
        self._embed = embed

    async def of(self, store: ConversationStore) -> TurnVectors:
        """Return the vectors of all turns of the store. Raises HotseatError."""
        vectors = TurnVectors(store, self.model)
        while turns := await asyncio.to_thread(vectors.missing, _AT_ONCE):
            found = await self._embed([turn.text for turn in turns])
            ids = [turn.id for turn in turns]
            await asyncio.to_thread(vectors.keep, dict(zip(ids, found, strict=True)))
        await asyncio.to_thread(vectors.refresh)
        return vectors

    async def likeness(self, vectors: TurnVectors, question: str) -> dict[int, float]:
        """Return the turns that are like the question."""
        (vector,) = await self._embed([question])
        return vectors.likeness(vector)
