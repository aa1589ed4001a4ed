"""`hotseat simulate`: how often a user would have waited, under each policy and budget."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail, size_text
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.domain.experts import Roster
    from hotseat.lab.simulate.outcome import SimulatedEngine, SimulationResult
    from hotseat.lab.simulate.traces import TraceVisit

DEFAULT_SIZE_BYTES = 400 * 1024**2
"""Estimate for an expert whose size the roster does not state."""
_N_BUDGETS = 8

Traces = dict[str, "list[TraceVisit]"]


def simulate(
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
    seats: Annotated[
        int | None,
        typer.Option(min=1, metavar="K", help="Simulate memory for K experts of equal size."),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE", help="Simulate this memory for the roster's experts, such as 6GiB."
        ),
    ] = None,
    load_s: Annotated[
        float, typer.Option(min=0.0, help="The duration of a load in seconds.")
    ] = 2.0,
    reaction_s: Annotated[
        float, typer.Option(min=0.0, help="The time from focus to first key in seconds.")
    ] = 1.5,
    roster: RosterOption = None,
    calibration: Annotated[
        bool,
        typer.Option("--calibration", help="Also print how well the forecasts are calibrated."),
    ] = False,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a plot of stalls against budget to this SVG file."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Replay switching histories in virtual time, and compare policies for the models to keep
    loaded."""
    from hotseat.lab.simulate.simulate import simulate as replay

    try:
        if (seats is None) == (budget is None):
            raise HotseatError(
                "Name either --seats K or --budget SIZE", hint="For example `--seats 2`"
            )
        visits = read_traces(traces or [], git or [])
        if budget is not None:
            visits = _by_expert(visits, chosen_roster(roster).roster)
        room = seats if seats is not None else _bytes(budget or "")
        sizes = _sizes(visits, None if seats is not None else chosen_roster(roster).roster)
        engine = _engine(room, sizes, load_s, reaction_s)
        outcomes = {name: replay(trace, engine) for name, trace in visits.items()}
        result: dict[str, Any] = {"seats": seats} if seats is not None else {"budget_bytes": room}
        result["traces"] = {
            name: {policy: outcome.as_json() for policy, outcome in of.items()}
            for name, of in outcomes.items()
        }
        if calibration:
            result["calibration"] = _calibration(visits, engine)
        if plot is not None:
            _plot(plot, visits, engine, by_seats=seats is not None)
    except HotseatError as error:
        fail(error)
    except OSError as error:
        fail(HotseatError(f"Cannot write {plot}: {error.strerror}"))
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        _print(result, outcomes)


def read_traces(files: Sequence[Path], repositories: Sequence[Path]) -> Traces:
    """Return the traces by name. Raises HotseatError for one that cannot be read, and for none."""
    from hotseat.lab.simulate.traces import read_trace, trace_name, trace_of
    from hotseat.workspace.mining import read_log

    found: Traces = {}

    def add(name: str, visits: list[TraceVisit]) -> None:
        if name in found:
            raise HotseatError(f"Two traces are called {name}", hint="Rename one of them")
        found[name] = visits

    for path in files:
        add(trace_name(path), read_trace(path))
    for repository in repositories:
        visits = trace_of(run_async(read_log(repository)))
        if not visits:
            raise HotseatError(f"The history of {repository} contains no code in a known language")
        add(repository.resolve().name, visits)
    if not found:
        raise HotseatError("There is no trace to replay", hint="Name one, or use --git REPO")
    return found


def _bytes(text: str) -> int:
    from hotseat.roster.units import parse_size

    try:
        return parse_size(text)
    except ValueError as error:
        raise HotseatError(f"--budget {text}: {error}", hint="`6GiB`, `500MB`, or bytes") from error


def _by_expert(traces: Traces, roster: Roster) -> Traces:
    """Replace languages by experts, whose sizes are known: two languages of one expert become
    one."""

    def expert(language: str) -> str:
        found = roster.expert_for(language)
        return found.name if found else language

    return {
        name: [replace(visit, language=expert(visit.language)) for visit in visits]
        for name, visits in traces.items()
    }


def _sizes(traces: Traces, roster: Roster | None) -> dict[str, int]:
    names = {visit.language for visits in traces.values() for visit in visits}
    if roster is None:
        return dict.fromkeys(sorted(names), 1)
    sizes = {e.name: e.size_bytes or DEFAULT_SIZE_BYTES for e in roster.everyone()}
    return {name: sizes.get(name, DEFAULT_SIZE_BYTES) for name in sorted(names)}


