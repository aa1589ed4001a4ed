"""What is counted in the races of tests/tools/race_editors.py, and the figures made of it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.race_engine import is_right

TYPED = "rstuv"
"""Typed in a rhythm. None of them begins an answer of the engine."""
TYPING_S = 0.15
"""Between two keys of a user who types."""
DEADLINE_S = 3.0
"""For the ghost text after a key."""


@dataclass(frozen=True)
class Redraw:
    """What the screen showed from `at_ms` on: the line up to the cursor, and the ghost text."""

    at_ms: float
    line: str
    ghost: str


@dataclass
class Tally:
    """What was seen of one contender."""

    key_ms: list[float] = field(default_factory=list)
    accept_ms: list[float] = field(default_factory=list)
    n_missed: int = 0
    n_keys: int = 0
    n_requests: int = 0
    wrong_ms: float = 0.0
    seen_ms: float = 0.0
    editor_cpu_ms: float = 0.0
    server_cpu_ms: float = 0.0

    def figures(self) -> dict[str, Any]:
        """Return the figures that `--json` prints."""
        return {
            "key_to_ghost_ms": percentiles(self.key_ms),
            "accept_to_ghost_ms": percentiles(self.accept_ms),
            "missed": self.n_missed,
            "wrong_share": round(self.wrong_ms / max(self.seen_ms, 1.0), 4),
            "requests_per_key": round(self.n_requests / max(self.n_keys, 1), 2),
            "editor_cpu_ms": round(self.editor_cpu_ms / max(self.n_keys, 1), 1),
            "server_cpu_ms": round(self.server_cpu_ms / max(self.n_keys, 1), 1),
        }


def percentiles(times_ms: Sequence[float]) -> dict[str, float] | None:
    """Return the median, the 95th percentile and the number; None without a value."""
    if not times_ms:
        return None
    ordered = sorted(times_ms)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"p50": round(statistics.median(ordered), 1), "p95": round(p95, 1), "n": len(ordered)}


def wrong_ms(redraws: Sequence[Redraw], end_ms: float) -> float:
    """Return for how long the ghost text was wrong, from the first redraw to `end_ms`."""
    ends = [*[redraw.at_ms for redraw in redraws[1:]], end_ms]
    return sum(
        end - redraw.at_ms
        for redraw, end in zip(redraws, ends, strict=True)
        if redraw.ghost and not is_right(redraw.line, redraw.ghost)
    )


def ratios(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, float | None]:
    """Return Hotseat's medians over those of the fastest peer; None without a peer's figure."""
    result: dict[str, float | None] = {}
    for name in ("key_to_ghost_ms", "accept_to_ghost_ms"):
        peers = [of[name]["p50"] for who, of in figures.items() if who != "hotseat" and of[name]]
        ours = figures["hotseat"][name]
        result[name] = round(ours["p50"] / min(peers), 2) if peers and ours else None
    return result


def table(result: Mapping[str, Any]) -> str:
    """Return the result as aligned text, one contender per line."""
    lines = []
    for name, of in result["contenders"].items():
        values = (f"{key} {value}" for key, value in of.items())
        lines.append(f"{name}: " + ", ".join(values))
    lines.append(f"ratio to the fastest peer: {result['ratio']}")
    return "\n".join(lines)
