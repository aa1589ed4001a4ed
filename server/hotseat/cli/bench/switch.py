"""`hotseat bench switch`: how long a user waits for models."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.embedded.schedule import Schedule

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
        Path | None,
        typer.Option(metavar="REPO", help="Use the log of this repository as the trace."),
    ] = None,
    minutes: Annotated[
        float, typer.Option(min=0.05, max=600, help="The duration of each of the three runs.")
    ] = 3.0,
    experts: Annotated[
        int,
        typer.Option(
            min=2, max=16, help="The highest number of languages, each with an expert of its own."
        ),
    ] = 4,
    seats: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="K", help="Make room for K experts.", show_default="half the experts"
        ),
    ] = None,
    gguf: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The model of which the experts are copies.",
            show_default="the starter roster's gemma3:270m",
        ),
    ] = None,
    schedule: Annotated[
        Schedule,
        typer.Option(help="The order of loads of the embedded engine, as in `hotseat engine`."),
    ] = Schedule.HOTSEAT,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="The highest number of models that the embedded engine holds.",
            show_default="the number of seats",
        ),
    ] = None,
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Measure on the engine at this address, such as an Ollama; needs --models.",
            show_default="an embedded one",
        ),
    ] = None,
    models: Annotated[
        str | None,
        typer.Option(metavar="A,B,…", help="Distinct models of the engine at --engine-url."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed of the random times of first keys.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Measure how long a user waits for models, without Hotseat and with it.

    Replays a part of a switching history on a real engine, three times, in real time. `reactive` is
    a plugin without Hotseat: it asks the language's model at the first key, and the engine loads
    and evicts by itself. `focus` is the language server without its forecaster: it loads on focus.
    `hotseat` has learned from the history before the replayed part.

    The replayed part is the latest one that has the given length, as many languages as there are
    experts, and a switch at every third visit. Stays are 20 times shorter than in the history, but
    no shorter than five loads; the first key follows 0.5 to 3 s after the focus. There is room for
    half of the experts. A stall lasts from the first key until the expert can answer; percentiles
    are over all switches, with and without a stall. `load_parts` are the parts of a load on an
    engine with Hotseat's own schedule: the start of a process that has imported llama.cpp, mapping
    the model, warming up, and a first token after that.

    Your own data and engine are not touched: by default a separate embedded engine holds copies of
    a small model; with --schedule ollama it loads and evicts as an Ollama with
    OLLAMA_MAX_LOADED_MODELS=N does, where N is --limit. With --engine-url, no other model may be
    loaded there, and the engine's own setting limits `reactive`: start Ollama with
    OLLAMA_MAX_LOADED_MODELS=K, the same K as --seats.
    """
    from hotseat.lab.bench.switch import SwitchProgress, SwitchSettings, bench_switch

    try:
        settings = SwitchSettings(
            visits=_visits(trace, git),
            minutes=minutes,
            max_experts=experts,
            n_seats=seats,
            gguf=gguf,
            schedule=schedule,
            max_models=limit,
            engine_url=engine_url,
            models=tuple(filter(None, (name.strip() for name in (models or "").split(",")))),
            seed=seed,
        )
        result = run_async(
            bench_switch(settings, SwitchProgress(report=_print_note, visits=_report_visits))
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
        raise HotseatError("Name either a trace or --git REPO, not both")
    if trace is not None:
        return read_trace(trace)
    repository = git or Path.cwd()
    visits = trace_of(run_async(read_log(repository)))
    if not visits:
        raise HotseatError(
            f"The history of {repository} contains no code in a known language",
            hint="Name a trace, or another repository: --git REPO",
        )
    return visits


def _print_note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _report_visits(client: str, replay: ReplayWindow, visits: list[TimedVisit]) -> None:
    """Print one line for each client; on a terminal the line is updated."""
    n_stops = len(replay.stops)
    is_last = len(visits) == n_stops
    if not (sys.stderr.isatty() or is_last):
        return
    stall_s = sum(visit.stall_s for visit in visits)
    text = f"{client}: {len(visits)} of {n_stops} visits, waited {stall_s:.1f} s"
    begin = "\r" if sys.stderr.isatty() else ""
    print(f"{begin}{text}", end="\n" if is_last else "", file=sys.stderr, flush=True)


def _print_switch(result: dict[str, Any]) -> None:
    from hotseat.cli.experts import size_text
    from hotseat.cli.tables import PlainTable, wide_console
    from hotseat.lab.bench.switch_figures import CLIENTS

    table = PlainTable()
    table.add_column("")
    for column in ("stall s", "stalls", "p50 ms", "p95 ms", "first token ms", "peak", "loads"):
        table.add_column(column, justify="right", no_wrap=True)
    for name in CLIENTS:
        client = result[name]
        table.add_row(
            name,
            f"{client['stall_s']:.1f}",
            f"{client['stalls']} of {client['switches']}",
            _whole(client["stall_p50_ms"]),
            _whole(client["stall_p95_ms"]),
            _whole(client["first_token_p50_ms"]),
            size_text(client["peak_bytes"]),
            str(client["loads"]),
        )
    console = wide_console(120)
    console.print(table)
    if parts := result.get("load_parts"):
        console.print(
            f"A load: {_whole(parts['spawn_ms'])} ms until a process has llama.cpp,"
            f" {_whole(parts['map_ms'])} ms to map the model, {_whole(parts['warm_up_ms'])} ms to"
            f" warm up; then a first token takes {_whole(parts['first_token_ms'])} ms."
        )
    ratio = result["stall_ratio"]
    console.print(
        "reactive had no stalls: there is nothing to compare."
        if ratio is None
        else f"hotseat's stalls are {ratio:.2f} of reactive's."
    )
    if result["uneven"]:
        console.print(
            "The machine was not equally busy: loads took "
            + ", ".join(f"{_whole(result[name]['load_p50_ms'])} ms ({name})" for name in CLIENTS)
            + ". Run it again when the machine is idle."
        )
    if result["reactive"]["most_models"] > result["seats"]:
        remedy = (
            f"--limit {result['seats']}"
            if result["engine"]["kind"] == "embedded"
            else f"OLLAMA_MAX_LOADED_MODELS={result['seats']}"
        )
        console.print(
            f"reactive held {result['reactive']['most_models']} models at once, but the others"
            f" had room for {result['seats']}: {remedy} makes them comparable."
        )


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
