"""Policies compared in pairs, switch by switch, on the same traces with the same first keys.

Pure: the same figures for the same traces and seed. Every policy sees the same switches, so the
difference of two policies is known for each of them, and resampling the switches says how far the
ratio of the two sums can be trusted.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hotseat.lab.bench.switch_figures import percentile
from hotseat.lab.simulate.outcome import SimulatedEngine, SimulationResult
from hotseat.lab.simulate.simulate import POLICIES
from hotseat.lab.simulate.traces import TraceVisit

BASELINE = "focus"
COMPARED = ("lru", BASELINE, "reactive", "hotseat")
N_RESAMPLES = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPace:
    """How fast the user of a trace works."""

    first_key_s: tuple[float, float] = (0.5, 3.0)
    """Range of the time from focus to first key, drawn uniformly; that of `bench switch`."""
    hurry: float = 1.0
    """Stays are shorter than in the trace by this factor."""
    seed: int = 1


def paced(visits: Sequence[TraceVisit], pace: UserPace) -> list[TraceVisit]:
    """Return the visits with their first keys and the shortened stays. `seed` decides the keys."""
    chance = random.Random(pace.seed)
    return [
        replace(
            visit,
            dwell_s=visit.dwell_s / pace.hurry,
            first_key_s=chance.uniform(*pace.first_key_s),
        )
        for visit in visits
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioInterval:
    """A ratio of two sums, and its confidence interval. All None where the second sum is 0."""

    ratio: float | None
    low: float | None
    high: float | None

    def as_json(self) -> dict[str, float | None]:
        def rounded(value: float | None) -> float | None:
            return None if value is None else round(value, 3)

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
    return RatioInterval(
        ratio=sum(ours) / sum(theirs),
        low=percentile(ratios, tail),
        high=percentile(ratios, 1.0 - tail),
    )


def compare_policies(
    traces: Mapping[str, Sequence[TraceVisit]],
    engine: SimulatedEngine,
    policies: Sequence[str] = COMPARED,
    *,
    replayed: Callable[[str], None] = lambda _name: None,
) -> dict[str, Any]:
    """Return the figures of each policy over all traces, for JSON.

    `stall_s` is the whole wait; percentiles are over all switches, those without a wait count as 0.
    `of_focus` is the ratio to `focus` with its interval, `loads_of_lru` the ratio of loads.
    `replayed` is called with the name of each policy that was replayed.
    """
    runs: dict[str, list[SimulationResult]] = {}
    for name in dict.fromkeys((*policies, BASELINE, "lru")):
        runs[name] = [POLICIES[name](visits, engine) for visits in traces.values()]
        replayed(name)
    waits_s = {name: [wait_s for run in of for wait_s in run.waits_s] for name, of in runs.items()}
    lru_loads = sum(run.loads for run in runs["lru"])
    found: dict[str, Any] = {}
    for name in policies:
        ours_s = waits_s[name]
        loads = sum(run.loads for run in runs[name])
        found[name] = {
            "switches": len(ours_s),
            "stalls": sum(wait_s > 0 for wait_s in ours_s),
            "stall_s": round(sum(ours_s), 3),
            "stall_mean_ms": round(1000 * statistics.fmean(ours_s), 1) if ours_s else None,
            "stall_p50_ms": _ms(percentile(ours_s, 0.5)),
            "stall_p95_ms": _ms(percentile(ours_s, 0.95)),
            "loads": loads,
            "loads_of_lru": round(loads / lru_loads, 3) if lru_loads else None,
            "wasted_loads": sum(run.wasted_loads for run in runs[name]),
            "of_focus": paired_ratio(ours_s, waits_s[BASELINE]).as_json(),
        }
    return found


def is_worse(figures: Mapping[str, Any]) -> bool:
    """Return whether a policy's figures are worse than those of `focus` beyond the interval."""
    low = figures["of_focus"]["low"]
    if low is None:  # focus never waits
        return bool(figures["stall_s"] > 0)
    return bool(low > 1.0)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
