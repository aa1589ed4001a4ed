"""`hotseat bench task`: how long a task waits for models."""

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


def task(
    as_json: JsonOption = False,
    gguf: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The model whose copies are the experts.",
            show_default="the starter roster's smollm2:135m",
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option(min=1, max=30, help="Changes that are run by every arm; medians count.")
    ] = 5,
    scored: Annotated[
        int, typer.Option(min=0, max=30, help="Changes of 9 steps that the arms are scored on.")
    ] = 1,
    run_tests: Annotated[
        bool,
        typer.Option(
            "--run-tests",
            help="Run the samples' own tests on what the models wrote: in an empty folder, without"
            " network, with limits, and as the user nobody if you are root. Linux only.",
        ),
    ] = False,
    kills: Annotated[
        int,
        typer.Option(
            min=0,
            help="Instead, end the window, the keeper, the engine or a model of tasks at so many"
            " random moments, and report what became of tasks and files.",
        ),
    ] = 0,
) -> None:
    """Measure how long a task over three languages waits for models, and score who writes.

    Three copies of one model are the experts of an engine of the benchmark's own. Each change has
    nine steps whose languages alternate; their answers are scripted, and the models write for as
    long. `on_need` loads a model when its step begins, in the given order; `pipelined` is a task of
    Hotseat's: steps in the order with the fewest loads, and the next expert loads while one writes.
    `in_order` keeps the given order. Stalls are without the first load; medians of all rounds.

    `scores` are the models' own answers, right or wrong, by who writes. With copies of one model
    they mean nothing.

    hotseat bench task --json

    hotseat bench task --kills 200 --json
    """
    from hotseat.lab.bench.task.bench import TaskBenchSettings, bench_task
    from hotseat.roster.shipped import shipped_roster

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    roster = shipped_roster("starter")
    settings = TaskBenchSettings(
        expert=roster.generalist or roster.experts[0],
        gguf=gguf,
        n_rounds=rounds,
        n_scored=scored,
        run_tests=run_tests,
        n_kills=kills,
    )
    try:
        result = run_async(bench_task(settings, on_progress))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)
