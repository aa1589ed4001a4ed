"""`hotseat bench together`: which combination of small models is worth having on your code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import INTERRUPTED, run_async
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.judge.figures import Measurements
    from hotseat.judge.run import JudgeRequest
    from hotseat.lab.evaluate.together import Together


def together(
    repository: Annotated[
        Path, typer.Argument(help="A git repository, or a folder in one.", show_default="here")
    ] = Path(),
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="A,B", help="The languages, as LSP ids.", show_default="the most common"
        ),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(
            "--n", min=3, help="Holes in each language.", show_default="12 to 60, for ten minutes"
        ),
    ] = None,
    adapter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL+FILE.gguf",
            help="Another adapter to compare, such as a mixture; can be repeated.",
        ),
    ] = None,
    edits: Annotated[
        int, typer.Option(min=0, help="Edits with and without drafts; 0 for none.")
    ] = 8,
    gguf: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The model to draft with.",
            show_default="the generalist's, in the engine's store or from its source",
        ),
    ] = None,
    score_tokens: Annotated[
        int, typer.Option(min=0, help="Tokens in each language for bits per byte; 0 for none.")
    ] = 300,
    seed: Annotated[int, typer.Option(help="Another seed chooses other holes.")] = 1,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as one HTML file.")
    ] = None,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The engine to use.", show_default="an embedded one"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare combinations of the roster's models on your code, and propose a roster.

    Every expert alone, the expert of each language (`switched`), the generalist, each of them with
    the text after the cursor first, and edits with and without drafts: similarity to what was cut
    out, bits per byte, milliseconds, bytes, and the difference of each pair with its interval.
    Nothing is changed.

    hotseat bench together ~/src/app --roster adapters --html together.html
    """
    from hotseat.judge.run import JudgeRequest, prepare
    from hotseat.lab.evaluate.together import together_of

    try:
        if html is not None and not html.absolute().parent.is_dir():
            raise HotseatError(f"Cannot write {html}: its folder does not exist")
        chosen = chosen_roster(roster, workspace=repository.resolve(), engine_url=engine_url)
        request = JudgeRequest(
            repository=repository.resolve(),
            roster=chosen.roster,
            roster_name=roster,
            base=chosen.base,
            languages=tuple(name.strip() for name in (languages or "").split(",") if name.strip()),
            n=n,
            seed=seed,
            others=tuple(adapter or ()),
            suffix_first=True,
            engine_url=engine_url,
            score_tokens=score_tokens,
        )
        measured = prepare(request)
        drafts = _drafts(request, edits, gguf) if edits and engine_url is None else None
        _measure(request, measured)
        found = together_of(
            measured, request.repository.name, use=roster or chosen.base, drafts=drafts
        )
        if not found.ways:
            raise HotseatError("The run was stopped before anything was measured")
        if html is not None:
            from hotseat.lab.evaluate.together_page import together_page

            html.write_text(together_page(found), encoding="utf-8")
    except OSError as error:
        fail(HotseatError(f"Cannot write {html}: {error.strerror or error}"))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(found.as_json(), indent=2))
    else:
        _print(found)
    if measured.stopped:
        raise typer.Exit(INTERRUPTED)


def _measure(request: JudgeRequest, measured: Measurements) -> None:
    from hotseat.cli.judge_view import ProgressDisplay
    from hotseat.judge.run import run

    try:
        with ProgressDisplay() as progress:
            run_async(run(request, measured, progress))
    except KeyboardInterrupt:
        measured.stopped = True


def _drafts(request: JudgeRequest, n: int, gguf: Path | None) -> dict[str, Any] | None:
    """Return the figures of edits with the generalist's model; None if it has no file."""
    from hotseat.lab.bench.drafts import bench_drafts

    base = request.roster.generalist
    if base is None or (gguf is None and base.source is None):
        return None

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    try:
        return run_async(
            bench_drafts(
                base,
                None,
                request.repository,
                gguf=gguf,
                n=n,
                seed=request.seed,
                on_progress=on_progress,
            )
        )
    except HotseatError as error:
        print(f"Drafts were not measured: {error.message}", file=sys.stderr)
        return None


def _print(found: Together) -> None:
    from hotseat.cli.experts import size_text
    from hotseat.cli.tables import PlainTable, wide_console
    from hotseat.judge.proposal import gain_text

    table = PlainTable("way", "holes", "similarity", "bits per byte", "ms", "memory")
    for name, way in found.ways.items():
        table.add_row(
            name,
            str(way.n),
            "–" if way.similarity is None else f"{way.similarity:.3f}",
            "–" if way.bits_per_byte is None else f"{way.bits_per_byte:.3f}",
            "–" if way.ms is None else f"{way.ms:.0f}",
            size_text(way.n_bytes),
        )
    pairs = PlainTable("pair", "of", "n", "difference (95 %)")
    for pair in found.pairs:
        d = pair.difference
        pairs.add_row(f"{pair.a} − {pair.b}", pair.what, str(d.n), gain_text(d))
    console = wide_console(140)
    for each in (table, pairs):
        console.print(each)
        console.print()
    for sentence in found.advice:
        console.print(sentence, soft_wrap=True)
    console.print()
    console.print(found.roster, markup=False)
