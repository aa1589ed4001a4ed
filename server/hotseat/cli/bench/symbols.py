"""`hotseat bench symbols`: the index of a workspace's symbols, and what typing notices of it."""

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


def symbols(
    path: Annotated[Path, typer.Argument(help="A folder with code; a copy of it is indexed.")],
    files: Annotated[int, typer.Option(min=10, help="The most files to index.")] = 5000,
    as_json: JsonOption = False,
) -> None:
    """Measure the index of symbols: time, memory, how soon a save is found, and keys meanwhile.

    A language server indexes a copy of the files in the background. Then it does so once more while
    keys are typed, with the process that indexes stopped half of the time: the ratio of the 95th
    percentiles of the time for one key says what typing notices.

    hotseat bench symbols ~/src/django --json
    """
    from hotseat.lab.bench.symbols import bench_symbols

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    try:
        work = bench_symbols(path.expanduser().absolute(), n_files=files, on_progress=on_progress)
        result = run_async(work)
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)
