"""`hotseat bench memory`: whether questions recall what was said."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, chosen_roster, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import ModelSpec, Roster, canonical_model_name


def memory(
    file: Annotated[
        Path, typer.Argument(help="A file of conversations with questions, one JSON object a line.")
    ],
    embedder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="An embedding model of the engine, to recall what was said in other words, too.",
            show_default="none",
        ),
    ] = None,
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The address of the embedder's engine.", show_default="the roster's"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure which remembered turns are recalled for questions whose answers are known.

    Each conversation is stored and searched as the product does it. Reports the share of answers
    among the first 5 and 10 turns by kind of question, how often a statement is recalled before
    the ones that it replaced, and the time of a recall, that of the embedder included.

    hotseat bench memory questions.jsonl --embedder all-minilm --json
    """

    def on_progress(line: str) -> None:
        print(line, file=sys.stderr)

    try:
        if embedder is None:
            from hotseat.lab.evaluate.memory import bench_memory

            result = run_async(bench_memory(file, on_progress))
        else:
            roster = chosen_roster(None, engine_url=engine_url).roster
            result = run_async(_with_embedder(file, embedder, engine_url, roster, on_progress))
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


async def _with_embedder(
    file: Path,
    embedder: str,
    engine_url: str | None,
    roster: Roster,
    on_progress: Callable[[str], None],
) -> dict[str, Any]:
    from hotseat.engines.discovery import address_at, open_engine, resolve_engine_url
    from hotseat.lab.evaluate.embedded_turns import EmbeddedTurns
    from hotseat.lab.evaluate.memory import bench_memory

    spec = ModelSpec(canonical_model_name(embedder))
    if roster.embedder is not None and roster.embedder.model == spec.model:
        spec = roster.embedder
    url = engine_url or await resolve_engine_url(roster.engine)
    engine = open_engine(await address_at(url, roster.engine), url)
    try:
        return await bench_memory(
            file, on_progress, EmbeddedTurns(embedder, partial(engine.embed, spec))
        )
    finally:
        await engine.aclose()
