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

from hotseat.lab.paired import paired_ratio, percentile
from hotseat.lab.simulate.outcome import SimulatedEngine, SimulationResult
from hotseat.lab.simulate.simulate import POLICIES
from hotseat.lab.simulate.traces import TraceVisit

BASELINE = "focus"
COMPARED = ("lru", BASELINE, "reactive", "hotseat")


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
