"""The result of a policy on one trace, in the figures by which policies are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from hotseat.lab.simulate.traces import TraceVisit

BETWEEN_SESSIONS_S = 60.0
"""Time from closing a window to the first focus in the next one, which opens half-way.

Real pauses take hours; memory keeps its models for every policy alike.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedEngine:
    """The simulated engine. One load at a time; a load takes `load_s` for every expert.

    `sizes` are bytes by language; a seat is one byte in a budget of one byte per seat.
    """

    budget_bytes: int
    sizes: Mapping[str, int]
    load_s: float = 2.0
    reaction_s: float = 1.5
    """Time from the focus to the first key."""
    preempts_loads: bool = True
    """A load ends at once when it is cancelled. False: it goes on to its end, the next load waits
    for that, and the cancelled model is unloaded then."""
    max_models: int | None = None
    """The engine's own limit: one load more evicts a model, by Ollama's rule."""

    def key_s(self, visit: TraceVisit) -> float:
        """Return the time from the focus to the first key of this visit."""
        return self.reaction_s if visit.first_key_s is None else visit.first_key_s


@dataclass(slots=True, kw_only=True)
class SimulationResult:
    """The counts of a run.

    A *switch* is a visit in another language than the one before, across sessions too; a *stall* is
    a switch to an expert that is not in memory at the moment of focus; `stall_s` is the wait at the
    first key. A load is *wasted* if its expert leaves memory, or the trace ends, before it is used.
    """

    switches: int = 0
    stalls: int = 0
    stall_s: float = 0.0
    loads: int = 0
    wasted_loads: int = 0
    unused: set[str] = field(default_factory=set, repr=False)
    """Experts that are loaded and not used yet."""
    waits_s: list[float] = field(default_factory=list, repr=False)
    """By switch: the wait in all visits until the next switch. Every policy has the same switches,
    so two policies can be compared in pairs. Unlike `stall_s` it includes the wait of a visit
    that is no switch: for a load that is still under way, or a model that was given up."""

    def begin_switch(self) -> None:
        self.switches += 1
        self.waits_s.append(0.0)

    def loaded(self, language: str, *, used: bool) -> None:
        self.loads += 1
        if not used:
            self.unused.add(language)

    def used(self, language: str) -> None:
        self.unused.discard(language)

    def gone(self, language: str) -> None:
        if language in self.unused:
            self.unused.discard(language)
            self.wasted_loads += 1

    def ended(self) -> SimulationResult:
        self.wasted_loads += len(self.unused)
        self.unused.clear()
        return self

    def as_json(self) -> dict[str, float]:
        figures = asdict(self)
        del figures["unused"], figures["waits_s"]
        return {**figures, "stall_s": round(self.stall_s, 3)}
