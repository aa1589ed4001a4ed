"""`hotseat bench drafts`: what drafting from the edited text saves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.cli.tables import print_figures
from hotseat.domain.errors import HotseatError


def drafts(
    repository: Annotated[
        Path, typer.Argument(help="A git repository whose lines are edited.", show_default="here")
    ] = Path(),
    adapter: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A GGUF adapter over the base to edit with."
        ),
    ] = None,
    gguf: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The model to measure with.",
            show_default="the starter roster's smollm2:135m",
        ),
    ] = None,
    n: Annotated[int, typer.Option("--n", min=2, help="The number of edits.")] = 20,
    seed: Annotated[int, typer.Option(help="Another seed chooses other lines.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Measure the speed of edits that are drafted from the edited lines, against plain decoding.

    Both ways take turns in one embedded engine, one thread, greedy. `speed` is the ratio of their
    speeds with its 95 % interval in edits as Hotseat asks for them, `copied_share` the share of
    their lines that the model repeats, `repeat_speed` the ratio where it repeats lines that it has
    begun, `same_text` in how many both wrote the same, `completion_speed` the speed of completions
    beside a process that drafts, against that without the option.
    """
    from hotseat.lab.bench.drafts import bench_drafts
    from hotseat.roster.shipped import shipped_roster

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    base = shipped_roster("adapters").generalist
    assert base is not None
    try:
        result = run_async(
            bench_drafts(
                base,
                adapter,
                repository.resolve(),
                gguf=gguf,
                n=n,
                seed=seed,
                on_progress=on_progress,
            )
        )
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)
