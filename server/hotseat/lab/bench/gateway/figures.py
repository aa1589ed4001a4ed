"""The figures of `hotseat bench gateway`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.lab.bench.gateway.shapes import Agent
from hotseat.lab.bench.gateway.walk import Timed
from hotseat.lab.paired import paired_ratio, percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """All conversations, held once in one way."""

    requests: Sequence[Timed]
    n_loads: int
    most_models: int


def figures(passes: Mapping[str, Pass]) -> dict[str, Any]:
    """Return the figures by pass; a name such as `zero_pause.direct` is a group and a name.

    In the pass `warm` one model answers everything and stays in memory. What the same request
    takes longer to its first token in another pass is its stall.
    """
    warm_s = {r.place: r.first_s for r in passes["warm"].requests}
    found: dict[str, Any] = {}
    for name, one in passes.items():
        group, _, own = name.rpartition(".")
        place = found.setdefault(group, {}) if group else found
        place[own] = _of_pass(one, warm_s)
    stalls = {name: _stalls_s(one.requests, warm_s) for name, one in passes.items()}
    found["stall_ratio"] = _ratio(stalls, "gateway", "direct")
    found["stall_ratio_one_context"] = _ratio(stalls, "gateway", "direct_one_context")
    zero = found["zero_pause"]
    zero["stall_ratio"] = _ratio(stalls, "zero_pause.gateway", "zero_pause.direct")
    return found


def _of_pass(one: Pass, warm_s: Mapping[tuple[int, int], float]) -> dict[str, Any]:
    first_s = [r.first_s for r in one.requests]
    return {
        "stall_s": round(sum(_stalls_s(one.requests, warm_s)), 2),
        "first_token_p50_ms": _ms(percentile(first_s, 0.5)),
        "p95": _ms(percentile(first_s, 0.95)),
        "loads": one.n_loads,
        "most_models": one.most_models,
        "requests": len(one.requests),
        "errors": sum(bool(r.error) for r in one.requests),
        "stall_s_by_agent": {
            str(agent): round(
                sum(_stalls_s([r for r in one.requests if r.agent is agent], warm_s)), 2
            )
            for agent in Agent
        },
    }


def _stalls_s(requests: Sequence[Timed], warm_s: Mapping[tuple[int, int], float]) -> list[float]:
    """Return the stall of each request, in the order of their places."""
    ordered = sorted(requests, key=lambda r: r.place)
    return [max(0.0, r.first_s - warm_s[r.place]) for r in ordered]


def _ratio(stalls: Mapping[str, list[float]], ours: str, theirs: str) -> dict[str, Any]:
    return paired_ratio(stalls[ours], stalls[theirs]).as_json()


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1e3, 1)
