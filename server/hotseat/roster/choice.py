"""Which shipped roster lies below the user's file, and why: one sentence for the user. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.domain.experts import Roster
from hotseat.domain.sizes import known_size_text
from hotseat.roster.merge import weights_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterChoice:
    """`reason` is a sentence; empty as long as no engine was looked for."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFound:
    """The engine that is used, as far as the sentence needs it."""

    can_start: bool
    """Hotseat starts it: it is the embedded engine."""
    is_running: bool
    """The embedded engine ran already."""
    can_pull: bool
    """Hotseat can bring models into it."""


def roster_choice(
    name: str, roster: Roster, *, is_named: bool, engine: EngineFound, host: str
) -> RosterChoice:
    """Return the choice of the shipped roster `name`, with `roster` as it is with the user's file.

    `is_named`: the user named it. `host` is the address of the engine, or for the embedded engine
    that where an Ollama was looked for.
    """
    uses = f"Hotseat uses the roster '{name}' ({_extent(roster)})"
    where = host.partition("://")[2] or host
    if is_named:
        reason = f"{uses}, which experts.yaml or the settings name."
    elif not engine.can_pull:
        reason = f"The server at {where} runs the models; {uses} below your experts.yaml."
    elif not engine.can_start:
        reason = f"Ollama at {where} is the engine, so {uses}."
    elif not roster.engine.kind.is_automatic:
        reason = f"Your experts.yaml names the embedded engine, so {uses}."
    elif engine.is_running:
        reason = f"The embedded engine is in use, so {uses}."
    else:
        reason = f"No Ollama was found on {where}, so {uses}."
    return RosterChoice(name=name, reason=reason)


def _extent(roster: Roster) -> str:
    sizes = {weights_of(expert): expert.size_bytes for expert in roster.everyone()}
    n_models = f"{len(sizes)} model{'' if len(sizes) == 1 else 's'}"
    known = [size for size in sizes.values() if size is not None]
    if len(known) < len(sizes):
        return n_models
    return f"{n_models}, {known_size_text(sum(known))}"
