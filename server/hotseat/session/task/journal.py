"""The tasks that are kept, and which of them run: a lock that ends with its process says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from hotseat.conversation.task.plan import Task, TaskState, stopped
from hotseat.domain.errors import HotseatError
from hotseat.engines.runtime import runtime_dir
from hotseat.session.task.live import LiveTask
from hotseat.storage.tasks import TaskStore

INTERRUPTED = "It was interrupted; run it again to go on."
_RUNNING = (TaskState.RUNNING, TaskState.PLANNING)


class TaskJournal:
    """Of one workspace. Methods raise HotseatError where the store cannot be used."""

    def __init__(self, store: TaskStore) -> None:
        self.store = store

    async def tasks(self) -> list[Task]:
        """Return the tasks of the workspace, the newest first, as they are."""
        return [as_it_is(task) for task in await asyncio.to_thread(self.store.tasks)]

    async def loaded(self, id_: str) -> LiveTask:
        """Return a task as it is kept. Raises HotseatError if there is none with that id."""
        task = await asyncio.to_thread(self.store.task, id_)
        if task is None:
            raise HotseatError(
                f"There is no task '{id_}'", hint="`hotseat task list` shows those of this folder"
            )
        files = await asyncio.to_thread(self.store.files, id_)
        return LiveTask(
            task=as_it_is(task),
            files={file.changes.path: file.changes for file in files},
            written={f.changes.path: f.written for f in files if f.written is not None},
        )

    async def ended(self, id_: str) -> LiveTask:
        """Return a task that does not run. Raises HotseatError if it does."""
        live = await self.loaded(id_)
        if live.task.state in _RUNNING:
            raise HotseatError("The task is running", hint="Stop it first, or wait for its end")
        return live

    async def put(self, live: LiveTask) -> None:
        """Keep a task as it is now."""
        await asyncio.to_thread(self.store.put, live.task)


def as_it_is(task: Task) -> Task:
    """Return a task of the journal: one that no process runs any more is stopped."""
    if task.state not in _RUNNING or _is_locked(task.id):
        return task
    return stopped(task, INTERRUPTED)


@contextmanager
def running_here(lock: FileLock) -> Iterator[None]:
    """Release a lock that was taken, and remove its file, after the `with` block."""
    try:
        yield
    finally:
        lock.release()
        with suppress(OSError):
            Path(lock.lock_file).unlink()


def taken_lock(id_: str) -> FileLock:
    """Return the lock of a task that this process may run now. Raises HotseatError."""
    lock = _lock(id_)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise HotseatError(
            "The task runs in another window", hint="Stop it there, or wait until it is done"
        ) from None
    except OSError as error:
        raise HotseatError(
            f"The task cannot be begun: {error}", hint="Run `hotseat doctor`"
        ) from None
    return lock


def _lock(id_: str) -> FileLock:
    return FileLock(str(runtime_dir() / f"task-{id_}.lock"), thread_local=False, mode=0o600)


def _is_locked(id_: str) -> bool:
    lock = _lock(id_)
    if not Path(lock.lock_file).exists():
        return False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
