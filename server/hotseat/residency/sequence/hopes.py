"""Which experts of a sequence are to be in memory now: the next one first, and of the others those
that the plan for the whole sequence keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from hotseat.residency.sequence.problem import Problem, bits
from hotseat.residency.sequence.search import search
from hotseat.residency.sequence.step_order import ExpertCost

HORIZON = 16
"""How many changes of the expert are looked at: the plan takes about a millisecond then."""


def experts_to_hold(
    sequence: Sequence[str],
    experts: Mapping[str, ExpertCost],
    *,
    budget_bytes: int,
    resident: Collection[str],
    in_use: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the experts of the sequence that memory should hold now, most important first.

    They fit into `budget_bytes` together with those `in_use`, which are left out. The expert of the
    next step is loaded while one is in use, if both have room; of the others, those stay with which
    the rest of the sequence needs the fewest seconds of loading. What is left of the room is for
    those that come next. Raises KeyError for an expert without a cost.
    """
    runs = [name for name, _ in groupby([*in_use, *sequence])][:HORIZON]
    if not runs:
        return ()
    names = list(dict.fromkeys([*runs, *in_use]))
    numbers = {name: i for i, name in enumerate(names)}
    problem = Problem(
        [numbers[name] for name in runs],
        [{i - 1} if i else () for i in range(len(runs))],
        sizes=[min(experts[name].size_bytes, budget_bytes) for name in names],
        load_s=[experts[name].load_s for name in names],
        budget_bytes=budget_bytes,
        max_models=None,
        covers=True,
    )
    used = sum(1 << numbers[name] for name in set(in_use))
    there = used
    for name in runs:
        if name in resident and problem.fits(there | 1 << numbers[name]):
            there |= 1 << numbers[name]
    path = search(problem, there).path
    before = [numbers[name] for name in runs[: path[0].done.bit_count()]]
    after = path[1].memory if len(path) > 1 else path[0].memory
    following = [numbers[name] for name in runs[len(before) :]]
    stay = sorted(bits(after), key=lambda one: [*following, one].index(one))
    held, chosen = used, []
    for one in dict.fromkeys([*before, *following[:1], *stay, *following]):
        if not held >> one & 1 and problem.fits(held | 1 << one):
            held |= 1 << one
            chosen.append(names[one])
    return tuple(chosen)
