"""The settings that say how the engine schedules loads and requests. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotseat.domain.experts import DEFAULT_KEEP_PROMPTS_BYTES


class Schedule(StrEnum):
    """The order of loads and requests."""

    HOTSEAT = "hotseat"
    """Loads run concurrently, adapters share their base, children end with the engine."""
    OLLAMA = "ollama"
    """As an Ollama daemon does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSettings:
    """How loads and requests are scheduled. None takes the schedule's own default."""

    schedule: Schedule = Schedule.HOTSEAT
    max_models: int | None = None
    """The highest number of loaded models (`hotseat`: of their bases). Default: no limit, or 3 as
    in Ollama on a CPU."""
    n_slots: int | None = None
    """Number of requests to one model that run concurrently. Default: 2, or 1 as in Ollama."""
    leaves_orphans: bool = True
    """Whether runners of the `ollama` schedule live on when the engine is killed."""

    kept_bytes: int = DEFAULT_KEEP_PROMPTS_BYTES
    """The bound of all kept prompts; 0 keeps none. Not for the `ollama` schedule."""
    has_spare: bool = True
    """Whether a process waits for the next load. Not for the `ollama` schedule."""


DEFAULT_SCHEDULE = ScheduleSettings()
