"""`hotseat bench …`: figures that anyone can measure again."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.lab.stretch import Stretch
    from hotseat.lab.switch_walk import Turn
    from hotseat.lab.traces import TraceVisit

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

    Walks a stretch of a switching history through a real engine, three
    times, in real time. `reactive` is a plugin without Hotseat: it asks the
    language's model at the first key, and the engine loads and evicts by
    itself. `focus` is the language server without its forecaster: it loads
    on focus. `hotseat` has learned from the history before the stretch.

    The stretch is the latest one of so many minutes with as many languages
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
    from hotseat.lab.bench_switch import Plan, Tell, bench_switch

    try:
        plan = Plan(
            visits=_visits(trace, git),
            minutes=minutes,
            max_experts=experts,
            n_seats=seats,
            gguf=gguf,
            engine_url=engine_url,
            models=tuple(filter(None, (name.strip() for name in (models or "").split(",")))),
            seed=seed,
        )
        result = asyncio.run(bench_switch(plan, Tell(say=_say, turns=_tell_turns)))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        _print_switch(result)


def _visits(trace: Path | None, git: Path | None) -> list[TraceVisit]:
    from hotseat.app.mining import read_log
    from hotseat.lab.traces import read_trace, trace_of

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


def _tell_turns(arm: str, stretch: Stretch, turns: list[Turn]) -> None:
    """One line an arm; on a terminal it counts."""
    n_stops = len(stretch.stops)
    is_last = len(turns) == n_stops
    if not (sys.stderr.isatty() or is_last):
        return
    stall_s = sum(turn.stall_s for turn in turns)
    text = f"{arm}: {len(turns)} of {n_stops} visits, waited {stall_s:.1f} s"
    begin = "\r" if sys.stderr.isatty() else ""
    print(f"{begin}{text}", end="\n" if is_last else "", file=sys.stderr, flush=True)


def _print_switch(result: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    from hotseat.cli.experts import size_text
    from hotseat.lab.switch_figures import ARMS, uneven

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for column in ("stall s", "stalls", "p50 ms", "p95 ms", "first token ms", "peak", "loads"):
        table.add_column(column, justify="right", no_wrap=True)
    for name in ARMS:
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
    if uneven(result):
        console.print(
            "The machine was not equally busy: loads took "
            + ", ".join(f"{_whole(result[name]['load_p50_ms'])} ms ({name})" for name in ARMS)
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
def typing(
    path: Annotated[Path, typer.Argument(help="A folder with code, of which lines are typed.")],
    lines: Annotated[int, typer.Option(min=1, help="How many lines to type.")] = 12,
    beside: Annotated[int, typer.Option(min=0, help="How many other files are open.")] = 20,
    seed: Annotated[int, typer.Option(help="Another choice of lines.")] = 1,
    roster: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="Whose experts answer.")
    ] = "starter",
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Use this engine.", show_default="embedded")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Type real lines key by key: what comes from where, how fast, and how often the engine works.

    The models of the experts must be there (`hotseat pull`).
    """
    from hotseat.lab.bench_typing import bench_typing, choose_lines, code_files
    from hotseat.roster.load import load_choice

    def tell(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    try:
        experts = load_choice(roster, None, trusted=True).roster
        files = code_files(path.resolve())
        chosen = choose_lines(files, experts, lines, seed)
        typed = {line.path for line in chosen}
        others = [file for file in files if file not in typed][:beside]
        arguments = ["--roster", roster, *(["--engine-url", engine_url] if engine_url else [])]
        result = asyncio.run(bench_typing(chosen, others, arguments, tell))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        print(f"{name}: {value}")


@bench.command()
def complete(
    path: Annotated[Path, typer.Argument(help="A git repository, or a folder in one.")],
    n: Annotated[
        int, typer.Option("--n", min=3, help="Holes in each language, a third of each kind.")
    ] = 90,
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="A,B", help="LSP ids: go,python.", show_default="the three most common"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another choice of holes.")] = 1,
    roster: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="Whose experts fill the holes.")
    ] = "starter",
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Use this engine (an Ollama, say).", show_default="embedded"
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="plain|line|NAME|FILE",
            help="Compare with what the same model alone writes behind the plain prefix up to the "
            "first newline (plain), with its first line behind our prompt (line), or with another "
            "roster.",
        ),
    ] = None,
    filtered: Annotated[
        bool,
        typer.Option("--filter/--no-filter", help="Leave empty what the filter would not show."),
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Cut holes into real code, and see how well they are filled.

    Expressions, statements and blocks of at most 700 characters are cut out of files that git
    knows; generated, minified and vendored files and those that may hold secrets are left out.
    Each file is opened with its hole in a real language server, which is asked for a suggestion.

    Edit similarity is 1 - Levenshtein distance / length of the longer text, 0 for no suggestion.
    The parse rate is of the suggestions made: the file has no syntax error that it had not. A
    comparison is on the same holes, with a 95 % bootstrap interval of the mean difference
    (`interval`) and of the ratio of means (`ratio_interval`).

    hotseat bench complete ~/src/app --languages go,python --n 60 --against plain --json
    """
    from hotseat.cli.complete_view import print_complete
    from hotseat.lab.bench_complete import BASELINES, OURS, Setting, bench_complete
    from hotseat.lab.holes import sample_holes
    from hotseat.languages.detect import normalise

    def tell(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    try:
        ours = Setting.of(OURS, roster)
        baseline = against if against in BASELINES else None
        other = Setting.of(against, against) if against and not baseline else None
        named = [normalise(name) or name for name in (languages or "").split(",") if name.strip()]
        holes = sample_holes(path.resolve(), n=n, seed=seed, languages=named)
        for hole in holes:
            ours.expert(hole)
        result = asyncio.run(
            bench_complete(
                path.resolve(),
                holes,
                ours,
                other,
                baseline=baseline,
                filtered=filtered,
                engine_url=engine_url,
                seed=seed,
                tell=tell,
            )
        )
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        print_complete(result)


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