def _engine(
    room: int, sizes: Mapping[str, int], load_s: float, reaction_s: float
) -> SimulatedEngine:
    from hotseat.lab.simulate.outcome import SimulatedEngine

    return SimulatedEngine(budget_bytes=room, sizes=sizes, load_s=load_s, reaction_s=reaction_s)


def _calibration(traces: Traces, engine: SimulatedEngine) -> dict[str, Any]:
    from hotseat.lab.simulate.reliability import calibration_json
    from hotseat.lab.simulate.simulate import calibrate

    found = {name: calibrate(visits, engine) for name, visits in traces.items()}
    return {name: calibration_json(c.log_losses, c.forecasts) for name, c in found.items()}


def _plot(path: Path, traces: Traces, engine: SimulatedEngine, *, by_seats: bool) -> None:
    from hotseat.lab.simulate.plot import line_chart
    from hotseat.lab.simulate.simulate import POLICIES
    from hotseat.lab.simulate.simulate import simulate as replay

    total = sum(engine.sizes.values())
    most = max(len({v.language for v in visits}) for visits in traces.values())
    rooms = (
        list(range(1, most + 1))
        if by_seats
        else [total * i // _N_BUDGETS for i in range(1, _N_BUDGETS + 1)]
    )
    series: dict[str, list[tuple[float, float]]] = {}
    for room in rooms:
        print(f"replaying with {room} …", file=sys.stderr, flush=True)
        at = replace(engine, budget_bytes=room)
        outcomes = [replay(visits, at) for visits in traces.values()]
        for policy in POLICIES:
            found = [o[policy] for o in outcomes if policy in o]
            if len(found) == len(outcomes):
                stalls = 100.0 * sum(o.stalls for o in found) / sum(o.switches for o in found)
                series.setdefault(policy, []).append((room, stalls))
    label = str if by_seats else size_text
    chart = line_chart(
        series,
        title=f"Waiting for a model: {', '.join(traces)}",
        x_label="seats" if by_seats else "budget",
        y_label="stalls in 100 switches",
        x_ticks=[(room, label(room)) for room in rooms],
    )
    path.write_text(chart, encoding="utf-8")


def _print(
    result: Mapping[str, Any], outcomes: Mapping[str, Mapping[str, SimulationResult]]
) -> None:
    from hotseat.cli.tables import PlainTable, wide_console

    console = wide_console(120)
    for name, policies in outcomes.items():
        table = PlainTable(title_justify="left")
        table.add_column(name, no_wrap=True)
        for column in ("switches", "stalls", "of lru", "stall s", "loads", "wasted"):
            table.add_column(column, justify="right")
        reference = policies["lru"].stalls
        for policy, outcome in policies.items():
            table.add_row(
                policy,
                str(outcome.switches),
                str(outcome.stalls),
                f"{outcome.stalls / reference:.3f}" if reference else "–",
                f"{outcome.stall_s:.0f}",
                str(outcome.loads),
                str(outcome.wasted_loads),
            )
        console.print(table, "")
    if len(outcomes) > 1:
        _print_means(console, outcomes)
    for name, found in result.get("calibration", {}).items():
        console.print(f"{name}: log-loss {found['log_loss']} over {found['changes']} changes")
        for row in found["reliability"]:
            console.print(
                f"  {row['from']:.2f}–{row['to']:.2f}  n {row['n']:6}  "
                f"forecast {row['forecast']:.3f}  came {row['observed']:.3f}"
            )


def _print_means(console: Any, outcomes: Mapping[str, Mapping[str, SimulationResult]]) -> None:
    """Print geometric means of stalls relative to lru, if every trace has them."""
    means = []
    for policy in next(iter(outcomes.values())):
        pairs = [(of[policy].stalls, of["lru"].stalls) for of in outcomes.values() if policy in of]
        if len(pairs) == len(outcomes) and all(ours and reference for ours, reference in pairs):
            logs = sum(math.log(ours / reference) for ours, reference in pairs)
            means.append(f"{policy} {math.exp(logs / len(pairs)):.3f}")
    console.print(f"stalls relative to lru, geometric mean: {', '.join(means)}")
