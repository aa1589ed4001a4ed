"""`hotseat bench team`: a team's server with real replicas, and the simulation beside it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError


def team(
    gguf: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The model of which the experts are copies.",
            show_default="the starter roster's smollm2:135m",
        ),
    ] = None,
    pass_s: Annotated[
        float, typer.Option(min=5.0, help="Seconds of each of the four passes.")
    ] = 75.0,
    as_json: JsonOption = False,
) -> None:
    """Measure a team's server on this machine: Ray, two replicas, 20 simulated developers.

    Two groups of developers have four experts each, and memory is for four of the eight. The
    developers replay switching histories that come with Hotseat: stays in files are five times
    shorter, the 1.5 s from opening a file to the first key are not. `router`: requests go to the
    replica that has the model. `router_hints`: the developers' keepers also send what they expect.
    `stall_s` is what first tokens came later, all together, than with every model in memory.

    `simulated` is the same run in virtual time, from the measured times of a load and an answer,
    and growing teams at human speed. Needs the extras `embedded` and `team`, and takes less than
    ten minutes.

    hotseat bench team --json
    """
    from hotseat.lab.bench.team.run import TeamBench, bench_team

    try:
        result = run_async(bench_team(TeamBench(gguf=gguf, pass_s=pass_s), _say))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    from hotseat.cli.tables import print_figures

    print_figures(result)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
