"""`hotseat bench latency`, `takeover` and `context`: Hotseat's own cost in time and memory."""

from __future__ import annotations

import json
import statistics
import sys
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.cli.tables import print_figures
from hotseat.domain.errors import HotseatError


def latency(
    as_json: JsonOption = False,
    with_engine: Annotated[
        bool,
        typer.Option("--engine/--no-engine", help="Also measure the speed of the embedded engine."),
    ] = True,
) -> None:
    """Measure Hotseat's own cost: edits, completions around the engine, start, memory."""
    from hotseat.lab.bench.latency import bench_latency

    def on_progress(what: str) -> None:
        print(f"measuring {what} …", file=sys.stderr, flush=True)

    try:
        result = run_async(bench_latency(on_progress, with_engine=with_engine))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)


def takeover(
    as_json: JsonOption = False,
    rounds: Annotated[
        int, typer.Option(min=1, help="The number of keepers to lose in each way.")
    ] = 10,
) -> None:
    """Measure how long windows wait for a new keeper after theirs was killed or stopped."""
    from hotseat.lab.bench.takeover import bench_takeover

    def on_progress(what: str) -> None:
        print(f"a keeper is {what} …", file=sys.stderr, flush=True)

    try:
        result = run_async(bench_takeover(on_progress, rounds=rounds))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for how, figures in result.items():
        print(f"{how}: p50 {figures['p50']} ms, at most {figures['max']} ms")


def context(as_json: JsonOption = False) -> None:
    """Measure the cost of choosing a prompt's context from 20 open files of 1,000 lines."""
    from hotseat.lab.bench.context import context_times_ms

    result = {
        name: {
            "p50": round(statistics.median(times_ms), 3),
            "p95": round(sorted(times_ms)[int(len(times_ms) * 0.95)], 3),
            "max": round(max(times_ms), 3),
        }
        for name, times_ms in context_times_ms().items()
    }
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures({f"{name}, ms": figures for name, figures in result.items()})
