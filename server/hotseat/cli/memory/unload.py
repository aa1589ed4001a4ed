"""`hotseat unload`: free the memory of models now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, RosterOption
from hotseat.cli.interrupts import run_async

if TYPE_CHECKING:
    from hotseat.residency.released_models import Release, ReleaseAnswer

_STAY = ("held", "foreign")


def unload(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="An expert, or a model's name.", show_default=False),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Unload every model that Hotseat loaded.")
    ] = False,
    roster: RosterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Free the memory of models now.

    Editor windows load a model again when you turn to a file of its language, ask a question, load
    or pin it; not before. A model that another program loaded stays, and so does one that another
    expert needs now. The exit status is 1 if a model stays.
    """
    from hotseat.cli.experts import fail
    from hotseat.domain.errors import HotseatError
    from hotseat.keeper.commands.unloading import unload as unload_models

    if bool(names) == everything:
        raise typer.BadParameter("Name what to unload, or use --all", param_hint="NAME")
    try:
        wanted = _wanted(names or [], roster)
        releases = None if everything else [release for _, release in wanted]
        answers = run_async(unload_models(releases))
    except HotseatError as error:
        if as_json:
            print(json.dumps({"error": error.message, "hint": error.hint}))
        fail(error)
    named = [(a.model, a) for a in answers] if everything else _named(wanted, answers)
    _show(named, as_json=as_json)
    if any(answer.outcome in _STAY for _, answer in named):
        raise typer.Exit(1)


def _show(named: Sequence[tuple[str, ReleaseAnswer]], *, as_json: bool) -> None:
    from hotseat.keeper.commands.release_text import release_text

    if as_json:
        print(json.dumps({"models": [_as_json(name, answer) for name, answer in named]}, indent=2))
        return
    for name, answer in named:
        print(release_text(name, answer))
    if not named:
        print("No model of Hotseat's is in memory")


def _as_json(name: str, answer: ReleaseAnswer) -> dict[str, Any]:
    return {
        "name": name,
        "model": answer.model,
        "outcome": answer.outcome.value,
        "sizeBytes": answer.size_bytes,
        "holder": answer.holder or None,
    }


def _wanted(names: Sequence[str], choice: str | None) -> list[tuple[str, Release]]:
    """Return what each name means: an expert of the roster or of a window, or a model.

    Raises HotseatError for a name that is neither.
    """
    from hotseat.cli.experts import chosen_roster
    from hotseat.keeper.commands.names import known_experts, releases_of

    if not names:
        return []
    known = run_async(known_experts(chosen_roster(choice).roster.everyone()))
    return [(name, release) for name in names for release in releases_of(name, known)]


def _named(
    wanted: Sequence[tuple[str, Release]], answers: Sequence[ReleaseAnswer]
) -> list[tuple[str, ReleaseAnswer]]:
    """Return one answer for each name: of several models the one that is in memory."""
    by_model = {answer.model: answer for answer in answers}
    found: dict[str, ReleaseAnswer] = {}
    for name, release in wanted:
        answer = by_model[release.model]
        if name not in found or found[name].outcome == "absent":
            found[name] = answer
    return list(found.items())
