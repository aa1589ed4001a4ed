"""At most one request at a time for each key, each in the task of its caller.

For requests that must be quick: `NewestRequests` gives each a task of its own, which costs two
turns of the event loop at its beginning and one at its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class NewestInPlace:
    """Runs requests by key; a newer one ends the one before it, and does not wait for its end."""

    def __init__(self) -> None:
        self._running: dict[str, _Request] = {}

    async def run(
        self,
        key: str,
        work: Callable[[], Awaitable[T]],
        *,
        on_ended: Callable[[], None] = lambda: None,
    ) -> T | None:
        """Run `work` and return its result; None if it was ended meanwhile.

        `on_ended` is called then, and when the caller is cancelled. Raises what `work` raises, and
        CancelledError only if the caller itself was cancelled.
        """
        self.end(key)
        request = self._running[key] = _Request()
        try:
            return await work()
        except asyncio.CancelledError:
            on_ended()
            if request.is_by_caller():
                raise
            return None
        finally:
            request.left()
            if self._running.get(key) is request:
                del self._running[key]

    def end(self, key: str) -> None:
        """End the request for `key`."""
        if (request := self._running.pop(key, None)) is not None:
            request.end()

    def end_all(self) -> None:
        """End all requests."""
        for key in [*self._running]:
            self.end(key)


class _Request:
    """A request in the current task. `end` cancels that task, as `asyncio.timeout` does, and takes
    the cancellation back when it has arrived."""

    def __init__(self) -> None:
        task: asyncio.Task[Any] | None = asyncio.current_task()
        assert task is not None
        self._task = task
        self._n_cancelled = task.cancelling()
        self._is_ended = False

    def end(self) -> None:
        self._is_ended = True
        self._task.cancel()

    def left(self) -> None:
        """The task does not work for the request any more."""
        if self._is_ended:
            self._is_ended = False
            self._task.uncancel()

    def is_by_caller(self) -> bool:
        """Return whether a CancelledError that has arrived is not that of `end` alone."""
        return not self._is_ended or self._task.cancelling() > self._n_cancelled + 1
