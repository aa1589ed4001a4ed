"""How much of the budget there really is, on a machine whose memory others use too.

Pure. Below LOW_SHARE of the machine's memory models are given back until TARGET_SHARE is free; no
load may leave less than that free. Between the two what is there stays: so a model that was just
given back is not loaded again at once.
"""

from __future__ import annotations

from dataclasses import dataclass

LOW_SHARE = 0.04
TARGET_SHARE = 0.08
RELIEF_SHARE = 0.16
"""A shortage is over when so much is free; until then the generalist has the first seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineMemory:
    """`available_bytes` as psutil counts it: what can be had without swapping."""

    available_bytes: int
    total_bytes: int

    @property
    def is_short(self) -> bool:
        return self.available_bytes < LOW_SHARE * self.total_bytes


def stays_short(was_short: bool, memory: MachineMemory) -> bool:
    if memory.is_short:
        return True
    return was_short and memory.available_bytes < RELIEF_SHARE * memory.total_bytes


def room_bytes(used_bytes: int, memory: MachineMemory) -> int:
    """What models may take in all, beside everything else; `used_bytes` is what they take now."""
    spare_bytes = memory.available_bytes - int(TARGET_SHARE * memory.total_bytes)
    if not memory.is_short:
        spare_bytes = max(0, spare_bytes)
    return max(0, used_bytes + spare_bytes)
