"""One task in memory: its state, its changes, who follows it, and what runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.plan import Step, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent:
    """What is new of a task. A field that is None has not changed."""

    task: Task | None = None
    """Its state or its plan is another one."""
    step: Step | None = None
    note: str | None = None
    """What the plan waits for."""
    step_id: int | None = None
    text: str | None = None
    """To append to the text of `step_id`."""


OnEvent = Callable[[TaskEvent], None]


@dataclass(slots=True, kw_only=True, eq=False)
class LiveTask:
    """Mutable, and changed in the event loop only."""

    task: Task
    files: dict[str, FileChanges] = field(default_factory=dict)
    """By path, of files that steps have changed."""
    written: dict[str, str] = field(default_factory=dict)
    """By path, what the task wrote after the review."""
    words: str = ""
    """What the user wrote: its files may be changed whatever they are."""
    listeners: list[OnEvent] = field(default_factory=list)
    work: asyncio.Task[None] | None = None
    """Plans it or runs its steps."""
    step_work: asyncio.Task[None] | None = None
    running: int | None = None
    """The id of the step that `step_work` does."""

    @property
    def is_running(self) -> bool:
        return self.work is not None and not self.work.done()

    @property
    def n_tokens(self) -> int:
        """Return how many tokens models have written for it."""
        return sum(step.tokens for step in self.task.steps)

    def set_task(self, task: Task) -> None:
        """The task's state or plan is another one: report it."""
        self.task = replace(task, updated_s=time.time())
        self.report(TaskEvent(task=self.task))

    def set_step(self, step: Step) -> None:
        """A step is another one: report it."""
        self.task = replace(self.task.with_step(step), updated_s=time.time())
        self.report(TaskEvent(step=step))

    def report(self, event: TaskEvent) -> None:
        for listener in tuple(self.listeners):
            listener(event)
