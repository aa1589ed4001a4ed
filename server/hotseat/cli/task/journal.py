"""`hotseat task list | show | undo | forget`: what is kept of tasks, without a language server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.cli.task.apply import Replacement, write
from hotseat.cli.task.view import diff_of, say, say_left_out, shown, step_line
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.conversation.task.plan import Task
    from hotseat.session.task.journal import TaskJournal
    from hotseat.session.task.review import Review, ReviewedFile

PathOption = Annotated[
    Path | None,
    typer.Option(
        "--path", "-p", help="The folder of the workspace.", show_default="the current folder"
    ),
]
TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="The id of a task (`list`).")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
ForceOption = Annotated[
    bool,
    typer.Option("--force", help="Write without git, and over changes that are not committed."),
]


def list_(path: PathOption = None, as_json: JsonOption = False) -> None:
    """List the tasks of a folder, the newest first. One that was interrupted is `stopped`.

    hotseat task list

    hotseat task list --path ~/src/shop --json
    """

    async def work(journal: TaskJournal, _review: Review) -> list[Task]:
        return await journal.tasks()

    tasks = with_journal(workspace(path), work)
    if as_json:
        print(json.dumps({"tasks": [_summary(task) for task in tasks]}, indent=2))
        return
    if not tasks:
        print("There are no tasks in this folder.")
    for one in map(_summary, tasks):
        when = datetime.fromtimestamp(one["updatedS"]).astimezone().strftime("%Y-%m-%d %H:%M")
        words = shown(" ".join(one["instruction"].split()))[:60]
        print(f"{one['id']}  {when}  {one['state']}  {one['done']}/{one['steps']}  {words}")


def show(task: TaskArgument, path: PathOption = None, as_json: JsonOption = False) -> None:
    """Show a task: its steps, and the diff of what is proposed and not written yet.

    The diff is on stdout, the rest on stderr, so that `git apply` can read it.

    hotseat task show 4f2a91c0

    hotseat task show 4f2a91c0 | git apply
    """

    async def work(journal: TaskJournal, review: Review) -> tuple[Task, list[ReviewedFile]]:
        live = await journal.loaded(task)
        return live.task, await review.files(live)

    found, files = with_journal(workspace(path), work)
    result = {"task": task_json(found), "files": [file_json(file) for file in files]}
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_task(result)


def undo(
    task: TaskArgument,
    path: PathOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Bring back the files that still hold what a task wrote, after showing the diff and asking.

    A file that was edited since is left alone, and the diff of what was edited is shown.

    hotseat task undo 4f2a91c0

    hotseat task undo 4f2a91c0 --yes
    """
    root = workspace(path)

    async def work(journal: TaskJournal, review: Review) -> list[ReviewedFile]:
        return await review.undo(await journal.ended(task))

    files = with_journal(root, work)
    proposed = [file for file in files if file.state == "proposed"]
    shown_files = [file_json(file) for file in files]
    if not as_json:
        print(diff_of(shown_files), end="")
        say_left_out(shown_files)
        for file in files:
            if file.state == "changed" and file.diff:
                say(f"Edited since the task wrote it:\n{file.diff}")
    changes = [
        Replacement(
            path=file.path,
            old=file.changes.base,
            new=None if file.deletes else file.changes.text,
        )
        for file in proposed
    ]
    try:
        if not changes:
            raise HotseatError(
                "There is nothing to undo: no file holds what the task wrote",
                hint="`hotseat task show` shows the state of its files",
            )
        written, errors = write(root, changes, yes=yes, force=True)  # it holds what is kept
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps({"undone": written, "files": shown_files}, indent=2))
    else:
        print(f"Undone: {', '.join(written)}" if written else "Nothing was undone.")
    if errors:
        raise typer.Exit(1)


def forget(task: TaskArgument, path: PathOption = None, as_json: JsonOption = False) -> None:
    """Remove a task with the texts that are kept of its files. The files stay as they are.

    hotseat task forget 4f2a91c0
    """

    async def work(journal: TaskJournal, _review: Review) -> int:
        await journal.ended(task)
        return int(await asyncio.to_thread(journal.store.forget, task))

    removed = with_journal(workspace(path), work)
    print(json.dumps({"removed": removed}) if as_json else "Removed.")


# --- shared with run ---


def workspace(path: Path | None) -> Path:
    """Return the folder of the workspace; exits if it is none."""
    folder = (path or Path.cwd()).expanduser().absolute()
    if not folder.is_dir():
        fail(HotseatError(f"{folder} is not a folder", hint="Name the project's folder"))
    return folder


def with_journal(
    root: Path, work: Callable[[TaskJournal, Review], Coroutine[Any, Any, Any]]
) -> Any:
    """Return what `work` does with the tasks of a workspace; a HotseatError ends the command."""
    from hotseat.session.symbols.refreshed import secret_files
    from hotseat.session.task.journal import TaskJournal
    from hotseat.session.task.review import Review
    from hotseat.session.task.texts import Texts
    from hotseat.storage.tasks import TaskStore, tasks_path
    from hotseat.workspace.tasks.places import Places

    try:
        places = Places(root, secret_files(root).hold)
        store = TaskStore(tasks_path(root), say=say)
        return run_async(work(TaskJournal(store), Review(Texts(None, places, str))))
    except HotseatError as error:
        fail(error)


def note_written(root: Path, task: str) -> None:
    """Keep what a task wrote, for `undo`."""

    async def work(journal: TaskJournal, review: Review) -> None:
        live = await journal.ended(task)
        await asyncio.to_thread(journal.store.put_files, task, await review.written(live))

    with_journal(root, work)


def print_task(result: dict[str, Any]) -> None:
    """Print the steps on stderr, and the diff on stdout."""
    task = result["task"]
    say(f"Task {task['id']} is {task['state']}: {task['instruction']}")
    if task["note"]:
        say(task["note"])
    for step in task["steps"]:
        note = f" ({step['note']})" if step["note"] else ""
        say(f"  {step['state']:9} {step_line(step)}{note}")
    say_left_out(result["files"])
    print(diff_of(result["files"]), end="")


def _summary(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "instruction": task.instruction,
        "state": task.state.value,
        "createdS": task.created_s,
        "updatedS": task.updated_s,
        "steps": len(task.steps),
        "done": sum(step.state == "done" for step in task.steps),
    }


def task_json(task: Task) -> dict[str, Any]:
    """Return a task as `hotseat/task` has it, without URIs."""
    steps = [
        {
            "id": step.id,
            "path": step.path,
            "language": step.language,
            "action": step.action.value,
            "symbols": list(step.symbols),
            "what": step.what,
            "after": list(step.after),
            "state": step.state.value,
            "expert": step.expert or None,
            "note": step.note,
            "seconds": step.seconds,
            "tokens": step.tokens,
        }
        for step in task.steps
    ]
    return {
        "id": task.id,
        "instruction": task.instruction,
        "state": task.state.value,
        "note": task.note,
        "steps": steps,
        "createdS": task.created_s,
        "updatedS": task.updated_s,
    }


def file_json(file: ReviewedFile) -> dict[str, Any]:
    """Return a file as `hotseat/task` has it."""
    return {
        "path": file.path,
        "uri": file.uri,
        "state": file.state.value,
        "steps": list(file.changes.steps),
        "note": file.note,
        "diff": file.diff,
        "oldText": file.changes.base,
        "newText": file.changes.text,
    }
