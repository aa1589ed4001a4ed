"""A task and its steps as values, and in which states they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Action(StrEnum):
    """What a step does to its file."""

    CREATE = "create"
    EDIT = "edit"
    """Rewrite the definitions that `symbols` names, or the whole file without any."""
    REWRITE = "rewrite"


class StepState(StrEnum):
    """How far a step is."""

    WAITING = "waiting"
    LOADING = "loading"
    WRITING = "writing"
    CHECKING = "checking"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_running(self) -> bool:
        return self in (StepState.LOADING, StepState.WRITING, StepState.CHECKING)


class TaskState(StrEnum):
    """How far a task is."""

    PLANNING = "planning"
    PLANNED = "planned"
    """It waits for the user."""
    RUNNING = "running"
    STOPPED = "stopped"
    """Cancelled or interrupted: it can be resumed."""
    DONE = "done"
    """No step is left, and there is a change to review."""
    FAILED = "failed"
    """No step is left, and none gave a result; or there is no plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """A step as a model or the user writes it: nothing of it is checked."""

    path: str
    what: str
    id: int | None = None
    action: Action | None = None
    symbols: tuple[str, ...] = ()
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, and how far it is."""

    id: int
    path: str
    """In the workspace, with "/"; links are resolved."""
    language: str | None
    action: Action
    what: str
    symbols: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    """The ids of steps that must be done first."""
    state: StepState = StepState.WAITING
    expert: str = ""
    """The name of the expert that is chosen for it, or wrote it."""
    note: str = ""
    seconds: float = 0.0
    tokens: int = 0

    @property
    def has_begun(self) -> bool:
        """Return whether its plan can no longer be changed."""
        return self.state is StepState.DONE or self.state.is_running


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task. `steps` are in the order in which they run."""

    id: str
    instruction: str
    state: TaskState = TaskState.PLANNING
    note: str = ""
    steps: tuple[Step, ...] = ()
    in_order: bool = False
    """The steps run in their order, even if another one needs fewer loads."""
    created_s: float = 0.0
    """Seconds since 1970."""
    updated_s: float = 0.0

    def step(self, id_: int) -> Step | None:
        """Return the step with that id."""
        return next((step for step in self.steps if step.id == id_), None)

    def with_step(self, step: Step) -> Task:
        """Return the task with that step instead of the one with its id."""
        return replace(self, steps=tuple(step if one.id == step.id else one for one in self.steps))

    @property
    def unfinished(self) -> tuple[Step, ...]:
        """Return the steps that are not done, in order."""
        return tuple(step for step in self.steps if step.state is not StepState.DONE)


def next_step(task: Task) -> Step | None:
    """Return the first step that waits; None if none does."""
    return next((step for step in task.steps if step.state is StepState.WAITING), None)


def missing_for(step: Step, task: Task) -> tuple[int, ...]:
    """Return the ids of steps that must be done before `step` and failed or were cancelled."""
    over = (StepState.FAILED, StepState.CANCELLED)
    return tuple(
        id_ for id_ in step.after if (other := task.step(id_)) is not None and other.state in over
    )


def ended(task: Task) -> Task:
    """Return the task after its last step, in the state that its steps leave it in."""
    has_result = any(step.state is StepState.DONE for step in task.steps)
    if has_result:
        return replace(task, state=TaskState.DONE)
    if any(step.state is StepState.CANCELLED for step in task.steps):
        return replace(task, state=TaskState.STOPPED)
    return replace(task, state=TaskState.FAILED)


def stopped(task: Task, note: str) -> Task:
    """Return the task as it was interrupted: what ran waits again."""
    steps = tuple(
        replace(step, state=StepState.WAITING, note="") if step.state.is_running else step
        for step in task.steps
    )
    return replace(task, state=TaskState.STOPPED, steps=steps, note=joined((task.note, note)))


def to_run_again(task: Task) -> Task:
    """Return the task with all steps that are not done waiting."""
    steps = tuple(
        step if step.state is StepState.DONE else replace(step, state=StepState.WAITING, note="")
        for step in task.steps
    )
    return replace(task, steps=steps)


def joined(notes: Iterable[str]) -> str:
    """Return notes as one text, each once."""
    return " ".join(dict.fromkeys(note.strip() for note in notes if note.strip()))


def arranged(steps: Sequence[Step], order: Sequence[int]) -> tuple[Step, ...]:
    """Return the steps in the order of these ids."""
    by_id = {step.id: step for step in steps}
    return tuple(by_id[id_] for id_ in order if id_ in by_id)
