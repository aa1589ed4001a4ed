"""Policies of engines: load at the first request, and evict by a fixed rule.

A request is sent at the first key of a visit; eviction happens at the load. A user who leaves
before the first key sends none. A load goes on when the user leaves, and the next one waits for
its end, unless the engine preempts loads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotseat.lab.simulate.outcome import BETWEEN_SESSIONS_S, SimulatedEngine, SimulationResult
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
    ready_s: dict[str, float] = {}
    """When the load of each resident ends, or ended."""
    n_most = len(engine.sizes) if engine.max_models is None else engine.max_models
    now_s = free_s = 0.0
    last: TraceVisit | None = None
    for visit in visits:
        language = visit.language
        switched = last is None or language != last.language
        if last is not None and visit.session != last.session:
            now_s += BETWEEN_SESSIONS_S
        last = visit
        if switched:
            outcome.begin_switch()
            outcome.stalls += language not in resident
        key_s, left_s = now_s + engine.key_s(visit), now_s + visit.dwell_s
        now_s += visit.dwell_s
        if key_s >= left_s:
            continue
        if language in resident:
            resident.remove(language)
        elif engine.sizes[language] <= engine.budget_bytes:
            while (
                _used(resident, engine) + engine.sizes[language] > engine.budget_bytes
                or len(resident) >= n_most
            ):
                resident.remove(victim(resident))
            outcome.loaded(language, used=True)
            begin_s = key_s if engine.preempts_loads else max(key_s, free_s)
            free_s = ready_s[language] = begin_s + engine.load_s
        else:
            continue
        resident.append(language)
        wait_s = max(0.0, min(ready_s[language], left_s) - key_s)
        outcome.waits_s[-1] += wait_s
        outcome.stall_s += wait_s if switched else 0.0
    return outcome.ended()


def _used(resident: Sequence[str], engine: SimulatedEngine) -> int:
    return sum(engine.sizes[language] for language in resident)
