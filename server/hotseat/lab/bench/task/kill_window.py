"""One window of `hotseat bench task --kills`, in a process that may be killed at any moment.

`python -m hotseat.lab.bench.task.kill_window FILE`: the file holds a `WindowWork`. Prints a line
when it has begun, and one with the task's state when it has ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hotseat.conversation.task.plan import to_run_again
from hotseat.domain.errors import HotseatError
from hotseat.engines.discovery import ollama_address
from hotseat.lab.bench.task.desk import desk_here
from hotseat.lab.bench.task.samples import changes
from hotseat.lab.bench.task.scripted import ScriptedWriter
from hotseat.lab.bench.task.stalls import NO_LIMITS, change_id, task_of
from hotseat.roster.load import load_choice
from hotseat.session.task.journal import TaskJournal, running_here, taken_lock
from hotseat.session.task.live import LiveTask
from hotseat.session.task.runner import TaskRunner
from hotseat.storage.tasks import TaskStore
from hotseat.workspace.tasks.writing import replace_text

KEEPS, RUNS, WRITES = "keeps", "runs", "writes"
"""A window that only keeps models for others; one that runs a task; one whose user has reviewed
the change, and writes it."""
BEGUN = "begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowWork:
    """What a window does, and where."""

    what: str
    url: str
    roster: str
    budget_bytes: int
    journal: str = ""
    folder: str = ""
    """The workspace."""
    change: int = 0
    """Its place in `samples.changes`."""
    write_s: float = 0.0

    def to_file(self, path: Path) -> Path:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path


def id_of(change: int) -> str:
    """Return the id of a change's task."""
    return f"kills{change}"


async def _keep(work: WindowWork) -> None:
    roster = load_choice(work.roster, None, trusted=True).roster
    async with desk_here(ollama_address(work.url), roster, work.budget_bytes, announces=True):
        print(BEGUN, flush=True)
        await asyncio.Event().wait()


async def _run(work: WindowWork) -> None:
    """Begin the task, or go on with it."""
    change, id_ = changes()[work.change], id_of(work.change)
    roster = load_choice(work.roster, None, trusted=True).roster
    journal = TaskJournal(TaskStore(Path(work.journal)))
    with running_here(taken_lock(id_)):
        try:
            live = await journal.loaded(id_)
        except HotseatError:
            task = task_of(change, {e.languages[0]: e for e in roster.experts}, id_=id_)
            live = LiveTask(task=task)
            await journal.put(live)
        live.task = to_run_again(live.task)
        samples = {change_id(i): step for i, step in enumerate(change.steps)}
        address = ollama_address(work.url)
        async with desk_here(address, roster, work.budget_bytes, announces=True) as desk:
            print(BEGUN, flush=True)
            writer = ScriptedWriter(desk, samples, write_s=work.write_s)
            runner = TaskRunner(writer, desk.waiting, lambda: roster, journal.store)
            await runner.run(live, NO_LIMITS)
    print(live.task.state.value, flush=True)


async def _write(work: WindowWork) -> None:
    """Write what the user has accepted: all of it."""
    live = await TaskJournal(TaskStore(Path(work.journal))).loaded(id_of(work.change))
    print(BEGUN, flush=True)
    folder = Path(work.folder)
    for file in live.files.values():
        if (folder / file.path).read_text(encoding="utf-8") != file.text:
            replace_text(folder, file.path, file.text, expected=file.base)
    print("written", flush=True)


def main(arguments: Sequence[str]) -> None:
    """Do the work of a file."""
    work = WindowWork(**json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    asyncio.run({KEEPS: _keep, RUNS: _run, WRITES: _write}[work.what](work))


if __name__ == "__main__":
    main(sys.argv[1:])
