"""`hotseat bench memory`: whether questions recall what was said."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, chosen_roster, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import ModelSpec, Roster, canonical_model_name

if TYPE_CHECKING:
    from hotseat.lab.evaluate.embedded_turns import EmbeddedTurns


def memory(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A file of conversations with questions, one JSON object a line.",
            show_default="none, with --turns",
        ),
    ] = None,
    turns: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=2,
            max=1_000_000,
            help="Generate so many turns instead, to measure times.",
            show_default="none",
        ),
    ] = None,
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

    With --turns: among so many generated turns, the time of a recall without and with the embedder,
    the seconds in which it embeds the turns, and how late a key would be meanwhile.

    hotseat bench memory questions.jsonl --embedder all-minilm --json

    hotseat bench memory --turns 10000 --embedder all-minilm --json
    """
    if (file is None) == (turns is None):
        fail(
            HotseatError(
                "Name a file of conversations, or a number of turns, and not both",
                hint="For example: hotseat bench memory --turns 10000 --json",
            )
        )

    def on_progress(line: str) -> None:
        print(line, file=sys.stderr)

    try:
        measure = partial(_measured, file if file is not None else int(turns or 0), on_progress)
        if embedder is None:
            result = run_async(measure(None))
        else:
            roster = chosen_roster(None, engine_url=engine_url).roster
            result = run_async(_with_embedder(measure, embedder, engine_url, roster))
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
    if "embed_s" in result:
        delays = result["key_delay_p95_ms"]
        print(
            f"  without the embedder {result['without_embedder_p95_ms']} ms (p95); "
            f"{result['n_turns']} turns were embedded in {result['embed_s']} s\n"
            f"  a key was late by {delays['embedding']} ms meanwhile, "
            f"{delays['quiet']} ms without (p95)"
        )


async def _measured(
    what: Path | int, on_progress: Callable[[str], None], embedded: EmbeddedTurns | None
) -> dict[str, Any]:
    """Measure a file of conversations, or a number of generated turns."""
    if isinstance(what, int):
        from hotseat.lab.evaluate.long_memory import bench_long_memory

        return await bench_long_memory(what, on_progress, embedded)
    from hotseat.lab.evaluate.memory import bench_memory

    return await bench_memory(what, on_progress, embedded)


async def _with_embedder(
    measure: Callable[[EmbeddedTurns], Awaitable[dict[str, Any]]],
    embedder: str,
    engine_url: str | None,
    roster: Roster,
) -> dict[str, Any]:
    from hotseat.engines.discovery import address_at, open_engine, resolve_engine_url
    from hotseat.lab.evaluate.embedded_turns import EmbeddedTurns

    spec = ModelSpec(canonical_model_name(embedder))
    if roster.embedder is not None and roster.embedder.model == spec.model:
        spec = roster.embedder
    url = engine_url or await resolve_engine_url(roster.engine)
    engine = open_engine(await address_at(url, roster.engine), url)
    try:
        return await measure(EmbeddedTurns(embedder, partial(engine.embed, spec)))
    finally:
        await engine.aclose()
