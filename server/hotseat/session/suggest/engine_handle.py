"""The engine that a window's completions go to: it follows the keeper from one address to the next.

Owns the source of answers for the current engine, and the limits of the requests that wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState
from hotseat.session.shared.engine_follower import EngineFollower
from hotseat.session.suggest.answer_source import AnswerSource


class EngineHandle:
    """`connect` makes the source of answers of an engine; what is known of models, and what they
    answered, belongs to the engine that has them."""

    def __init__(
        self, connect: Callable[[Engine], AnswerSource], follower: EngineFollower | None = None
    ) -> None:
        self._connect = connect
        self._follower = follower or EngineFollower()
        self._waits: set[asyncio.Timeout] = set()
        self.source: AnswerSource | None = None
        self.message = ""
        """What is wrong with the engine, as the keeper last reported it."""

    def new_engine(self, link: KeeperLink | None) -> Engine | None:
        """Return a client for the keeper's engine if its address has changed; else None."""
        return self._follower.new_client(link)

    def use(self, engine: Engine) -> AnswerSource | None:
        """Ask that engine from now on; return the source of the one before, which is still open."""
        old, self.source = self.source, self._connect(engine)
        return old

    def engine_reported(self, state: KeeperState) -> None:
        """End the waits for an engine that is down.

        A new keeper that has not looked at the engine yet has no message.
        """
        self.message = state.engine.message
        if not state.engine.up and state.engine.message:
            for wait in self._waits:
                if not wait.expired():
                    wait.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def patience(self, for_s: float) -> AsyncIterator[None]:
        """Limit the time of what runs inside. Raises TimeoutError, at once when the engine is
        down."""
        async with asyncio.timeout(for_s) as wait:
            self._waits.add(wait)
            try:
                yield
            finally:
                self._waits.discard(wait)
