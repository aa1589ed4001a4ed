"""Tasks that wait for the next answer, for a bounded time."""

from __future__ import annotations

import asyncio


class Waiters:
    """All of one document."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    async def wait(self, within_s: float) -> bool:
        """Wait for `wake`, at most so long. Return whether it came in time."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(within_s):
                await waiter
        except TimeoutError:
            return False
        return True

    def wake(self) -> None:
        """End all waits."""
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)
