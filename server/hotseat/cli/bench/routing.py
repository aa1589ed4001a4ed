"""`hotseat bench routing`: whether the languages of questions are found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError


def routing(
    file: Annotated[
        Path, typer.Argument(help="A file of questions with languages, one JSON object a line.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Measure how often a question goes to the right languages.

    Reports the share of questions whose first language is right (evident and doubtful ones), F1 of
    those about several languages, and the share of general ones that go to the generalist.
    """
    from hotseat.lab.evaluate.routing import bench_routing

    try:
        result = bench_routing(file)
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print(f"{result['n']} questions")
    for name in ("evident", "doubtful", "several_f1", "general", "all"):
        share = result[name]
        print(f"  {name:12} {'–' if share is None else format(share, '.2f')}")
