"""Which models of a replica leave memory so that another fits. Pure.

Memory is bounded by bytes, not by a number of models, and a model in use never leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FILE_FACTOR = 1.1
FIXED_BYTES = 100_000_000
"""A process with a small context, beside the weights: what llama.cpp's took for tiny models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A model in memory, with all its adapters."""

    name: str
    size_bytes: int
    n_users: int
    used_at_s: float
    """When the last request to it began or ended, on any clock."""


def estimate_bytes(file_bytes: int) -> int:
    """Return what a model takes, as long as it was never measured."""
    return int(file_bytes * FILE_FACTOR) + FIXED_BYTES


def to_unload(
    residents: Iterable[Resident], need_bytes: int, bound_bytes: int
) -> tuple[str, ...] | None:
    """Return the models to unload so that `need_bytes` more fit in the bound, in this order.

    The longest unused go first, and none goes whose bytes turn out not to be needed. None: it does
    not fit before a model in use is done.
    """
    held = sorted(residents, key=lambda one: one.used_at_s)
    excess = sum(one.size_bytes for one in held) + need_bytes - bound_bytes
    chosen: list[Resident] = []
    for one in held:
        if excess <= sum(c.size_bytes for c in chosen):
            break
        if one.n_users == 0:
            chosen.append(one)
    if excess > sum(c.size_bytes for c in chosen):
        return None
    for one in tuple(chosen):  # The last one may have made some of the others unnecessary.
        if sum(c.size_bytes for c in chosen) - one.size_bytes >= excess:
            chosen.remove(one)
    return tuple(one.name for one in chosen)
