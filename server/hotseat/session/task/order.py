"""The order in which a task's steps run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotseat.conversation.task.plan import Step
from hotseat.domain.experts import ModelSpec
from hotseat.residency.sequence.step_order import ExpertCost, StepNeed, order_steps
from hotseat.session.shared.coming_experts import Room


def arranged(
    steps: Sequence[Step], seat_of: Callable[[Step], ModelSpec], room: Room | None
) -> tuple[int, ...]:
    """Return the ids of the steps in the order that needs the fewest seconds of loading.

    A step comes after those that it depends on, and after those before it in the same file. Without
    the sizes of all models, it is the order for one model at a time, which is good for any room.
    Takes up to a fraction of a second for many steps: call it in a thread.
    """
    places = {step.id: i for i, step in enumerate(steps)}
    needs = []
    for i, step in enumerate(steps):
        after = {places[id_] for id_ in step.after if id_ in places}
        after |= {j for j in range(i) if steps[j].path == step.path}
        needs.append(StepNeed(expert=seat_of(step).key, after=frozenset(after)))
    specs = {seat_of(step) for step in steps}
    if room is None or not specs <= room.costs.keys():
        costs = {spec.key: ExpertCost(size_bytes=1, load_s=1.0) for spec in specs}
        order = order_steps(needs, costs, budget_bytes=1)
    else:
        costs = {spec.key: room.costs[spec] for spec in specs}
        resident = {spec.key for spec in room.resident}
        order = order_steps(needs, costs, budget_bytes=room.room_bytes, resident=resident)
    return tuple(steps[move.step].id for move in order.moves)
