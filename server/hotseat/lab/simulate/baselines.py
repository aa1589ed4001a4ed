"""What engines do by themselves: load at the first request, evict by a rule of their own.

A request comes with the first key of a visit; eviction happens at the load.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotseat.lab.simulate.outcome import Outcome, World
from hotseat.lab.simulate.traces import TraceVisit

Victim = Callable[[list[str]], str]
"""Picks one of those in memory, which are in the order of their last use, oldest first."""


def lru(visits: Sequence[TraceVisit], world: World) -> Outcome:
    """The least recently used one goes."""
    return _on_demand(visits, world, lambda resident: resident[0])


def ollama(visits: Sequence[TraceVisit], world: World) -> Outcome:
    """Ollama's rule: the shortest keep_alive goes, ties by name. All have the same one here, and
    it never runs out."""
    return _on_demand(visits, world, min)


def _on_demand(visits: Sequence[TraceVisit], world: World, victim: Victim) -> Outcome:
    outcome = Outcome()
    resident: list[str] = []
    last = None
    for visit in visits:
        language = visit.language
        switched, last = language != last, language
        outcome.switches += switched
        if language in resident:
            resident.remove(language)
        elif world.sizes[language] <= world.budget_bytes:
            outcome.stalls += switched
            outcome.stall_s += min(world.load_s, visit.dwell_s) if switched else 0.0
            while _used(resident, world) + world.sizes[language] > world.budget_bytes:
                resident.remove(victim(resident))
            outcome.loaded(language, used=True)
        else:
            outcome.stalls += switched
            continue
        resident.append(language)
    return outcome.ended()


def _used(resident: Sequence[str], world: World) -> int:
    return sum(world.sizes[language] for language in resident)
