"""What `hotseat setup` would do here: reads the machine, the engine, git histories and files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import psutil

from hotseat.cli.experts import size_text
from hotseat.domain.errors import EngineError, HotseatError
from hotseat.domain.experts import EngineChoice, Expert, Roster
from hotseat.engines.discovery import EngineAddress, answers, embedded_installed, find_engine
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.stored_models import stored_models
from hotseat.keeper.machine import budget_bytes
from hotseat.roster.diagnostics import Diagnostic
from hotseat.roster.edit import with_use
from hotseat.roster.load import RosterResult, load_choice, load_text, user_path
from hotseat.roster.merge import weights_of
from hotseat.roster.proposal import (
    NeededModel,
    download_bytes,
    needed_experts,
    needed_models,
    roster_for,
    usual_languages,
)
from hotseat.roster.shipped import shipped_names, shipped_roster
from hotseat.roster.write import Change, change_of
from hotseat.session.rosters import fitting_base
from hotseat.workspace.languages_used import languages_used


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A proposal, with all that it would change."""

    name: str
    """The shipped roster."""
    reason: str
    """One sentence."""
    languages: tuple[str, ...]
    """Those that the user works in; empty if nothing is known."""
    memory_bytes: int
    budget_bytes: int
    roster: Roster
    """The roster as it will be, with the user's own file over the shipped one."""
    diagnostics: tuple[Diagnostic, ...]
    models: tuple[NeededModel, ...]
    to_pull: tuple[Expert, ...]
    change: Change | None
    """Of the user's experts.yaml; None if nothing in it has to change."""

    @property
    def download_bytes(self) -> int:
        return download_bytes(self.models)

    @property
    def is_done(self) -> bool:
        """Everything is there already."""
        return not self.to_pull and self.change is None

    @property
    def question(self) -> str:
        """The one question that is asked before anything is done."""
        deeds = []
        if self.to_pull:
            deeds.append(f"Download {size_text(self.download_bytes)}")
        if self.change is not None:
            deeds.append(f"{'write' if deeds else 'Write'} {self.change.path}")
        return " and ".join(deeds) + "?"


async def make_plan(folders: Sequence[Path], choice: str | None) -> Plan:
    """Return the proposal for this machine; `choice` is the value of `--roster`.

    Raises HotseatError if there is no engine for models, or the user's file cannot be changed.
    """
    if choice is not None and choice not in shipped_names():
        raise HotseatError(
            f"'{choice}' is not a roster that comes with Hotseat",
            hint=f"Name one of: {', '.join(shipped_names())}. For a file: hotseat pull --all "
            "--roster FILE",
        )
    current = await asyncio.to_thread(load_choice, None, None, trusted=True)
    engine = _own_engine(current)
    address = await _address(engine)
    memory_bytes = int(psutil.virtual_memory().total)
    name, reason = roster_for(
        memory_bytes,
        has_library=not address.capabilities.pulls_from_sources_only,
        why_embedded=_why_embedded(engine, address),
    )
    if choice is not None and choice != name:
        name, reason = choice, f"You named the roster '{choice}'."
    change = await asyncio.to_thread(_change, current, name, fitting_base(address.capabilities))
    after = await asyncio.to_thread(_after, change, name)
    languages = usual_languages(await languages_used(folders))
    experts = needed_experts(after.roster, languages)
    installed = await _installed(after.roster)
    models = needed_models(experts, installed)
    there = {model.name for model in models if model.is_installed}
    return Plan(
        name=name,
        reason=reason,
        languages=languages,
        memory_bytes=memory_bytes,
        budget_bytes=await asyncio.to_thread(budget_bytes, after.roster.budget),
        roster=after.roster,
        diagnostics=after.diagnostics,
        models=models,
        to_pull=tuple(
            expert
            for expert in experts
            if weights_of(expert) not in there or expert.spec.model.lower() not in installed
        ),
        change=change,
    )


def _own_engine(current: RosterResult) -> EngineChoice:
    """Return the engine that the user's own file names; else any."""
    choice = current.roster.engine
    return EngineChoice() if choice == shipped_roster(current.base).engine else choice


async def _address(choice: EngineChoice) -> EngineAddress:
    """Return the engine that models are downloaded for. Raises HotseatError if there is none."""
    if choice.kind.needs_host:
        raise HotseatError(
            f"Your experts.yaml names the server {choice.host}, which has models of its own",
            hint="There is nothing to set up here; `hotseat doctor` checks the server",
        )
    address = await find_engine(choice)
    if address.capabilities.has_library and not await answers(address.url):
        hint = "Start Ollama"
        if not choice.kind.is_automatic:
            hint += ", or change `engine:` in experts.yaml"
        elif not embedded_installed():
            hint += ", or: pip install 'hotseat[embedded]'"
        raise HotseatError(f"No Ollama answers at {address.url}", hint=hint)
    return address


def _why_embedded(choice: EngineChoice, address: EngineAddress) -> str:
    """Return why the embedded engine is used, as the beginning of a sentence."""
    if not choice.kind.is_automatic:
        return "Your experts.yaml names the embedded engine"
    if address.url:
        return "The embedded engine is running"
    return f"No Ollama was found at {choice.host.partition('://')[2]}"


def _change(current: RosterResult, name: str, automatic: str) -> Change | None:
    """Return what has to change in the user's file so that the roster `name` counts."""
    if name == (current.base if current.base_chosen else automatic):
        return None
    return change_of(user_path(), lambda old: with_use(old, name))


def _after(change: Change | None, name: str) -> RosterResult:
    if change is None:
        return load_choice(None, None, trusted=True, base=name)
    return load_text(change.new, filename=str(change.path), base=None)


async def _installed(roster: Roster) -> frozenset[str]:
    """Return the models that the roster's engine has, in lower case; starts no engine."""
    address = await find_engine(roster.engine)
    if not address.url:
        stored = await asyncio.to_thread(stored_models)
        return frozenset(model.name.lower() for model in stored)
    try:
        async with aclosing(OllamaEngine(address.url)) as engine:
            return frozenset(name.lower() for name in await engine.models())
    except EngineError:
        return frozenset()
