"""`hotseat bench snippets`: whether the language of code without a name is recognized."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError


def snippets(
    folder: Annotated[
        Path,
        typer.Argument(
            help="A folder that holds repositories, each in a folder of its own.",
            exists=True,
            file_okay=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Measure how often the language of a snippet without a name is recognized.

    Cuts pieces of 32, 64 and 128 tokens out of the repositories' files, and reports how many of
    them get an answer and how many answers are right. Measure on repositories from which the table
    was not made.
    """
    from hotseat.lab.evaluate.snippets import LENGTHS, bench_snippets

    try:
        result = bench_snippets(folder)
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for n in LENGTHS:
        shares = result[f"tokens_{n}"]
        print(
            f"{n:4} tokens: {shares['answered'] or 0:.2f} answered, "
            f"{shares['right'] or 0:.2f} of them right, n={shares['n']}"
        )
        for language, one in shares["by_language"].items():
            right = "–" if one["right"] is None else format(one["right"], ".2f")
            print(f"      {language:12} {one['answered']:.2f} {right} n={one['n']}")
