"""`hotseat bench …`: figures that anyone can measure again."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError

bench = typer.Typer(help="Measure Hotseat on this machine.", no_args_is_help=True)


@bench.callback()
def _group() -> None:
    pass


@bench.command()
def latency(
    as_json: JsonOption = False,
    with_engine: Annotated[
        bool, typer.Option("--engine/--no-engine", help="Also the embedded engine's speed.")
    ] = True,
) -> None:
    """What Hotseat itself costs: edits, completions around the engine, start, memory."""
    from hotseat.lab.bench_latency import bench_latency

    def tell(what: str) -> None:
        print(f"measuring {what} …", file=sys.stderr, flush=True)

    try:
        result = asyncio.run(bench_latency(tell, with_engine=with_engine))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for lines, figures in result.pop("did_change_ms").items():
        print(f"didChange, {lines} lines (ms): {figures}")
    for name, value in result.items():
        print(f"{name}: {value}")


@bench.command()
def takeover(
    as_json: JsonOption = False,
    rounds: Annotated[int, typer.Option(min=1, help="Keepers to lose in each way.")] = 10,
) -> None:
    """How long windows wait for a new keeper when theirs is killed or stopped."""
    from hotseat.lab.bench_takeover import bench_takeover

    def tell(what: str) -> None:
        print(f"a keeper is {what} …", file=sys.stderr, flush=True)

    try:
        result = asyncio.run(bench_takeover(tell, rounds=rounds))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for how, figures in result.items():
        print(f"{how}: p50 {figures['p50']} ms, at most {figures['max']} ms")


@bench.command()
def context(as_json: JsonOption = False) -> None:
    """What it costs to choose a prompt's context from 20 open files of 1,000 lines."""
    from hotseat.lab.bench_context import context_times_ms

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
    for name, figures in result.items():
        print(f"{name} (ms): {figures}")


@bench.command()
def masking(
    repositories: Annotated[list[Path], typer.Argument(help="Folders of git repositories.")],
    as_json: JsonOption = False,
    show: Annotated[bool, typer.Option(help="Also each place that is masked.")] = False,
) -> None:
    """How often ordinary source is taken for a secret: masked places in 10,000 lines."""
    from hotseat.lab.mask_rate import mask_rate

    result = {}
    for repository in repositories:
        try:
            rate = mask_rate(repository)
        except HotseatError as error:
            fail(error)
        result[str(repository)] = {
            "lines": rate.n_lines,
            "masked": len(rate.masked),
            "per10000Lines": round(rate.per_10_000_lines, 2),
            "secretFiles": rate.secret_paths,
        }
        for place in rate.masked if show and not as_json else ():
            print(f"{place.path}: {place.before}[{place.text}]")
        if not as_json:
            print(f"{repository}: {result[str(repository)]}")
    if as_json:
        print(json.dumps(result, indent=2))
