"""The two exact optima, for few experts: dynamic programs over the sets that fit into memory.

`optimum_demand` knows the future but loads only at a switch (Belady's rule, with sizes); `optimum`
also loads ahead. Both minimize the number of stalls, and then the number of loads.

Assumptions on loading ahead: one load at a time, each of `load_s`, starts at a focus at the
earliest and completes within one stay (a partial load is not continued after a switch); the expert
in use stays until the session ends, and loads are also possible between sessions. Memory is empty
at the beginning, and the first load cannot start before the first visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from hotseat.lab.simulate.outcome import BETWEEN_SESSIONS_S, SimulatedEngine, SimulationResult
from hotseat.lab.simulate.traces import TraceVisit

MAX_EXPERTS = 12
_MANY = 99

_Cost = tuple[int, int]
"""Number of stalls, number of loads."""


def optimum_demand(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Clairvoyant eviction: the best possible result without loading ahead."""
    return _solve(visits, engine, ahead=False)


def optimum(visits: Sequence[TraceVisit], engine: SimulatedEngine) -> SimulationResult:
    """Clairvoyant eviction and loading ahead: the best possible result."""
    return _solve(visits, engine, ahead=True)


def _solve(
    visits: Sequence[TraceVisit], engine: SimulatedEngine, *, ahead: bool
) -> SimulationResult:
    stays = _stays(visits)
    languages = sorted({stay.language for stay in stays})
    bit = {language: 1 << i for i, language in enumerate(languages)}
    memory = _Memory([engine.sizes[language] for language in languages], engine.budget_bytes)
    sequence = [bit[stay.language] for stay in stays]
    capacity = [_n_loads(stay.stay_s, engine) + _n_loads(stay.pause_s, engine) for stay in stays]
    leaves = [_n_loads(stay.pause_s, engine) > 0 for stay in stays]
    horizons = _horizons(capacity) if ahead else [0] * len(stays)
    costs: dict[int, _Cost] = {0: (0, 0)}
    for i, now in enumerate(sequence):
        arrived: dict[int, _Cost] = {}
        for held, cost in costs.items():
            if held & now:
                _keep_best(arrived, held, cost)
                continue
            for rest in memory.evictions(held, now):
                _keep_best(arrived, rest, (cost[0] + 1, cost[1] + (rest & now > 0)))
        if ahead and i + 1 < len(sequence):
            soon = sequence[i + 1 : i + 1 + horizons[i]]
            arrived = _prefetch(arrived, costs, now, soon, capacity[i], memory, leaves[i])
        costs = memory.undominated(arrived)
    stalls, loads = min(costs.values())
    stall_s = stalls * _wait_s(engine, ahead)
    return SimulationResult(switches=len(stays), stalls=stalls, stall_s=stall_s, loads=loads)


def _wait_s(engine: SimulatedEngine, ahead: bool) -> float:
    """Return the wait of a stall; a policy that loads at a focus gains the reaction time."""
    return max(0.0, engine.load_s - engine.reaction_s) if ahead else engine.load_s


@dataclass(slots=True)
class _Stay:
    """Consecutive visits in one language; `pause_s` is the time after it before the next
    session."""

    language: str
    stay_s: float
    pause_s: float = 0.0


def _stays(visits: Sequence[TraceVisit]) -> list[_Stay]:
    stays: list[_Stay] = []
    for i, visit in enumerate(visits):
        if stays and stays[-1].language == visit.language:
            stays[-1].stay_s += visit.dwell_s
        else:
            if i and visits[i - 1].session != visit.session:
                stays[-1].pause_s = BETWEEN_SESSIONS_S
            stays.append(_Stay(visit.language, visit.dwell_s))
    return stays


def _n_loads(seconds: float, engine: SimulatedEngine) -> int:
    return int(seconds / engine.load_s) if engine.load_s > 0 else _MANY


def _horizons(capacity: Sequence[int]) -> list[int]:
    """For each stay, return how many of the next languages could be worth loading in it.

    A load can wait for the last stay before its use, unless stays on the way are too short for the
    loads that are then due; those loads are included.
    """
    n = len(capacity)
    due = [0] * (n + 1)
    """Loads that may have to be done before a stay, for uses after it."""
    horizons = [1] * n
    for i in range(n - 2, -1, -1):
        due[i] = max(0, due[i + 1] + 1 - capacity[i + 1])
        horizons[i] = 1 + (horizons[i + 1] if due[i] else 0)
    return horizons


def _prefetch(
    arrived: dict[int, _Cost],
    before: dict[int, _Cost],
    now: int,
    soon: Sequence[int],
    capacity: int,
    memory: _Memory,
    leaves: bool,
) -> dict[int, _Cost]:
    """Return the sets that can be reached within the stay by loading languages that come soon."""
    warm = {held for held in before if held & now}
    result: dict[int, _Cost] = {}
    for held, cost in arrived.items():
        _keep_best(result, held, cost)
        # A set that was reached both warm and with a stall counts as reached warm, which is
        # cheaper.
        n_left = capacity if held in warm else capacity - 1
        wanted = sorted({s for s in soon if not s & held})
        for n in range(1, min(n_left, len(wanted)) + 1):
            for some in combinations(wanted, n):
                target = 0
                for one in some:
                    target |= one
                for rest in memory.evictions(held, target, keep=0 if leaves else now):
                    _keep_best(result, rest, (cost[0], cost[1] + n))
    return result


def _keep_best(costs: dict[int, _Cost], held: int, cost: _Cost) -> None:
    known = costs.get(held)
    if known is None or cost < known:
        costs[held] = cost


class _Memory:
    """Sets of experts as bit masks, with their sizes."""

    def __init__(self, sizes: Sequence[int], budget_bytes: int) -> None:
        self._sizes = sizes
        self._budget_bytes = budget_bytes
        self._size_of: dict[int, int] = {}
        self._evictions: dict[tuple[int, int, int], list[int]] = {}

    def evictions(self, held: int, added: int, keep: int = 0) -> list[int]:
        """Return `held` with `added`, minus each smallest set that makes room; `held` if
        impossible."""
        key = (held, added, keep)
        if key not in self._evictions:
            self._evictions[key] = list(self._find(held, added, keep)) or [held]
        return self._evictions[key]

    def _find(self, held: int, added: int, keep: int) -> Iterator[int]:
        movable = [1 << i for i in range(len(self._sizes)) if held & ~keep & ~added & (1 << i)]
        found: list[int] = []
        for n in range(len(movable) + 1):
            for gone in combinations(movable, n):
                out = sum(gone)
                if any(out & smaller == smaller for smaller in found):
                    continue
                if self._size(held & ~out | added) <= self._budget_bytes:
                    found.append(out)
                    yield held & ~out | added

    def _size(self, held: int) -> int:
        if held not in self._size_of:
            parts = (s for i, s in enumerate(self._sizes) if held & (1 << i))
            self._size_of[held] = sum(parts)
        return self._size_of[held]

    def undominated(self, costs: dict[int, _Cost]) -> dict[int, _Cost]:
        """Return the sets without those that hold less than another set of at most the same
        cost."""
        order = sorted(costs.items(), key=lambda item: (item[1], -self._size(item[0]), item[0]))
        kept: list[tuple[int, _Cost]] = []
        for held, cost in order:
            if not any(held & other == held for other, _ in kept):
                kept.append((held, cost))
        return dict(kept)
