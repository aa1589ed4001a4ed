"""The figures of `hotseat bench gateway`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.lab.bench.gateway.shapes import Agent
from hotseat.lab.bench.gateway.walk import Timed
from hotseat.lab.paired import percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """All conversations, held once in one way."""

    requests: Sequence[Timed]
    n_loads: int
    most_models: int


def figures(passes: Mapping[str, Pass], warm_s: float) -> dict[str, Any]:
    """Return the figures by pass; a name such as `zero_pause.direct` is a group and a name.

    `warm_s` is the time to a first token on a warm model: what is longer is a stall.
    """
    found: dict[str, Any] = {"warm_first_token_ms": round(warm_s * 1e3, 1)}
    for name, one in passes.items():
        group, _, own = name.rpartition(".")
        place = found.setdefault(group, {}) if group else found
        place[own] = _of_pass(one, warm_s)
    found["stall_ratio"] = _ratio(found["gateway"], found["direct"])
    found["stall_ratio_one_context"] = _ratio(found["gateway"], found["direct_one_context"])
    zero = found["zero_pause"]
    zero["stall_ratio"] = _ratio(zero["gateway"], zero["direct"])
    return found


def _of_pass(one: Pass, warm_s: float) -> dict[str, Any]:
    first_s = [r.first_s for r in one.requests]
    return {
        "stall_s": _stall_s(one.requests, warm_s),
        "first_token_p50_ms": _ms(percentile(first_s, 0.5)),
        "p95": _ms(percentile(first_s, 0.95)),
        "loads": one.n_loads,
        "most_models": one.most_models,
        "requests": len(one.requests),
        "errors": sum(bool(r.error) for r in one.requests),
        "stall_s_by_agent": {
            str(agent): _stall_s([r for r in one.requests if r.agent is agent], warm_s)
            for agent in Agent
        },
    }


def _stall_s(requests: Sequence[Timed], warm_s: float) -> float:
    return round(sum(max(0.0, r.first_s - warm_s) for r in requests), 2)


def _ratio(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float | None:
    return round(ours["stall_s"] / theirs["stall_s"], 3) if theirs["stall_s"] else None


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1e3, 1)
