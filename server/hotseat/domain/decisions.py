"""What was done to the models in memory, and why: the entries of the decision log.

They hold names of models, experts and languages; never names of files, and no code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    LOAD = "load"
    UNLOAD = "unload"
    CANCEL = "cancel"
    """A load under way was aborted for a model that is needed now."""
    GONE = "gone"
    """A model left memory without Hotseat's doing: keep-alive, the engine's eviction, a crash."""


class Outcome(StrEnum):
    RUNNING = "running"
    """It has not ended yet."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TOO_LATE = "too late"
    """The load ended before it could be cancelled."""
    ENGINE_LOST = "engine lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One load, unload or cancellation."""

    time_s: float
    """Wall clock, seconds since 1970, when it began."""
    action: Action
    model: str
    expert: str
    """The expert that wants the model, or wanted it last; the model's name if that is unknown."""
    reason: str
    probability: float
    """Of the model being needed soon, when this was decided; 0 if no window wants it."""
    size_bytes: int | None
    """The model's, measured or estimated; None if unknown."""
    used_bytes: int
    """Of the budget by all models, when this was decided."""
    budget_bytes: int
    duration_s: float | None = None
    """None until it has ended."""
    outcome: Outcome = Outcome.RUNNING
