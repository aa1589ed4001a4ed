"""Policies of engines: load at the first request, and evict by a fixed rule.

A request is sent at the first key of a visit; eviction happens at the load.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotseat.lab.simulate.outcome import SimulatedEngine, SimulationResult
from hotseat.lab.simulate.traces import TraceVisit

Victim = Callable[[list[str]], str]
"""Chooses the language to evict from those in memory, ordered by last use, oldest first."""


def lru(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Evict the least recently used expert."""
    return _on_demand(visits, engine, lambda resident: resident[0])


def ollama(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Evict by Ollama's rule: the shortest keep_alive first, ties by name.

    All experts have the same keep_alive here, and it never expires.
    """
    return _on_demand(visits, engine, min)


def _on_demand(
    visits: Sequence[TraceVisit], engine: SimulatedEngine, victim: Victim
) -> SimulationResult:
    outcome = SimulationResult()
    resident: list[str] = []
    last = None
    for visit in visits:
        language = visit.language
        switched, last = language != last, language
        outcome.switches += switched
        if language in resident:
            resident.remove(language)
        elif engine.sizes[language] <= engine.budget_bytes:
            outcome.stalls += switched
            outcome.stall_s += min(engine.load_s, visit.dwell_s) if switched else 0.0
            while _used(resident, engine) + engine.sizes[language] > engine.budget_bytes:
                resident.remove(victim(resident))
            outcome.loaded(language, used=True)
        else:
            outcome.stalls += switched
            continue
        resident.append(language)
    return outcome.ended()


def _used(resident: Sequence[str], engine: SimulatedEngine) -> int:
    return sum(engine.sizes[language] for language in resident)
