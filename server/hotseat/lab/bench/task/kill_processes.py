"""The processes of `hotseat bench task --kills`: an engine that comes back at its address, and the
windows, each of which may be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from hotseat.client.engine_process import IDLE_EXIT_S
from hotseat.domain.errors import EngineUnavailable
from hotseat.lab.bench.task.kill_window import BEGUN, WindowWork

START_S = 60.0
END_S = 5.0
_WINDOW = "hotseat.lab.bench.task.kill_window"


class KilledEngine:
    """An embedded engine in the runtime directory of this process. Its port stays."""

    def __init__(self, store: Path, log: Path) -> None:
        self._store = store
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self) -> None:
        """Raises EngineUnavailable."""
        port = self.url.rpartition(":")[2] or "0"
        arguments = ["--store", str(self._store), "--idle-exit-s", str(2 * IDLE_EXIT_S)]
        with self._log.open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "hotseat.embedded", *arguments, "--port", port),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        line = await _line(self._process)
        if "listening on http" not in line:
            raise EngineUnavailable(f"The engine did not start at port {port}: {line or 'no line'}")
        self.url = line.split()[-1]

    async def kill(self) -> None:
        """End the engine and its models at once."""
        if self._process is not None:
            await _kill(self._process)

    async def kill_model(self) -> None:
        """End the process of a model, if there is one."""
        if self._process is not None:
            with suppress(psutil.Error):
                for child in psutil.Process(self._process.pid).children()[:1]:
                    child.kill()


class Window:
    """A window that works in a process of its own. `state` is the last line that it printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.state = ""

    @classmethod
    async def started(cls, work: WindowWork, folder: Path, name: str) -> Window:
        """Return a window that works. Raises EngineUnavailable if it does not begin."""
        file = work.to_file(folder / f"{name}.json")
        with (folder / f"{name}.log").open("a") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", _WINDOW, str(file)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        if (line := await _line(process)) != BEGUN:
            await _kill(process)
            raise EngineUnavailable(f"The window {name} did not begin: {line or 'see its log'}")
        return cls(process)

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    async def ended(self, within_s: float) -> bool:
        """Wait for its end; return whether it came."""
        assert self._process.stdout is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                self.state = (await self._process.stdout.read()).decode().strip()
                await self._process.wait()
        return not self.is_running

    async def kill(self) -> None:
        await _kill(self._process)


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    with suppress(TimeoutError):
        async with asyncio.timeout(START_S):
            return (await process.stdout.readline()).decode().strip()
    return ""


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill a process and what it started."""
    family: list[psutil.Process] = []
    with suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
    with suppress(ProcessLookupError):
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    for one in family:
        with suppress(psutil.Error):
            one.kill()
    await process.wait()
    if process.stdout is not None:  # read to its end, so that asyncio closes it
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await process.stdout.read()
