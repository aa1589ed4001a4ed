"""What a workspace's own roster may say before the user trusts the workspace.

It came with the repository of another author. It may add experts on models that the user's roster
does not name, give the user's experts other languages or unpin them, switch languages on and off,
name more files that hold secrets, and turn memory off. It may not choose the engine, its address,
the budget, how long models stay, how much memory kept prompts take, how large a task may be or
which suggestions are shown,
change a model that the user's roster names, say that a file holds no secrets, or name a file
outside the workspace or a model that Ollama runs elsewhere. Each attempt is reported and left out.
Pure but for resolving links: a link may not lead out of the workspace.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from hotseat.domain.experts import Roster
from hotseat.machine.network import runs_in_cloud
from hotseat.roster.layer import Layer
from hotseat.roster.merge import weights_of
from hotseat.roster.schema import ExpertEntry, ModelEntry
from hotseat.roster.validate import Path as TreePath
from hotseat.roster.validate import Reporter

_HINT = "Trust the workspace (`hotseat trust PATH`), or say it in your own experts.yaml"
# What an untrusted workspace may say of an expert that is already there.
_FREE = {"name", "languages", "pinned", "remove"}
_FIELDS = {"keep_alive": "keep_alive_s", "keep_prompts": "keep_prompts_bytes"}
"""The fields of a layer that have other names than their keys."""
_FACTS = tuple(ModelEntry.model_fields)

_E = TypeVar("_E", bound=ModelEntry)


def restrict(layer: Layer, base: Roster, reporter: Reporter, workspace: Path) -> Layer:
    """The layer without what an untrusted workspace may not say."""
    names = {
        "engine": "the engine",
        "budget": "the memory budget",
        "options": "model options",
        "completion": "what is shown and recorded",
        "tasks": "how much a task may change",
        "keep_alive": "how long models stay",
        "embedder": "the embedder",
        "keep_prompts": "how much memory kept prompts take",
    }
    for key, what in names.items():
        if getattr(layer, _FIELDS.get(key, key)) is not None:
            _refuse(reporter, (key,), f"an untrusted workspace may not set {what}", key=True)
    known_models = {weights_of(e) for e in base.everyone()}
    known_models |= {e.spec.model for e in base.everyone()}
    secrets = []
    for i, pattern in enumerate(layer.secrets):
        if pattern.startswith("!"):
            message = "an untrusted workspace may not say that a file holds no secrets"
            _refuse(reporter, ("secrets", i), message)
        else:
            secrets.append(pattern)
    memory = layer.memory
    if memory and not base.memory:
        message = "an untrusted workspace may not turn memory on"
        _refuse(reporter, ("memory",), message, key=True)
        memory = None
    models = {}
    for name, entry in layer.models.items():
        if name in known_models:
            message = f"an untrusted workspace may not change '{name}', which your roster names"
            _refuse(reporter, ("models", name), message, key=True)
        else:
            models[name] = _inside(entry, ("models", name), reporter, workspace)
    experts = tuple(
        (path, _expert(entry, path, base, known_models, reporter, workspace))
        for path, entry in layer.experts
    )
    generalist = layer.generalist
    if generalist is not None and base.generalist is not None:
        message = "an untrusted workspace may not change the generalist"
        _refuse(reporter, ("generalist",), message, key=True)
        generalist = None
    elif generalist is not None:
        generalist = _inside(generalist, ("generalist",), reporter, workspace)
        generalist = _own_facts_only(generalist, ("generalist",), known_models, reporter)
        if generalist.plans:
            message = "an untrusted workspace may not vouch for the generalist"
            _refuse(reporter, ("generalist", "plans"), message)
            generalist = generalist.model_copy(update={"plans": None})
    return replace(
        layer,
        engine=None,
        budget=None,
        keep_alive_s=None,
        keep_prompts_bytes=None,
        completion=None,
        tasks=None,
        options=None,
        secrets=tuple(secrets),
        memory=memory,
        embedder=None,
        models=models,
        generalist=generalist,
        experts=experts,
    )


def _expert(
    entry: ExpertEntry,
    path: TreePath,
    base: Roster,
    known_models: set[str],
    reporter: Reporter,
    workspace: Path,
) -> ExpertEntry:
    if base.by_name(entry.name) is None:
        entry = _inside(entry, path, reporter, workspace)
        return _own_facts_only(entry, path, known_models, reporter)
    refused: dict[str, None] = {}
    for key in sorted(set(ExpertEntry.model_fields) - _FREE):
        if getattr(entry, key) is not None:
            message = (
                f"an untrusted workspace may not change the {key} of '{entry.name}', "
                "which your roster names"
            )
            _refuse(reporter, (*path, key), message)
            refused[key] = None
    if entry.pinned:
        message = f"an untrusted workspace may not pin '{entry.name}'"
        _refuse(reporter, (*path, "pinned"), message)
        refused["pinned"] = None
    return entry.model_copy(update=refused)


def _own_facts_only(entry: _E, path: TreePath, known: set[str], reporter: Reporter) -> _E:
    """A new expert may use a model of the user's roster, but not change its settings, and no other
    one that Ollama runs elsewhere."""
    model = getattr(entry, "model", None)
    if model not in known:
        if model is None or not runs_in_cloud(model):
            return entry
        message = "an untrusted workspace may not name a model that runs outside this machine"
        _refuse(reporter, (*path, "model"), message)
        return entry.model_copy(update={"model": None})
    refused: dict[str, None] = {}
    for key in _FACTS:
        if key != "fim" and getattr(entry, key) is not None:
            message = (
                f"an untrusted workspace may not change the {key} of a model that your roster names"
            )
            _refuse(reporter, (*path, key), message)
            refused[key] = None
    return entry.model_copy(update=refused)


def _inside(entry: _E, path: TreePath, reporter: Reporter, workspace: Path) -> _E:
    """Without files outside the workspace."""
    refused: dict[str, None] = {}
    for part in entry.source or ():
        if part.startswith("file:") and not _lies_in(part.removeprefix("file:"), workspace):
            refused["source"] = None
    adapter = getattr(entry, "adapter", None)
    if adapter is not None and not _lies_in(adapter, workspace):
        refused["adapter"] = None
    for key in refused:
        message = f"an untrusted workspace may not name a file outside it as {key}"
        _refuse(reporter, (*path, key), message)
    return entry.model_copy(update=refused)


def _lies_in(path: str, workspace: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(workspace))


def _refuse(reporter: Reporter, path: TreePath, message: str, *, key: bool = False) -> None:
    reporter.error(path, message, _HINT, key=key)
