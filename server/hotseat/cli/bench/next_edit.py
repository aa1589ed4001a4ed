"""`hotseat bench next-edit`: real commits, replayed with an offer after each change."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError


def next_edit(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", help="Git repositories, whose histories are replayed.", exists=True
        ),
    ],
    as_json: JsonOption = False,
    n: Annotated[
        int,
        typer.Option("--commits", min=1, help="Commits with repeats of each that are replayed."),
    ] = 200,
    skip: Annotated[
        int, typer.Option(min=0, help="The number of newest commits that are left out.")
    ] = 0,
    wrong: Annotated[
        bool, typer.Option("--wrong/--no-wrong", help="List the wrong offers on stderr.")
    ] = False,
) -> None:
    """Replay commits hunk by hunk, and count the next edits that are offered, without a model.

    A repeat is a place of a file where the commit replaces a word by another, as in an earlier hunk
    of that file. An offer is wrong if the commit does not make it. A right one is accepted, a wrong
    one dismissed. The shares come with intervals of 90 %, of commits drawn with replacement. Takes
    seconds to minutes; ends after ten. Measure on histories from which nothing was fitted
    (docs/next-edit.md names those).
    """
    from hotseat.lab.evaluate.next_edit.figures import bench_next_edit

    try:
        result, tallies = bench_next_edit(paths, n=n, skip=skip)
    except HotseatError as error:
        fail(error)
    if wrong:
        for file, offer, line in (found for one in tallies for found in one.wrong_offers):
            change = f"{offer.old} -> {offer.new}"
            print(f"{file}:{offer.line + 1}: {change} in {line.strip()[:80]}", file=sys.stderr)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        print(f"{name:16} {value}")
