"""What each kind of engine can do. Other rooms decide by these flags, never by the kind.

Owns no I/O. A client states its flags in the `EngineInfo` that `version()` returns; until an engine
has answered, `EngineAddress.capabilities` holds the flags of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from hotseat.domain.experts import EngineKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCapabilities:
    """The flags of one engine. The defaults are those of an Ollama."""

    can_load: bool = True
    """It loads and unloads any of its models when it is asked to."""
    can_pull: bool = True
    """Hotseat can bring models into it."""
    has_library: bool = True
    """It can pull a model from Ollama's library by the model's name."""
    owns_memory: bool = False
    """It manages the memory of its models itself: they do not count against the budget."""
    may_use_gpu: bool = True
    """Its models may be in the memory of a GPU instead of the machine's RAM."""
    shares_bases: bool = False
    """It holds all adapters over a base in memory with the base; each request names its own."""
    preempts_loads: bool = False
    """A load ends at once when its request is closed, and the next one begins. False where that is
    not sure. An Ollama 0.33 aborts the load of a client that leaves, but not its wait for another
    runner's end, nor the loads of other programs, which all stand in the same queue."""
    evicts_models: bool = True
    """It unloads a model by itself when one too many is loaded, and does not report the limit."""
    reports_timings: bool = False
    """Each stream reports the prompt's cached tokens and reading time with its first chunk."""

    drafts_apart: bool = False
    """A request for log-probabilities is never answered by a process that drafts tokens, of which
    it does not know them."""
    takes_hints: bool = False
    """It is sent the models that may be asked next, and decides itself whether it loads them."""

    @property
    def pulls_from_sources_only(self) -> bool:
        """Hotseat can bring in only models whose source the roster states."""
        return self.can_pull and not self.has_library


OLLAMA = EngineCapabilities()
EMBEDDED = EngineCapabilities(
    has_library=False, may_use_gpu=False, evicts_models=False, reports_timings=True
)
"""`shares_bases`, `preempts_loads` and `evicts_models` depend on its version and schedule: the
engine announces them when it answers."""
OPENAI = EngineCapabilities(
    can_load=False, can_pull=False, has_library=False, owns_memory=True, evicts_models=False
)
TEAM = replace(OPENAI, takes_hints=True)

_BY_KIND: Mapping[EngineKind, EngineCapabilities] = {
    EngineKind.OLLAMA: OLLAMA,
    EngineKind.EMBEDDED: EMBEDDED,
    EngineKind.OPENAI: OPENAI,
    EngineKind.TEAM: TEAM,
}


def capabilities_of(kind: EngineKind) -> EngineCapabilities:
    """Return the flags that all engines of the kind have; those of an Ollama for `auto`."""
    return _BY_KIND.get(kind, OLLAMA)


def flags(capabilities: EngineCapabilities) -> dict[str, Any]:
    """Return the flags by name, also those of a value that extends EngineCapabilities."""
    return {f.name: getattr(capabilities, f.name) for f in fields(EngineCapabilities)}
