"""The figures of a walk: stalls, first tokens, memory, loads. The format of `bench switch --json`.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.lab.bench.switch_walk import TimedVisit
from hotseat.lab.paired import paired_ratio, percentile

CLIENTS = ("reactive", "focus", "hotseat")
MAX_UNEVEN = 1.4
_WORTH_A_STALL_S = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRun:
    """The visits of one client's walk, and what the engine held during it."""

    visits: Sequence[TimedVisit]
    loads_s: Sequence[float]
    """Load times, of the loads whose time was seen."""
    peak_bytes: int
    n_loads: int
    most_models: int
    load_average: float | None
    """The machine's load average over the last minute, at the end."""

    def as_json(self) -> dict[str, Any]:
        """Return the figures. Percentiles are over all switches; those without a stall count as
        0."""
        stalls_s = self._stalls_s()
        tokens_s = [
            visit.first_token_s - visit.key_s
            for visit in self.visits
            if visit.stop.switched and visit.first_token_s is not None
        ]
        return {
            "stall_s": round(sum(stalls_s), 3),
            "stall_p50_ms": _ms(percentile(stalls_s, 0.5)),
            "stall_p95_ms": _ms(percentile(stalls_s, 0.95)),
            "first_token_p50_ms": _ms(percentile(tokens_s, 0.5)),
            "peak_bytes": self.peak_bytes,
            "loads": self.n_loads,
            "switches": sum(visit.stop.switched for visit in self.visits),
            "stalls": sum(stall_s > 0 for stall_s in stalls_s),
            "visits": len(self.visits),
            "files": len({visit.stop.path for visit in self.visits}),
            "first_tokens": len(tokens_s),
            "most_models": self.most_models,
            "load_p50_ms": _ms(percentile(self.loads_s, 0.5)),
            "load_average": self.load_average,
        }

    def waits_s(self) -> list[float]:
        """Return the wait of each visit."""
        return [
            visit.stall_s if visit.stall_s >= _WORTH_A_STALL_S else 0.0 for visit in self.visits
        ]

    def _stalls_s(self) -> list[float]:
        """Return the stall of each switch, and of any other visit with a wait."""
        pairs = zip(self.visits, self.waits_s(), strict=True)
        return [wait_s for visit, wait_s in pairs if visit.stop.switched or wait_s > 0]


def summary(runs: Mapping[str, ClientRun]) -> dict[str, Any]:
    """Return every run's figures, and hotseat's stalls divided by reactive's (None without stalls).

    `of_focus` is their ratio to focus's with its 95 % interval, from resampling the visits in
    pairs.
    `uneven` is True when the machine had other work in some of the runs, so that the ratio is
    unreliable.
    """
    found: dict[str, Any] = {name: runs[name].as_json() for name in CLIENTS}
    ours_s, theirs_s = found["hotseat"]["stall_s"], found["reactive"]["stall_s"]
    ratio = round(ours_s / theirs_s, 3) if theirs_s else None
    of_focus = paired_ratio(runs["hotseat"].waits_s(), runs["focus"].waits_s()).as_json()
    return {**found, "stall_ratio": ratio, "of_focus": of_focus, "uneven": _uneven(found)}


def _uneven(found: Mapping[str, Any]) -> bool:
    """Return whether loads took much longer in one run than in another."""
    loads_ms = [ms for name in CLIENTS if (ms := found[name]["load_p50_ms"])]
    return bool(loads_ms) and max(loads_ms) > MAX_UNEVEN * min(loads_ms)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
