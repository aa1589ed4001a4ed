"""A window's index process: starts it late, restarts it a few times, and sends it what has changed.

Owns the process and what waits to be sent to it. Every call returns at once, and nothing here is
on the typing path: the index is built by the other process, at the lowest priority.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.session.symbols.messages import MAX_LINE_BYTES, decode, encode
from hotseat.workspace.watched_folders import why_not

log = logging.getLogger(__name__)

# -P: the working directory, which is a workspace, is not searched for modules.
COMMAND = (sys.executable, "-P", "-m", "hotseat.session.symbols.program")
START_AFTER_S = 3.0
"""The roster, the engine, the first model and the open documents come first."""
MAX_WAITING = 500
"""Changed paths that wait to be sent; more are one scan."""
MAX_RESTARTS = 3
PAUSE_S = 10.0
"""Before a restart."""
_CLOSING_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexProgress:
    """How far the index is. `n_total` is 0 when nothing is being read."""

    n_done: int = 0
    n_total: int = 0


class SymbolService:
    """Use `start` and `aclose`.

    `secrets` returns the patterns of secret files of now; `on_progress` is called twice a second
    while the index is built, and when it is done. Without a workspace nothing is indexed.
    """

    def __init__(
        self,
        workspace: Path | None,
        *,
        secrets: Callable[[], Sequence[str]],
        on_progress: Callable[[IndexProgress], None] = lambda _: None,
        start_after_s: float = START_AFTER_S,
        pause_s: float = PAUSE_S,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._workspace = workspace
        self._secrets = secrets
        self._on_progress = on_progress
        self._start_after_s = start_after_s
        self._pause_s = pause_s
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._changed: dict[str, None] = {}
        self._is_scan_due = False
        self._flushing: asyncio.Handle | None = None
        self.scanned = asyncio.Event()
        """Set when all files were looked at."""
        self.n_updated = 0
        """Number of changed paths that the process has taken in."""

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process after a pause."""
        if self._workspace is not None and self._task is None:
            self._task = asyncio.create_task(self._run(self._workspace))

    async def aclose(self) -> None:
        """End the process."""
        if self._flushing is not None:
            self._flushing.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def changed(self, paths: Iterable[str]) -> None:
        """These files (absolute paths) were written, came, or went."""
        if self._task is None:
            return
        if not self._is_scan_due:
            self._changed.update(dict.fromkeys(paths))
            if len(self._changed) > MAX_WAITING:
                self.scan()
        self._flush_soon()

    def scan(self) -> None:
        """Anything may have changed."""
        self._is_scan_due = True
        self._changed.clear()
        self._flush_soon()

    def secrets_changed(self) -> None:
        """Other files may be secret now."""
        self._send({"secrets": list(self._secrets())})

    def _flush_soon(self) -> None:
        if self._flushing is None and self._process is not None:
            self._flushing = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = None
        if self._process is None:
            return
        if self._is_scan_due:
            self._send({"scan": True})
        elif self._changed:
            self._send({"changed": list(self._changed)})
        self._is_scan_due = False
        self._changed.clear()

    def _send(self, message: dict[str, Any]) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(OSError, RuntimeError):
                process.stdin.write(encode(message))

    async def _run(self, workspace: Path) -> None:
        await asyncio.sleep(self._start_after_s)
        if (reason := await asyncio.to_thread(why_not, workspace)) is not None:
            log.info("%s is not indexed: %s", workspace, reason)
            return
        for _ in range(MAX_RESTARTS):
            try:
                await self._run_process(workspace)
            except OSError as error:
                log.warning("The index of symbols is not built: %s", error)
            finally:
                self._on_progress(IndexProgress())
            await asyncio.sleep(self._pause_s)
        log.info("The process that builds the index of symbols ended too often: it stays as it is")

    async def _run_process(self, workspace: Path) -> None:
        """Start the process and read its messages until it ends. Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            os.fspath(workspace),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=MAX_LINE_BYTES,
        )
        self._process = process
        assert process.stdout is not None
        try:
            self.secrets_changed()
            self._flush()
            while line := await process.stdout.readline():
                self._take(decode(line))
        except ValueError as error:  # a line without end
            log.warning("The process that builds the index of symbols failed: %s", error)
        finally:
            self._process = None
            await _end(process)

    def _take(self, message: dict[str, Any]) -> None:
        match message:
            case {"progress": [int(n_done), int(n_total)]}:
                self._on_progress(IndexProgress(n_done=n_done, n_total=n_total))
            case {"scanned": dict(result)}:
                self.scanned.set()
                self._on_progress(IndexProgress())
                log.info("The index of symbols is up to date: %s", result)
            case {"updated": int(n)}:
                self.n_updated += n
            case {"say": str(sentence)}:
                log.warning("%s", sentence)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process: by the end of its input, else by force."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _CLOSING_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
