"""team.yaml as frozen values. `schema` checks the file; nothing here reads one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DeveloperLimits:
    """How much one developer may ask for at once."""

    concurrent: int = 2
    """Requests that are answered at the same time."""
    waiting: int = 16
    """Further requests that wait; one more is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAdapter:
    """A LoRA adapter over a model; clients ask for it by its own name."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamModel:
    """A base model with its adapters. They share one process and are in memory together."""

    name: str
    source: str
    """As `domain/sources.py` describes it: `file:PATH`, `hf:…` or `pypi:…`."""
    context: int = 4096
    """Tokens of context, for each request."""
    adapters: tuple[TeamAdapter, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the model's name, then its adapters'."""
        return (self.name, *(adapter.name for adapter in self.adapters))


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamConfig:
    """What team.yaml says. Paths are absolute."""

    models: tuple[TeamModel, ...]
    keys_path: Path
    host: str = "127.0.0.1"
    port: int = 8420
    replicas: int = 1
    bytes_per_replica: int = 4_000_000_000
    parallel: int = 2
    """Requests that one model answers at the same time in one replica."""
    max_body_bytes: int = 16 << 20
    vllm_command: tuple[str, ...] = ()
    """Starts vLLM; empty: the replicas have the embedded engine."""
    gpus: float = 0.0
    """Of each replica."""
    drain_s: float = 30.0
    """Time that running answers get before the end."""
    limits: DeveloperLimits = DeveloperLimits()
    own_limits: tuple[tuple[str, DeveloperLimits], ...] = ()
    """Of developers whose limits differ."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names that clients may ask for, in the order of the file."""
        return tuple(name for model in self.models for name in model.names)

    def base_of(self, name: str) -> str | None:
        """Return the base model that has `name`, or an adapter of that name; None if none has."""
        return next((model.name for model in self.models if name in model.names), None)

    def unit_of(self, name: str) -> str | None:
        """Return what must be in memory for `name`: the embedded engine holds a base with all its
        adapters, vLLM each adapter for itself."""
        base = self.base_of(name)
        return name if base is not None and self.vllm_command else base

    def limits_of(self, developer: str) -> DeveloperLimits:
        return dict(self.own_limits).get(developer, self.limits)

    def to_plain(self) -> dict[str, Any]:
        """Return maps, lists, texts and numbers alone, for Serve's config; see `from_plain`."""
        plain = asdict(self)
        plain["keys_path"] = str(self.keys_path)
        plain["own_limits"] = {name: asdict(limits) for name, limits in self.own_limits}
        plain["models"] = [
            {
                "name": model.name,
                "source": model.source,
                "context": model.context,
                "adapters": [{"name": a.name, "path": str(a.path)} for a in model.adapters],
            }
            for model in self.models
        ]
        return plain


def from_plain(plain: dict[str, Any]) -> TeamConfig:
    """Return the config that `TeamConfig.to_plain` has written. Raises KeyError or TypeError."""
    models = tuple(
        TeamModel(
            name=model["name"],
            source=model["source"],
            context=model["context"],
            adapters=tuple(
                TeamAdapter(name=a["name"], path=Path(a["path"])) for a in model["adapters"]
            ),
        )
        for model in plain["models"]
    )
    changed = {
        "models": models,
        "vllm_command": tuple(plain["vllm_command"]),
        "keys_path": Path(plain["keys_path"]),
        "limits": DeveloperLimits(**plain["limits"]),
        "own_limits": tuple(
            (name, DeveloperLimits(**limits)) for name, limits in plain["own_limits"].items()
        ),
    }
    return TeamConfig(**{**plain, **changed})
