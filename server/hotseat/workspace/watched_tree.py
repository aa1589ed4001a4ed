"""The folders of one workspace that are watched now, kept in step with what git does not ignore.

Owns when a folder comes or goes. Must not know what changes mean; that is `watching`'s.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from hotseat.workspace.folder_watch import FolderWatch
from hotseat.workspace.ignored import not_ignored
from hotseat.workspace.watch_batch import MAX_PATHS
from hotseat.workspace.watched_folders import (
    DEFAULT_BOUNDS,
    FolderBounds,
    contents,
    git_folders,
    left_out,
    walked_folders,
)

log = logging.getLogger(__name__)

SHARE = 0.05
"""Largest share of the time for `watch_all`, for which git reads the whole tree."""
HOW_TO_RAISE = (
    "The system's limit on watches is reached; on Linux raise fs.inotify.max_user_watches and "
    "fs.inotify.max_user_instances with sysctl"
)


class WatchedTree:
    def __init__(
        self,
        workspace: Path,
        watch: FolderWatch,
        *,
        in_git: bool,
        bounds: FolderBounds = DEFAULT_BOUNDS,
    ) -> None:
        self._workspace = workspace
        self._watch = watch
        self._in_git = in_git
        self._bounds = bounds
        self._n_folders = 0
        self._limited = False
        self._not_before_s = 0.0

    async def watch_all(self) -> None:
        """Find all folders that are worth watching, and watch only these. Raises OSError."""
        await asyncio.sleep(self._not_before_s - time.monotonic())
        began_s = time.monotonic()
        await asyncio.to_thread(self._watch.close)
        self._watch.open()
        if self._in_git:
            folders = await git_folders(self._workspace, self._bounds)
        else:
            folders = await asyncio.to_thread(walked_folders, self._workspace, self._bounds)
        self._n_folders = len(folders.paths)
        await self._add(folders.paths)
        ended_s = time.monotonic()
        self._not_before_s = ended_s + (ended_s - began_s) / SHARE
        rest = "" if folders.complete else ", not all"
        log.info("Watching %d folder(s) of %s%s", self._n_folders, self._workspace, rest)

    async def follow(self, folders: Collection[str]) -> Sequence[str]:
        """Watch new folders and those in them. Return the files that are in them already."""
        found: list[str] = []
        level = [path for path in folders if not left_out(os.path.basename(path), self._in_git)]
        while level and (level := await self.not_ignored(level)):
            level = level[: self._bounds.max_folders - self._n_folders]
            self._n_folders += len(level)
            # Watched first, then read: what is written meanwhile is seen either way.
            await self._add(level)
            below: list[str] = []
            for path in level:
                files, deeper = await asyncio.to_thread(self._contents, path)
                found += files[: MAX_PATHS + 1]
                below += deeper
            level = below
        return found

    def _contents(self, folder: str) -> tuple[list[str], list[str]]:
        return contents(folder, in_git=self._in_git, max_entries=self._bounds.max_entries)

    async def not_ignored(self, paths: Sequence[str]) -> list[str]:
        """Return the paths that git does not ignore; without those that git does not answer for."""
        if not self._in_git or not paths:
            return [*paths]
        return await not_ignored(self._workspace, paths)

    async def _add(self, folders: Collection[str]) -> None:
        if not await asyncio.to_thread(self._watch.watch, folders) and not self._limited:
            self._limited = True
            log.info("Not all folders of %s are watched. %s", self._workspace, HOW_TO_RAISE)
