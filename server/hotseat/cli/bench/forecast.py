"""`hotseat bench forecast`: whether the forecast is worth its loads, in virtual time."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.simulate import read_traces
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.lab.simulate.outcome import SimulatedEngine
    from hotseat.lab.simulate.traces import TraceVisit

_Number = TypeVar("_Number", int, float)


def forecast(
    traces: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[TRACE]…", help="CSV files of visits, also gzipped."),
    ] = None,
    git: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="REPO", help="Use the log of this repository as a trace; can be repeated."
        ),
    ] = None,
    latest: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Use only the latest N visits of each trace.",
            show_default="all",
        ),
    ] = None,
    seats: Annotated[
        str, typer.Option(metavar="K,…", help="Numbers of experts that fit into memory.")
    ] = "1,2,3",
    loads: Annotated[
        str, typer.Option(metavar="S,…", help="Durations of a load in seconds.")
    ] = "0.5,1,2,4",
    hurry: Annotated[
        float,
        typer.Option(min=0.1, help="The factor by which stays are shorter than in the traces."),
    ] = 1.0,
    preempts: Annotated[
        bool,
        typer.Option(
            "--preempts/--no-preempts",
            help="Whether the engine ends a load early when another model is needed.",
        ),
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="K",
            help="The engine's own limit on the number of models.",
            show_default="none",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed of the random times of first keys.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Compare Hotseat with loading on focus alone, switch by switch, in virtual time.

    Replays histories with each number of seats and each load time. `lru` loads at the first key and
    evicts the expert used least recently. `focus` loads on focus, and only what is under the
    cursor. `reactive` is Hotseat without its forecaster (`bench switch` calls it `focus`),
    `hotseat` is Hotseat with it. The first key follows 0.5 to 3 s after the focus.

    The ratio is the whole wait divided by that of `focus`; its interval (95 %) comes from
    resampling the switches in pairs. A policy is worse than `focus` if its whole interval is
    above 1.
    """
    from hotseat.lab.simulate.compare import UserPace, paced
    from hotseat.lab.simulate.outcome import SimulatedEngine

    try:
        pace = UserPace(hurry=hurry, seed=seed)
        found = read_traces(traces or [], git or [])
        visits = {name: paced(of[-(latest or 0) :], pace) for name, of in found.items()}
        sizes = dict.fromkeys(sorted({v.language for of in visits.values() for v in of}), 1)
        engines = [
            SimulatedEngine(
                budget_bytes=n_seats,
                sizes=sizes,
                load_s=load_s,
                preempts_loads=preempts,
                max_models=limit,
            )
            for n_seats in _numbers("--seats", seats, int)
            for load_s in _numbers("--loads", loads, float)
        ]
        result = {
            "hurry": hurry,
            "first_key_s": list(pace.first_key_s),
            "preempts_loads": preempts,
            "max_models": limit,
            "traces": {name: len(of) for name, of in visits.items()},
            "cells": [_cell(visits, engine) for engine in engines],
        }
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        _print(result)


def _numbers(option: str, text: str, number: Callable[[str], _Number]) -> list[_Number]:
    try:
        found = [number(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not found or min(found) <= 0:
        raise HotseatError(
            f"{option} {text}: not a list of numbers above 0", hint=f"For example `{option} 1,2`"
        )
    return found


def _cell(visits: Mapping[str, list[TraceVisit]], engine: SimulatedEngine) -> dict[str, Any]:
    from hotseat.lab.simulate.compare import compare_policies, is_worse

    print(
        f"replaying {engine.budget_bytes} seats, a load takes {engine.load_s:g} s …",
        file=sys.stderr,
        flush=True,
    )
    policies = compare_policies(visits, engine)
    return {
        "seats": engine.budget_bytes,
        "load_s": engine.load_s,
        "policies": policies,
        "worse_than_focus": [name for name in ("reactive", "hotseat") if is_worse(policies[name])],
    }


def _print(result: Mapping[str, Any]) -> None:
    from hotseat.cli.tables import PlainTable, wide_console

    table = PlainTable()
    for column in ("seats", "load s"):
        table.add_column(column, justify="right")
    table.add_column("")
    for column in ("stall s", "p50 ms", "p95 ms", "loads", "of lru's", "of focus's wait"):
        table.add_column(column, justify="right", no_wrap=True)
    for cell in result["cells"]:
        for name, found in cell["policies"].items():
            table.add_row(
                str(cell["seats"]),
                f"{cell['load_s']:g}",
                name,
                f"{found['stall_s']:.0f}",
                f"{found['stall_p50_ms']:.0f}",
                f"{found['stall_p95_ms']:.0f}",
                str(found["loads"]),
                "–" if found["loads_of_lru"] is None else f"{found['loads_of_lru']:.2f}",
                _interval(found["of_focus"]),
            )
    console = wide_console(120)
    console.print(table)
    worse = [
        f"{name} at {cell['seats']} seats and {cell['load_s']:g} s"
        for cell in result["cells"]
        for name in cell["worse_than_focus"]
    ]
    console.print(f"Worse than focus alone: {', '.join(worse) or 'none'}.")


def _interval(found: Mapping[str, float | None]) -> str:
    if found["ratio"] is None:
        return "–"
    high = "∞" if found["high"] is None else f"{found['high']:.2f}"
    return f"{found['ratio']:.2f} ({found['low']:.2f}–{high})"
