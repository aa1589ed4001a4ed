"""At most one request at a time for each key: a newer request ends the one before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hotseat.keeper.tasks import is_cancelled

T = TypeVar("T")


class NewestRequests:
    """Runs requests by key, each when the one before it has ended. `key in requests` is true while
    a request for it waits or runs."""

    def __init__(self) -> None:
        self._newest: dict[str, object] = {}
        self._running: dict[str, asyncio.Task[Any]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._newest

    async def run(
        self,
        key: str,
        work: Callable[[], Coroutine[Any, Any, T]],
        *,
        on_ended: Callable[[], None] = lambda: None,
    ) -> T | None:
        """Cancel the request that runs for `key`, run `work`, and return its result.

        Return None early if a newer request comes meanwhile, or if `end` is called. `on_ended` is
        called then, and when the caller is cancelled. Raises what `work` raises, and CancelledError
        only if the caller itself was cancelled.
        """
        request = self._newest[key] = object()
        try:
            await self._end_running(key)
            if self._newest.get(key) is request:
                return await self._run(key, work)
            on_ended()
        except asyncio.CancelledError:
            on_ended()
            if self._newest.get(key) is request or is_cancelled():
                raise  # the caller was cancelled: no newer request did it
        finally:
            if self._newest.get(key) is request:
                del self._newest[key]
        return None

    def end(self, key: str) -> None:
        """End the request for `key`, without a newer one."""
        self._newest.pop(key, None)
        if (running := self._running.get(key)) is not None:
            running.cancel()

    def end_all(self) -> None:
        """End all requests."""
        for key in [*self._newest]:
            self.end(key)

    async def aclose(self) -> None:
        """Cancel all requests and wait for their end."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        task: asyncio.Task[T] = asyncio.ensure_future(work())
        self._running[key] = task
        try:
            return await task
        finally:
            task.cancel()
            if self._running.get(key) is task:
                del self._running[key]

    async def _end_running(self, key: str) -> None:
        while (running := self._running.get(key)) is not None:
            running.cancel()
            await asyncio.wait([running])
            if self._running.get(key) is running:
                del self._running[key]
