"""What this machine has: memory for the budget."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from hotseat.domain.experts import BudgetRule
from hotseat.residency.pressure import MachineMemory


def budget_bytes(rule: BudgetRule) -> int:
    """The rule in bytes on this machine: never below 0, never more than its RAM or VRAM."""
    total = _vram_bytes() if rule.of == "vram" else 0
    total = total or int(psutil.virtual_memory().total)
    limit = rule.limit_bytes if rule.limit_bytes is not None else int(total * (rule.share or 0.4))
    return max(0, min(limit, total) - rule.reserve_bytes)


def machine_memory() -> MachineMemory:
    memory = psutil.virtual_memory()
    return MachineMemory(available_bytes=int(memory.available), total_bytes=int(memory.total))


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the keeper reads of the machine. Tests use values of their own."""

    memory: Callable[[], MachineMemory]
    has_gpu: Callable[[], bool]
    """May take seconds."""


def has_gpu() -> bool:
    """Return whether there is a GPU with memory of its own. May take seconds: asks the driver."""
    return _vram_bytes() > 0


HERE = Machine(memory=machine_memory, has_gpu=has_gpu)


def _vram_bytes() -> int:
    """Of the largest GPU; 0 without one. NVIDIA by its own tool, AMD by Linux's sysfs."""
    sizes = [0]
    for path in Path("/sys/class/drm").glob("card*/device/mem_info_vram_total"):
        sizes.append(int(path.read_text()))
    if (tool := shutil.which("nvidia-smi")) is not None:
        try:
            out = subprocess.run(
                [tool, "--query-gpu=memory.total", "--format=csv,noheader,nounits"],
                capture_output=True,
                text=True,
                timeout=5,
                check=True,
            ).stdout
            sizes += [int(line) * 1024**2 for line in out.split() if line.isdigit()]
        except (OSError, subprocess.SubprocessError):
            pass  # a driver that does not answer is as good as no GPU
    return max(sizes)
