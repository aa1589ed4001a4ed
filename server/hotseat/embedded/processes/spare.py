"""One child process that waits with llama.cpp imported, so that a load need not start Python first.

Owns that process until a load takes it. At most one waits; none where memory is tight.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

import psutil

from hotseat.embedded.processes.runner import CHILD_COMMAND, spawn

SPARE_BYTES = 64_000_000
"""More than it takes: 25 to 60 MB, of which most are pages of libraries that all children share."""
MIN_FREE_SHARE = 0.08
"""None is started that would leave less than this share of the machine's memory free."""
REST_S = 1.0
"""After a load, so that the import does not compete with the first prompt."""

log = logging.getLogger("hotseat.engine")


def machine_has_room() -> bool:
    """Return whether the machine has memory for a process that only waits."""
    memory = psutil.virtual_memory()
    return bool(memory.available - SPARE_BYTES >= MIN_FREE_SHARE * memory.total)


class SpareChild:
    """`has_room` returns whether the machine has memory for it."""

    def __init__(
        self,
        *,
        command: tuple[str, ...] = CHILD_COMMAND,
        has_room: Callable[[], bool] = machine_has_room,
        rest_s: float = REST_S,
    ) -> None:
        self._command = command
        self._has_room = has_room
        self._rest_s = rest_s
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._is_allowed = True
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """Return the process that waits; None if there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    @property
    def is_allowed(self) -> bool:
        """Return whether one may wait: the budget has room beside the models."""
        return self._is_allowed

    @property
    def size_bytes(self) -> int:
        """Return its resident memory."""
        if self.pid is None:
            return 0
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def start(self, *, after_s: float = 0.0) -> None:
        """Start a process soon, unless one waits or is not allowed."""
        if self._is_closed or not self._is_allowed or self.pid is not None:
            return
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._start(after_s))

    async def started(self) -> None:
        """Return when the process that `start` announced runs, if there is one."""
        if self._starting is not None:
            await asyncio.wait([self._starting])

    def take(self) -> asyncio.subprocess.Process | None:
        """Return the process that waits, which is the caller's from now on; another one follows."""
        process = self._process if self.pid is not None else None
        self._process = None
        self.start(after_s=self._rest_s)
        return process

    def allow(self, is_allowed: bool) -> None:
        """Keep one waiting, or none: then its memory is freed."""
        self._is_allowed = is_allowed
        if is_allowed:
            self.start()
        else:
            self._end()

    async def close(self) -> None:
        """End the process that waits. None starts after that."""
        self._is_closed = True
        process = self._process
        self._end()
        if process is not None:
            await process.wait()

    def _end(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def _start(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if not self._has_room():
            return
        try:
            self._process = await spawn(self._command)
        except OSError as error:
            log.warning("no process could be started ahead: %s", error)
