"""What Ollama's runners really take, and which processes they are.

`/api/ps` reports Ollama's own estimate: 160 MB for a model whose process held 217 (Ollama 0.32,
CPU), and a budget kept on estimates is not kept. It does not show either that a model was loaded
again, with other options or by another client; another process does.

Only for an engine on this machine. Looks at processes, and touches none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import psutil

SAME_START_S = 5.0
"""The start of a process is reckoned from the machine's clock, which may be set meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerProcess:
    """One runner: `resident_bytes` of the process, and what identifies it."""

    resident_bytes: int
    pid: int
    started_s: float
    """Seconds since 1970."""

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


def runner_processes(blobs: Collection[str]) -> dict[str, RunnerProcess]:
    """Return the process that has each blob open, by blob digest (64 hex digits).

    Ollama starts one runner per model, with the blob's path on its command line; of several the
    youngest counts, because a killed daemon leaves its runners behind. Takes tens of
    milliseconds: call it in a thread. Processes that cannot be looked at are left out.
    """
    found: dict[str, RunnerProcess] = {}
    if not blobs:
        return found
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
            blob = next((b for b in blobs if f"sha256-{b}" in command), None)
            if blob is None or process.status() == psutil.STATUS_ZOMBIE:
                continue
            runner = RunnerProcess(
                resident_bytes=int(process.memory_info().rss),
                pid=process.pid,
                started_s=process.create_time(),
            )
            if blob not in found or found[blob].started_s < runner.started_s:
                found[blob] = runner
        except psutil.Error:
            continue
    return found
