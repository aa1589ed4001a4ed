"""The journal of a workspace's tasks (SQLite): steps, results, before-images.

The file is in the data directory, readable by its owner alone, and bounded: the oldest tasks that
have ended are dropped. What is forgotten leaves the file. Secret files never get here: no task may
read them. Every method blocks: call it in a thread.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.conversation.task.changes import Change, FileChanges, lines_of
from hotseat.conversation.task.plan import Action, Step, StepState, Task, TaskState
from hotseat.domain.errors import HotseatError
from hotseat.storage.row_values import (
    MAX_TIME_S,
    are_counts,
    are_texts,
    are_texts_if_any,
    is_number,
    is_time,
    json_list,
)
from hotseat.storage.sqlite import SmallDatabase, workspace_file

MAX_BYTES = 50_000_000
"""Of the file."""
MAX_TASKS = 200
_TIMEOUT_S = 5.0
_MIGRATIONS = (
    (),  # version 0 is a file whose first write was cut short
    (
        "create table tasks (id text primary key, number integer, instruction text, state text, "
        "note text, in_order integer, created_s real, updated_s real)",
        "create table steps (task text, id integer, place integer, path text, language text, "
        "action text, what text, symbols text, after text, state text, expert text, note text, "
        "seconds real, tokens integer, primary key (task, id))",
        "create table files (task text, path text, base text, changes text, written text, "
        "primary key (task, path))",
    ),
)
_STEP_COLUMNS = (
    "id, path, language, action, what, symbols, after, state, expert, note, seconds, tokens"
)


def tasks_path(workspace: Path) -> Path:
    """Return the file of a workspace, in the user's data directory."""
    return workspace_file(workspace, "tasks.sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """The changes of a file, and the text that the task wrote after the review; None before."""

    changes: FileChanges
    written: str | None = None


class TaskStore:
    """Methods raise HotseatError where the file can be neither used nor set aside."""

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int = MAX_BYTES,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._db = SmallDatabase(
            path, holds="tasks", migrations=_MIGRATIONS, timeout_s=_TIMEOUT_S, say=say
        )

    def put(self, task: Task) -> None:
        """Keep a task with all its steps."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "insert into tasks (id, number, instruction, created_s) values "
                "(?, (select coalesce(max(number), 0) + 1 from tasks), ?, ?) "
                "on conflict (id) do nothing",
                (task.id, task.instruction, task.created_s),
            )
            _put_state(db, task)
            db.execute("delete from steps where task = ?", (task.id,))
            for place, step in enumerate(task.steps):
                _put_step(db, task.id, place, step)
            self._keep_bound(db, task.id)

        self._write(work)

    def put_step(self, task: Task, step: Step, file: FileChanges | None = None) -> None:
        """Keep a step of a task that is there, and the result of its file, in one transaction."""

        def work(db: sqlite3.Connection) -> None:
            _put_state(db, task)
            place = next(i for i, one in enumerate(task.steps) if one.id == step.id)
            _put_step(db, task.id, place, step)
            if file is not None:
                _put_file(db, task.id, StoredFile(changes=file))

        self._write(work)

    def put_files(self, id_: str, files: Sequence[StoredFile]) -> None:
        """Keep files of a task that is there."""

        def work(db: sqlite3.Connection) -> None:
            for file in files:
                _put_file(db, id_, file)

        self._write(work)

    def tasks(self) -> list[Task]:
        """Return all tasks, the newest first."""
        ask = (
            "select id, instruction, state, note, in_order, created_s, updated_s from tasks "
            "order by number desc"
        )
        rows = self._read(lambda db: db.execute(ask).fetchall())
        steps = self._read(
            lambda db: db.execute(
                f"select task, {_STEP_COLUMNS} from steps order by task, place"
            ).fetchall()
        )
        by_task: dict[str, list[Step]] = {}
        for task, *columns in steps:
            if (step := _as_step(columns)) is not None:
                by_task.setdefault(task, []).append(step)
        found = [_as_task(row, tuple(by_task.get(row[0], ()))) for row in rows]
        return [task for task in found if task is not None]

    def task(self, id_: str) -> Task | None:
        """Return the task with that id; None if there is none."""
        return next((task for task in self.tasks() if task.id == id_), None)

    def files(self, id_: str) -> list[StoredFile]:
        """Return the files of a task, by their paths."""
        ask = "select path, base, changes, written from files where task = ? order by path"
        rows = self._read(lambda db: db.execute(ask, (id_,)).fetchall())
        return [file for row in rows if (file := _as_file(row)) is not None]

    def forget(self, id_: str) -> bool:
        """Remove a task with its texts; return whether there was one with that id."""
        n_gone = [0]

        def work(db: sqlite3.Connection) -> None:
            db.execute("pragma secure_delete = on")
            n_gone[0] = _delete(db, id_)

        self._write(work)
        if n_gone[0]:
            self._guarded(self._vacuum)
        return bool(n_gone[0])

    def _vacuum(self) -> None:
        with closing(sqlite3.connect(self.path, timeout=_TIMEOUT_S)) as db:
            db.execute("vacuum")

    def _keep_bound(self, db: sqlite3.Connection, kept: str) -> None:
        """Drop the oldest tasks, but for `kept`, while the file holds more than it may."""
        over = (str(TaskState.RUNNING), str(TaskState.PLANNING), kept)
        ask = "select id from tasks where state not in (?, ?) and id != ? order by number limit 1"
        while _used_bytes(db) > self._max_bytes or _n_tasks(db) > MAX_TASKS:
            oldest = db.execute(ask, over).fetchone()
            if oldest is None:
                return
            _delete(db, oldest[0])

    def _read(self, work: Callable[[sqlite3.Connection], list[Any]]) -> list[Any]:
        rows: list[Any] = self._guarded(lambda: self._db.read("tasks", work, []))
        return rows

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        self._guarded(lambda: self._db.write(work))

    def _guarded(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            raise HotseatError(
                f"Tasks cannot be kept in {self.path}: {error}",
                hint="Check who owns it and whether the disk is full",
            ) from error


def _put_state(db: sqlite3.Connection, task: Task) -> None:
    db.execute(
        "update tasks set state = ?, note = ?, in_order = ?, updated_s = ? where id = ?",
        (str(task.state), task.note, int(task.in_order), task.updated_s, task.id),
    )


def _put_step(db: sqlite3.Connection, task: str, place: int, step: Step) -> None:
    db.execute(
        f"insert or replace into steps (task, place, {_STEP_COLUMNS}) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            task,
            place,
            step.id,
            step.path,
            step.language,
            str(step.action),
            step.what,
            json.dumps(step.symbols),
            json.dumps(step.after),
            str(step.state),
            step.expert,
            step.note,
            step.seconds,
            step.tokens,
        ),
    )


