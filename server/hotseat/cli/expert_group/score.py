"""`hotseat experts score`: bits per byte of every adapter in every language, on given code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.mixtures.run import ScoreTable


def score(
    adapters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME[=FILE]",
            help="Experts of the roster, or experts with other adapter files.",
            show_default="all with an adapter",
        ),
    ] = None,
    code: Annotated[
        Path, typer.Option("--from", metavar="PATH", help="A folder of repositories.")
    ] = Path(),
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="Languages without an adapter, in which the base and those of --also are scored.",
        ),
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR", help="Also score the adapters in this folder; can be repeated."
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="The base: a model's name or a GGUF file.",
            show_default="the experts' base",
        ),
    ] = None,
    n: Annotated[int, typer.Option("--n", min=2, help="Pieces of code in each language.")] = 20,
    seed: Annotated[int, typer.Option(help="Another seed chooses other pieces.")] = 1,
    own_only: Annotated[
        bool,
        typer.Option("--own-only", help="Score each adapter in its own language only."),
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where scores are kept, so that a stopped run continues.",
            show_default="Hotseat's cache",
        ),
    ] = None,
    roster: RosterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well each adapter predicts code in each language, on repositories that you name.

    Each folder below PATH is a repository; they take turns, and each file gives one piece at most.
    Use code that had no part in training, or in the choice of anything.

    hotseat experts score --roster adapters --from ~/src
    """
    from hotseat.cli.expert_group.adapters import adapter_set, default_cache, progress
    from hotseat.mixtures.extra import require_mix_extra

    try:
        require_mix_extra()
        from hotseat.mixtures.run import score_table

        chosen = adapter_set(chosen_roster(roster).roster, adapters or [], base, more=also or ())
        table = score_table(
            replace(chosen, languages={**chosen.languages, **_without(languages)}),
            code.resolve(),
            cache or default_cache(),
            n=n,
            seed=seed,
            own_only=own_only,
            on_step=progress(),
        )
    except HotseatError as error:
        fail(error)
    figures = as_figures(table)
    if as_json:
        print(json.dumps(figures, indent=1))
        return
    _print(figures)


def _without(text: str | None) -> dict[str, str]:
    from hotseat.train.sources import wanted_languages

    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    return {name: name for name in wanted_languages(names)}


def as_figures(table: ScoreTable) -> dict[str, Any]:
    """Return the figures in the format of `figures.json` beside the shipped adapters."""
    from hotseat.mixtures.run import BASE
    from hotseat.train.likelihood import bits_per_byte

    def gain(of: str, over: str, language: str) -> dict[str, Any]:
        found = table.gain(of, over, language)
        return {
            "gain": round(found.gain, 4),
            "interval": [round(end, 4) for end in found.interval],
            "files_better": found.n_better,
        }

    scored = {name: found for name, found in table.scores.items() if name != BASE}
    return {
        "held_out": {
            language: {
                "packages": sorted({p.repository for p in found}),
                "files": len(found),
                "bytes": sum(s.n_bytes for s in table.scores[BASE][language]),
                "tokens": sum(s.n_tokens for s in table.scores[BASE][language]),
            }
            for language, found in table.pieces.items()
        },
        "bits_per_byte": {
            name: {
                language: round(bits_per_byte(found), 4) for language, found in by_language.items()
            }
            for name, by_language in table.scores.items()
        },
        "over_base": {
            name: {language: gain(name, BASE, language) for language in found}
            for name, found in scored.items()
        },
        "over_others": {
            language: {
                other: gain(language, other, language)
                for other, found in scored.items()
                if other != language and language in found
            }
            for language in table.pieces
            if language in scored
        },
        "together": {
            f"{of} over {over}": _together(table, of, over)
            for of, over in _folders(list(table.scores), _served(table))
        },
    }


def _folders(names: list[str], languages: list[str]) -> list[tuple[str, str]]:
    """Return the sets of adapters to compare as a whole: those of a folder, over those named."""
    folders = dict.fromkeys(name.rpartition("/")[0] for name in names if "/" in name)
    whole = [f for f in folders if all(f"{f}/{language}" in names for language in languages)]
    return [("own", "base"), *((f, over) for f in whole for over in ("own", "base"))]


def _served(table: ScoreTable) -> list[str]:
    """Return the languages that have an adapter."""
    return [language for language in table.pieces if language in table.scores]


def _together(table: ScoreTable, of: str, over: str) -> dict[str, Any]:
    """Return the gain of each language's own adapter of one set over that of another."""
    from hotseat.train.gain import paired_gain

    languages = _served(table)

    def scores(of_set: str) -> list[Any]:
        def name(language: str) -> str:
            if of_set == "base":
                return of_set
            return language if of_set == "own" else f"{of_set}/{language}"

        return [s for language in languages for s in table.scores[name(language)][language]]

    return paired_gain(scores(over), scores(of), table.seed).as_json()


def _of_any(over_base: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the gains of an adapter, or of one with that name in a folder of --also."""
    named = (found for key, found in over_base.items() if key.rpartition("/")[2] == name)
    gains: dict[str, Any] = over_base.get(name) or next(named, {})
    return gains


def _print(figures: dict[str, Any]) -> None:
    from hotseat.cli.tables import PlainTable, wide_console

    matrix = figures["bits_per_byte"]
    languages = list(figures["held_out"])
    table = PlainTable("adapter", *languages)
    for name, row in matrix.items():
        cells = (f"{row[language]:.3f}" if language in row else "–" for language in languages)
        table.add_row(name, *cells)
    own = PlainTable("language", "pieces", "repositories", "saved of base")
    for language in languages:
        held_out = figures["held_out"][language]
        name = language if language in figures["over_base"] else "any"
        gain = _of_any(figures["over_base"], name).get(language)
        if gain is None:
            continue
        low, high = gain["interval"]
        own.add_row(
            language, str(held_out["files"]), str(len(held_out["packages"])),
            f"{gain['gain']:+.1%} ({low:+.1%} to {high:+.1%})",
        )  # fmt: skip
    together = PlainTable("all languages", "saved")
    for name, gain in figures["together"].items():
        low, high = gain["interval"]
        together.add_row(name, f"{gain['gain']:+.1%} ({low:+.1%} to {high:+.1%})")
    console = wide_console()
    for each in (table, own, together):
        console.print(each)
        console.print()
