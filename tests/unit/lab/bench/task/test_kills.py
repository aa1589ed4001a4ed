"""The windows of `hotseat bench task --kills`, without an engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.plan import StepState, TaskState
from hotseat.domain.errors import EngineUnavailable
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.lab.bench.task.kill_processes import Window
from hotseat.lab.bench.task.kill_window import WRITES, WindowWork, id_of, main
from hotseat.lab.bench.task.samples import changes
from hotseat.lab.bench.task.stalls import task_of
from hotseat.storage.tasks import TaskStore


def work_in(folder: Path, what: str) -> WindowWork:
    return WindowWork(
        what=what,
        url="http://127.0.0.1:9",
        roster=str(folder / "experts.yaml"),
        budget_bytes=1,
        journal=str(folder / "tasks.sqlite"),
        folder=str(folder),
    )


def test_a_window_writes_what_was_accepted_and_goes_on_where_it_was_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, id_ = changes()[0], id_of(0)
    languages = {step.language for step in change.steps}
    experts = {one: Expert(name=one, languages=(one,), spec=ModelSpec(one)) for one in languages}
    task = task_of(change, experts, id_=id_)
    steps = tuple(replace(step, state=StepState.DONE) for step in task.steps)
    store = TaskStore(tmp_path / "tasks.sqlite")
    store.put(replace(task, state=TaskState.DONE, steps=steps))
    for step, sample in zip(steps, change.steps, strict=True):
        old, new = sample.before.split("\n"), sample.after.split("\n")
        file = FileChanges(path=sample.path, base=sample.before)
        store.put_step(task, step, file.with_lines(step.id, 0, len(old), new))
        path = tmp_path / sample.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(sample.before, encoding="utf-8")
    first = change.steps[0]
    (tmp_path / first.path).write_text(first.after, encoding="utf-8")
    main([str(work_in(tmp_path, WRITES).to_file(tmp_path / "work.json"))])
    assert capsys.readouterr().out.split() == ["begun", "written"]
    for sample in change.steps:
        assert (tmp_path / sample.path).read_text(encoding="utf-8") == sample.after


async def test_a_window_that_does_not_begin_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="did not begin"):
        await Window.started(work_in(tmp_path, "sleeps"), tmp_path, "sleeps")