def _put_file(db: sqlite3.Connection, task: str, file: StoredFile) -> None:
    changes = [[c.first, c.stop, c.lines, c.steps] for c in file.changes.changes]
    db.execute(
        "insert into files (task, path, base) values (?, ?, ?) on conflict (task, path) do nothing",
        (task, file.changes.path, file.changes.base),
    )
    db.execute(
        "update files set changes = ?, written = ? where task = ? and path = ?",
        (json.dumps(changes), file.written, task, file.changes.path),
    )


def _as_task(row: Sequence[Any], steps: tuple[Step, ...]) -> Task | None:
    """Return the task of a row; None if it holds anything else."""
    id_, instruction, state, note, in_order, created_s, updated_s = row
    if not are_texts(id_, instruction, note) or state not in set(TaskState):
        return None
    if not (is_time(created_s) and is_time(updated_s) and are_counts(in_order)):
        return None
    return Task(
        id=id_,
        instruction=instruction,
        state=TaskState(state),
        note=note,
        steps=steps,
        in_order=bool(in_order),
        created_s=float(created_s),
        updated_s=float(updated_s),
    )


def _as_step(row: Sequence[Any]) -> Step | None:
    """Return the step of a row; None if it holds anything else."""
    id_, path, language, action, what, symbols, after, state, expert, note, seconds, tokens = row
    symbols, after = json_list(symbols), json_list(after)
    if symbols is None or after is None or not are_texts(path, what, expert, note, *symbols):
        return None
    if not (are_counts(id_, tokens, *after) and is_number(seconds, 0.0, MAX_TIME_S)):
        return None
    if action not in set(Action) or state not in set(StepState):
        return None
    return Step(
        id=id_,
        path=path,
        language=language if isinstance(language, str) else None,
        action=Action(action),
        what=what,
        symbols=tuple(symbols),
        after=tuple(after),
        state=StepState(state),
        expert=expert,
        note=note,
        seconds=float(seconds),
        tokens=tokens,
    )


def _as_file(row: Sequence[Any]) -> StoredFile | None:
    """Return the file of a row; None if it holds anything else: half of a file's changes, or those
    of another text, must not be written."""
    path, base, changes, written = row
    read = _as_changes(changes, len(lines_of(base)) if isinstance(base, str) else 1)
    if read is None or not are_texts(path) or not are_texts_if_any(base, written):
        return None
    return StoredFile(changes=FileChanges(path=path, base=base, changes=read), written=written)


def _as_changes(text: object, n_lines: int) -> tuple[Change, ...] | None:
    """Return the changes of a base of `n_lines`, in order; None if the text holds anything else."""
    if (rows := json_list(text)) is None:
        return None
    read, done = [], 0
    for row in rows:
        if not isinstance(row, list) or len(row) != 4:
            return None
        first, stop, lines, steps = row
        if not (isinstance(lines, list) and isinstance(steps, list) and are_texts(*lines)):
            return None
        if not are_counts(first, stop, *steps) or not done <= first <= stop <= n_lines:
            return None
        read.append(Change(first=first, stop=stop, lines=tuple(lines), steps=tuple(steps)))
        done = stop
    return tuple(read)


def _delete(db: sqlite3.Connection, id_: str) -> int:
    for table in ("steps", "files"):
        db.execute(f"delete from {table} where task = ?", (id_,))
    return db.execute("delete from tasks where id = ?", (id_,)).rowcount


def _n_tasks(db: sqlite3.Connection) -> int:
    return int(db.execute("select count(*) from tasks").fetchone()[0])


def _used_bytes(db: sqlite3.Connection) -> int:
    (pages,) = db.execute("pragma page_count").fetchone()
    (free,) = db.execute("pragma freelist_count").fetchone()
    (page_bytes,) = db.execute("pragma page_size").fetchone()
    return int((pages - free) * page_bytes)
