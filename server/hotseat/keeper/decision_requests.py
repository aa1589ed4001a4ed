"""A window's requests for the keeper's decisions that are not answered yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hotseat.domain.decisions import Decision
from hotseat.domain.errors import EngineUnavailable


class DecisionRequests:
    """`send` asks the keeper; `answered` is called with what it sends."""

    def __init__(self, send: Callable[[], None], *, answer_s: float) -> None:
        self._send = send
        self._answer_s = answer_s
        self._waiting: set[asyncio.Future[list[Decision]]] = set()

    async def ask(self) -> list[Decision]:
        """Return the keeper's answer. Raises EngineUnavailable if it does not come in time."""
        answer: asyncio.Future[list[Decision]] = asyncio.get_running_loop().create_future()
        self._waiting.add(answer)
        self._send()
        try:
            return await asyncio.wait_for(answer, self._answer_s)
        except TimeoutError:
            raise EngineUnavailable("The keeper does not answer", hint="Try again") from None
        finally:
            self._waiting.discard(answer)

    def answered(self, decisions: list[Decision]) -> None:
        """Answer all that wait: each asked before this was sent."""
        for answer in self._waiting:
            if not answer.done():
                answer.set_result(decisions)
