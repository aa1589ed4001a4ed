"""`hotseat experts mix`: adapters that help each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.mixtures.choosing import Recipe
    from hotseat.mixtures.run import MixReport


def mix(
    adapters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME[=FILE]",
            help="Experts of the roster, or experts with other adapter files.",
            show_default="all with an adapter",
        ),
    ] = None,
    choose_from: Annotated[
        Path, typer.Option(metavar="PATH", help="Code on which the weights are chosen.")
    ] = Path(),
    judge_from: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Other code, on which the mixtures are judged.",
            show_default="every second piece of the code to choose on",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder for the mixtures.")] = Path(
        "mixtures"
    ),
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="OWN,OTHERS",
            help="Weights instead of the best of those that are tried, such as 0.7,0.06.",
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
    n_choose: Annotated[
        int, typer.Option(min=2, help="Pieces of code in each language to choose on.")
    ] = 12,
    n_judge: Annotated[
        int, typer.Option(min=2, help="Pieces of code in each language to judge on.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Another seed chooses other pieces.")] = 1,
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
    """Write a mixture for each adapter: its own weights scaled down, and some of every other's.

    Each folder below PATH is a repository. The weights with the fewest bits on some code are taken;
    the mixtures, cut to the rank and size of one adapter, are judged on other code. A mixture is
    kept only where a 95 % interval shows that it beats the adapter alone. `any.gguf` is the uniform
    mixture, for languages without an adapter.

    hotseat experts mix --roster adapters --choose-from ~/src/some --judge-from ~/src/others

    hotseat experts mix go=go.gguf sql=sql.gguf --weights 0.7,0.06
    """
    from hotseat.cli.expert_group.adapters import adapter_set, default_cache, progress
    from hotseat.mixtures.extra import require_mix_extra

    try:
        require_mix_extra()
        from hotseat.mixtures.run import MixRequest
        from hotseat.mixtures.run import mix as run

        found = run(
            MixRequest(
                adapters=adapter_set(chosen_roster(roster).roster, adapters or [], base),
                choose_from=choose_from.resolve(),
                judge_from=judge_from.resolve() if judge_from else None,
                out=out,
                cache=cache or default_cache(),
                n_choose=n_choose,
                n_judge=n_judge,
                seed=seed,
                recipe=_recipe(weights),
            ),
            progress(),
        )
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(found.as_json(), indent=2))
    else:
        _print(found)


def _recipe(text: str | None) -> Recipe | None:
    from hotseat.mixtures.choosing import Recipe

    if text is None:
        return None
    own, _, others = text.partition(",")
    try:
        found = Recipe(float(own), float(others or 0))
    except ValueError:
        found = Recipe(0.0, 0.0)
    if not (0 < found.own <= 2 and 0 <= found.others <= 1):
        raise HotseatError(
            f"--weights {text}: two numbers are needed, 0 to 2 and 0 to 1",
            hint="--weights 0.7,0.06",
        )
    return found


def _print(found: MixReport) -> None:
    from hotseat.cli.tables import PlainTable, wide_console

    table = PlainTable("weights", "bits, relative to the adapters alone")
    for recipe, bits in sorted(found.tried.items(), key=lambda item: item[1]):
        table.add_row(recipe.name, f"{bits:.4f}" + ("  *" if recipe == found.recipe else ""))
    judged = PlainTable("language", "pieces", "saved of own", "of own, scaled", "of base", "")
    for v in found.verdicts:
        gains = [_gain(g) for g in (v.over_own, v.over_scaled, v.over_base)]
        verdict = "adopted" if v.is_adopted else "worse; kept" if v.is_worse else "kept as it is"
        judged.add_row(v.language, str(v.over_own.n_files), *gains, verdict)
    judged.add_row(
        "together", str(found.together.n_files), _gain(found.together),
        _gain(found.together_over_scaled), "", "",
    )  # fmt: skip
    console = wide_console()
    console.print(table)
    console.print()
    console.print(judged)
    for name, path in found.files.items():
        console.print(f"{name}: {path}, {path.stat().st_size / 1e6:.2f} MB", soft_wrap=True)


def _gain(gain: object) -> str:
    from hotseat.train.gain import Gain

    assert isinstance(gain, Gain)
    low, high = gain.interval
    return f"{gain.gain:+.1%} ({low:+.1%} to {high:+.1%})"
