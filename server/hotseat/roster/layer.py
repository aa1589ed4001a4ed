"""One roster file after validation: entries with their place, paths made absolute.

Between `validate` (shape) and `trust` and `merge` (meaning). It reads no file: a path is only
joined to the folder of the file that names it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from hotseat.domain.experts import EngineChoice, EngineKind
from hotseat.machine.network import is_loopback
from hotseat.roster.schema import (
    BudgetEntry,
    CompletionEntry,
    EngineEntry,
    ExpertEntry,
    GeneralistEntry,
    ModelEntry,
    OptionsEntry,
    RosterFile,
    TasksEntry,
)
from hotseat.roster.validate import Path as TreePath
from hotseat.roster.validate import Reporter

_SHIPPED = "shipped:"
_ENTRY_POINTS = "hotseat.adapters"
ADAPTERS = "adapters"
"""The shipped roster whose adapters are in the package."""
NO_ADAPTERS = "the shipped adapters are not installed"
ADAPTERS_HINT = (
    f"Install them beside Hotseat: {sys.executable} -m pip install hotseat-adapters, with the file "
    "hotseat_adapters-*.whl of a release, or ./adapters of a checkout, in place of the name while "
    "the package index does not have it"
)

_HOSTS = {False: "http://127.0.0.1:8000", True: "https://experts.example"}
"""In hints, by whether the kind needs TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Like RosterFile; every entry with its path in the tree, for diagnostics."""

    engine: EngineEntry | None = None
    budget: BudgetEntry | None = None
    keep_alive_s: float | None = None
    keep_prompts_bytes: int | None = None
    completion: CompletionEntry | None = None
    tasks: TasksEntry | None = None
    options: OptionsEntry | None = None
    languages: dict[str, bool] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    memory: bool | None = None
    embedder: str | None = None
    """The name of a model; "" for none."""
    models: dict[str, ModelEntry] = field(default_factory=dict)
    generalist: GeneralistEntry | None = None
    experts: tuple[tuple[TreePath, ExpertEntry], ...] = ()

    def described(self) -> Iterator[tuple[TreePath, ExpertEntry | GeneralistEntry]]:
        """Experts, then the generalist."""
        yield from self.experts
        if self.generalist is not None:
            yield ("generalist",), self.generalist


def layer_of(file: RosterFile, filename: str) -> Layer:
    """`filename` says which folder relative paths start from."""
    folder = Path(os.path.abspath(filename)).parent
    experts = tuple(
        (("experts", i), entry.model_copy(update=_absolute(entry, folder)))
        for i, entry in enumerate(file.experts or ())
    )
    generalist = file.generalist
    if generalist is not None:
        generalist = generalist.model_copy(update=_absolute(generalist, folder))
    return Layer(
        engine=file.engine,
        budget=file.budget,
        keep_alive_s=file.keep_alive,
        keep_prompts_bytes=file.keep_prompts,
        completion=file.completion,
        tasks=file.tasks,
        options=file.options,
        languages=dict(file.languages or {}),
        secrets=tuple(file.secrets or ()),
        memory=file.memory,
        embedder=file.embedder,
        models={
            name: entry.model_copy(update=_absolute(entry, folder))
            for name, entry in (file.models or {}).items()
        },
        generalist=generalist,
        experts=experts,
    )


def without_duplicates(layer: Layer) -> tuple[Layer, list[tuple[TreePath, str]]]:
    """The layer with each expert once (the first), and what was left out."""
    seen: set[str] = set()
    kept, left_out = [], []
    for path, entry in layer.experts:
        if entry.name in seen:
            left_out.append((path, entry.name))
        else:
            seen.add(entry.name)
            kept.append((path, entry))
    return replace(layer, experts=tuple(kept)), left_out


def disabled_languages(switches: dict[str, bool], below: frozenset[str]) -> frozenset[str]:
    on = {language for language, is_on in switches.items() if is_on}
    return (below | set(switches)) - on


def merged_secrets(patterns: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """All of them. The last that matches a file decides: a later file's come last."""
    own = dict.fromkeys(patterns)
    return (*(p for p in below if p not in own), *own)


