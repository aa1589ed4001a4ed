"""The worker process of one window: starts it, and starts another one after it has ended.

Owns which process runs now. Knows no documents.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from hotseat.parsing.process import WorkerProcess
from hotseat.parsing.start_pauses import MAX_PAUSE_S, StartPauses

log = logging.getLogger(__name__)


class CurrentWorker:
    """`on_start` is called when a worker runs, `on_end` when it has ended; `retry_after` when it
    could not be started, with the seconds after which to try again."""

    def __init__(
        self,
        *,
        on_start: Callable[[], None],
        on_end: Callable[[], None],
        retry_after: Callable[[float], None],
    ) -> None:
        self._on_start, self._on_end, self._retry_after = on_start, on_end, retry_after
        self._process: WorkerProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._pauses = StartPauses()
        self._has_reported = False
        self._is_closed = False

    @property
    def process(self) -> WorkerProcess | None:
        """Of the worker to which requests can be sent; None if there is none."""
        process = self._process
        return process if process is not None and process.is_open else None

    def start_soon(self) -> None:
        """Start a worker, in the running event loop, unless one is being started."""
        if self._starting is None and not self._is_closed:
            self._starting = asyncio.get_running_loop().create_task(self._start())

    async def started(self, within_s: float) -> None:
        """Start a worker if none runs, and wait at most so long until it does."""
        if self._process is None:
            self.start_soon()
            if self._starting is not None:
                await asyncio.wait((self._starting,), timeout=within_s)

    async def aclose(self) -> None:
        """End the worker, and start no other."""
        self._is_closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._process is not None:
            await self._process.aclose()

    async def _start(self) -> None:
        """Start a worker, after a pause if several have ended lately."""
        if (pause_s := self._pauses.pause_s(time.monotonic())) > 0:
            await asyncio.sleep(pause_s)
        self._pauses.started(time.monotonic())
        process = WorkerProcess(self._ended)
        try:
            await process.start()
        except OSError as error:
            log.warning("The parser did not start: %s", error)
            self._starting = None
            self._retry_after(MAX_PAUSE_S)
            return
        self._process, self._starting = process, None
        if not process.is_open:  # it has ended already
            self._ended()
            return
        self._on_start()

    def _ended(self) -> None:
        process, self._process = self._process, None
        if process is not None and not process.n_answered and not self._has_reported:
            self._has_reported = True
            log.warning("The parser ended at its start: there are no syntax trees")
        self._on_end()
