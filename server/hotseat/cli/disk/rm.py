"""`hotseat rm` and `hotseat prune`: remove models that were installed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail, size_text
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import ModelSpec
from hotseat.roster.diagnostics import Severity

if TYPE_CHECKING:
    from hotseat.cli.disk.library import KnownModel, Library

EngineOption = Annotated[
    str | None, typer.Option("--engine-url", metavar="URL", help="The address of the engine.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")]


def rm(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME", help="A model, or the expert whose model is meant."),
    ],
    yes: YesOption = False,
    roster: RosterOption = None,
    engine_url: EngineOption = None,
) -> None:
    """Remove models from the engine, after asking. Weights that another model uses stay.

    hotseat rm smollm2:135m
    """
    from hotseat.cli.disk.library import confirm, read_library

    result = chosen_roster(roster, engine_url=engine_url)
    try:
        library = read_library(result, engine_url, needs_engine=True)
        found = [library.find(name, result.roster) for name in names]
        chosen = list({model.name: model for model in found}.values())
        _announce(chosen, library)
        confirm(f"Remove {_count(chosen)}?", yes=yes)
        run_async(_remove(chosen, library))
    except HotseatError as error:
        fail(error)


def prune(
    yes: YesOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be removed.")
    ] = False,
    engine_url: EngineOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove the models that no expert uses, after asking.

    Experts of your own roster and of the workspaces that you trust count. Models of an Ollama are
    only listed: other programs may use them, so name those that you do not need to `hotseat rm`.
    --json lists and does not ask: it removes only with --yes.
    """
    from hotseat.cli.disk.library import confirm, read_library

    dry_run = dry_run or (as_json and not yes)
    result = chosen_roster(None, engine_url=engine_url)
    try:
        if any(d.severity is Severity.ERROR for d in result.diagnostics):
            raise HotseatError(
                "Your roster has errors, so models that it needs may look unused",
                hint="`hotseat experts` shows the errors",
            )
        library = read_library(result, engine_url, needs_engine=not dry_run)
        unused = [model for model in library.models if not model.experts]
        if as_json:
            removes = not dry_run and is_hotseats_own(library)
            if removes:
                run_async(_remove(unused, library, on_removed=lambda name: None))
            listed = [
                {"model": model.name, "bytes": model.size_bytes, "removed": removes}
                for model in unused
            ]
            print(json.dumps(listed, indent=2))
            return
        if not unused:
            print("Every installed model is used by an expert.")
            return
        _announce(unused, library)
        if not is_hotseats_own(library):
            names = " ".join(model.name for model in unused)
            print(f"Other programs may use them. Remove what you do not need: hotseat rm {names}")
        elif dry_run:
            print(f"{_count(unused)} would be removed.")
        else:
            confirm(f"Remove {_count(unused)}?", yes=yes)
            run_async(_remove(unused, library))
    except HotseatError as error:
        fail(error)


def is_hotseats_own(library: Library) -> bool:
    """Return whether only Hotseat installs models there."""
    return library.address.can_start


def _announce(models: Sequence[KnownModel], library: Library) -> None:
    for model in models:
        facts = [size_text(model.size_bytes)]
        facts += [f"used by {', '.join(model.experts)}"] if model.experts else []
        if model.memory_bytes is not None:
            facts.append(f"in memory now ({size_text(model.memory_bytes)}): it is unloaded first")
        print(f"{model.name}: {'; '.join(facts)}")


def _count(models: Sequence[KnownModel]) -> str:
    size = size_text(sum(model.size_bytes for model in models))
    number = "1 model" if len(models) == 1 else f"{len(models)} models"
    return f"{number}, {size}"


def _report_removed(name: str) -> None:
    print(f"{name} is removed.", flush=True)


async def _remove(
    models: Sequence[KnownModel],
    library: Library,
    *,
    on_removed: Callable[[str], None] = _report_removed,
) -> None:
    from hotseat.engines.delete import delete
    from hotseat.engines.ollama import OllamaEngine

    engine = OllamaEngine(library.url)
    try:
        for model in models:
            if model.memory_bytes is not None:
                await engine.unload(ModelSpec(model.name))
            await delete(library.url, model.name)
            on_removed(model.name)
    finally:
        await engine.aclose()
