"""Compare what a completion costs in two checkouts of Hotseat, in turn on one machine.

    PYTHONPATH=server:tests python tests/tools/compare_trips.py TREE_A TREE_B [--json]

TREE_A and TREE_B are folders with a `server` folder, such as a worktree or an unpacked
`git archive COMMIT`. Each is measured by the same client and the same stub engine, which are those
of the checkout that this file belongs to: one key, one request, and a pause of 30 ms, 150 times in
a run. The runs are in the order A B B A A B B A …, so that a machine that becomes slower affects
both trees.

`before_ms` is the time from the request to the arrival of the engine's call, `after_ms` that from
the engine's first token to the answer, `trip_ms` their sum; each is the median of a run.
`trip_p10_ms` is the tenth percentile, which other work of the machine disturbs least. The CPU
figures are milliseconds of processor time per key, of the server and of the processes that it
started; the engine's own time is not in them. `ratio` is TREE_B over TREE_A: the geometric mean of
the ratios of neighbouring runs, with the 95 % interval of a bootstrap over these pairs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from hotseat.lab.bench.timed_stub_engine import MODEL, TimedStubEngine
from hotseat.lab.bench.wire_client import WireClient

N_WARM_UP = 20
"""Requests that are not counted: the first ones import modules."""
N_RESAMPLES = 5000
INTERVAL = (0.025, 0.975)
WARM_WITHIN_S = 60.0
URI = "file:///bench/add.go"
TEXT = "package bench\n\n" + "// A line of the file.\n" * 300 + "func add(a, b int) int {\n\t"


@dataclass
class Trips:
    """What one run has measured, by request."""

    before_ms: list[float] = field(default_factory=list)
    after_ms: list[float] = field(default_factory=list)
    server_cpu_ms: float = 0.0
    worker_cpu_ms: float = 0.0

    def figures(self) -> dict[str, float]:
        """Return the figures of the run by name."""
        trips = [sum(parts) for parts in zip(self.before_ms, self.after_ms, strict=True)]
        return {
            "trip_ms": statistics.median(trips),
            "trip_p10_ms": statistics.quantiles(trips, n=10)[0],
            "trip_p95_ms": statistics.quantiles(trips, n=20)[-1],
            "before_ms": statistics.median(self.before_ms),
            "after_ms": statistics.median(self.after_ms),
            "server_cpu_ms": self.server_cpu_ms,
            "worker_cpu_ms": self.worker_cpu_ms,
            "cpu_ms": self.server_cpu_ms + self.worker_cpu_ms,
        }


async def trips_of(tree: Path, *, n_requests: int, pause_s: float) -> Trips:
    """Measure the server in `tree` with settings and data of its own."""
    with TimedStubEngine() as engine, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        roster = home / "experts.yaml"
        expert = {"name": "go", "languages": ["go"], "model": MODEL}
        roster.write_text(json.dumps({"experts": [expert]}))
        client = await WireClient.start(
            ["--roster", str(roster), "--engine-url", engine.url],
            environment=_environment(tree, home),
        )
        try:
            await client.initialize()
            opened = {"uri": URI, "languageId": "go", "version": 1, "text": TEXT}
            client.notify("textDocument/didOpen", {"textDocument": opened})
            async with asyncio.timeout(WARM_WITHIN_S):
                while not await _is_warm(client):
                    await asyncio.sleep(0.05)
            trips, began = Trips(), (0.0, 0.0)
            for i in range(N_WARM_UP + n_requests):
                if i == N_WARM_UP:
                    trips, began = Trips(), _spent_ms(client.pid)
                await _key(client, TEXT.count("\n"), i)
                trips.before_ms.append((engine.called_s - client.sent_s) * 1000)
                trips.after_ms.append((client.answered_s - engine.first_token_s) * 1000)
                await asyncio.sleep(pause_s)
            ended = _spent_ms(client.pid)
        except BaseException:
            client.kill()
            await client.wait_ended()
            raise
        await client.stop()
    trips.server_cpu_ms = (ended[0] - began[0]) / n_requests
    trips.worker_cpu_ms = (ended[1] - began[1]) / n_requests
    return trips


def _environment(tree: Path, home: Path) -> dict[str, str]:
    """Return the environment of a server that runs the code of `tree` and meets no other one."""
    names = ("CONFIG", "DATA", "STATE", "CACHE")
    folders = {f"XDG_{name}_HOME": str(home / name) for name in names}
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("HOTSEAT_")},
        **folders,
        "XDG_RUNTIME_DIR": str(runtime),
        "HOME": str(home),
        "PYTHONPATH": str(tree / "server"),
    }


async def _key(client: WireClient, line: int, i: int) -> None:
    """Type one character and wait for the suggestion."""
    at = {"line": line, "character": 1 + i}
    change = {"range": {"start": at, "end": at}, "text": "x"}
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": URI, "version": i + 2}, "contentChanges": [change]},
    )
    answer = await client.request(
        "textDocument/inlineCompletion",
        {
            "textDocument": {"uri": URI},
            "position": {"line": line, "character": 2 + i},
            "context": {"triggerKind": 2},
        },
    )
    if not answer["items"]:
        raise AssertionError("the engine answered, but the server returned no suggestion")


async def _is_warm(client: WireClient) -> bool:
    status = await client.request("hotseat/status", {})
    return any(expert["state"] == "warm" for expert in status.get("experts", ()))


def _spent_ms(pid: int) -> tuple[float, float]:
    """Return the processor time of the server, and of the processes that it started."""
    server = psutil.Process(pid)
    children = [child.cpu_times() for child in server.children(recursive=True)]
    own = server.cpu_times()
    of_children = sum(times.user + times.system for times in children)
    return (own.user + own.system) * 1000, of_children * 1000


def ratio(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return the geometric mean of B over A with the interval of a bootstrap over the pairs."""
    logs = [math.log(b / a) for a, b in pairs if a > 0 and b > 0]
    if not logs:
        return {"ratio": None, "interval": None}
    chance = random.Random(7)
    means = sorted(statistics.fmean(chance.choices(logs, k=len(logs))) for _ in range(N_RESAMPLES))
    low, high = (math.exp(means[int(share * (N_RESAMPLES - 1))]) for share in INTERVAL)
    return {
        "ratio": round(math.exp(statistics.fmean(logs)), 3),
        "interval": [round(low, 3), round(high, 3)],
    }


