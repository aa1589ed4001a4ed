"""The search for the cheapest sequence of loads: a beam first, then A* as far as it may go."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from hotseat.residency.sequence.problem import UNIT, Problem, State

MAX_EXACT_EXPERTS = 8
MAX_EXACT_STEPS = 40
MAX_STATES = 1500
"""How many states A* opens before it gives up: 50 to 120 ms."""
BEAM = 5
STEP_SHARE = 0.5
"""What the beam expects a step that is left to cost beyond the bound, as a share of a mean load. Of
0, 0.1, 0.2, 0.35, 0.6 and 1, the means of 0.35 and 0.6 were best over sequences of 12 experts."""


_NO_LIMIT = 1 << 62


class _Node(NamedTuple):
    bound: int
    n_left: int
    order: int
    cost: int
    state: State
    parent: _Node | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The states after each load, the one before the first load included."""

    path: list[State]
    cost: int
    is_exact: bool
    n_states: int = 0


def search(problem: Problem, resident: int) -> Found:
    """Return the cheapest path that was found."""
    begin = problem.begin(resident)
    start = _Node(problem.least_cost(begin), 0, 0, 0, begin, None)
    near = _beam(problem, start)
    if near.cost // UNIT <= start.bound // UNIT:
        return Found(path=_path(near), cost=near.cost, is_exact=True)
    if problem.n_experts > MAX_EXACT_EXPERTS or problem.n_steps > MAX_EXACT_STEPS:
        return Found(path=_path(near), cost=near.cost, is_exact=False)
    best, n_states, is_exact = _best_first(problem, start, near)
    return Found(path=_path(best), cost=best.cost, is_exact=is_exact, n_states=n_states)


def _path(node: _Node | None) -> list[State]:
    states: list[State] = []
    while node is not None:
        states.append(node.state)
        node = node.parent
    return states[::-1]


def _children(problem: Problem, node: _Node, numbers: count[int], limit: int) -> list[_Node]:
    """Return the nodes after each load that may follow, as far as they can cost less than
    `limit`."""
    state = node.state
    held, tails = state.resident, state.tails
    children = []
    for expert in problem.ready_experts(state):
        loaded = node.cost + problem.cost[expert]
        if loaded >= limit:
            continue
        for resident in problem.rooms(state, expert):
            gone = held & ~resident
            cost = loaded if not gone or tails & ~gone else loaded + 1
            after = problem.load(state, expert, resident)
            bound = cost + problem.least_cost(after)
            if bound < limit:
                n_left = problem.n_steps - after.done.bit_count()
                children.append(_Node(bound, n_left, next(numbers), cost, after, node))
    return children


def _beam(problem: Problem, start: _Node) -> _Node:
    """Return the end of a good path: after each load, only the `BEAM` best states are kept."""
    numbers = count(1)
    per_step = STEP_SHARE * sum(problem.cost) / problem.n_experts
    level, best = [start], None
    while level:
        unique: dict[tuple[int, int], _Node] = {}
        for node in level:
            if not node.state.ready:
                best = node if best is None or node.cost < best.cost else best
                continue
            limit = _NO_LIMIT if best is None else best.cost
            for child in _children(problem, node, numbers, limit):
                key = child.state[:2]
                known = unique.get(key)
                if known is None or child.cost < known.cost:
                    unique[key] = child
        ranked = sorted(
            unique.values(), key=lambda node: (node.bound + per_step * node.n_left, node.order)
        )
        level = ranked[:BEAM]
    assert best is not None
    return best


def _is_dominated(done: int, cost: int, opened: list[tuple[int, int]]) -> bool:
    """Return whether a state with the same experts in memory did as much for no more."""
    for others, least in opened:  # noqa: SIM110  (a generator takes twice the time)
        if least <= cost and not done & ~others:
            return True
    return False


def _best_first(problem: Problem, start: _Node, near: _Node) -> tuple[_Node, int, bool]:
    """Return the best path, how many states were opened, and whether none is better."""
    numbers = count(1)
    costs: dict[tuple[int, int], int] = {start.state[:2]: 0}
    opened: dict[int, list[tuple[int, int]]] = {}
    enough = near.cost // UNIT * UNIT
    heap = [start]
    n_states = 0
    while heap:
        node = heappop(heap)
        if node.bound >= enough:
            break
        done, resident = key = node.state[:2]
        if node.cost > costs[key]:
            continue
        if not node.state.ready:
            return node, n_states, True
        same = opened.setdefault(resident, [])
        cost = node.cost // UNIT
        if _is_dominated(done, cost, same):
            continue
        same.append((done, cost))
        n_states += 1
        if n_states > MAX_STATES:
            return near, n_states, False
        for child in _children(problem, node, numbers, enough):
            key = child.state[:2]
            if child.cost < costs.get(key, near.cost):
                costs[key] = child.cost
                heappush(heap, child)
    return near, n_states, True
