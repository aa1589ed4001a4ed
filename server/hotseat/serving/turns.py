"""Whose request is sent next to a model that takes only so many at a time.

Clients take turns: one that sends many requests waits for its own, not before another's first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Line:
    n_running: int = 0
    waiting: OrderedDict[str, deque[asyncio.Future[None]]] = field(default_factory=OrderedDict)
    """By client; the client whose turn is next comes first."""


class Turns:
    """The requests to each model, by a key of the caller's."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line] = {}

    @asynccontextmanager
    async def taken(self, key: Hashable, client: str, limit: int) -> AsyncIterator[None]:
        """Wait until fewer than `limit` requests run, and this client's turn has come."""
        line = self._lines.setdefault(key, _Line())
        if line.n_running >= limit or line.waiting:
            await self._wait(line, client)
        else:
            line.n_running += 1
        try:
            yield
        finally:
            self._release(key, line)

    def _release(self, key: Hashable, line: _Line) -> None:
        """End a request: the next one takes its place."""
        while line.waiting:
            client, queue = line.waiting.popitem(last=False)
            turn = queue.popleft()
            if queue:
                line.waiting[client] = queue  # after all others
            if not turn.done():
                turn.set_result(None)
                return
        line.n_running -= 1
        if line.n_running == 0:
            del self._lines[key]

    async def _wait(self, line: _Line, client: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.waiting.setdefault(client, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came in the same moment
                key = next(key for key, other in self._lines.items() if other is line)
                self._release(key, line)
            elif (queue := line.waiting.get(client)) is not None and turn in queue:
                queue.remove(turn)
                if not queue:
                    del line.waiting[client]
            raise
