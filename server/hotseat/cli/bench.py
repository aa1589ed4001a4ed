"""`hotseat bench …`: figures that anyone can measure again."""

from __future__ import annotations

import asyncio
import json
import sys
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
