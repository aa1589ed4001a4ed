"""Measure what the gateway adds to an answer of a warm expert, against the engine alone.

Prints JSON: milliseconds to the first token, and tokens per second, both ways by turns in one run.
`PYTHONPATH=server:tests python tests/tools/measure_gateway.py`, about a minute.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from support.engine_process import create_model, running_engine
from support.gateway import running_gateway, write_roster
from support.tiny_gguf import SLOW, write_model, write_scripted

N_FIRST, N_WHOLE, N_TOKENS = 150, 8, 300
N_BOOTSTRAPS = 2_000
QUESTION = {"role": "user", "content": "Why is this slow?\n```go\npackage main\n```"}


def timed(client: httpx.Client, model: str, n_predict: int) -> tuple[float, float, int]:
    """Return the seconds to the first token and to the end, and the number of tokens."""
    options = {"num_ctx": 512, "num_predict": n_predict, "num_thread": 1}
    body = {"model": model, "messages": [QUESTION], "stream": True, "options": options}
    began_s, first_s, n_tokens = time.perf_counter(), 0.0, 0
    with client.stream("POST", "/api/chat", json=body) as answer:
        for text in answer.iter_lines():
            line = json.loads(text)
            if not first_s and line["message"]["content"]:
                first_s = time.perf_counter() - began_s
            n_tokens = line.get("eval_count", n_tokens)
    return first_s, time.perf_counter() - began_s, n_tokens


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def interval(direct: list[float], through: list[float], what: Any) -> list[float]:
    """Return the 95 % interval of the difference of `what`, by resampling."""
    chance = random.Random(1)
    found = sorted(
        what(chance.choices(through, k=len(through))) - what(chance.choices(direct, k=len(direct)))
        for _ in range(N_BOOTSTRAPS)
    )
    return [round(found[int(share * N_BOOTSTRAPS)], 2) for share in (0.025, 0.975)]


def main() -> None:
    with tempfile.TemporaryDirectory() as place, running_engine(Path(place)) as engine:
        folder = Path(place)
        with engine.client(timeout=60) as client:
            talker = write_scripted(folder / "talker.gguf", ("It", " will", " rain."))
            rambler = write_model(folder / "rambler.gguf", shape=SLOW)
            for name, path in (("talker", talker), ("rambler", rambler)):
                create_model(client, name, path, parameters={"num_thread": 1})
        experts = {"talker": ("go", "talker"), "rambler": ("zig", "rambler")}
        roster = write_roster(folder / "experts.yaml", experts, generalist="talker")
        with (
            running_gateway(engine, roster) as gateway,
            engine.client(timeout=60) as direct,
            gateway.client(timeout=60) as through,
        ):
            for client in (through, direct):
                timed(client, "talker", 4)
                timed(client, "rambler", 4)
            first: dict[bool, list[float]] = {False: [], True: []}
            rates: dict[bool, list[float]] = {False: [], True: []}
            for i in range(N_FIRST):
                for is_through in (False, True) if i % 2 else (True, False):
                    client = through if is_through else direct
                    model = "auto" if is_through else "talker"
                    first[is_through].append(timed(client, model, 4)[0] * 1e3)
            for i in range(N_WHOLE):
                for is_through in (False, True) if i % 2 else (True, False):
                    client = through if is_through else direct
                    first_s, whole_s, n = timed(client, "rambler", N_TOKENS)
                    rates[is_through].append((n - 1) / (whole_s - first_s))
    print(
        json.dumps(
            {
                "first_token_ms": {
                    "direct": {"p50": statistics.median(first[False]), "p95": p95(first[False])},
                    "gateway": {"p50": statistics.median(first[True]), "p95": p95(first[True])},
                    "p95_added": p95(first[True]) - p95(first[False]),
                    "p95_added_interval": interval(first[False], first[True], p95),
                    "p50_added_interval": interval(first[False], first[True], statistics.median),
                },
                "tokens_per_s": {
                    "direct": statistics.median(rates[False]),
                    "gateway": statistics.median(rates[True]),
                    "added_interval": interval(rates[False], rates[True], statistics.median),
                },
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
