"""Runs the steps of a task one after the other, and keeps each result in the journal.

The experts of all steps to come are announced to the keeper, so that the next one is loaded while a
step is written. A step that fails does not end the task; an engine that is lost does, and the task
can be resumed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from hotseat.conversation.task.checking import Limits
from hotseat.conversation.task.plan import (
    Step,
    StepState,
    TaskState,
    ended,
    missing_for,
    next_step,
    stopped,
)
from hotseat.domain.errors import EngineGarbled, EngineUnavailable, HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.protocol import Chunk
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.part import Part
from hotseat.session.edit.rewriter import MIN_ANSWER_TOKENS, NO_EDIT
from hotseat.session.task.live import LiveTask, TaskEvent
from hotseat.session.task.step_writer import StepWriter, Written
from hotseat.storage.tasks import TaskStore

REPORT_S = 0.5
"""Between two reports of a step's tokens."""
N_ENGINE_TRIES = 2
"""Of a step whose engine is lost while it writes."""


class TaskRunner:
    """The runs of one window. `roster` returns the roster of now."""

    def __init__(
        self,
        writer: StepWriter,
        model_waiting: ModelWaiting,
        roster: Callable[[], Roster],
        store: TaskStore,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._writer = writer
        self._model_waiting = model_waiting
        self._roster = roster
        self._store = store
        self._clock = clock

    async def run(self, live: LiveTask, limits: Limits) -> None:
        """Run all steps that wait. Raises HotseatError if the journal cannot be written.

        Cancelling stops the task, with what is done kept.
        """
        live.set_task(replace(live.task, state=TaskState.RUNNING))
        await self._keep(live)
        announced = ExitStack()
        try:
            while (step := next_step(live.task)) is not None:
                latest = ExitStack()
                coming = self._experts(live)
                latest.enter_context(self._model_waiting.expecting(coming, until_used=False))
                announced.close()  # after the new ones are announced: no gap between two steps
                announced = latest
                await self._run_step(live, step, limits)
            live.set_task(ended(live.task))
        except asyncio.CancelledError:
            live.set_task(stopped(live.task, ""))
            raise
        except (EngineUnavailable, EngineGarbled) as error:
            live.set_task(stopped(live.task, f"Stopped: {error}"))
        finally:
            announced.close()
            live.step_work, live.running = None, None
            await asyncio.shield(self._keep(live))

    async def _keep(self, live: LiveTask) -> None:
        await asyncio.to_thread(self._store.put, live.task)

    def _experts(self, live: LiveTask) -> list[Expert]:
        """Return the experts of the steps to come, in order."""
        by_name = {expert.name: expert for expert in self._roster().everyone()}
        waiting = [step for step in live.task.steps if step.state is StepState.WAITING]
        return [by_name[step.expert] for step in waiting if step.expert in by_name]

    async def _run_step(self, live: LiveTask, step: Step, limits: Limits) -> None:
        """Do one step, unless something that it needs is missing."""
        left = limits.tokens - live.n_tokens
        if missing := missing_for(step, live.task):
            names = ", ".join(map(str, missing))
            await self._end(
                live, step, StepState.FAILED, f"It needs step {names}, which is not done."
            )
        elif left < MIN_ANSWER_TOKENS:
            note = f"The task may take {limits.tokens:,} tokens (`tasks` in experts.yaml)."
            await self._end(live, step, StepState.FAILED, note)
        else:
            live.running = step.id
            live.step_work = asyncio.create_task(self._write(live, step, left))
            try:
                await asyncio.wait([live.step_work])
            except asyncio.CancelledError:
                live.step_work.cancel()
                await asyncio.wait([live.step_work])
                raise
            if live.step_work.cancelled():
                await self._end(live, live.task.step(step.id) or step, StepState.CANCELLED, "")
            else:
                live.step_work.result()

    async def _write(self, live: LiveTask, step: Step, max_tokens: int) -> None:
        """Raises EngineUnavailable and EngineGarbled if the engine is lost, and comes not back."""
        progress = _StepProgress(live, step, self._clock)
        progress.show(state=StepState.LOADING)
        for n_tried in range(1, N_ENGINE_TRIES + 1):
            try:
                written = await self._writer.write(
                    live.task,
                    step,
                    live.files,
                    max_tokens=max_tokens,
                    on_part=progress.part,
                    on_chunk=progress.chunk,
                    on_checking=lambda: progress.show(state=StepState.CHECKING),
                )
            except (EngineUnavailable, EngineGarbled):
                if n_tried == N_ENGINE_TRIES:
                    raise
                progress.show(state=StepState.LOADING, note="the engine was lost: once more")
                continue
            except HotseatError as error:
                await self._end(live, progress.now(), StepState.FAILED, _why(error))
                return
            await self._done(live, progress.now(), written)
            return

    async def _done(self, live: LiveTask, step: Step, written: Written) -> None:
        """Keep the result before it is reported."""
        notes = [written.rewritten.chosen.note]
        if written.rewritten.problems:
            notes.append(f"Tried again, because {', then '.join(written.rewritten.problems)}.")
        step = replace(
            step,
            state=StepState.DONE,
            expert=written.rewritten.chosen.expert.name,
            note=" ".join(filter(None, notes)),
        )
        task = live.task.with_step(step)
        await asyncio.to_thread(self._store.put_step, task, step, written.changes)
        live.files[step.path] = written.changes
        live.set_step(step)

    async def _end(self, live: LiveTask, step: Step, state: StepState, note: str) -> None:
        ended_step = replace(step, state=state, note=note)
        live.set_step(ended_step)
        await asyncio.to_thread(self._store.put_step, live.task, ended_step)


def _why(error: HotseatError) -> str:
    """Return why a step failed: of tries that failed the reasons, which have no hint for tasks."""
    reasons = error.message.removeprefix(NO_EDIT)
    return str(error) if reasons == error.message else f"{reasons[:1].upper()}{reasons[1:]}."


class _StepProgress:
    """What is reported of a step while it runs."""

    def __init__(self, live: LiveTask, step: Step, clock: Callable[[], float]) -> None:
        self._live = live
        self._step = step
        self._clock = clock
        self._began_s = self._reported_s = clock()
        self._n_before = 0
        """Tokens of the tries before."""
        self._n_tokens = 0

    def now(self) -> Step:
        """Return the step as it is."""
        seconds = round(self._clock() - self._began_s, 2)
        return replace(self._step, seconds=seconds, tokens=self._n_before + self._n_tokens)

    def show(
        self, *, state: StepState | None = None, note: str | None = None, expert: str | None = None
    ) -> None:
        """Report the step with what is new."""
        step = self.now()
        self._step = replace(
            step,
            state=state or step.state,
            note=step.note if note is None else note,
            expert=expert or step.expert,
        )
        self._reported_s = self._clock()
        self._live.set_step(self._step)

    def part(self, part: Part) -> None:
        """Take a part of the answer."""
        if part.expert is not None:
            self._n_before, self._n_tokens = self._n_before + self._n_tokens, 0
            self.show(state=StepState.LOADING, expert=part.expert)
        if part.note:
            self.show(note=part.note)
        if part.text:
            if self._step.state is not StepState.WRITING:
                self.show(state=StepState.WRITING, note="")
            self._live.report(TaskEvent(step_id=self._step.id, text=part.text))

    def chunk(self, chunk: Chunk) -> None:
        """Count the tokens of a chunk."""
        self._n_tokens = chunk.n_tokens or self._n_tokens + bool(chunk.text)
        if self._clock() - self._reported_s >= REPORT_S and chunk.text:
            self.show()
