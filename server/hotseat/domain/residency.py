"""What is in memory now, and what to change about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotseat.domain.experts import ModelSpec


class ModelState(StrEnum):
    """Life of one model in the engine; residency/lifecycle.py holds the allowed moves."""

    ABSENT = "absent"
    LOADING = "loading"
    WARM = "warm"
    UNLOADING = "unloading"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentModel:
    """One entry of the engine's list of loaded models (`/api/ps`)."""

    model: str
    digest: str
    size_bytes: int
    context_length: int | None = None
    expires_at: str | None = None
    alias_of: str = ""
    """Not in the engine's own list: the model shares the runner of this one, and has no bytes."""
    process: str = ""
    """Identifies the process that holds the model, where processes can be seen: another value
    means that the model was loaded again."""
    server_bytes: int | None = None
    """What the model takes on a server that manages its memory itself, and so not of the budget; 0
    if the server loads it at its next request. None where no server reports it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptCost:
    """What it costs to come back to a model that read a long prompt."""

    model: str
    """Canonical name."""
    read_s: float
    """Seconds to read its last long prompt again."""
    kept_bytes: int
    """Of the states of its prompts that the engine keeps; without them the prompt is read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideMemory:
    """What an engine holds in memory beside its models."""

    kept_bytes: int = 0
    """States of prompts, of loaded and unloaded models."""
    spare_bytes: int = 0
    """A process that waits for the next load."""
    prompts: tuple[PromptCost, ...] = ()

    @property
    def total_bytes(self) -> int:
        return self.kept_bytes + self.spare_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a model took when it was loaded; None for what was not measured yet."""

    size_bytes: int | None = None
    """In memory, at most."""
    load_s: float | None = None
    """The last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimit:
    """How many models an engine holds, as far as it was seen to act on that."""

    max_models: int | None = None
    """The engine evicts a model when one more is loaded; None while no limit is known."""
    n_seen: int = 0
    """The most models that were in memory at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`load` in order, most wanted first; `unload` before the first of them."""

    load: tuple[ModelSpec, ...] = ()
    unload: tuple[ModelSpec, ...] = ()
    too_large: tuple[ModelSpec, ...] = ()
    """Wanted, but larger than the whole budget."""
