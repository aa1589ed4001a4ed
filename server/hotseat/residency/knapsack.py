"""The most valuable set of things that fit: exact for few of them, greedy beyond.

Meet in the middle (Horowitz & Sahni 1974): all subsets of either half, the best pair of which is
found by bisection. 2 · 2⁸ subsets for 16 things at the worst, whatever their sizes and values.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

MAX_EXACT = 16


class Item(NamedTuple):
    """`value` is positive; `key` breaks ties."""

    key: str
    size_bytes: int
    value: float


_Subset = tuple[int, float, int, int]
"""Bytes, value, how many, which (a bit mask)."""


def choose(items: Sequence[Item], room_bytes: int, max_items: int | None = None) -> frozenset[str]:
    """Keys of the set with the greatest value; the same for the same items in any order."""
    limit = len(items) if max_items is None else max(0, max_items)
    if sum(i.size_bytes for i in items) <= room_bytes and len(items) <= limit:
        return frozenset(i.key for i in items)
    fitting = [i for i in items if i.size_bytes <= room_bytes]
    dense = sorted(fitting, key=lambda i: (-i.value / max(1, i.size_bytes), i.key))
    exact = dense[:MAX_EXACT]
    taken = _reduced(exact, room_bytes) if limit >= len(exact) else _best(exact, room_bytes, limit)
    room_bytes -= sum(i.size_bytes for i in taken)
    for item in dense[MAX_EXACT:]:
        if item.size_bytes <= room_bytes and len(taken) < limit:
            taken.append(item)
            room_bytes -= item.size_bytes
    return frozenset(i.key for i in taken)


def _reduced(dense: Sequence[Item], room_bytes: int) -> list[Item]:
    """The best set of items that come by falling density: most of them decide themselves.

    An item without which (or with which) not even the relaxed problem is worth as much as the
    greedy set is in (or out); the rest is searched (Martello & Toth 1990, section 2.7).
    """
    greedy, room, bound, pivot, rate = [], room_bytes, 0.0, len(dense), 0.0
    for i, item in enumerate(dense):
        if item.size_bytes <= room:
            greedy.append(item)
            room -= item.size_bytes
            bound += item.value if pivot == len(dense) else 0.0
        elif pivot == len(dense):
            pivot, rate = i, item.value / item.size_bytes
            bound += rate * room
    floor = sum(item.value for item in greedy)
    taken, core = [], []
    for i, item in enumerate(dense):
        loss = abs(item.value - rate * item.size_bytes)
        if bound - loss > floor:
            core.append(item)
        elif i < pivot:
            taken.append(item)
    left = room_bytes - sum(item.size_bytes for item in taken)
    taken += _best(core, left, len(core))
    return max(taken, greedy, key=lambda items: sum(item.value for item in items))


def _best(items: Sequence[Item], room_bytes: int, limit: int) -> list[Item]:
    half = len(items) // 2
    left = _subsets(items[:half], room_bytes)
    right = sorted(_subsets(items[half:], room_bytes))
    # What the other half may add, by how many of it are allowed: one table where that is no matter.
    most = len(items) - half
    tables = (
        {n: _frontier([s for s in right if s[2] <= n]) for n in range(min(most, limit) + 1)}
        if limit < len(items)
        else {most: _frontier(right)}
    )
    best_value, best_masks = -1.0, (0, 0)
    for size_bytes, value, n, mask in left:
        if n > limit:
            continue
        sizes, values, masks = tables[min(most, limit - n)]
        i = bisect_right(sizes, room_bytes - size_bytes) - 1
        if i >= 0 and value + values[i] > best_value:
            best_value, best_masks = value + values[i], (mask, masks[i])
    chosen = best_masks[0] | best_masks[1] << half
    return [item for i, item in enumerate(items) if chosen >> i & 1]


def _subsets(items: Sequence[Item], room_bytes: int) -> list[_Subset]:
    """All that fit."""
    subsets: list[_Subset] = [(0, 0.0, 0, 0)]
    for i, item in enumerate(items):
        room, value, bit = room_bytes - item.size_bytes, item.value, 1 << i
        subsets += [
            (s + item.size_bytes, v + value, n + 1, mask | bit)
            for s, v, n, mask in subsets
            if s <= room
        ]
    return subsets


def _frontier(subsets: Sequence[_Subset]) -> tuple[list[int], list[float], list[int]]:
    """Of subsets by rising size, those worth more than all smaller ones: sizes, values, masks."""
    sizes: list[int] = []
    values: list[float] = []
    masks: list[int] = []
    for size_bytes, value, _, mask in subsets:
        if not values or value > values[-1]:
            sizes.append(size_bytes)
            values.append(value)
            masks.append(mask)
    return sizes, values, masks
