"""The embedding model of one window's memory: when it is wanted, and what it is asked.

It is a model like others for the keeper, wanted with a low probability, so that it has a place only
where the budget leaves one. It is asked only while it is in memory: nothing here loads it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import EMBEDDER, Roster
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.privacy.redact import mask
from hotseat.session.shared.engine_follower import EngineFollower
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.turn_vectors import MAX_EMBEDDED_CHARS, TurnVectors

log = logging.getLogger(__name__)

EMBED_S = 0.06
"""A question does not wait longer for its vector; a small model on one core needs 15 ms."""
KEEP_S = 600.0
"""So long after the last use of memory the model is wanted."""
PROBABILITY = 0.3
N_AT_ONCE = 8
"""Turns of one request: some tenths of a second, the time by which a key may be late for it."""
NOTHING: Mapping[int, float] = {}


class TurnEmbedder:
    """`store` returns the store of the workspace, None without one; `link` the link to the keeper.

    `wants_changed` is called when `with_embedder` would return something new.
    """

    def __init__(
        self,
        store: Callable[[], ConversationStore | None],
        roster: Callable[[], Roster],
        link: Callable[[], KeeperLink | None],
        *,
        wants_changed: Callable[[], None] = lambda: None,
        follower: EngineFollower | None = None,
        embed_s: float = EMBED_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._roster = roster
        self._link = link
        self._wants_changed = wants_changed
        self._follower = follower or EngineFollower()
        self._embed_s = embed_s
        self._clock = clock
        self._engine: Engine | None = None
        self._vectors: TurnVectors | None = None
        self._of: tuple[ConversationStore, str] | None = None
        self._is_unusable = False
        self._used_s = clock()
        self._has_work = False

    def with_embedder(self, demand: Demand) -> Demand:
        """Return the demand with the embedding model, while it is of use."""
        spec = self._roster().embedder
        if spec is None or self._is_unusable or self._store() is None:
            return demand
        if not self._has_work and self._clock() - self._used_s > KEEP_S:
            return demand
        want = Want(
            expert=EMBEDDER,
            spec=spec,
            probability=PROBABILITY,
            demanded=False,
            reason="finds what was said in other words",
            size_hint_bytes=self._roster().embedder_size_bytes,
        )
        return merge_wants([*demand.wants, want])

    async def likeness(self, question: str) -> Mapping[int, float]:
        """Return the turns that are like `question`, with their cosines, by id.

        Empty where the model is not in memory, or does not answer in time. Never raises.
        """
        self._used_s = self._clock()
        vectors = self._current_vectors()
        if vectors is None:
            return NOTHING
        try:
            async with asyncio.timeout(self._embed_s):
                (vector,) = await self._embed([question[:MAX_EMBEDDED_CHARS]])
            return vectors.likeness(vector)
        except TimeoutError:
            log.debug("The embedder did not answer within %.2f s", self._embed_s)
        except (HotseatError, ValueError) as error:
            log.debug("The embedder did not answer: %s", error)
        return NOTHING

    async def embed_some(self) -> bool:
        """Embed some turns that have no vector. Return whether there are more that can be."""
        vectors = self._current_vectors()
        if vectors is None:
            self._vectors = self._of = None
            self._report_held()
            return False
        turns = await asyncio.to_thread(vectors.missing, N_AT_ONCE)
        if self._has_work != bool(turns):
            self._has_work = bool(turns)
            self._wants_changed()
        if not turns or not self._is_warm():
            await asyncio.to_thread(vectors.refresh)
            self._report_held()
            return False
        found = await self._embed([turn.text for turn in turns])
        ids = [turn.id for turn in turns]
        await asyncio.to_thread(vectors.keep, dict(zip(ids, found, strict=True)))
        return True

    def _report_held(self) -> None:
        """The vectors in this process count in the budget."""
        if (link := self._link()) is not None:
            link.set_budget(held_bytes=self._vectors.held_bytes if self._vectors else 0)

    async def aclose(self) -> None:
        """Close the connection to the engine."""
        if self._engine is not None:
            await self._engine.aclose()

    def _current_vectors(self) -> TurnVectors | None:
        store, spec = self._store(), self._roster().embedder
        if store is None or spec is None or self._is_unusable:
            return None
        if self._of != (store, spec.model):
            try:
                self._vectors = TurnVectors(store, spec.model)
            except HotseatError as error:
                self._is_unusable = True
                log.warning("%s. %s", error.message, error.hint)
                return None
            self._of = (store, spec.model)
        return self._vectors

    def _is_warm(self) -> bool:
        link, spec = self._link(), self._roster().embedder
        if link is None or spec is None:
            return False
        return link.state.state_of(spec) is ModelState.WARM

    async def _embed(self, texts: list[str]) -> list[list[float]]:
        link, spec = self._link(), self._roster().embedder
        if link is None or spec is None or not self._is_warm():
            raise HotseatError("The embedder is not in memory")
        if (engine := self._follower.new_client(link)) is not None:
            await self.aclose()
            self._engine = engine
        if self._engine is None:
            raise HotseatError("There is no engine yet")
        link.begin_use(spec)
        try:
            return await self._engine.embed(spec, list(map(mask, texts)))
        finally:
            link.end_use(spec)
