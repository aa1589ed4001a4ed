"""Facts out of what the user wrote, by the generalist, in idle moments.

Only a capable generalist that is in memory anyway is asked, and only while the user rests: nothing
here loads a model. One that answers rubbish leaves no fact.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from hotseat.conversation.combine.parts import is_capable
from hotseat.conversation.memory.distill import (
    MAX_ANSWER_TOKENS,
    SCHEMA,
    distil_messages,
    known_facts,
    own_words,
    read_facts,
)
from hotseat.conversation.memory.json_tasks import TASKS
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import ChatRequest, Engine
from hotseat.keeper.link import KeeperLink
from hotseat.privacy.redact import mask
from hotseat.session.chat.capability import Capability, weights_digest
from hotseat.session.shared.engine_follower import EngineFollower
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.distilled_turns import keep_distilled, next_turn

log = logging.getLogger(__name__)

MAX_TASK_TOKENS = 60


class Distiller:
    """`store` returns the store of the workspace, None without one; `link` that to the keeper."""

    def __init__(
        self,
        store: Callable[[], ConversationStore | None],
        roster: Callable[[], Roster],
        link: Callable[[], KeeperLink | None],
        *,
        capability: Capability | None = None,
        follower: EngineFollower | None = None,
    ) -> None:
        self._store = store
        self._roster = roster
        self._link = link
        self._capability = capability or Capability()
        self._follower = follower or EngineFollower()
        self._engine: Engine | None = None
        self._digests: dict[str, str] = {}
        """Of the weights, by the model's name, in the engine of now."""
        self._solved: dict[str, int] = {}
        """How many of the tasks a model has solved one after the other, by digest."""

    async def distil_some(self) -> bool:
        """Do a part: one task of the test, or one turn. Return whether there is more to do now."""
        store, link = self._store(), self._link()
        generalist = self._roster().generalist
        if store is None or link is None or generalist is None:
            return False
        if link.state.state_of(generalist.seat) is not ModelState.WARM:
            return False
        turn = await asyncio.to_thread(next_turn, store)
        if turn is None:
            return False
        said = own_words(turn.text)
        if not said:
            await asyncio.to_thread(keep_distilled, store, turn, ())
            return True
        engine = await self._current(link)
        if engine is None:
            return False
        if not is_capable(self._roster()):
            digest = await self._digest(engine, generalist)
            has_solved = await self._capability.remembered(digest)
            if has_solved is None:
                return await self._test(engine, link, generalist, digest)
            if not is_capable(self._roster(), has_solved_tasks=has_solved):
                return False
        known = known_facts(await asyncio.to_thread(store.facts), said)
        messages = distil_messages(said, known)
        answer = await self._ask(engine, link, generalist, messages, SCHEMA, MAX_ANSWER_TOKENS)
        await asyncio.to_thread(keep_distilled, store, turn, read_facts(answer, said, known))
        return True

    async def aclose(self) -> None:
        """Close the connection to the engine."""
        if self._engine is not None:
            await self._engine.aclose()

    async def _test(
        self, engine: Engine, link: KeeperLink, generalist: Expert, digest: str
    ) -> bool:
        """Give the model the next task. Return whether there is more to do."""
        task = TASKS[self._solved.get(digest, 0)]
        answer = await self._ask(
            engine, link, generalist, task.messages, task.schema, MAX_TASK_TOKENS
        )
        n_solved = self._solved[digest] = self._solved.get(digest, 0) + task.is_solved_by(answer)
        if task.is_solved_by(answer) and n_solved < len(TASKS):
            return True
        has_solved = n_solved == len(TASKS)
        self._solved.pop(digest)
        log.info("%s is %s to distil facts", generalist.name, "able" if has_solved else "not able")
        await self._capability.remember(digest, has_solved=has_solved)
        return has_solved

    async def _ask(
        self,
        engine: Engine,
        link: KeeperLink,
        expert: Expert,
        messages: Sequence[tuple[str, str]],
        schema: dict[str, Any],
        n_predict: int,
    ) -> str:
        request = ChatRequest(
            spec=expert.spec,
            messages=tuple((role, mask(text)) for role, text in messages),
            n_predict=n_predict,
            temperature=0.0,
            format_schema=schema,
        )
        link.begin_use(expert.seat)
        try:
            async with aclosing(engine.chat(request)) as chunks:
                return "".join([chunk.text async for chunk in chunks])
        finally:
            link.end_use(expert.seat)

    async def _digest(self, engine: Engine, expert: Expert) -> str:
        model = expert.spec.model
        if model not in self._digests:
            self._digests[model] = weights_digest(await engine.show(model), model)
        return self._digests[model]

    async def _current(self, link: KeeperLink) -> Engine | None:
        if (engine := self._follower.new_client(link)) is not None:
            await self.aclose()
            self._engine = engine
            self._digests.clear()
        return self._engine
