"""The figures of `hotseat bench team`, from the times of its passes. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.lab.bench.team.developers import Walk

TOLERANCE = 0.25
"""How far the simulation may be from the real run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What the server takes with the model in memory, and what a load adds to a first token."""

    first_s: float
    answer_s: float
    load_s: float


def arm(walks: Sequence[Walk], loads: int, warm_first_s: float) -> dict[str, Any]:
    """Return the figures of one arm. `stall_s` is what first tokens came later, all together, than
    those of the same developers with every model in memory."""
    firsts = [first for walk in walks for first in walk.firsts_s]
    return {
        "stall_s": round(max(0.0, sum(firsts) - len(firsts) * warm_first_s), 3),
        "p50": round(percentile(firsts, 0.5), 4),
        "p95": round(percentile(firsts, 0.95), 4),
        "loads": loads,
        "requests": len(firsts),
    }


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0


def ratio(part: float, whole: float) -> float | None:
    """Return the ratio; None where there is nothing to compare with."""
    return round(part / whole, 3) if whole > 0 else None


def deviation(predicted: float, real: float) -> float | None:
    """Return by how much the prediction is off, as a share of the real value."""
    return round(abs(predicted - real) / real, 3) if real > 0 else None
