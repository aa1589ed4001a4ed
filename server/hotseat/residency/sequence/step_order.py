"""The order of steps that needs the fewest seconds of loading, and the loads and evictions for it.

A step needs its expert in memory; other steps may have to come before it. Within that, the order is
free, and so is what leaves memory for a load: the whole sequence is known, so the choice is made
with foresight (Belady's rule, with sizes, load times and a free order).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise

from hotseat.residency.sequence.problem import Problem, State, bits
from hotseat.residency.sequence.search import search


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNeed:
    """One step: the expert that writes it, and the places in the list of steps before it."""

    expert: str
    """Experts that share a seat have one name here, for example the key of their model."""
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertCost:
    """What an expert takes in memory, and how long it loads."""

    size_bytes: int
    load_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMove:
    """One step in its place."""

    step: int
    """Its place in the list of steps that was given."""
    load: str | None = None
    """The expert to load for it, which is its own; None if that is in memory."""
    evict: tuple[str, ...] = ()
    """What leaves memory for that load."""
    held: frozenset[str] = frozenset()
    """What is in memory while the step is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOrder:
    """The steps in order."""

    moves: tuple[StepMove, ...] = ()
    load_s: float = 0.0
    """The sum of all loads, in seconds."""
    is_exact: bool = True
    """No other allowed order needs fewer seconds of loading."""

    @property
    def n_loads(self) -> int:
        return sum(move.load is not None for move in self.moves)


def order_steps(
    steps: Sequence[StepNeed],
    experts: Mapping[str, ExpertCost],
    *,
    budget_bytes: int,
    resident: Collection[str] = (),
    max_models: int | None = None,
) -> StepOrder:
    """Return the order of the steps with the least seconds of loading, and its loads and evictions.

    Among orders with equally many seconds, one is preferred in which each load can run while the
    step before it is written, and then the given order. `budget_bytes` is the room for these
    experts together, `max_models` the number of seats if there is a limit. `resident` is what is in
    memory now; names that no step needs are ignored, so what they take is to be subtracted from the
    budget, or they are to be unloaded first. An expert larger than the budget takes all of it.

    Exact in general for up to 8 experts and 40 steps; beyond, and where the search would take too
    long, a heuristic (`is_exact` is False). Raises ValueError for steps that wait for each other or
    for a step that is not in the list, and for an expert without a cost.
    """
    if not steps:
        return StepOrder()
    names = list(dict.fromkeys(step.expert for step in steps))
    if missing := [name for name in names if name not in experts]:
        raise ValueError(f"no size and load time for {', '.join(missing)}")
    problem = Problem(
        [names.index(step.expert) for step in steps],
        [step.after for step in steps],
        sizes=[min(experts[name].size_bytes, budget_bytes) for name in names],
        load_s=[experts[name].load_s for name in names],
        budget_bytes=budget_bytes,
        max_models=None if max_models is None else max(1, max_models),
    )
    found = search(problem, _fitting(problem, names, resident))
    moves = _moves(problem, found.path, names)
    load_s = sum(experts[move.load].load_s for move in moves if move.load is not None)
    return StepOrder(moves=moves, load_s=load_s, is_exact=found.is_exact)


def _fitting(problem: Problem, names: Sequence[str], resident: Collection[str]) -> int:
    """Return the residents that steps need, as far as they fit into the budget."""
    held = 0
    for i, name in enumerate(names):
        if name in resident and problem.fits(held | 1 << i):
            held |= 1 << i
    return held


def _moves(problem: Problem, path: Sequence[State], names: Sequence[str]) -> tuple[StepMove, ...]:
    """Return the steps in order, each with the load and the evictions before it."""
    moves: list[StepMove] = []
    groups = _groups(problem, path)
    memory, last = path[0].memory, 0
    for (steps, needed), (_, stays) in pairwise([*groups, groups[-1]]):
        for step in _in_order(problem, steps, stays):
            expert = problem.expert[step]
            load = 1 << expert & ~memory
            evict = _leaving(problem, memory, load, needed, last) if load else 0
            memory, last = memory & ~evict | load, expert
            moves.append(
                StepMove(
                    step=problem.place[step],
                    load=names[expert] if load else None,
                    evict=tuple(names[e] for e in bits(evict)),
                    held=frozenset(names[e] for e in bits(memory)),
                )
            )
    return tuple(moves)


def _groups(problem: Problem, path: Sequence[State]) -> list[tuple[int, int]]:
    """Return the steps, and the experts that they need in memory, of states that have room in
    memory together: between them the order is free again."""
    groups: list[tuple[int, int]] = []
    done = 0
    for state in path:
        steps, memory = state.done & ~done, state.memory
        if groups and problem.fits(groups[-1][1] | memory):
            steps, memory = groups[-1][0] | steps, groups[-1][1] | memory
            groups.pop()
        groups.append((steps, memory))
        done = state.done
    return groups


def _leaving(problem: Problem, memory: int, load: int, needed: int, last: int) -> int:
    """Return what leaves memory for the load: of what no step needs any more, only as much as the
    room requires, and the expert that wrote last only if nothing else makes room."""
    evict = memory & ~needed
    for expert in sorted(bits(evict), key=lambda one: one != last):
        if problem.fits(memory & ~(evict & ~(1 << expert)) | load):
            evict &= ~(1 << expert)
    return evict


def _in_order(problem: Problem, steps: int, stays: int) -> list[int]:
    """Return the steps of one state in order: those of experts that leave memory next come first,
    so that the next load can run while the others are written."""

    def entry(step: int) -> tuple[bool, int, int]:
        return (bool(stays >> problem.expert[step] & 1), problem.place[step], step)

    open_ = steps
    ready = [entry(s) for s in bits(steps) if not problem.before[s] & open_]
    heapify(ready)
    ordered = []
    while ready:
        *_, step = heappop(ready)
        ordered.append(step)
        open_ &= ~(1 << step)
        for later in problem.next[step]:
            if steps >> later & 1 and not problem.before[later] & open_:
                heappush(ready, entry(later))
    return ordered
