"""`hotseat update`: newer versions of installed models."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import INTERRUPTED, run_async
from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import ModelSource, Roster
from hotseat.domain.sources import HubPart, PypiPart, parse_part

if TYPE_CHECKING:
    from hotseat.cli.disk.library import KnownModel, Library
    from hotseat.cli.pull import OnModelProgress


def update(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="A model, or the expert whose model is meant; without one, every installed "
            "model of the roster.",
        ),
    ] = None,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring installed models to their newest version.

    A model of Ollama's library is pulled again, which downloads only what has changed. A model with
    a source in the roster is fetched again if its file no longer has the roster's digest, and a
    file out of a package if the roster gives no digest. Where the package index has a newer package
    than the roster names, that is reported; the version changes in experts.yaml alone.
    """
    from hotseat.cli.disk.library import read_library
    from hotseat.cli.pull import display

    result = chosen_roster(roster, engine_url=engine_url)
    try:
        library = read_library(result, engine_url, needs_engine=True)
        chosen = _choose(names or [], library, result.roster)
        with display(as_json=False) as on_progress:
            states, newer = run_async(_update(chosen, library, result.roster, on_progress))
    except HotseatError as error:
        if as_json:
            print(json.dumps({"error": error.message, "hint": error.hint}))
        fail(error)
    except KeyboardInterrupt:
        note = "Stopped. Completed parts are kept; run the command again to resume."
        print(note, file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print(json.dumps({"models": states, "newer": newer}, indent=2))
    for name, state in states.items() if not as_json else ():
        print(f"{name}: {state}")
        for package in newer.get(name, ()):
            print(f"  {package} is newer; to use it, name it in the model's source in experts.yaml")
    if any(state.startswith("failed") for state in states.values()):
        raise typer.Exit(1)


def _choose(names: list[str], library: Library, roster: Roster) -> list[KnownModel]:
    if names:
        return list({m.name: m for m in (library.find(name, roster) for name in names)}.values())
    own = {expert.spec.model for expert in roster.model_users()} | set(_sources(roster))
    chosen = [model for model in library.models if model.name in own]
    if not chosen:
        raise HotseatError("No model of the roster is installed", hint="hotseat pull --all")
    return chosen


def _sources(roster: Roster) -> dict[str, ModelSource | None]:
    """Return where the weights come from, by the model's name; None: from Ollama's library."""
    from hotseat.roster.merge import weights_of

    return {weights_of(expert): expert.source for expert in roster.model_users()}


async def _update(
    models: list[KnownModel], library: Library, roster: Roster, on_progress: OnModelProgress
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return what became of each model, and the newer packages of those that have some."""
    from hotseat.engines.installed import installed_models
    from hotseat.engines.pull import pull
    from hotseat.engines.sources.progress import Progress

    sources = _sources(roster)
    adapters = {e.spec.model: e for e in roster.everyone() if e.adapter is not None}
    states: dict[str, str] = {}
    for model in models:
        source = sources.get(model.name)
        if model.name not in adapters and _is_fixed(source, library):
            states[model.name] = _why_fixed(model.name, source)
            continue
        try:
            await pull(
                library.url,
                adapters.get(model.name, model.name),
                source,
                partial(on_progress, model.name),
                force=model.name not in adapters,
            )
        except EngineUnavailable:
            raise
        except HotseatError as error:  # the other models do not depend on this one
            states[model.name] = f"failed: {error}"
    after = {m.name: m.digest for m in await installed_models(library.url)}
    for model in models:
        same = after.get(model.name) == model.digest
        states.setdefault(model.name, _unchanged(sources.get(model.name)) if same else "updated")
    packages = {model.name: _packages(sources.get(model.name)) for model in models}
    for name in (name for name, parts in packages.items() if parts):
        on_progress(name, Progress(status="asking the package index for newer versions"))
    found = await _newer({part for parts in packages.values() for part in parts})
    newer: dict[str, list[str]] = {}
    for name, parts in packages.items():
        if None in (versions := [found[part] for part in parts]):
            states[name] += "; the package index could not be asked for newer ones"
        if packaged := [f"{p.package}=={v}" for p, v in zip(parts, versions, strict=True) if v]:
            newer[name] = packaged
    return states, newer


def _is_fixed(source: ModelSource | None, library: Library) -> bool:
    """Return whether nothing is fetched: there is nothing to compare with, or it may be large."""
    if source is None:
        return library.address.can_start  # the embedded engine has no library
    is_hub = any(part.startswith("hf:") for part in source.parts)
    return source.sha256 is None and is_hub


def _why_fixed(name: str, source: ModelSource | None) -> str:
    if source is None:
        return "has no source in the roster, and the embedded engine has no library"
    part = parse_part(source.parts[0])
    if isinstance(part, HubPart) and not part.is_pinned:
        return f"stays at the commit that is installed; the newest: hotseat pull --force {name}"
    return f"its source names one commit; after a change there: hotseat pull --force {name}"


def _unchanged(source: ModelSource | None) -> str:
    is_local = source is not None and source.sha256 is None and not _packages(source)
    if source is None or is_local:
        return "is the newest version"
    return "is the version that the roster names"


def _packages(source: ModelSource | None) -> list[PypiPart]:
    """Return one part for each package and version."""
    parts = map(parse_part, source.parts) if source is not None else ()
    return list({p.requirement: p for p in parts if isinstance(p, PypiPart)}.values())


async def _newer(parts: set[PypiPart]) -> dict[PypiPart, str | None]:
    """Return the newest version above each part's; "" if there is none, None if not known."""
    from hotseat.engines.sources.pypi_versions import newer_version

    wanted = list(parts)
    return dict(zip(wanted, await asyncio.gather(*map(newer_version, wanted)), strict=True))
