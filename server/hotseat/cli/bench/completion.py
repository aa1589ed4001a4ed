"""`hotseat bench typing`, `complete` and `masking`: suggestions measured on the user's own code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.cli.tables import print_figures
from hotseat.domain.errors import HotseatError


def typing(
    path: Annotated[
        Path, typer.Argument(help="A code file, or a folder of code files, whose lines are typed.")
    ],
    lines: Annotated[int, typer.Option(min=1, help="The number of lines to type.")] = 12,
    beside: Annotated[
        int, typer.Option(min=0, help="The number of other files that are open.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Another seed chooses other lines.")] = 1,
    roster: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="The roster whose experts answer.")
    ] = "starter",
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The address of the engine to use.", show_default="embedded"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Type real lines key by key; report the source of suggestions, their latency, and engine use.

    The experts' models must be installed (`hotseat pull`).
    """
    from hotseat.lab.bench.typing_speed import bench_typing, choose_lines, code_files
    from hotseat.session.rosters import read_roster

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    try:
        read = read_roster(roster, None, trusted=True, engine_url=engine_url)
        experts = run_async(read).roster
        files = code_files(path.resolve())
        chosen = choose_lines(files, experts, lines, seed)
        typed = {line.path for line in chosen}
        others = [file for file in files if file not in typed][:beside]
        arguments = ["--roster", roster, *(["--engine-url", engine_url] if engine_url else [])]
        result = run_async(bench_typing(chosen, others, arguments, on_progress))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)


