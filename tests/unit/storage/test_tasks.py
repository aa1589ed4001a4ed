"""The journal of tasks: what a crash leaves, who may read it, its bound, and forgetting."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.plan import Action, Step, StepState, Task, TaskState
from hotseat.storage.tasks import StoredFile, TaskStore

STEPS = tuple(
    Step(
        id=n, path=f"{n}.go", language="go", action=Action.EDIT, what="x", symbols=("f",), after=()
    )
    for n in (2, 1)
)
TASK = Task(id="t1", instruction="Do it", steps=STEPS, created_s=1.0, state=TaskState.RUNNING)
FILE = FileChanges(path="2.go", base="a\nsecret text\n").with_lines(2, 0, 1, ["b"])


@pytest.fixture
def store(tmp_path: Path) -> TaskStore:
    return TaskStore(tmp_path / "private" / "tasks.sqlite")


def test_a_step_and_its_result_are_kept_together(store: TaskStore, tmp_path: Path) -> None:
    store.put(TASK)
    done = replace(STEPS[0], state=StepState.DONE, expert="go", seconds=1.5, tokens=7)
    store.put_step(TASK.with_step(done), done, FILE)
    again = TaskStore(store.path)
    assert again.task("t1") == TASK.with_step(done)
    assert again.files("t1") == [StoredFile(changes=FILE)]
    more = FILE.with_lines(1, 2, 2, ["c"])
    store.put_files("t1", [StoredFile(changes=more, written=more.text)])
    assert again.files("t1") == [StoredFile(changes=more, written="b\nsecret text\nc\n")]
    if os.name == "posix":
        assert store.path.stat().st_mode & 0o777 == 0o600
        assert store.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_plan_that_changes_replaces_the_steps(store: TaskStore) -> None:
    store.put(TASK)
    changed = replace(TASK, steps=STEPS[1:], state=TaskState.PLANNED)
    store.put(changed)
    assert store.tasks() == [changed]
    assert store.task("other") is None


def test_what_is_forgotten_leaves_the_file(store: TaskStore) -> None:
    store.put(TASK)
    store.put_files("t1", [StoredFile(changes=FILE)])
    assert b"secret text" in store.path.read_bytes()
    assert store.forget("t1")
    assert not store.forget("t1")
    assert b"secret text" not in store.path.read_bytes()


def test_the_oldest_that_have_ended_go_when_there_is_too_much(tmp_path: Path) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite", max_bytes=90_000)
    for n in range(6):
        task = replace(TASK, id=f"t{n}", state=TaskState.RUNNING if n == 0 else TaskState.DONE)
        store.put(task)
        file = FileChanges(path="a", base="x" * 20_000)
        store.put_files(task.id, [StoredFile(changes=file)])
    store.put(replace(TASK, id="t6"))
    kept = [task.id for task in store.tasks()]
    assert kept[:2] == ["t6", "t5"]
    assert kept[-1] == "t0", "it runs"
    assert "t1" not in kept
