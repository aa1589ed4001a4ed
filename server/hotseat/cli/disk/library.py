"""The installed models with what is known of each: who uses it, its licence, its last use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from hotseat.cli.interrupts import run_async, says_yes
from hotseat.domain.errors import EngineError, HotseatError
from hotseat.domain.experts import Roster, canonical_model_name
from hotseat.engines.discovery import EngineAddress, resolve_engine_url
from hotseat.engines.installed import InstalledModel, installed_models, licence_of
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.stored_models import stored_models
from hotseat.roster.load import RosterResult, load_choice
from hotseat.roster.merge import weights_of
from hotseat.roster.shipped import shipped_names, shipped_roster
from hotseat.session.connection import wanted_engine
from hotseat.session.trusted import TrustedWorkspaces
from hotseat.storage.model_uses import ModelUseStore

ExpertsOfModels = Mapping[str, tuple[str, ...]]
"""Names of experts by the name of the model, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """One installed model."""

    name: str
    size_bytes: int
    licence: str = ""
    experts: tuple[str, ...] = ()
    """Of the user's rosters; `go (~/src/shop)` for one of a trusted workspace."""
    used_s: float | None = None
    """When it was last in memory for Hotseat, in seconds since 1970."""
    memory_bytes: int | None = None
    """What it takes in memory; None if it is not there."""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The models of one engine. `url` is empty if it does not run."""

    address: EngineAddress
    url: str
    models: tuple[KnownModel, ...]

    def find(self, name: str, roster: Roster) -> KnownModel:
        """Return the model of that name, in any case, or the one of that expert.

        Raises HotseatError.
        """
        expert = roster.by_name(name)
        for wanted in (name, expert.spec.model if expert is not None else ""):
            for model in self.models:
                if wanted and model.name.lower() == canonical_model_name(wanted).lower():
                    return model
        raise HotseatError(
            f"There is no model '{name}' in the engine", hint="`hotseat models` lists them"
        )


def read_library(result: RosterResult, engine_url: str | None, *, needs_engine: bool) -> Library:
    """Return the models of the engine in use.

    The embedded engine is started if it does not run and `needs_engine`; otherwise its models are
    read from the disk. Raises HotseatError.
    """
    experts = experts_by_model(users_rosters(result))
    return run_async(_read(result.roster, experts, engine_url, needs_engine=needs_engine))


async def _read(
    roster: Roster, experts: ExpertsOfModels, engine_url: str | None, *, needs_engine: bool
) -> Library:
    address = await wanted_engine(roster.engine, engine_url)
    if address.can_start and not address.url and not needs_engine:
        found = [InstalledModel(name=m.name, size_bytes=m.size_bytes) for m in stored_models()]
        models = _known(found, {}, _licences(roster), address, experts)
        return Library(address=address, url="", models=models)
    url = engine_url if engine_url else await resolve_engine_url(roster.engine)
    engine = OllamaEngine(url)
    try:
        await engine.version()
        found = await installed_models(url)
        in_memory = {m.model.lower(): m.size_bytes for m in await engine.resident()}
    finally:
        await engine.aclose()
    licences = _licences(roster)
    for model in found:
        if model.name.lower() not in licences:
            licences[model.name.lower()] = await _licence(url, model.name)
    models = _known(found, in_memory, licences, address, experts)
    return Library(address=address, url=url, models=models)


def users_rosters(own: RosterResult) -> dict[str, Roster]:
    """Return the rosters that may need a model: the user's own here, by the key "", then those of
    the workspaces that the user trusts, by their folders. Reads files."""
    found = {"": own.roster}
    for folder in TrustedWorkspaces().all():  # also one whose roster has changed since
        found[folder] = load_choice(None, Path(folder), trusted=True, base=own.base).roster
    return found


def experts_by_model(rosters: Mapping[str, Roster]) -> ExpertsOfModels:
    """Return the experts by the model that they need, its name in lower case.

    Experts of a workspace are listed for models that no expert of an earlier roster needs.
    """
    found: dict[str, tuple[str, ...]] = {}
    for folder, roster in rosters.items():
        of_roster: dict[str, dict[str, None]] = {}
        for expert in roster.model_users():
            name = f"{expert.name} ({folder})" if folder else expert.name
            for model in (expert.spec.model, weights_of(expert)):
                of_roster.setdefault(canonical_model_name(model).lower(), {})[name] = None
        found = {**{model: tuple(names) for model, names in of_roster.items()}, **found}
    return found


def _known(
    found: Iterable[InstalledModel],
    in_memory: Mapping[str, int],
    licences: Mapping[str, str],
    address: EngineAddress,
    experts: ExpertsOfModels,
) -> tuple[KnownModel, ...]:
    used = {m.lower(): at_s for m, at_s in ModelUseStore().read(address.key).items()}
    return tuple(
        KnownModel(
            name=model.name,
            size_bytes=model.size_bytes,
            licence=licences.get(model.name.lower(), ""),
            experts=experts.get(model.name.lower(), ()),
            used_s=used.get(model.name.lower()),
            memory_bytes=in_memory.get(model.name.lower()),
            digest=model.digest,
        )
        for model in sorted(found, key=lambda model: model.name)
    )


def _licences(roster: Roster) -> dict[str, str]:
    """Return what the rosters say, by the model's name in lower case; the user's own wins."""
    rosters = [*map(shipped_roster, shipped_names()), roster]
    return {
        canonical_model_name(model).lower(): expert.licence
        for one in rosters
        for expert in one.everyone()
        for model in (weights_of(expert),)
        if expert.licence
    }


async def _licence(url: str, model: str) -> str:
    try:
        return await licence_of(url, model)
    except EngineError:  # the list is of use without it
        return ""


def confirm(question: str, *, yes: bool) -> None:
    """Ask unless `yes`. Exits with status 1 after a no."""
    if not yes and not says_yes(question):
        print("Nothing was removed.")
        raise typer.Exit(1)
