"""What a walk came to: stalls, first tokens, memory, loads. The shape of `bench switch --json`.

Pure: from turns to figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.lab.bench.switch_walk import Turn

ARMS = ("reactive", "focus", "hotseat")
MAX_UNEVEN = 1.4
_WORTH_A_STALL_S = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm's walk, and what the engine was seen to hold meanwhile."""

    turns: Sequence[Turn]
    loads_s: Sequence[float]
    """Of as many loads as were seen to take their time."""
    peak_bytes: int
    n_loads: int
    most_models: int
    load_average: float | None
    """Of the machine at the end, over the last minute."""

    def as_json(self) -> dict[str, Any]:
        """Percentiles are over all switches, those without a stall as 0."""
        stalls_s = self._stalls_s()
        tokens_s = [
            turn.first_token_s - turn.key_s
            for turn in self.turns
            if turn.stop.switched and turn.first_token_s is not None
        ]
        return {
            "stall_s": round(sum(stalls_s), 3),
            "stall_p50_ms": _ms(percentile(stalls_s, 0.5)),
            "stall_p95_ms": _ms(percentile(stalls_s, 0.95)),
            "first_token_p50_ms": _ms(percentile(tokens_s, 0.5)),
            "peak_bytes": self.peak_bytes,
            "loads": self.n_loads,
            "switches": sum(turn.stop.switched for turn in self.turns),
            "stalls": sum(stall_s > 0 for stall_s in stalls_s),
            "visits": len(self.turns),
            "files": len({turn.stop.path for turn in self.turns}),
            "first_tokens": len(tokens_s),
            "most_models": self.most_models,
            "load_p50_ms": _ms(percentile(self.loads_s, 0.5)),
            "load_average": self.load_average,
        }

    def _stalls_s(self) -> list[float]:
        """Of each switch, and of any other visit on which somebody had to wait."""
        stalls_s = [
            (turn, turn.stall_s if turn.stall_s >= _WORTH_A_STALL_S else 0.0) for turn in self.turns
        ]
        return [stall_s for turn, stall_s in stalls_s if turn.stop.switched or stall_s > 0]


def summary(arms: Mapping[str, Arm]) -> dict[str, Any]:
    """Every arm's figures, and hotseat's stalls over reactive's: None where nobody waited.

    `uneven`: the machine had other work in some of the arms, and the ratio says little.
    """
    found: dict[str, Any] = {name: arms[name].as_json() for name in ARMS}
    ours_s, theirs_s = found["hotseat"]["stall_s"], found["reactive"]["stall_s"]
    ratio = round(ours_s / theirs_s, 3) if theirs_s else None
    return {**found, "stall_ratio": ratio, "uneven": _uneven(found)}


def _uneven(found: Mapping[str, Any]) -> bool:
    """Whether loads took much longer in one arm than in another."""
    loads_ms = [ms for name in ARMS if (ms := found[name]["load_p50_ms"])]
    return bool(loads_ms) and max(loads_ms) > MAX_UNEVEN * min(loads_ms)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Between the two values nearest to it in rank, in proportion; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
