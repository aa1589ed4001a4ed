"""How long a task waits for models: with loads on need, and with the plan of the whole task."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hotseat.conversation.task.checking import Limits
from hotseat.conversation.task.plan import Action, Step, Task, TaskState, arranged
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.ollama import OllamaEngine
from hotseat.lab.bench.switch_models import ModelMeasurements, unload
from hotseat.lab.bench.task.desk import open_desk
from hotseat.lab.bench.task.samples import SampleChange
from hotseat.lab.bench.task.scripted import ScriptedWriter
from hotseat.residency.sequence.step_order import ExpertCost, StepNeed, StepOrder, order_steps
from hotseat.session.task.live import LiveTask
from hotseat.session.task.runner import TaskRunner
from hotseat.storage.tasks import TaskStore

WRITE_SHARE = 1.5
"""How long a step is written, in loads: several hundred tokens of a real model take longer."""
MIN_WRITE_S = 0.5
NO_LIMITS = Limits(files=1000, tokens=10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """`announces`: the keeper knows the steps to come. `arranges`: any allowed order."""

    name: str
    announces: bool
    arranges: bool


ON_NEED = Arm(name="on_need", announces=False, arranges=False)
PIPELINED = Arm(name="pipelined", announces=True, arranges=True)
IN_ORDER = Arm(name="in_order", announces=True, arranges=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """One run of a task. `stall_s` is without the first load."""

    stall_s: float
    n_loads: int
    n_done: int
    load_average: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What all runs share. The models of `roster` are used by turns for the languages."""

    engine: OllamaEngine
    models: Sequence[str]
    roster_of: Callable[[Sequence[str], Path], Roster]
    """From languages and a folder to a roster of the models."""
    measurements: ModelMeasurements
    folder: Path

    async def stalls(
        self, changes: Sequence[SampleChange], n_seats: int, report: Callable[[str], None]
    ) -> dict[str, Any]:
        """Return the medians over the changes, each of which is run by every arm."""
        arms = (ON_NEED, PIPELINED, IN_ORDER) if n_seats > 1 else (ON_NEED, PIPELINED)
        runs: dict[str, list[TaskRun]] = {arm.name: [] for arm in arms}
        for number, change in enumerate(changes, 1):
            for arm in arms:
                report(f"{n_seats} seats, {arm.name}, {number} of {len(changes)}")
                runs[arm.name].append(await self._run(change, arm, n_seats))
        return {
            **{name: _medians(found) for name, found in runs.items()},
            "stall_ratio": _ratio(runs[PIPELINED.name], runs[ON_NEED.name]),
            **(
                {"stall_ratio_in_order": _ratio(runs[IN_ORDER.name], runs[ON_NEED.name])}
                if IN_ORDER.name in runs
                else {}
            ),
            "least_loads": least_loads(changes[0], n_seats),
        }

    async def _run(self, change: SampleChange, arm: Arm, n_seats: int) -> TaskRun:
        await unload(self.engine, self.models)
        languages = list(dict.fromkeys(step.language for step in change.steps))
        name = f"{change.project}-{arm.name}-{n_seats}-{len(list(self.folder.iterdir()))}"
        folder = self.folder / name
        folder.mkdir()
        roster = self.roster_of(languages, folder)
        async with open_desk(
            self.engine.base_url,
            roster,
            budget_bytes=self.measurements.budget_bytes(n_seats),
            footprints=self.measurements.footprints,
            folder=folder,
            announces=arm.announces,
        ) as desk:
            task = task_of(change, {e.languages[0]: e for e in roster.experts})
            if arm.arranges:
                order = plan_of(change, n_seats)
                ids = [change_id(move.step) for move in order.moves]
                task = task_in(task, ids)
            samples = {change_id(i): step for i, step in enumerate(change.steps)}
            write_s = max(MIN_WRITE_S, WRITE_SHARE * self.measurements.load_s)
            writer = ScriptedWriter(desk, samples, write_s=write_s)
            store = TaskStore(folder / "tasks.sqlite")
            live = LiveTask(task=task)
            await desk.waiting.engine_up(lambda _: None)
            runner = TaskRunner(writer, desk.waiting, lambda: roster, store)
            await runner.run(live, NO_LIMITS)
            if live.task.state is not TaskState.DONE:
                notes = [step.note for step in live.task.steps if step.note]
                raise HotseatError(
                    f"The task of {change.project} did not end: {live.task.state.value}",
                    hint="; ".join([live.task.note, *notes][:3]),
                )
            n_loads = await desk.n_loads()
        return TaskRun(
            stall_s=sum(writer.waits_s[1:]),
            n_loads=n_loads,
            n_done=sum(step.state.value == "done" for step in live.task.steps),
            load_average=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        )


def change_id(place: int) -> int:
    """Return the id of the step at a place of a change."""
    return place + 1


def task_of(change: SampleChange, experts: Mapping[str, Expert], *, id_: str = "bench") -> Task:
    """Return a change as a task whose steps are in their own order."""
    steps = tuple(
        Step(
            id=change_id(i),
            path=step.path,
            language=step.language,
            action=Action.EDIT,
            what=step.what,
            expert=experts[step.language].name,
        )
        for i, step in enumerate(change.steps)
    )
    return Task(id=id_, instruction=change.instruction, state=TaskState.PLANNED, steps=steps)


def task_in(task: Task, ids: Sequence[int]) -> Task:
    """Return the task with its steps in another order."""
    return replace(task, steps=arranged(task.steps, ids))


def plan_of(change: SampleChange, n_seats: int) -> StepOrder:
    """Return the order with the fewest loads; the steps of a sample wait for no other."""
    needs = [StepNeed(expert=step.language) for step in change.steps]
    costs = {need.expert: ExpertCost(size_bytes=1, load_s=1.0) for need in needs}
    return order_steps(needs, costs, budget_bytes=n_seats)


def least_loads(change: SampleChange, n_seats: int) -> int:
    """Return the fewest loads of any allowed order."""
    return plan_of(change, n_seats).n_loads


def _medians(runs: Sequence[TaskRun]) -> dict[str, Any]:
    return {
        "stall_s": round(statistics.median(run.stall_s for run in runs), 3),
        "loads": statistics.median(run.n_loads for run in runs),
        "runs": [[round(run.stall_s, 3), run.n_loads, run.load_average] for run in runs],
    }


def _ratio(ours: Sequence[TaskRun], theirs: Sequence[TaskRun]) -> float | None:
    """Return the median of the ratios of two arms of the same change."""
    ratios = [a.stall_s / b.stall_s for a, b in zip(ours, theirs, strict=True) if b.stall_s > 0]
    return round(statistics.median(ratios), 3) if ratios else None
