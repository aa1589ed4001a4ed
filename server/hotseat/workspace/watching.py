"""Watches the workspace on disk for what other programs write there.

Owns when to look, and that a storm (a checkout, a build) is sat out. Everything that takes time
(git, folders, watchdog) is off the event loop; what comes back is at most a small batch a second.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

from hotseat.workspace.folder_watch import MAX_PATHS, Batch, Collector, folder_watch
from hotseat.workspace.git import git_dir
from hotseat.workspace.watched_folders import why_not
from hotseat.workspace.watched_tree import HOW_TO_RAISE, WatchedTree

log = logging.getLogger(__name__)

START_AFTER_S = 2.0
"""Nobody waits for it: first come the roster, the engine and the first model."""
COALESCE_S = 1.0
PAUSE_S = 2.0
"""After a storm nothing is watched for so long; twice as long when it has not ended by then."""
MAX_PAUSE_S = 60.0
CALM_PATHS = 20
"""So few at once, and a storm is over."""


class Storms:
    """What is one, and how long to look away from it: a build that writes for minutes is not looked
    at every few seconds."""

    def __init__(self) -> None:
        self._pause_s = PAUSE_S
        self._over_s = float("-inf")
        self._calm = True

    def is_part(self, batch: Batch) -> bool:
        """Whether it begins a storm, or is still a part of one: its end comes in small batches."""
        n_paths = len(batch.files) + len(batch.folders)
        self._calm = not batch.storm and (self._calm or n_paths <= CALM_PATHS)
        return not self._calm

    def pause_s(self, now_s: float) -> float:
        """There is a storm, now."""
        goes_on = now_s - self._over_s < 2 * self._pause_s
        self._pause_s = min(2 * self._pause_s, MAX_PAUSE_S) if goes_on else PAUSE_S
        self._over_s = now_s + self._pause_s
        return self._pause_s


class Watching:
    """Use `start` and `aclose`. `select` says which of the files matter at all, before git is asked
    about them; `on_changed` gets those that git does not ignore."""

    def __init__(
        self,
        workspace: Path | None,
        *,
        select: Callable[[Collection[str]], Sequence[str]],
        on_changed: Callable[[Sequence[str]], None],
    ) -> None:
        self._workspace = workspace
        self._select = select
        self._on_changed = on_changed
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.ready = asyncio.Event()
        """The folders are watched."""

    def start(self) -> None:
        if self._workspace is None:
            log.info("There is no workspace: changes on disk are not watched")
        elif self._task is None and not self._closed:
            self._task = asyncio.create_task(self._run(self._workspace))

    async def aclose(self) -> None:
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, workspace: Path) -> None:
        await asyncio.sleep(START_AFTER_S)
        if (reason := await asyncio.to_thread(why_not, workspace)) is not None:
            log.info("%s is not watched: %s", workspace, reason)
            return
        in_git = await git_dir(workspace) is not None
        stirred = asyncio.Event()
        collector = Collector(_from_thread(stirred.set))
        watch = await asyncio.to_thread(folder_watch, workspace, collector)
        tree = WatchedTree(workspace, watch, in_git=in_git)
        try:
            await tree.watch_all()
            self.ready.set()
            storms = Storms()
            while True:
                await stirred.wait()
                await asyncio.sleep(COALESCE_S)
                stirred.clear()
                batch = collector.take()
                if storms.is_part(batch):
                    pause_s = storms.pause_s(time.monotonic())
                    log.info("Too many files change at once: back in %.0f s", pause_s)
                    await asyncio.to_thread(watch.close)
                    await asyncio.sleep(pause_s)
                    collector.take()
                    await tree.watch_all()
                else:
                    await self._tell(tree, batch)
        except OSError as error:
            hint = HOW_TO_RAISE if error.errno in (errno.EMFILE, errno.ENOSPC) else ""
            log.info("%s is not watched: %s. %s", workspace, error, hint)
        except Exception:
            log.exception("The watching of files has a bug")
        finally:
            await asyncio.to_thread(watch.close)

    async def _tell(self, tree: WatchedTree, batch: Batch) -> None:
        files = [*batch.files, *await tree.follow(batch.folders)]
        if len(files) > MAX_PATHS:
            log.info("%d files came with a new folder: not counted", len(files))
        elif matter := await tree.not_ignored(self._select(files)):
            self._on_changed(matter)
        if any(os.path.basename(path) == ".gitignore" for path in batch.files):
            await tree.watch_all()


def _from_thread(call: Callable[[], object]) -> Callable[[], None]:
    """To be called from any thread; runs on this event loop."""
    loop = asyncio.get_running_loop()

    def later() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            loop.call_soon_threadsafe(call)

    return later
