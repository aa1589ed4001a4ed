"""`hotseat judge`: whether experts are worth their memory on the user's own code."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail, report
from hotseat.cli.interrupts import INTERRUPTED, run_async
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.judge.figures import Measurements
    from hotseat.judge.report import Report
    from hotseat.judge.run import JudgeRequest


def judge(
    path: Annotated[
        Path, typer.Argument(help="A git repository, or a folder in one.", show_default="here")
    ] = Path(),
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="The languages to judge, as LSP ids: go,python.",
            show_default="the most common with something to decide",
        ),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(
            "--n",
            min=3,
            help="The number of holes in each language, a third of each kind.",
            show_default="12 to 60, for about ten minutes",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed chooses other holes.")] = 1,
    arms: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="The experts to judge, or `all`.",
            show_default="those that serve the languages",
        ),
    ] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL", help="Also judge this model, or MODEL+ADAPTER.gguf; can be repeated."
        ),
    ] = None,
    suffix_first: Annotated[
        bool,
        typer.Option(
            "--suffix-first",
            help="Also judge each model with the text after the cursor first.",
        ),
    ] = False,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The address of the engine to use.",
            show_default="Ollama, or an embedded one",
        ),
    ] = None,
    score_tokens: Annotated[
        int,
        typer.Option(
            min=0,
            help="The tokens in each language with which bits per byte are measured; 0 for none.",
        ),
    ] = 1500,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as one HTML file.")
    ] = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write the proposal into your experts.yaml (with a backup)."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure whether experts beat the generalist on your own code, and what they cost in memory.

    Pieces are removed from files that git tracks. Every model fills the same holes, in every
    language: a specialist shows as a strong diagonal. An expert keeps a language if a 95 % interval
    shows that it helps; otherwise the generalist, which is in memory anyway, should serve it.

    Ctrl-C stops and reports the figures so far.

    hotseat judge ~/src/app --html report.html

    hotseat judge --arm qwen2.5-coder:3b-base --languages go
    """
    from hotseat.judge import report as reports
    from hotseat.judge.run import JudgeRequest, prepare

    try:
        found_roster = chosen_roster(roster, workspace=path.resolve(), engine_url=engine_url)
        report(found_roster.diagnostics)
        request = JudgeRequest(
            repository=path.resolve(),
            roster=found_roster.roster,
            roster_name=roster,
            base=found_roster.base,
            languages=_names(languages, normal=True),
            n=n,
            seed=seed,
            arms=_names(arms),
            others=tuple(arm or ()),
            suffix_first=suffix_first,
            engine_url=engine_url,
            score_tokens=score_tokens,
        )
        if html is not None and not html.absolute().parent.is_dir():
            raise HotseatError(
                f"Cannot write {html}: the folder {html.absolute().parent} does not exist"
            )
        measured = prepare(request)
        error = _measure(request, measured)
        found = reports.report_of(measured, request.roster, request.repository)
        if not found.figures.cells:
            if error is None and measured.stopped:
                print("hotseat: stopped before anything was measured", file=sys.stderr)
                raise typer.Exit(INTERRUPTED)
            raise error or HotseatError("The run was stopped before anything was measured")
        _show(found, html, as_json=as_json)
        if error is not None:
            raise error
        if measured.stopped:
            raise typer.Exit(INTERRUPTED)
        if write:
            _write(found, request)
    except HotseatError as error:
        fail(error)


def _names(text: str | None, *, normal: bool = False) -> tuple[str, ...]:
    from hotseat.languages.detect import normalise

    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    return tuple(dict.fromkeys(normalise(name) or name if normal else name for name in names))


def _measure(request: JudgeRequest, measured: Measurements) -> HotseatError | None:
    """Run the judgement; return the error that ended it early, if any. SIGTERM acts like Ctrl-C."""
    from hotseat.cli.judge_view import ProgressDisplay
    from hotseat.judge.run import run

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ProgressDisplay() as progress:
            run_async(run(request, measured, progress))
    except KeyboardInterrupt:
        measured.stopped = True
    except HotseatError as error:
        measured.stopped = True
        return error
    return None


def _show(found: Report, html: Path | None, *, as_json: bool) -> None:
    from hotseat.cli.judge_view import print_report
    from hotseat.judge.as_json import as_json as to_json

    if as_json:
        print(json.dumps(to_json(found), indent=2))
    else:
        print_report(found)
    if html is not None:
        from hotseat.judge.page import page

        try:
            html.write_text(page(found), encoding="utf-8")
        except OSError as error:
            raise HotseatError(f"Cannot write {html}: {error.strerror}") from error
        _print_note(f"The report is in {html}")


def _write(found: Report, request: JudgeRequest) -> None:
    """Write the proposal into the user's roster, after showing the difference."""
    from hotseat.judge.proposed import proposed_change
    from hotseat.roster.load import load_choice, workspace_path
    from hotseat.roster.write import write

    own = load_choice(request.roster_name, None, trusted=True, base=request.base).roster
    changes = [c for c in found.proposal.changes if own.by_name(c.expert) is not None]
    place = workspace_path(request.repository)
    for theirs in set(found.proposal.changes) - set(changes):
        _print_note(f"{theirs.expert} belongs to the workspace's roster; change it in {place}")
    if not changes:
        _print_note("The proposal changes nothing, so nothing was written.")
        return
    change = proposed_change(changes, request.roster_name, base=request.base)
    _print_note(change.difference)
    backup = write(change)
    _print_note(
        f"Written to {change.path}" + (f"; the previous version: {backup}" if backup else "")
    )


def _print_note(text: str) -> None:
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)
