"""The tasks of one window: begin, follow, change, stop, review, undo and forget them.

A task runs until it is done or cancelled, whoever follows it. One task runs in one window at a
time: a lock that ends with the process says so.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from filelock import FileLock

from hotseat.conversation.task.checking import Limits
from hotseat.conversation.task.plan import (
    DraftStep,
    Step,
    StepState,
    Task,
    TaskState,
    ended,
    joined,
    stopped,
    to_run_again,
)
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.task.journal import TaskJournal, running_here, taken_lock
from hotseat.session.task.live import LiveTask, OnEvent, TaskEvent
from hotseat.session.task.plan_checks import PlanChecks
from hotseat.session.task.planner import Planner
from hotseat.session.task.review import Review, ReviewedFile
from hotseat.session.task.runner import TaskRunner

MAX_INSTRUCTION_CHARS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What the user asks for. `steps` are their own plan, if they wrote one."""

    instruction: str
    steps: tuple[DraftStep, ...] | None = None
    plan_only: bool = False
    in_order: bool = False
    focus: str | None = None
    """The path in the workspace of the document in focus."""


class TaskService:
    """The tasks of one window and workspace. `roster` returns the roster of now."""

    def __init__(
        self,
        planner: Planner,
        checks: PlanChecks,
        runner: TaskRunner,
        review: Review,
        journal: TaskJournal,
        model_waiting: ModelWaiting,
        roster: Callable[[], Roster],
    ) -> None:
        self._planner = planner
        self._checks = checks
        self._runner = runner
        self.review = review
        self._journal = journal
        self._model_waiting = model_waiting
        self._roster = roster
        self._running: dict[str, LiveTask] = {}
        """By id, those that run in this window."""

    async def aclose(self) -> None:
        """Stop all tasks; they can be resumed."""
        works = [live.work for live in self._running.values() if live.work is not None]
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    # --- running ---

    async def begin(self, new: NewTask, on_event: OnEvent) -> LiveTask:
        """Plan a task and, unless it is only to be planned, run it. Return it when it has ended.

        Cancelling the call ends the following, not the task. Raises HotseatError.
        """
        words = new.instruction.strip()
        if not words:
            raise HotseatError("There is no task", hint="Write what is to be done")
        if len(words) > MAX_INSTRUCTION_CHARS:
            raise HotseatError(
                f"The task is longer than {MAX_INSTRUCTION_CHARS:,} characters",
                hint="Say it shorter, or make several tasks of it",
            )
        task = Task(
            id=secrets.token_hex(4), instruction=words, created_s=time.time(), in_order=new.in_order
        )
        live = LiveTask(task=task)
        live.set_task(task)
        self._start(live, partial(self._plan_and_run, live, new))
        return await self._follow(live, on_event)

    async def run(
        self, id_: str, steps: Sequence[DraftStep] | None, in_order: bool, on_event: OnEvent
    ) -> LiveTask:
        """Run the steps of a task that are not done, with another plan if `steps` are given; of a
        task that runs already, only follow it. Return it when it has ended. Raises HotseatError."""
        live = self._running.get(id_)
        if live is None:
            live = await self._journal.loaded(id_)
            self._start(live, partial(self._run_again, live, steps, in_order))
        elif steps is not None:
            await self.change_plan(id_, steps, in_order)
        return await self._follow(live, on_event)

    async def change_plan(self, id_: str, steps: Sequence[DraftStep], in_order: bool) -> LiveTask:
        """Replace the steps that have not begun. Raises HotseatError."""
        live = self._running.get(id_) or await self._journal.loaded(id_)
        await self._change_plan(live, steps, in_order)
        await self._journal.put(live)
        return live

    async def cancel(self, id_: str, step: int | None) -> LiveTask:
        """Cancel one step, or stop the task: what is done is kept. Raises HotseatError."""
        live = self._running.get(id_)
        if live is None:
            return await self._journal.loaded(id_)
        if step is None:
            await self._stop(live)
        elif step == live.running and live.step_work is not None:
            live.step_work.cancel()
            await asyncio.wait([live.step_work])
        elif (one := live.task.step(step)) is not None and one.state is StepState.WAITING:
            live.set_step(replace(one, state=StepState.CANCELLED))
            await self._journal.put(live)
        return live

    # --- looking back ---

    async def tasks(self) -> list[Task]:
        """Return the tasks of the workspace, the newest first. Raises HotseatError."""
        return await self._journal.tasks()

    async def show(self, id_: str) -> tuple[LiveTask, list[ReviewedFile]]:
        """Return a task and its files as they are now. Raises HotseatError."""
        live = self._running.get(id_) or await self._journal.loaded(id_)
        return live, await self.review.files(live)

    async def files(self, live: LiveTask) -> list[ReviewedFile]:
        """Return the files of a task as they are now."""
        return await self.review.files(live)

    async def applied(self, id_: str) -> tuple[LiveTask, list[ReviewedFile]]:
        """The user has reviewed the task: note what was taken. Raises HotseatError."""
        live = await self._journal.ended(id_)
        written = await self.review.written(live)
        await asyncio.to_thread(self._journal.store.put_files, id_, written)
        for file in written:
            if file.written is not None:
                live.written[file.changes.path] = file.written
        return live, await self.review.files(live)

    async def undo(self, id_: str) -> tuple[LiveTask, list[ReviewedFile]]:
        """Return what undoes the task. Raises HotseatError."""
        live = await self._journal.ended(id_)
        return live, await self.review.undo(live)

    async def forget(self, id_: str) -> int:
        """Remove a task; return how many went. Raises HotseatError."""
        await self._journal.ended(id_)
        return int(await asyncio.to_thread(self._journal.store.forget, id_))

    # --- inside ---

    def _limits(self) -> Limits:
        rule = self._roster().tasks
        return Limits(files=rule.files, tokens=rule.tokens)

    def _start(self, live: LiveTask, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the work of a task, in this window alone. Raises HotseatError."""
        lock = taken_lock(live.task.id)
        self._running[live.task.id] = live
        live.work = asyncio.create_task(self._working(live, work(), lock))
        live.work.add_done_callback(_retrieve)  # its error is in the task's note, too

    async def _working(
        self, live: LiveTask, work: Coroutine[Any, Any, None], lock: FileLock
    ) -> None:
        with running_here(lock):
            try:
                await work
            except HotseatError as error:
                live.set_task(stopped(live.task, str(error)))
                raise
            finally:
                self._running.pop(live.task.id, None)

    async def _follow(self, live: LiveTask, on_event: OnEvent) -> LiveTask:
        """Report what becomes of a task until its work ends. Raises what ended the work."""
        assert live.work is not None
        on_event(TaskEvent(task=live.task))
        live.listeners.append(on_event)
        try:
            await asyncio.wait([live.work])
        finally:
            live.listeners.remove(on_event)
        if not live.work.cancelled() and (error := live.work.exception()) is not None:
            raise error
        return live

    async def _stop(self, live: LiveTask) -> None:
        if live.work is not None:
            live.work.cancel()
            await asyncio.wait([live.work])

    async def _plan_and_run(self, live: LiveTask, new: NewTask) -> None:
        await self._journal.put(live)
        try:
            await self._plan(live, new)
        except (HotseatError, asyncio.CancelledError) as error:
            reason = str(error) if isinstance(error, HotseatError) else ""
            live.set_task(stopped(live.task, reason))
            await asyncio.shield(self._journal.put(live))
            raise
        await self._journal.put(live)
        if not new.plan_only and live.task.steps:
            await self._runner.run(live, self._limits())

    async def _plan(self, live: LiveTask, new: NewTask) -> None:
        def note(text: str) -> None:
            live.report(TaskEvent(note=text))

        await self._model_waiting.engine_up(note)
        limits, notes = self._limits(), tuple[str, ...]()
        drafts, by_user = new.steps, new.steps is not None
        if drafts is None:
            plan = await self._planner.plan(live.task.instruction, new.focus, limits, note)
            drafts, notes = plan.steps, plan.notes
        found = await self._checks.checked(
            drafts, limits, words=live.task.instruction, by_user=by_user, in_order=new.in_order
        )
        note("")
        is_over = not found.steps and not new.plan_only
        live.set_task(
            replace(
                live.task,
                state=TaskState.FAILED if is_over else TaskState.PLANNED,
                steps=found.steps,
                note=joined((*notes, *found.notes)),
            )
        )

    async def _run_again(
        self, live: LiveTask, steps: Sequence[DraftStep] | None, in_order: bool
    ) -> None:
        await self._model_waiting.engine_up(lambda text: live.report(TaskEvent(note=text)))
        if steps is not None:
            await self._change_plan(live, steps, in_order)
        live.set_task(to_run_again(live.task))
        if live.task.unfinished:
            await self._runner.run(live, self._limits())
        else:
            live.set_task(ended(live.task))
            await self._journal.put(live)

    async def _change_plan(
        self, live: LiveTask, drafts: Sequence[DraftStep], in_order: bool
    ) -> None:
        """While the checks are made, steps may begin: those are left as they are."""
        while True:
            kept = _begun(live.task)
            ids = {step.id for step in kept}
            new = [draft for draft in drafts if draft.id not in ids]
            found = await self._checks.checked(
                new,
                self._limits(),
                words=live.task.instruction,
                by_user=True,
                in_order=in_order,
                kept=kept,
                first_id=max((step.id for step in live.task.steps), default=0) + 1,
            )
            if {step.id for step in _begun(live.task)} == ids:
                break
        live.set_task(
            replace(
                live.task,
                steps=(*_begun(live.task), *found.steps),
                in_order=in_order,
                note=joined(found.notes),
            )
        )


def _begun(task: Task) -> tuple[Step, ...]:
    return tuple(step for step in task.steps if step.has_begun)


def _retrieve(work: asyncio.Task[None]) -> None:
    """Take the error of work without a follower."""
    if not work.cancelled():
        work.exception()
