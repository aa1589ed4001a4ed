"""Calibration of probabilities: log-loss, and the observed frequency by forecast probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Forecasts between two edges: their mean, and the share of them that came true."""

    low: float
    high: float
    n: int
    forecast: float
    observed: float


def reliability(forecasts: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Return the bins that have forecasts."""
    bins = []
    for low, high in pairwise(EDGES):
        inside = [(p, hit) for p, hit in forecasts if low <= p < high or (p == high == 1.0)]
        if inside:
            bins.append(
                Bin(
                    low=low,
                    high=high,
                    n=len(inside),
                    forecast=sum(p for p, _ in inside) / len(inside),
                    observed=sum(hit for _, hit in inside) / len(inside),
                )
            )
    return bins


def calibration_json(
    log_losses: Sequence[float], forecasts: Sequence[tuple[float, bool]]
) -> dict[str, Any]:
    """Return the calibration for JSON.

    Log-loss is in nats per change of language; `error` is the mean distance between forecast and
    observed frequency, weighted by their number.
    """
    bins = reliability(forecasts)
    n = sum(b.n for b in bins)
    error = sum(b.n * abs(b.forecast - b.observed) for b in bins) / n if n else 0.0
    return {
        "changes": len(log_losses),
        "log_loss": round(sum(log_losses) / len(log_losses), 4) if log_losses else None,
        "error": round(error, 4),
        "reliability": [
            {
                "from": b.low,
                "to": b.high,
                "n": b.n,
                "forecast": round(b.forecast, 4),
                "observed": round(b.observed, 4),
            }
            for b in bins
        ],
    }
