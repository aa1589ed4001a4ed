"""`hotseat bench task --kills`: tasks whose window, keeper, engine or model ends at random moments.

Each task is begun, interrupted a few times, and resumed until it is done; then its change is
accepted, and the window is killed while it writes. What is counted as a fault: a task that does not
end clearly, a result that is lost or differs, a file that changed before the review, half a file.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from hotseat.client.engine_process import make_copies, runtime_folder
from hotseat.conversation.task.plan import StepState, TaskState
from hotseat.domain.experts import Roster
from hotseat.engines.discovery import ollama_address
from hotseat.engines.ollama import OllamaEngine
from hotseat.lab.bench.switch_models import ModelMeasurements, measure, write_roster
from hotseat.lab.bench.task.desk import environment, note_footprints
from hotseat.lab.bench.task.kill_processes import KilledEngine, Window
from hotseat.lab.bench.task.kill_window import KEEPS, RUNS, WRITES, WindowWork, id_of
from hotseat.lab.bench.task.samples import SampleChange, changes
from hotseat.session.task.journal import as_it_is
from hotseat.storage.tasks import TaskStore

N_SEATS, N_EXPERTS = 2, 3
KILLS_OF_A_TASK = 3
WRITE_S = 0.15
"""Of a step: a task takes two to four seconds."""
RUN_S, WRITING_S = 3.0, 0.3
"""A kill comes within so many seconds after a window began."""
HANGS_S = 120.0
"""A window that was not killed ends within this time, or is counted as hanging."""


class Target(StrEnum):
    """What is killed."""

    WINDOW = "window"
    KEEPER = "keeper"
    ENGINE = "engine"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is of a task after a kill."""

    state: TaskState
    n_done: int
    faults: tuple[str, ...]


