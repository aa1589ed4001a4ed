"""The order in which a task's steps run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from hotseat.conversation.task.plan import Step


def arranged(steps: Sequence[Step], seat_of: Callable[[Step], Hashable]) -> tuple[int, ...]:
    """Return the ids of the steps so that steps of one seat follow each other where they may.

    A step comes after those that it depends on, and after those before it in the same file.
    """
    left = list(steps)
    found: list[int] = []
    seat: Hashable = None
    while left:
        ready = [step for i, step in enumerate(left) if not _waits_for(step, left, left[:i])]
        step = next((one for one in ready if seat_of(one) == seat), ready[0])
        seat = seat_of(step)
        found.append(step.id)
        left.remove(step)
    return tuple(found)


def _waits_for(step: Step, left: Sequence[Step], before: Sequence[Step]) -> bool:
    return any(other.id in step.after for other in left if other is not step) or any(
        other.path == step.path for other in before
    )
