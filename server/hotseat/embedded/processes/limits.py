"""What a child process may take: memory while it lives, processor time while it loads.

A model's file comes from its author, and llama.cpp runs its chat template while it loads the
model: a template can be made to run without end or to fill the memory. Owns the arithmetic and the
watch over a process; `child` sets the kernel's own limit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.options import LoadOptions

MEMORY_FACTOR = 2
"""Times the estimate: weights that are repacked are there twice for a moment."""
MEMORY_SLACK_BYTES = 1 << 30
"""For buffers, libraries, and what a chat template may take (`api/rendering.py`)."""
LOAD_CPU_S = 15.0
LOAD_CPU_S_PER_GB = 10.0
"""Loading takes 0.1 to 0.3 s for 135M parameters, and about 1 s per GB where weights are
repacked."""
_LOOK_LOADING_S = 0.25
_LOOK_S = 1.0

log = logging.getLogger("hotseat.engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """The limits of one child process."""

    memory_bytes: int
    """Resident memory, with the weights that are mapped from their file."""
    load_cpu_s: float = LOAD_CPU_S
    """Processor time of all its threads until the model is loaded."""


def child_limits(
    card: ModelCard, options: LoadOptions, *, files_bytes: int, n_slots: int, total_bytes: int
) -> ChildLimits:
    """Return the limits for a model with its adapters (`files_bytes` on disk).

    `total_bytes` is the machine's memory, which no limit exceeds.
    """
    estimate_bytes = files_bytes + card.kv_bytes_per_token * options.n_ctx * n_slots
    return ChildLimits(
        memory_bytes=min(MEMORY_FACTOR * estimate_bytes + MEMORY_SLACK_BYTES, total_bytes),
        load_cpu_s=LOAD_CPU_S + LOAD_CPU_S_PER_GB * files_bytes / 1e9,
    )


class ChildWatch:
    """Kills a process that exceeds its limits. `reason` says which one, and is empty until then."""

    def __init__(self, pid: int, limits: ChildLimits, *, kill: Callable[[], None]) -> None:
        self._pid = pid
        self._limits = limits
        self._kill = kill
        self._is_loaded = False
        self.reason = ""

    def note_loaded(self) -> None:
        """The model is loaded: from now on only memory counts."""
        self._is_loaded = True

    async def run(self) -> None:
        """Look at the process until it has ended."""
        try:
            process = psutil.Process(self._pid)
            while True:
                memory_bytes = int(process.memory_info().rss)
                cpu = process.cpu_times()
                self.reason = self._excess(memory_bytes, cpu.user + cpu.system)
                if self.reason:
                    log.warning("process %d is ended: %s", self._pid, self.reason)
                    self._kill()
                    return
                await asyncio.sleep(_LOOK_S if self._is_loaded else _LOOK_LOADING_S)
        except psutil.Error:
            return

    def _excess(self, memory_bytes: int, cpu_s: float) -> str:
        limits = self._limits
        if memory_bytes > limits.memory_bytes:
            return memory_excess(limits)
        if not self._is_loaded and cpu_s > limits.load_cpu_s:
            return (
                f"it took more than {limits.load_cpu_s:.0f} s of processor time; its chat template "
                "may run without end"
            )
        return ""


def memory_excess(limits: ChildLimits) -> str:
    """Return the reason of an end at the limit of memory."""
    return (
        f"it took more than {limits.memory_bytes / 1e9:.1f} GB of memory, which is far more than "
        "its weights and its context need"
    )
