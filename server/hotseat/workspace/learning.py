"""Keeps one window's forecaster: restores it, saves it, and lets it learn from git.

Owns what runs off the event loop for that: SQLite in threads, git and the mining of its log in
processes. A forecaster that cannot be saved, or cannot learn, still forecasts.
"""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
import sys
import time
from pathlib import Path

from hotseat.attention.forecaster import Forecaster
from hotseat.domain.errors import HotseatError
from hotseat.storage.habit_store import HabitStore, habits_path
from hotseat.workspace.git import git, git_dir
from hotseat.workspace.learn_log import NEWEST, person_of
from hotseat.workspace.mining import read_log

log = logging.getLogger(__name__)

SAVE_EVERY_S = 30.0
LOOK_EVERY_S = 2.0
"""How often to check for new commits, by the time of one file."""
MINE_TIMEOUT_S = 120.0
GIT_TIMEOUT_S = 10.0
MAX_NEW_COMMITS = 20


class Learning:
    """Use `start` and `aclose`. Without a workspace nothing is kept."""

    def __init__(
        self,
        workspace: Path | None,
        forecaster: Forecaster,
        *,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._workspace = workspace
        self._look_every_s = look_every_s
        self._forecaster = forecaster
        self._store = HabitStore(habits_path(workspace)) if workspace else None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        if self._workspace is not None and self._store is not None:
            run = self._run(self._workspace, self._store)
            self._tasks.append(asyncio.create_task(run))

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks and self._store is not None:
            await self._save(self._store)

    async def _run(self, workspace: Path, store: HabitStore) -> None:
        try:
            newest = await self._restore(store)
            if (git_folder := await git_dir(workspace)) is None:
                await self._save_for_ever(store)
                return
            email = await git(workspace, "config", "user.email")
            self._forecaster.person = person_of(email) if email else ""
            if newest is None and not store.is_newer:
                await self._mine(workspace, store)
                newest = await self._restore(store)
            head_log = git_folder / "logs" / "HEAD"
            await self._follow(workspace, head_log, store, _seconds(newest))
        except (OSError, sqlite3.Error, HotseatError) as error:
            log.warning("Habits are not kept: %s", error)

    async def _restore(self, store: HabitStore) -> str | None:
        rows = await asyncio.to_thread(store.read)
        if rows:
            self._forecaster.restore(rows)
        return await asyncio.to_thread(store.fact, NEWEST)

    async def _mine(self, workspace: Path, store: HabitStore) -> None:
        """The whole history, once, in a process of its own."""
        began_s = time.monotonic()
        await self._save(store)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # nothing is imported from the folder in which the editor was started
            "-m",
            "hotseat.workspace.learn_log",
            str(workspace),
            str(store.path),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await asyncio.wait_for(process.wait(), MINE_TIMEOUT_S)
        except TimeoutError:
            log.warning("Mining the history of %s took too long", workspace)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        log.info("Mined %s in %.1f s", workspace, time.monotonic() - began_s)

    async def _follow(
        self, workspace: Path, head_log: Path, store: HabitStore, newest_s: float
    ) -> None:
        """Learn each commit as it is made, and save now and then."""
        seen: float | None = None
        saved_s = time.monotonic()
        while True:
            changed = await asyncio.to_thread(_changed_s, head_log)
            if changed != seen:
                seen = changed
                newest_s = await self._learn_commits(workspace, store, newest_s)
            if time.monotonic() - saved_s >= SAVE_EVERY_S:
                saved_s = time.monotonic()
                await self._save(store)
            await asyncio.sleep(self._look_every_s)

    async def _learn_commits(self, workspace: Path, store: HabitStore, newest_s: float) -> float:
        try:
            commits = await read_log(
                workspace, max_commits=MAX_NEW_COMMITS, timeout_s=GIT_TIMEOUT_S
            )
        except HotseatError as error:  # no commit yet
            log.debug("%s", error)
            return newest_s
        for commit in commits:
            if commit.time_s > newest_s:
                newest_s = commit.time_s
                files = [(file.path, file.language) for file in commit.files]
                self._forecaster.committed(files, time.monotonic())
        await asyncio.to_thread(store.set_fact, NEWEST, str(newest_s))
        return newest_s

    async def _save_for_ever(self, store: HabitStore) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            await self._save(store)

    async def _save(self, store: HabitStore) -> None:
        if not (rows := self._forecaster.changes()):
            return
        try:
            await asyncio.to_thread(store.write, rows)
        except (OSError, sqlite3.Error) as error:
            log.warning("Habits were not saved: %s", error)


def _seconds(newest: str | None) -> float:
    """0.0, so that the last commits are learned again, where it is not known or no time."""
    try:
        newest_s = float(newest or 0.0)
    except ValueError:
        return 0.0
    return newest_s if math.isfinite(newest_s) else 0.0


def _changed_s(head_log: Path) -> float | None:
    """When HEAD last moved: its log's time. None before the first commit."""
    try:
        return head_log.stat().st_mtime
    except OSError:
        return None
