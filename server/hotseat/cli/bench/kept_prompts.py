"""`hotseat bench kv`: what it saves to keep prompts in memory."""

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


def kv(
    as_json: JsonOption = False,
    gguf: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The model to measure with.",
            show_default="the starter roster's smollm2:135m",
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option(min=1, max=50, help="Rounds of each measurement with 1,000 tokens.")
    ] = 3,
    switches: Annotated[
        int, typer.Option(min=1, max=100, help="Rounds of the measurement of a switch.")
    ] = 8,
) -> None:
    """Measure what kept prompts, and a process that waits for the next load, save.

    Two embedded engines of the benchmark's own are asked in turn: `plain` keeps no prompts and
    starts a process for each load, the other one is Hotseat's default. `return` is the first token
    of a 1,000-token prompt after two other files, against its first reading; `reload` the same
    after an unload, with the load; `switch` from an absent model to the first token of a 200-token
    prompt, which was read before or not. `equal` compares the answer after a restore with that of a
    cold read, `bound` shows that what is kept stays below its limit, and `memory_files` that none
    is left after the engine.
    """
    from hotseat.lab.bench.kept_prompts import KeptSettings, bench_kept
    from hotseat.roster.shipped import shipped_roster

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    roster = shipped_roster("starter")
    expert = roster.generalist or roster.experts[0]
    settings = KeptSettings(expert=expert, gguf=gguf, n_rounds=rounds, n_switches=switches)
    try:
        result = run_async(bench_kept(settings, on_progress))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)
