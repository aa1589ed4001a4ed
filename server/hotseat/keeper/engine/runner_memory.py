"""What Ollama's runners really take, and how many requests each takes at a time.

`/api/ps` reports Ollama's own estimate: 160 MB for a model whose process held 217 (Ollama 0.32,
CPU), and a budget kept on estimates is not kept. It does not report OLLAMA_NUM_PARALLEL at all,
which multiplies the KV cache.

Only for an engine on this machine. Looks at processes, and touches none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from hotseat.engines.ollama_processes import OllamaProcesses, listener, look


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerMeasure:
    """What the runners of an engine take."""

    size_bytes: dict[str, int] = field(default_factory=dict)
    """Resident bytes by blob digest (64 hex digits), for the blobs that have a runner."""
    n_slots: int | None = None
    """Requests that a model takes at a time; None if no runner shows it."""


def measure_runners(
    blobs: Collection[str],
    port: int | None,
    *,
    processes: Callable[[], OllamaProcesses] = look,
    listening: Callable[[int], int | None] = listener,
) -> RunnerMeasure:
    """Measure the runners of the engine at a port of this machine.

    Takes tens of milliseconds: call it in a thread. An orphan, which a killed daemon has left, is
    not measured. Runners of other daemons are not, where it can be seen who listens at the port.
    """
    if not blobs:
        return RunnerMeasure()
    seen = processes()
    daemon = None
    if port is not None and len({r.daemon for r in seen.runners if not r.is_orphan}) > 1:
        daemon = listening(port)  # slower than all the rest, and needed for two daemons only
    found = {blob: seen.serving(blob, daemon) for blob in blobs}
    runners = {blob: runner for blob, runner in found.items() if runner is not None}
    slots = [runner.n_slots for runner in runners.values() if runner.n_slots]
    return RunnerMeasure(
        size_bytes={blob: runner.rss_bytes for blob, runner in runners.items()},
        n_slots=max(slots, default=None),
    )


def runner_bytes(blobs: Collection[str], port: int | None = None) -> dict[str, int]:
    """Return the resident bytes of the runner of each blob (64 hex digits) that has one."""
    return measure_runners(blobs, port).size_bytes
