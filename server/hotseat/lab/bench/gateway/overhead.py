"""What the gateway adds to a warm expert's answers, in interleaved pairs."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from hotseat.lab.paired import paired_ratio, percentile

N_FIRST, N_WHOLE, N_TOKENS = 120, 20, 32
N_BOOTSTRAPS = 2_000
_QUESTION = "Why is this slow?\n```{language}\nx\n```"


async def overhead(
    direct: httpx.AsyncClient,
    through: httpx.AsyncClient,
    *,
    model: str,
    language: str,
    num_ctx: int,
    n_first: int = N_FIRST,
    n_whole: int = N_WHOLE,
) -> dict[str, Any]:
    """Return the overhead on the first token, and the ratio of tokens per second.

    Each pair asks the same twice, in turns of who is first, so that a machine that is busy for a
    while is busy for both. Intervals are of 95 %.
    """
    text = _QUESTION.format(language=language)
    ways = ((direct, model), (through, "auto"))

    async def ask(way: int, n_tokens: int) -> tuple[float, float]:
        client, name = ways[way]
        return await _timed(client, name, text, n_tokens, num_ctx)

    for way in (0, 1, 0, 1):
        await ask(way, 2)
    first: tuple[list[float], list[float]] = ([], [])
    for i in range(n_first):
        for way in (0, 1) if i % 2 else (1, 0):
            first[way].append((await ask(way, 1))[0] * 1e3)
    per_token: tuple[list[float], list[float]] = ([], [])
    for i in range(n_whole):
        for way in (0, 1) if i % 2 else (1, 0):
            first_s, whole_s = await ask(way, N_TOKENS)
            per_token[way].append((whole_s - first_s) / (N_TOKENS - 1))
    slower = paired_ratio(per_token[1], per_token[0])
    return {
        "overhead_p95_ms": round(_p95(first[1]) - _p95(first[0]), 2),
        "overhead_p95_interval_ms": _interval(first[0], first[1], _p95),
        "first_token_p95_ms": {
            "direct": round(_p95(first[0]), 2),
            "gateway": round(_p95(first[1]), 2),
        },
        "time_per_token_ratio": slower.as_json(),
    }


async def _timed(
    client: httpx.AsyncClient, model: str, text: str, n_tokens: int, num_ctx: int
) -> tuple[float, float]:
    """Return the seconds to the first token and to the end."""
    options = {"num_ctx": num_ctx, "num_predict": n_tokens, "num_thread": 1, "temperature": 0}
    body = {
        "model": model,
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "options": options,
    }
    began_s, first_s = time.perf_counter(), 0.0
    async with client.stream("POST", "/api/chat", json=body) as answer:
        async for raw in answer.aiter_lines():
            if not first_s and json.loads(raw).get("message", {}).get("content"):
                first_s = time.perf_counter() - began_s
    whole_s = time.perf_counter() - began_s
    return first_s or whole_s, whole_s


def _p95(values: Sequence[float]) -> float:
    return percentile(values, 0.95) or 0.0


def _interval(
    before: Sequence[float], after: Sequence[float], what: Callable[[Sequence[float]], float]
) -> list[float]:
    """Return the interval of the difference of `what`, by resampling."""
    chance = random.Random(1)
    found = sorted(
        what(chance.choices(after, k=len(after))) - what(chance.choices(before, k=len(before)))
        for _ in range(N_BOOTSTRAPS)
    )
    return [round(found[int(share * N_BOOTSTRAPS)], 2) for share in (0.025, 0.975)]