async def bench_kills(
    gguf: Path, n_kills: int, folder: Path, say: Callable[[str], None], *, seed: int = 1
) -> dict[str, Any]:
    """Return what became of the tasks. Raises HotseatError if the engine or a window does not
    start."""
    with (
        runtime_folder() as runtime,
        environment({"HOTSEAT_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(folder / "data")}),
    ):
        engine = KilledEngine(folder / "models", folder / "engine.log")
        await engine.start()
        try:
            models = await make_copies(engine.url, gguf, N_EXPERTS, folder)
            client = OllamaEngine(engine.url)
            try:
                sizes = await measure(client, write_roster(models, folder), say)
            finally:
                await client.aclose()
            storm = _Storm(engine, models, sizes, folder, random.Random(seed), say)
            try:
                return await storm.run(n_kills)
            finally:
                await storm.aclose()
        finally:
            await engine.kill()


class _Storm:
    def __init__(
        self,
        engine: KilledEngine,
        models: Sequence[str],
        sizes: ModelMeasurements,
        folder: Path,
        chance: random.Random,
        say: Callable[[str], None],
    ) -> None:
        self._engine = engine
        self._models = models
        self._sizes = sizes
        self._folder = folder
        self._chance = chance
        self._say = say
        self._keeper: Window | None = None
        self._kills: Counter[str] = Counter()
        self._states: Counter[str] = Counter()
        self._faults: list[str] = []

    async def aclose(self) -> None:
        if self._keeper is not None:
            await self._keeper.kill()

    async def run(self, n_kills: int) -> dict[str, Any]:
        began_s = time.monotonic()
        every = changes()
        n_tasks, n_done = 0, 0
        while self._kills.total() < n_kills:
            number = n_tasks % len(every)
            left = n_kills - self._kills.total()
            n_done += await self._task(n_tasks, number, every[number], left)
            n_tasks += 1
            self._say(f"{self._kills.total()} of {n_kills} kills, {len(self._faults)} faults")
        return {
            "kills": dict(self._kills),
            "tasks": n_tasks,
            "tasks_done_after_all": n_done,
            "states_after_a_kill": dict(self._states),
            "faults": self._faults,
            "seconds": round(time.monotonic() - began_s, 1),
        }

    async def _task(self, place: int, number: int, change: SampleChange, n_kills: int) -> bool:
        """Run one task to its end; return whether all of its steps are done and written."""
        folder = self._folder / f"task-{place}"
        work = self._work(folder, number, change)
        window = await self._begun_with_keeper(work, folder)
        n_done = 0
        for _ in range(min(n_kills, self._chance.randint(1, KILLS_OF_A_TASK))):
            await asyncio.sleep(self._chance.uniform(0, RUN_S))
            target = self._chance.choice(list(Target))
            await self._kill(target, window)
            if not await window.ended(HANGS_S):
                self._faults.append(f"{change.project}: the window hangs after the {target} ended")
                await window.kill()
            seen = self._seen(work, change, n_done)
            n_done = seen.n_done
            self._states[seen.state.value] += 1
            self._faults += seen.faults
            window = await self._begun_with_keeper(work, folder)
        if not await window.ended(HANGS_S) or window.state != TaskState.DONE:
            self._faults.append(f"{change.project}: not done when resumed: {window.state or '?'}")
            await window.kill()
            return False
        if self._seen(work, change, n_done).n_done < len(change.steps):
            self._faults.append(f"{change.project}: a step was not done when resumed")
        return await self._written(replace(work, what=WRITES), folder, change)

    async def _written(self, work: WindowWork, folder: Path, change: SampleChange) -> bool:
        """Write the accepted change, killed once on the way; return whether all is written."""
        window = await Window.started(work, folder, "writes")
        await asyncio.sleep(self._chance.uniform(0, WRITING_S))
        await window.kill()
        texts = {step.path: (step.before, step.after) for step in change.steps}
        for path, both in texts.items():
            if (Path(work.folder) / path).read_text(encoding="utf-8") not in both:
                self._faults.append(f"{change.project}: half of {path} is written")
        window = await Window.started(work, folder, "writes")
        await window.ended(HANGS_S)
        for path, (_, after) in texts.items():
            if (Path(work.folder) / path).read_text(encoding="utf-8") != after:
                self._faults.append(f"{change.project}: {path} is not written")
        return window.state == "written"

    async def _kill(self, target: Target, window: Window) -> None:
        self._kills[target.value] += 1
        if target is Target.WINDOW:
            await window.kill()
        elif target is Target.KEEPER and self._keeper is not None:
            await self._keeper.kill()
        elif target is Target.MODEL:
            await self._engine.kill_model()
        elif target is Target.ENGINE:
            await self._engine.kill()
            await self._engine.start()

    async def _begun_with_keeper(self, work: WindowWork, folder: Path) -> Window:
        """Return a window that runs the task, beside one that came first and keeps the models."""
        if self._keeper is None or not self._keeper.is_running:
            keeps = replace(work, what=KEEPS)
            self._keeper = await Window.started(keeps, folder, "keeps")
        return await Window.started(work, folder, "runs")

    def _work(self, folder: Path, number: int, change: SampleChange) -> WindowWork:
        """Write the files of a change and what its window is to do."""
        workspace = folder / "workspace"
        for step in change.steps:
            path = workspace / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.before, encoding="utf-8")
        languages = list(dict.fromkeys(step.language for step in change.steps))
        roster: Roster = write_roster(self._models, folder, languages)
        address = ollama_address(self._engine.url)
        note_footprints(address, self._folder / "data", roster, self._sizes.footprints)
        return WindowWork(
            what=RUNS,
            url=self._engine.url,
            roster=str(folder / "experts.yaml"),
            budget_bytes=self._sizes.budget_bytes(N_SEATS),
            journal=str(folder / "tasks.sqlite"),
            folder=str(workspace),
            change=number,
            write_s=WRITE_S,
        )

    def _seen(self, work: WindowWork, change: SampleChange, n_before: int) -> Seen:
        """Return what is kept of the task, and what is wrong with it and with the workspace."""
        faults = []
        store = TaskStore(Path(work.journal))
        task = next((as_it_is(one) for one in store.tasks() if one.id == id_of(work.change)), None)
        steps = task.steps if task is not None else ()
        state = task.state if task is not None else TaskState.PLANNED
        done = {step.path for step in steps if step.state is StepState.DONE}
        if state in (TaskState.RUNNING, TaskState.PLANNING):
            faults.append(f"{change.project}: the task is said to run, and nothing runs it")
        kept = {file.changes.path: file.changes.text for file in store.files(id_of(work.change))}
        for step in change.steps:
            if step.path in done and kept.get(step.path) != step.after:
                faults.append(f"{change.project}: the result of {step.path} is lost or differs")
            if (Path(work.folder) / step.path).read_text(encoding="utf-8") != step.before:
                faults.append(f"{change.project}: {step.path} changed without a review")
        if len(done) < n_before:
            faults.append(f"{change.project}: {n_before - len(done)} results are gone")
        return Seen(state=state, n_done=len(done), faults=tuple(faults))