def complete(
    path: Annotated[Path, typer.Argument(help="A git repository, or a folder in one.")],
    n: Annotated[
        int,
        typer.Option(
            "--n", min=3, help="The number of holes in each language, a third of each kind."
        ),
    ] = 90,
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="The languages to measure, as LSP ids: go,python.",
            show_default="the three most common",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed chooses other holes.")] = 1,
    roster: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="The roster whose experts fill the holes.")
    ] = "starter",
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The address of the engine to use, such as an Ollama.",
            show_default="embedded",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="plain|line|NAME|FILE",
            help="Compare with the same model's continuation of the plain prefix up to the "
            "first newline (plain), with its first line after our prompt (line), or with another "
            "roster.",
        ),
    ] = None,
    filtered: Annotated[
        bool,
        typer.Option(
            "--filter/--no-filter", help="Count a suggestion that the filter would hide as empty."
        ),
    ] = True,
    gates: Annotated[
        bool,
        typer.Option(
            "--gates",
            help="Compare what can hide a suggestion: the filter's score, the joint probability of "
            "its tokens, and both.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Cut holes into real code, and measure how well they are filled.

    Expressions, statements and blocks of at most 700 characters are removed from files that git
    tracks; generated, minified and vendored files and those that may hold secrets are left out.
    Each file is opened with its hole in a real language server, which is asked for a suggestion.

    Edit similarity is 1 - Levenshtein distance / length of the longer text, 0 for no suggestion.
    The parse rate is the share of suggestions that add no syntax error to the file. A comparison is
    on the same holes, with a 95 % bootstrap interval of the mean difference (`interval`) and of the
    ratio of means (`ratio_interval`).

    With --gates, a suggestion is right if the removed text begins with it. Log-loss is that of the
    score, or of the joint probability, taken for the probability of being right.

    hotseat bench complete ~/src/app --languages go,python --n 60 --against plain --json
    """
    from hotseat.cli.bench.complete_view import print_complete
    from hotseat.infill.infilling_spans import sample_spans
    from hotseat.lab.evaluate.complete import BASELINES, OURS, Setting, bench_complete
    from hotseat.languages.detect import normalise

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    try:
        ours = Setting.of(OURS, roster)
        baseline = against if against in BASELINES else None
        other = Setting.of(against, against) if against and not baseline else None
        named = [normalise(name) or name for name in (languages or "").split(",") if name.strip()]
        spans = sample_spans(path.resolve(), n=n, seed=seed, languages=named)
        for span in spans:
            ours.expert(span)
        result = run_async(
            bench_complete(
                path.resolve(),
                spans,
                ours,
                other,
                baseline=baseline,
                filtered=filtered,
                engine_url=engine_url,
                seed=seed,
                on_progress=on_progress,
                gates=gates,
            )
        )
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        print_complete(result)


def faithful(
    path: Annotated[Path, typer.Argument(help="A folder of code files, or one file.")],
    n: Annotated[
        int, typer.Option("--n", min=1, help="The number of holes in each language and shape.")
    ] = 100,
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="The languages to measure, as LSP ids: go,python.",
            show_default="all that can be parsed",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed chooses other holes.")] = 1,
    failures: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the holes that went wrong there, a line each."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure what the completion pipeline makes of a perfect model's answers.

    Holes are cut into real files at token borders, and an oracle answers each with exactly the text
    that stood there: as a model that sees the text after the cursor, and as one that goes on with
    the document. What comes out of the pipeline should be the same text. No model is needed.

    `stopped` is an answer that ended after a whole line by a rule for the length of suggestions.

    hotseat bench faithful ~/src/app --languages go,python --n 500 --failures wrong.jsonl --json
    """
    from hotseat.cli.bench.faithful_view import print_faithful
    from hotseat.lab.evaluate.faithful import bench_faithful, failure_json
    from hotseat.lab.evaluate.faithful_holes import files_by_language, sample_holes
    from hotseat.languages.detect import normalise

    def on_progress(what: str) -> None:
        print(f"{what} …", file=sys.stderr, flush=True)

    named = [normalise(name) or name for name in (languages or "").split(",") if name.strip()]
    try:
        holes = sample_holes(files_by_language(path.resolve(), named), n=n, seed=seed)
        figures, wrong = bench_faithful(holes, seed=seed, on_progress=on_progress)
        if failures is not None:
            lines = [json.dumps(failure_json(outcome)) + "\n" for outcome in wrong]
            failures.write_text("".join(lines))
    except HotseatError as error:
        fail(error)
    except OSError as error:
        fail(HotseatError(f"{failures} cannot be written: {error.strerror}", hint="Name a file"))
    if as_json:
        print(json.dumps(figures, indent=2))
    else:
        print_faithful(figures)


def masking(
    repositories: Annotated[list[Path], typer.Argument(help="The folders of git repositories.")],
    as_json: JsonOption = False,
    show: Annotated[bool, typer.Option("--show", help="Also print each masked place.")] = False,
) -> None:
    """Measure how often ordinary source is taken for a secret: masked places in 10,000 lines."""
    from hotseat.lab.evaluate.mask_rate import mask_rate

    result = {}
    for repository in repositories:
        try:
            rate = mask_rate(repository)
        except HotseatError as error:
            fail(error)
        result[str(repository)] = {
            "lines": rate.n_lines,
            "masked": len(rate.masked),
            "per10000Lines": round(rate.per_10_000_lines, 2),
            "secretFiles": rate.secret_paths,
        }
        for place in rate.masked if show and not as_json else ():
            print(f"{place.path}: {place.before}[{place.text}]")
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        _print_masking(result)


def _print_masking(result: dict[str, dict[str, Any]]) -> None:
    from rich.text import Text

    from hotseat.cli.tables import PlainTable, wide_console

    table = PlainTable("repository")
    for title in ("lines", "masked", "per 10,000 lines", "secret files"):
        table.add_column(title, justify="right")
    for repository, figures in result.items():
        secret_files = len(figures["secretFiles"])
        table.add_row(
            Text(repository),
            f"{figures['lines']:,}",
            f"{figures['masked']:,}",
            f"{figures['per10000Lines']:.2f}",
            f"{secret_files:,}",
        )
    wide_console().print(table)
