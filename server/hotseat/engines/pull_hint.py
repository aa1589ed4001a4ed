"""What to do about a model that the engine lacks: the one place that proposes `hotseat pull`.

The command is only proposed where it can work: an engine without a library, as the embedded one,
gets models whose source the roster states, and a server that owns its models gets none. Where the
user allows no downloads, the hint says how to allow them first.
"""

from __future__ import annotations

from collections.abc import Iterable

from hotseat.domain.experts import Expert, canonical_model_name
from hotseat.engines.capabilities import EngineCapabilities
from hotseat.machine import network

OWN_TOOLS = "Add the model with that server's own tools"


def pull_command(
    expert: Expert, engine: EngineCapabilities, *, has_base: bool = False
) -> str | None:
    """Return the command that brings the expert's model into the engine; None where none can.

    `has_base`: the engine has the base model of the expert's adapter.
    """
    has_source = expert.source is not None or (has_base and expert.adapter is not None)
    if not engine.can_pull or not (engine.has_library or has_source):
        return None
    return f"hotseat pull {expert.name}"


def pull_hint(expert: Expert, engine: EngineCapabilities, *, has_base: bool = False) -> str:
    """Return what to do about the expert's missing model, as a sentence without a full stop.

    A command in it names the model, which several experts may share.
    """
    if pull_command(expert, engine, has_base=has_base) is not None:
        run = f"un `hotseat pull {expert.spec.model}`"
        allow = network.download_remedy()
        return f"Allow downloads with {allow}, then r{run}" if allow else f"R{run}"
    if not engine.can_pull:
        return OWN_TOOLS
    model = expert.base_model or expert.spec.model
    return (
        f"Give `{model}` a `source:` in experts.yaml, or start Ollama: "
        "the embedded engine has no library to pull it from"
    )


def model_pull_command(
    model: str, experts: Iterable[Expert], engine: EngineCapabilities
) -> str | None:
    """Return the command that brings a model into the engine; None where none can. `experts` are
    those of the roster that the command would read."""
    name = canonical_model_name(model)
    for expert in experts:
        weights = expert.base_model or expert.spec.model
        if name in (canonical_model_name(weights), canonical_model_name(expert.spec.model)):
            return pull_command(expert, engine)
    return f"hotseat pull {model}" if engine.can_pull and engine.has_library else None
