"""The processes of one playground: found by their environment, sampled, and sent signals.

A process belongs to the playground when its HOTSEAT_RUNTIME_DIR is the playground's.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from hotseat.lab.bench.stress.figures import MemorySample, ModelProcess, Resources

_YOUNG_S = 2.0
"""A new process has its parent's command line until it runs a program of its own."""
_BLOB = re.compile(r"/blobs/(sha256-[0-9a-f]+)$", re.MULTILINE)


class Kind(StrEnum):
    ENGINE = "engine"
    MODEL = "model"
    SERVER = "server"
    WORKER = "worker"
    OTHER = "other"


@dataclass(slots=True)
class _Known:
    process: psutil.Process
    kind: Kind | None
    """None for a process that is not of the playground."""
    seen_s: float


class ProcessWatch:
    """Looks at the machine's processes. Not for several threads at once."""

    def __init__(self, runtime: Path) -> None:
        self._runtime = str(runtime)
        self._known: dict[int, _Known] = {}

    def processes(self) -> dict[psutil.Process, Kind]:
        """Return the playground's living processes, this one excluded."""
        now_s = time.monotonic()
        pids = set(psutil.pids()) - {os.getpid()}
        self._known = {pid: known for pid, known in self._known.items() if pid in pids}
        for pid in pids:
            known = self._known.get(pid)
            if known is None or (now_s - known.seen_s < _YOUNG_S):
                seen_s = known.seen_s if known else now_s
                try:
                    process = psutil.Process(pid)
                    self._known[pid] = _Known(process, self._kind(process), seen_s)
                except psutil.Error:
                    self._known.pop(pid, None)
        return {
            known.process: known.kind
            for known in self._known.values()
            if known.kind is not None and _lives(known.process)
        }

    def memory(self) -> MemorySample:
        """Return the memory of the processes that hold a model."""
        models = []
        for process, kind in self.processes().items():
            if kind is Kind.MODEL:
                try:
                    rss_bytes = process.memory_info().rss
                except psutil.Error:
                    continue
                models.append(
                    ModelProcess(pid=process.pid, rss_bytes=rss_bytes, blob=_blob(process.pid))
                )
        return MemorySample(t_s=time.monotonic(), models=tuple(models))

    def resources(self) -> dict[Kind, Resources]:
        """Return what the processes of each kind have, all of a kind together."""
        totals: dict[Kind, list[int]] = {}
        for process, kind in self.processes().items():
            try:
                with process.oneshot():
                    seen = (process.memory_info().rss, process.num_fds(), process.num_threads())
            except psutil.Error:
                continue
            total = totals.setdefault(kind, [0, 0, 0, 0])
            for i, value in enumerate((1, *seen)):
                total[i] += value
        return {
            kind: Resources(
                n_processes=total[0],
                rss_bytes=total[1],
                n_descriptors=total[2],
                n_threads=total[3],
            )
            for kind, total in totals.items()
        }

    def strays(self, servers: Collection[int]) -> list[str]:
        """Return the processes that nothing needs, while the servers with these pids run.

        These are engines but the newest, and all processes that no server and no engine has
        started.
        """
        found = self.processes()
        engines = [process for process, kind in found.items() if kind is Kind.ENGINE]
        newest = max(engines, key=lambda process: process.create_time(), default=None)
        parents = {*servers, *([newest.pid] if newest else [])}
        strays = []
        for process, kind in found.items():
            try:
                needed = process.pid in parents or process.ppid() in parents
                if kind is Kind.ENGINE:
                    needed = process == newest
                if not needed:
                    strays.append(f"{kind} {process.pid}: {' '.join(process.cmdline())}")
            except psutil.Error:
                continue
        return strays

    def _kind(self, process: psutil.Process) -> Kind | None:
        if process.environ().get("HOTSEAT_RUNTIME_DIR") != self._runtime:
            return None
        words = process.cmdline()
        if "hotseat.embedded.processes.child" in words:
            return Kind.MODEL
        if "hotseat.embedded" in words or ("hotseat" in words and "engine" in words):
            return Kind.ENGINE
        if "hotseat" in words and "lsp" in words:
            return Kind.SERVER
        return Kind.WORKER if any(word.startswith("hotseat.") for word in words) else Kind.OTHER


def send(pid: int, number: signal.Signals) -> bool:
    """Send a signal; return whether the process was there."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _blob(pid: int) -> str:
    """Return the model file that the process has mapped; empty if none, or where the system does
    not show it."""
    try:
        maps = Path(f"/proc/{pid}/maps").read_text(errors="replace")
    except OSError:
        return ""
    found = _BLOB.search(maps)
    return found[1] if found else ""
