"""Figures of measurements that come in pairs: two ways to do the same things. Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

N_RESAMPLES = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioInterval:
    """A ratio of two sums, and its confidence interval. All None where the second sum is 0; in
    JSON, an end without a bound is null too."""

    ratio: float | None
    low: float | None
    high: float | None

    def as_json(self) -> dict[str, float | None]:
        def rounded(value: float | None) -> float | None:
            return None if value is None or math.isinf(value) else round(value, 3)

        return {
            "ratio": rounded(self.ratio),
            "low": rounded(self.low),
            "high": rounded(self.high),
        }


def paired_ratio(
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 1,
) -> RatioInterval:
    """Return Σ ours / Σ theirs with its 95 % bootstrap interval (percentiles; pairs are drawn).

    Pairs of two zeros change neither sum: only how many of the others are drawn matters, and this
    number is drawn from the normal approximation of its binomial distribution. Raises ValueError
    for sequences of different lengths.
    """
    pairs = [pair for pair in zip(ours, theirs, strict=True) if pair != (0.0, 0.0)]
    n = len(ours)
    if not sum(theirs):
        return RatioInterval(ratio=None, low=None, high=None)
    chance = random.Random(seed)
    share = len(pairs) / n
    spread = (n * share * (1.0 - share)) ** 0.5
    ratios = []
    for _ in range(n_resamples):
        n_drawn = max(1, min(n, round(chance.gauss(n * share, spread))))
        drawn = chance.choices(pairs, k=n_drawn)
        below = sum(pair[1] for pair in drawn)
        ratios.append(sum(pair[0] for pair in drawn) / below if below else float("inf"))
    tail = (1.0 - CONFIDENCE) / 2
    ratios.sort()
    # Ranks, not interpolated: a resample without any of their waits has an infinite ratio.
    return RatioInterval(
        ratio=sum(ours) / sum(theirs),
        low=ratios[round(tail * (n_resamples - 1))],
        high=ratios[round((1.0 - tail) * (n_resamples - 1))],
    )


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the percentile, interpolated between the two nearest ranks; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)
