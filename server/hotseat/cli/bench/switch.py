"""`hotseat bench switch`: how long a person waits for models."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.lab.bench.switch_walk import TimedVisit
    from hotseat.lab.simulate.replay_window import ReplayWindow
    from hotseat.lab.simulate.traces import TraceVisit


def switch(
    trace: Annotated[
        Path | None,
        typer.Argument(
            metavar="[TRACE]",
            help="A CSV file of visits, as for `hotseat simulate`.",
            show_default="the git history of this folder",
        ),
    ] = None,
    git: Annotated[
        Path | None, typer.Option(metavar="REPO", help="Take the trace from a repository's log.")
    ] = None,
    minutes: Annotated[
        float, typer.Option(min=0.05, max=600, help="How long each of the three arms walks.")
    ] = 3.0,
    experts: Annotated[
        int, typer.Option(min=2, max=16, help="At most so many languages, each with an expert.")
    ] = 4,
    seats: Annotated[
        int | None,
        typer.Option(min=1, metavar="K", help="Room for K.", show_default="half the experts"),
    ] = None,
    gguf: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The model that the experts are copies of.",
            show_default="the starter roster's gemma3:270m",
        ),
    ] = None,
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Measure on this engine (an Ollama, say), with --models.",
            show_default="an embedded one",
        ),
    ] = None,
    models: Annotated[
        str | None,
        typer.Option(metavar="A,B,…", help="Distinct models that the engine at --engine-url has."),
    ] = None,
    seed: Annotated[int, typer.Option(help="For the times of the first keys.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """How long a person waits for models, without Hotseat and with it.

    Walks a replay of a switching history through a real engine, three
    times, in real time. `reactive` is a plugin without Hotseat: it asks the
    language's model at the first key, and the engine loads and evicts by
    itself. `focus` is the language server without its forecaster: it loads
    on focus. `hotseat` has learned from the history before the replay.

    The replay is the latest one of so many minutes with as many languages
    as there are experts and a switch at every third visit. Stays are 20
    times shorter than in the history, but no shorter than five loads; the
    first key comes 0.5 to 3 s after the focus. There is room for half of
    the experts. A stall lasts from the first key until the expert can
    answer; percentiles are over all switches, with and without a stall.

    Nothing of yours is touched: by default an embedded engine of its own
    holds copies of a small model. With --engine-url nothing else may be
    loaded there, and what limits `reactive` is that engine's own setting:
    start Ollama with OLLAMA_MAX_LOADED_MODELS=K, the same K as --seats.
    """
    from hotseat.lab.bench.switch import SwitchProgress, SwitchSettings, bench_switch

    try:
        settings = SwitchSettings(
            visits=_visits(trace, git),
            minutes=minutes,
            max_experts=experts,
            n_seats=seats,
            gguf=gguf,
            engine_url=engine_url,
            models=tuple(filter(None, (name.strip() for name in (models or "").split(",")))),
            seed=seed,
        )
        result = asyncio.run(
            bench_switch(settings, SwitchProgress(report=_say, visits=_report_visits))
        )
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        _print_switch(result)


def _visits(trace: Path | None, git: Path | None) -> list[TraceVisit]:
    from hotseat.lab.simulate.traces import read_trace, trace_of
    from hotseat.workspace.mining import read_log

    if trace is not None and git is not None:
        raise HotseatError("Say either a trace or --git REPO, not both")
    if trace is not None:
        return read_trace(trace)
    repository = git or Path.cwd()
    visits = trace_of(asyncio.run(read_log(repository)))
    if not visits:
        raise HotseatError(
            f"The history of {repository} holds no code that counts",
            hint="Name a trace, or another repository: --git REPO",
        )
    return visits


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _report_visits(arm: str, replay: ReplayWindow, visits: list[TimedVisit]) -> None:
    """One line an arm; on a terminal it counts."""
    n_stops = len(replay.stops)
    is_last = len(visits) == n_stops
    if not (sys.stderr.isatty() or is_last):
        return
    stall_s = sum(visit.stall_s for visit in visits)
    text = f"{arm}: {len(visits)} of {n_stops} visits, waited {stall_s:.1f} s"
    begin = "\r" if sys.stderr.isatty() else ""
    print(f"{begin}{text}", end="\n" if is_last else "", file=sys.stderr, flush=True)


def _print_switch(result: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    from hotseat.cli.experts import size_text
    from hotseat.lab.bench.switch_figures import CLIENTS

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for column in ("stall s", "stalls", "p50 ms", "p95 ms", "first token ms", "peak", "loads"):
        table.add_column(column, justify="right", no_wrap=True)
    for name in CLIENTS:
        arm = result[name]
        table.add_row(
            name,
            f"{arm['stall_s']:.1f}",
            f"{arm['stalls']} of {arm['switches']}",
            _whole(arm["stall_p50_ms"]),
            _whole(arm["stall_p95_ms"]),
            _whole(arm["first_token_p50_ms"]),
            size_text(arm["peak_bytes"]),
            str(arm["loads"]),
        )
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    console.print(table)
    ratio = result["stall_ratio"]
    console.print(
        "Nobody waited for reactive: there is nothing to compare."
        if ratio is None
        else f"hotseat's stalls are {ratio:.2f} of reactive's."
    )
    if result["uneven"]:
        console.print(
            "The machine was not equally busy: loads took "
            + ", ".join(f"{_whole(result[name]['load_p50_ms'])} ms ({name})" for name in CLIENTS)
            + ". Run it again when it is quiet."
        )
    if result["reactive"]["most_models"] > result["seats"]:
        console.print(
            f"reactive held {result['reactive']['most_models']} models at once, where the others"
            f" had room for {result['seats']}: OLLAMA_MAX_LOADED_MODELS={result['seats']} makes"
            " them comparable."
        )


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
