"""The parts of the way from an absent model to its first token."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from hotseat.lab.bench.timed_requests import TimedEngine


async def load_parts(engine: TimedEngine, model: str) -> dict[str, float]:
    """Return the parts of the way from an absent model to a first token, in milliseconds.

    `spawn`: a process that has imported llama.cpp; `map`: weights, vocabulary and KV cache;
    `warm_up`: what the first request takes longer than the second, both of one token;
    `first_token`: a prompt of one token, warm.
    """
    await engine.unload(model)
    load = await engine.load(model)
    first = await engine.ask(model, "a")
    second = await engine.ask(model, "b")
    return {
        "spawn_ms": load.get("spawn_ms", 0.0),
        "map_ms": load.get("map_ms", 0.0),
        "warm_up_ms": max(0.0, first.first_token_s - second.first_token_s) * 1000,
        "first_token_ms": second.first_token_s * 1000,
    }


def median_parts(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the median of each part."""
    return {name: round(statistics.median(p[name] for p in parts), 1) for name in parts[0]}