def _absolute(entry: ModelEntry, folder: Path) -> dict[str, object]:
    update: dict[str, object] = {}
    if entry.source is not None:
        update["source"] = [
            f"file:{_join(folder, part.removeprefix('file:'))}"
            if part.startswith("file:")
            else part
            for part in entry.source
        ]
    if isinstance(entry, ExpertEntry | GeneralistEntry) and entry.adapter is not None:
        update["adapter"] = _adapter(folder, entry.adapter)
    return update


@cache
def shipped_adapters() -> Path | None:
    """Return the folder of the package `hotseat-adapters`; None if it was not installed when this
    process asked first. Nothing of the package is imported."""
    from importlib.metadata import entry_points  # 60 modules: for those who use adapters

    for point in entry_points(group=_ENTRY_POINTS):
        spec = find_spec(point.module)
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent
    return None


def names_shipped(entry: ExpertEntry | GeneralistEntry) -> bool:
    """Return whether the entry, as it is written, names a shipped adapter."""
    return entry.adapter is not None and entry.adapter.startswith(_SHIPPED)


def _adapter(folder: Path, named: str) -> str:
    """A path; `shipped:NAME` is a file of the package `hotseat-adapters`."""
    if named.startswith(_SHIPPED):
        package = shipped_adapters() or Path("hotseat-adapters, which is not installed")
        return str(package / f"{named.removeprefix(_SHIPPED)}.gguf")
    return _join(folder, named.removeprefix("file:"))


def _join(folder: Path, path: str) -> str:
    # normpath, not resolve: a link inside a user's own folder keeps the name they gave it.
    return os.path.normpath(folder / os.path.expanduser(path))


def merged_engine(
    entry: EngineEntry | None, below: EngineChoice, reporter: Reporter
) -> EngineChoice:
    """Return the engine of the layer over that below; an engine with a mistake does not count."""
    if entry is None:
        return below
    kind = EngineKind(entry.kind) if entry.kind else below.kind
    if kind != below.kind and (kind.needs_host or below.kind.needs_host):
        if kind.needs_host and entry.host is None:
            hint = f"Write engine: {{kind: {kind}, host: {_HOSTS[kind.needs_tls]}}}"
            reporter.error(("engine",), f"an engine of kind {kind} needs a host", hint)
            return below
        below = EngineChoice()  # neither host nor key are of another kind's use
    host = entry.host or below.host
    if kind.needs_tls and host.startswith("http:") and not is_loopback(host):
        hint = f"Write {host.replace('http:', 'https:', 1)}, with TLS by a proxy: docs/team.md"
        reporter.error(
            ("engine", "host"), "the key and the prompts would go there unencrypted", hint
        )
        return below if kind == below.kind else EngineChoice()
    if entry.key_env is not None and not kind.takes_key:
        hint = "Add `kind: openai` or `kind: team`, or leave it out"
        message = "only an engine of kind openai or team has a key"
        reporter.error(("engine", "key_env"), message, hint)
    if entry.fallback is not None and not kind.has_fallback:
        hint = "Add `kind: team`, or leave it out"
        reporter.error(("engine", "fallback"), "only an engine of kind team has a fallback", hint)
    key_env = entry.key_env or ""
    if entry.key_env is None and entry.host in (None, below.host):
        key_env = below.key_env  # another host is not given this one's key
    return EngineChoice(
        kind=kind,
        host=host,
        key_env=key_env if kind.takes_key else "",
        fallback=_fallback(entry, below) if kind.has_fallback else None,
    )


def _fallback(entry: EngineEntry, below: EngineChoice) -> EngineKind | None:
    if entry.fallback is not None:
        return None if entry.fallback == "none" else EngineKind(entry.fallback)
    return below.fallback if below.kind.has_fallback else EngineKind.AUTO
