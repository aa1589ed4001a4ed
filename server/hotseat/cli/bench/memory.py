"""`hotseat bench memory`: whether questions recall what was said."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError


def memory(
    file: Annotated[
        Path, typer.Argument(help="A file of conversations with questions, one JSON object a line.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Measure which remembered turns are recalled for questions whose answers are known.

    Each conversation is stored and searched as the product does it. Reports the share of answers
    among the first 5 and 10 turns by kind of question, how often a statement is recalled before
    the ones that it replaced, and the time of a recall.
    """
    from hotseat.lab.evaluate.memory import bench_memory

    try:
        result = bench_memory(file, lambda line: print(line, file=sys.stderr))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print(f"{result['n']} questions; a recall takes {result['p95_ms']} ms (p95)")
    for kind, share in result["recall_at_5"].items():
        print(f"  {kind:12} {share:.2f} at 5   {result['recall_at_10'][kind]:.2f} at 10")
    if result["latest_first"] is not None:
        print(f"  the latest statement comes first in {result['latest_first']:.2f} of the updates")
