"""At most one request at a time for each key: a newer request ends the one before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class NewestRequests:
    """Runs requests by key. `key in requests` is true while a request for it waits or runs."""

    def __init__(self) -> None:
        self._newest: dict[str, object] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._newest

    async def run(self, key: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Cancel the request that runs for `key`, wait for its end, and run `work`.

        Return early if a newer request comes meanwhile. Raises what `work` raises, and
        CancelledError only if the caller itself was cancelled.
        """
        request = self._newest[key] = object()
        try:
            await self._end_running(key)
            if self._newest.get(key) is request:
                await self._run(key, work)
        except asyncio.CancelledError:
            if self._newest.get(key) is request:
                raise  # the caller was cancelled: no newer request did it
        finally:
            if self._newest.get(key) is request:
                del self._newest[key]

    async def aclose(self) -> None:
        """Cancel all requests and wait for their end."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = self._running[key] = asyncio.ensure_future(work())
        try:
            await task
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
