"""Watches the workspace on disk for what other programs write there.

Owns when changes are read, and the pause after a storm (a checkout, a build). The editor reports
the changes if it offers that; otherwise watchdog does. Everything that takes time (git, folders,
watchdog) runs off the event loop, which gets at most one small batch per second.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

from hotseat.workspace.client_watch import ClientWatch
from hotseat.workspace.folder_watch import FolderWatch, folder_watch
from hotseat.workspace.git import git_dir
from hotseat.workspace.watch_batch import MAX_PATHS, Batch, Collector
from hotseat.workspace.watched_folders import DEFAULT_BOUNDS, FolderBounds, why_not
from hotseat.workspace.watched_tree import HOW_TO_RAISE, WatchedTree

log = logging.getLogger(__name__)

START_AFTER_S = 2.0
"""The roster, the engine and the first model come first."""
COALESCE_S = 1.0
PAUSE_S = 2.0
"""Pause after a storm; twice as long if the storm has not ended by then."""
MAX_PAUSE_S = 60.0
CALM_PATHS = 20
"""A storm is over when a batch has no more paths than this."""


class Storms:
    """Decides what a storm is, and how long to pause: a build that writes for minutes is not read
    every few seconds."""

    def __init__(self, first_pause_s: float = PAUSE_S) -> None:
        self._first_pause_s = first_pause_s
        self._pause_s = first_pause_s
        self._over_s = float("-inf")
        self._calm = True

    def is_part(self, batch: Batch) -> bool:
        """Return whether the batch begins or continues a storm, which ends in small batches."""
        self._calm = not batch.storm and (self._calm or batch.n_paths <= CALM_PATHS)
        return not self._calm

    def pause_s(self, now_s: float) -> float:
        """Return the pause for a storm that is noticed at `now_s`."""
        goes_on = now_s - self._over_s < 2 * self._pause_s
        longer_s = min(2 * self._pause_s, MAX_PAUSE_S)
        self._pause_s = longer_s if goes_on else self._first_pause_s
        self._over_s = now_s + self._pause_s
        return self._pause_s


class Watching:
    """Use `start` and `aclose`.

    `select` says which of the files matter at all, before git is asked about them; `on_changed`
    gets those that git does not ignore. `on_files` gets all files of a batch, whatever they are,
    and `on_storm` is called after so many changes that none is known. `register` asks the editor to
    report changes and returns whether it does; without it, or if it returns False, Hotseat watches
    the folders itself.
    """

    def __init__(
        self,
        workspace: Path | None,
        *,
        select: Callable[[Collection[str]], Sequence[str]],
        on_changed: Callable[[Sequence[str]], None],
        on_files: Callable[[Sequence[str]], None] = lambda _: None,
        on_storm: Callable[[], None] = lambda: None,
        register: Callable[[], Awaitable[bool]] | None = None,
        start_after_s: float = START_AFTER_S,
        coalesce_s: float = COALESCE_S,
        pause_s: float = PAUSE_S,
        bounds: FolderBounds = DEFAULT_BOUNDS,
    ) -> None:
        self._workspace = workspace
        self._select = select
        self._on_changed = on_changed
        self._on_files = on_files
        self._on_storm = on_storm
        self._register = register
        self._start_after_s = start_after_s
        self._coalesce_s = coalesce_s
        self._pause_s = pause_s
        self._bounds = bounds
        self._client_watch: ClientWatch | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.ready = asyncio.Event()
        """Set when the folders are watched."""

    def client_changed(self, folder: str, name: str, *, created: bool) -> bool:
        """Take an event of the editor: `name` in `folder` was written, or created.

        Return False if further events would not count now.
        """
        watch = self._client_watch
        return watch is not None and watch.changed(folder, name, created=created)

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
        await asyncio.sleep(self._start_after_s)
        if (reason := await asyncio.to_thread(why_not, workspace)) is not None:
            log.info("%s is not watched: %s", workspace, reason)
            return
        in_git = await git_dir(workspace) is not None
        stirred = asyncio.Event()
        collector = Collector(_from_thread(stirred.set))
        watch = await self._make_watch(workspace, collector)
        tree = WatchedTree(workspace, watch, in_git=in_git, bounds=self._bounds)
        try:
            await tree.watch_all()
            self.ready.set()
            storms = Storms(self._pause_s)
            while True:
                await stirred.wait()
                await asyncio.sleep(self._coalesce_s)
                stirred.clear()
                batch = collector.take()
                if storms.is_part(batch):
                    pause_s = storms.pause_s(time.monotonic())
                    log.info("Too many files change at once: back in %.0f s", pause_s)
                    await asyncio.to_thread(watch.close)
                    await asyncio.sleep(pause_s)
                    collector.take()
                    await tree.watch_all()
                    self._on_storm()
                else:
                    await self._report(tree, batch)
        except OSError as error:
            hint = HOW_TO_RAISE if error.errno in (errno.EMFILE, errno.ENOSPC) else ""
            log.info("%s is not watched: %s. %s", workspace, error, hint)
        except Exception:
            log.exception("The watching of files has a bug")
        finally:
            await asyncio.to_thread(watch.close)

    async def _make_watch(self, workspace: Path, collector: Collector) -> FolderWatch:
        if self._register is not None and await self._register():
            log.info("The editor reports changes below %s", workspace)
            self._client_watch = ClientWatch(collector)
            return self._client_watch
        return await asyncio.to_thread(folder_watch, workspace, collector)

    async def _report(self, tree: WatchedTree, batch: Batch) -> None:
        new_folders = await asyncio.to_thread(_folders_among, batch.created)
        new_files = batch.created - new_folders
        found = await tree.follow(batch.folders | new_folders)
        files = list(dict.fromkeys([*batch.files, *new_files, *found]))
        if len(files) > MAX_PATHS:
            log.info("%d files came with a new folder: not counted", len(files))
            self._on_storm()
        else:
            self._on_files(files)
            if matter := await tree.not_ignored(self._select(files)):
                self._on_changed(matter)
        if any(os.path.basename(path) == ".gitignore" for path in batch.files | new_files):
            await tree.watch_all()


def _folders_among(paths: Collection[str]) -> frozenset[str]:
    """Return those that are folders. Links are not followed. Touches the disk."""
    return frozenset(path for path in paths if os.path.isdir(path) and not os.path.islink(path))


def _from_thread(call: Callable[[], object]) -> Callable[[], None]:
    """Return a function for any thread that runs `call` on this event loop."""
    loop = asyncio.get_running_loop()

    def later() -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(call)

    return later
