"""The most valuable set of things that fit: exact for few of them, greedy beyond.

Branch and bound with the fractional relaxation as its bound (Martello & Toth 1990, chapter 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_EXACT = 16
_MAX_NODES = 5000
"""Sizes and values made to be hard could take 2^16 steps. A plan may take a millisecond."""


@dataclass(frozen=True, slots=True)
class Item:
    """`value` is positive; `key` breaks ties."""

    key: str
    size_bytes: int
    value: float


def choose(items: Sequence[Item], room_bytes: int, max_items: int | None = None) -> frozenset[str]:
    """Keys of the set with the greatest value; the same for the same items in any order."""
    if sum(i.size_bytes for i in items) <= room_bytes and (
        max_items is None or len(items) <= max_items
    ):
        return frozenset(i.key for i in items)
    fitting = [i for i in items if i.size_bytes <= room_bytes]
    dense = sorted(fitting, key=lambda i: (-i.value / max(1, i.size_bytes), i.key))
    exact = dense[:MAX_EXACT]
    best = _Search(exact, room_bytes, len(exact) if max_items is None else max_items).best()
    taken = frozenset(i.key for i in best)
    if len(dense) > MAX_EXACT:
        room = room_bytes - sum(i.size_bytes for i in best)
        for item in dense[MAX_EXACT:]:
            if item.size_bytes <= room and (max_items is None or len(taken) < max_items):
                taken |= {item.key}
                room -= item.size_bytes
    return taken


class _Search:
    """Depth first over items in the order of their density; include before exclude."""

    def __init__(self, items: Sequence[Item], room_bytes: int, max_items: int) -> None:
        self._items = items
        self._room_bytes = room_bytes
        self._max_items = max_items
        self._best_value = -1.0
        self._best: tuple[Item, ...] = ()
        self._n_nodes = 0
        n = len(items)
        # With few places left, no more than their number of the best values can be added.
        self._top = [sorted((i.value for i in items[k:]), reverse=True) for k in range(n + 1)]

    def best(self) -> tuple[Item, ...]:
        self._visit(0, self._room_bytes, self._max_items, 0.0, ())
        return self._best

    def _visit(self, k: int, room: int, places: int, value: float, taken: tuple[Item, ...]) -> None:
        if value > self._best_value + 1e-12:
            self._best_value, self._best = value, taken
        self._n_nodes += 1
        if k == len(self._items) or places <= 0 or self._n_nodes > _MAX_NODES:
            return
        if value + self._bound(k, room, places) <= self._best_value + 1e-12:
            return
        item = self._items[k]
        if item.size_bytes <= room:
            self._visit(
                k + 1, room - item.size_bytes, places - 1, value + item.value, (*taken, item)
            )
        self._visit(k + 1, room, places, value, taken)

    def _bound(self, k: int, room: int, places: int) -> float:
        by_places = sum(self._top[k][:places])
        by_room = 0.0
        for item in self._items[k:]:
            if item.size_bytes > room:
                by_room += item.value * room / item.size_bytes
                break
            room -= item.size_bytes
            by_room += item.value
        return min(by_places, by_room)
