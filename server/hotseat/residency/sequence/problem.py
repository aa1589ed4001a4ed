"""Steps and experts as numbers and bit masks, and what the search asks of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

UNIT = 1024
"""Costs count milliseconds in this unit; what is left of it counts loads that nothing covers."""


class State(NamedTuple):
    """What is done and in memory. Every step that could be done without a load is done."""

    done: int
    resident: int
    """Of what is in memory, the experts that a step to come needs."""
    memory: int
    """What is in memory, without what no step needed any more before."""
    ready: int
    """Steps that may come next; each needs a load."""
    tails: int
    """Experts of which a step may have been written last."""


def bits(mask: int) -> Iterator[int]:
    """Return the places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Problem:
    """`experts` has the number of the expert of each step, `after` the steps that come before it.

    Steps are numbered again, so that each comes after those it depends on; `place` has the old
    numbers. `covers`: a load leaves the expert alone that wrote the step before it, if both have
    room, so that it can run meanwhile. Raises ValueError for steps that wait for each other.
    """

    def __init__(
        self,
        experts: Sequence[int],
        after: Sequence[Collection[int]],
        *,
        sizes: Sequence[int],
        load_s: Sequence[float],
        budget_bytes: int,
        max_models: int | None,
        covers: bool = False,
    ) -> None:
        self.place = _sorted(after)
        number = {place: i for i, place in enumerate(self.place)}
        self.n_steps = len(experts)
        self.n_experts = len(sizes)
        self.expert = [experts[place] for place in self.place]
        self.before = [sum(1 << number[p] for p in set(after[place])) for place in self.place]
        self.next: list[list[int]] = [[] for _ in experts]
        self.own = [0] * len(sizes)
        self.ancestors: list[int] = []
        for step, mask in enumerate(self.before):
            self.own[self.expert[step]] |= 1 << step
            ancestors = mask
            for earlier in bits(mask):
                self.next[earlier].append(step)
                ancestors |= self.ancestors[earlier]
            self.ancestors.append(ancestors)
        self.sizes = sizes
        self.cost = [max(1, round(1000 * seconds)) * UNIT for seconds in load_s]
        self._budget_bytes = budget_bytes
        self._max_models = max_models
        self._covers = covers
        self._bit = [1 << e for e in self.expert]
        self._fits: dict[int, bool] = {}
        self._members: dict[int, list[tuple[int, int]]] = {}
        self._rooms: dict[int, list[int]] = {}
        self._bounds: dict[int, int] = {}
        self._rows: dict[int, list[int]] = {}
        self._absent, self._present = self._least_costs()

    def fits(self, resident: int) -> bool:
        """Return whether these experts fit into memory together."""
        known = self._fits.get(resident)
        if known is None:
            held = list(bits(resident))
            places = self._max_models
            known = sum(self.sizes[e] for e in held) <= self._budget_bytes and (
                places is None or len(held) <= places
            )
            self._fits[resident] = known
        return known

    def begin(self, resident: int) -> State:
        """Return the state before the first load."""
        roots = [s for s, mask in enumerate(self.before) if not mask]
        return self._close(0, 0, roots, resident)

    def load(self, state: State, expert: int, resident: int) -> State:
        """Return the state after a load of the expert, with `resident` in memory then."""
        own = self.own[expert] & state.ready
        return self._close(state.done, state.ready ^ own, list(bits(own)), resident)

    def _close(self, done: int, ready: int, due: list[int], resident: int) -> State:
        """Do the due steps, and all that follow from them, as far as their experts are there.

        This and `least_cost` take most of a search's time, so they avoid generators and calls.
        """
        tails = 0
        expert_bit, before, following = self._bit, self.before, self.next
        while due:
            step = due.pop()
            own_bit = expert_bit[step]
            if not resident & own_bit:
                ready |= 1 << step
                continue
            done |= 1 << step
            is_last = True
            for later in following[step]:
                if not before[later] & ~done:
                    due.append(later)
                    if resident & expert_bit[later]:
                        is_last = False
            if is_last:
                tails |= own_bit
        members = self._members.get(resident)
        if members is None:
            members = self._members[resident] = [(1 << e, self.own[e]) for e in bits(resident)]
        held = 0
        for bit, steps in members:
            if steps & ~done:
                held |= bit
        return State(done, held, resident, ready, tails)

    def ready_experts(self, state: State) -> list[int]:
        """Return the experts of the steps that may come next, in the order of these."""
        found: list[int] = []
        ready = state.ready
        while ready:
            expert = self.expert[(ready & -ready).bit_length() - 1]
            found.append(expert)
            ready &= ~self.own[expert]
        return found

    def rooms(self, state: State, expert: int) -> list[int]:
        """Return what may be in memory after a load of the expert: the sets that lose no more than
        they must, without those that lose what is needed sooner and loads longer."""
        key = 1 << expert
        if self._covers and self.fits(state.tails | key):
            key |= state.tails
        resident = state.resident & ~key
        if self.fits(resident | key):
            return [resident | key]
        cached = resident << self.n_experts | key
        sets = self._rooms.get(cached)
        if sets is None:
            sets = self._rooms[cached] = self._largest(resident, key)
        if len(sets) < 2:
            return sets
        return self._without_worse(state, sets)

    def _largest(self, resident: int, key: int) -> list[int]:
        movable = [1 << e for e in bits(resident)]
        gone: list[int] = []
        for n in range(1, len(movable) + 1):
            for some in combinations(movable, n):
                out = sum(some)
                if not any(out & one == one for one in gone) and self.fits(resident & ~out | key):
                    gone.append(out)
        return [resident & ~out | key for out in gone]

    def _without_worse(self, state: State, sets: list[int]) -> list[int]:
        """Leave out a set that differs from another in one expert which is in no way better: it is
        needed later, loads in no more time, and is no smaller."""
        kept: list[int] = []
        for one in sets:
            if not any(self._is_worse(state, one, other) for other in sets if other != one):
                kept.append(one)
        return kept

    def _is_worse(self, state: State, one: int, other: int) -> bool:
        x, y = one & ~other, other & ~one
        if not x or not y or x & (x - 1) or y & (y - 1):
            return False
        a, b = x.bit_length() - 1, y.bit_length() - 1
        if self.cost[a] > self.cost[b] or self.sizes[a] < self.sizes[b]:
            return False
        needs_b = self.own[b] & ~state.done
        return all(self.ancestors[s] & needs_b for s in bits(self.own[a] & ~state.done))

    def least_cost(self, state: State) -> int:
        """Return a cost that the rest has at least."""
        ready, resident = state.ready, state.resident
        key = ready << self.n_experts | resident
        bound = self._bounds.get(key)
        if bound is None:
            rows = []
            while ready:
                low = ready & -ready
                ready ^= low
                place = low << self.n_experts | resident
                row = self._rows.get(place)
                if row is None:
                    row = self._rows[place] = self._row(low.bit_length() - 1, resident)
                rows.append(row)
            bound = sum(map(max, *rows)) if len(rows) > 1 else sum(map(sum, rows))
            self._bounds[key] = bound
        return bound

    def _row(self, step: int, resident: int) -> list[int]:
        absent, present = self._absent[step], self._present[step]
        return [present[e] if resident >> e & 1 else absent[e] for e in range(self.n_experts)]

    def _least_costs(self) -> tuple[list[list[int]], list[list[int]]]:
        """For each step and expert, return the cost of the expert's loads from that step on, along
        the chain of steps that has most of them: if the expert is not in memory, and if it is."""
        n = self.n_experts
        beside = [[self.fits(1 << a | 1 << b) for b in range(n)] for a in range(n)]
        absent = [[0] * n for _ in range(self.n_steps)]
        present = [[0] * n for _ in range(self.n_steps)]
        for step in reversed(range(self.n_steps)):
            own, following = self.expert[step], self.next[step]
            for e in range(n):
                later_absent = max((absent[s][e] for s in following), default=0)
                later_present = max((present[s][e] for s in following), default=0)
                if e == own:
                    absent[step][e] = self.cost[e] + later_present
                    present[step][e] = later_present
                else:
                    absent[step][e] = later_absent
                    present[step][e] = later_present if beside[own][e] else later_absent
        return absent, present


def _sorted(after: Sequence[Collection[int]]) -> list[int]:
    """Return the places so that each comes after those it depends on, else in their order."""
    n = len(after)
    if any(not 0 <= place < n for places in after for place in places):
        raise ValueError("a step comes after one that is not in the list")
    ordered: list[int] = []
    is_there = [False] * n
    left = list(range(n))
    while left:
        free = [i for i in left if all(is_there[place] for place in after[i])]
        if not free:
            raise ValueError(f"the steps {', '.join(map(str, left))} wait for each other")
        for i in free:
            is_there[i] = True
        ordered += free
        left = [i for i in left if not is_there[i]]
    return ordered
