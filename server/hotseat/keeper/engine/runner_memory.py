"""What Ollama's runners really take, which processes they are, and how many requests each takes.

`/api/ps` reports Ollama's own estimate: 160 MB for a model whose process held 217 (Ollama 0.32,
CPU), and a budget kept on estimates is not kept. It does not show either that a model was loaded
again, with other options or by another client; another process does. And it does not report
OLLAMA_NUM_PARALLEL, which multiplies the KV cache.

Only for an engine on this machine. Looks at processes, and touches none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import psutil

from hotseat.engines.ollama_processes import OllamaProcesses, known_slots, listener, look

SAME_START_S = 5.0
"""The start of a process is reckoned from the machine's clock, which may be set meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerProcess:
    """One runner: `resident_bytes` of the process, and what identifies it."""

    resident_bytes: int
    pid: int
    started_s: float
    """Seconds since 1970."""
    n_slots: int | None = None
    """Requests that it takes at a time; None if its command line does not say so."""

    @property
    def key(self) -> str:
        return f"{self.pid}@{self.started_s:.2f}"

    def is_same(self, other: RunnerProcess) -> bool:
        return self.pid == other.pid and abs(self.started_s - other.started_s) < SAME_START_S

    def is_alive(self) -> bool:
        """Return whether this very process is still there. Takes microseconds."""
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.started_s) < SAME_START_S
            return is_same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def runner_processes(
    blobs: Collection[str],
    port: int | None = None,
    *,
    processes: Callable[[], OllamaProcesses] = look,
    listening: Callable[[int], int | None] = listener,
) -> dict[str, RunnerProcess]:
    """Return the runner of each blob (64 hex digits) that has one, at the engine of that port.

    Takes tens of milliseconds: call it in a thread. An orphan, which a killed daemon has left, is
    no runner of an engine. Runners of other daemons are not, where it can be seen who listens at
    the port. Of several the youngest counts.
    """
    if not blobs:
        return {}
    seen = processes()
    daemon = None
    if port is not None and len({r.daemon for r in seen.runners if not r.is_orphan}) > 1:
        daemon = listening(port)  # slower than all the rest, and needed for two daemons only
    found = {blob: seen.serving(blob, daemon) for blob in blobs}
    return {
        blob: RunnerProcess(
            resident_bytes=runner.rss_bytes,
            pid=runner.pid,
            started_s=runner.started_s,
            n_slots=runner.n_slots,
        )
        for blob, runner in found.items()
        if runner is not None
    }


def runner_bytes(blobs: Collection[str], port: int | None = None) -> dict[str, int]:
    """Return the resident bytes of the runner of each blob (64 hex digits) that has one."""
    return {blob: r.resident_bytes for blob, r in runner_processes(blobs, port).items()}


def slots_at(port: int) -> int | None:
    """Return how many requests a model takes at a time at the daemon of that port; None if neither
    a runner nor the daemon's environment shows it. Call it in a thread."""
    seen = look(with_environment=True)
    return known_slots(None, seen, seen.daemon_at(port))