def compared(
    runs_a: Sequence[Mapping[str, float]], runs_b: Sequence[Mapping[str, float]]
) -> dict[str, Any]:
    """Return each figure of both trees (the median of its runs), and the ratio."""
    result: dict[str, Any] = {}
    for name in runs_a[0]:
        pairs = [(a[name], b[name]) for a, b in zip(runs_a, runs_b, strict=True)]
        result[name] = {
            "a": round(statistics.median(a for a, _ in pairs), 3),
            "b": round(statistics.median(b for _, b in pairs), 3),
            **ratio(pairs),
        }
    return result


def order(n_pairs: int) -> list[str]:
    """Return the order of the runs: AB BA AB …"""
    return [tree for i in range(n_pairs) for tree in ("ab", "ba")[i % 2]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree_a", type=Path, metavar="TREE_A", help="the checkout to compare with")
    parser.add_argument("tree_b", type=Path, metavar="TREE_B", help="the checkout to judge")
    parser.add_argument("--pairs", type=int, default=6, help="runs of each tree (6)")
    parser.add_argument("--requests", type=int, default=150, help="per run (150)")
    parser.add_argument("--pause-ms", type=float, default=30.0, help="after each answer (30)")
    parser.add_argument("--json", action="store_true", help="print JSON, with all runs")
    given = parser.parse_args()
    trees = {"a": given.tree_a.resolve(), "b": given.tree_b.resolve()}
    for tree in trees.values():
        if not (tree / "server" / "hotseat").is_dir():
            sys.exit(f"{tree} has no folder server/hotseat: give the root of a checkout.")
    runs: dict[str, list[dict[str, float]]] = {"a": [], "b": []}
    for number, name in enumerate(order(given.pairs), start=1):
        print(f"run {number} of {2 * given.pairs}: {name}", file=sys.stderr, flush=True)
        trips = asyncio.run(
            trips_of(trees[name], n_requests=given.requests, pause_s=given.pause_ms / 1000)
        )
        runs[name].append({key: round(value, 3) for key, value in trips.figures().items()})
    result = compared(runs["a"], runs["b"])
    if given.json:
        print(json.dumps({"figures": result, "runs": runs}, indent=2))
        return
    for name, of in result.items():
        low, high = of["interval"] or (None, None)
        print(f"{name:14} A {of['a']:8.3f}  B {of['b']:8.3f}  B/A {of['ratio']} ({low}–{high})")


if __name__ == "__main__":
    main()
