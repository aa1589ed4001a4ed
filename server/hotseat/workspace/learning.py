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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotseat.attention.forecaster import Forecaster, Row, RowKey
from hotseat.domain.errors import HotseatError
from hotseat.storage.habit_store import HabitStore, habits_path
from hotseat.workspace.git import git, git_dir
from hotseat.workspace.learn_log import LEARNED, MAX_LEARNED_IDS, NEWEST, person_of
from hotseat.workspace.mining import Commit, read_log

log = logging.getLogger(__name__)

SAVE_EVERY_S = 30.0
LOOK_EVERY_S = 2.0
"""How often to check for new commits, by the time of one file."""
MINE_TIMEOUT_S = 120.0
GIT_TIMEOUT_S = 10.0
MAX_NEW_COMMITS = 20
MAX_UNSAVED_ROWS = 20_000
"""Rows that could not be written and wait for the next attempt; more than all tables hold."""


class Learning:
    """Use `start` and `aclose`. Without a workspace nothing is kept."""

    def __init__(
        self,
        workspace: Path | None,
        forecaster: Forecaster,
        *,
        look_every_s: float = LOOK_EVERY_S,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._workspace = workspace
        self._look_every_s = look_every_s
        self._wall_clock = wall_clock
        self._unsaved: dict[RowKey, Row | None] = {}
        self._complained = False
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
        except Exception:
            log.exception("Habits are not kept")

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
        learned = await self._learned(store, newest_s)
        seen: float | None = None
        saved_s = time.monotonic()
        while True:
            changed = await asyncio.to_thread(_changed_s, head_log)
            if changed != seen:
                seen = changed
                learned = await self._learn_commits(workspace, store, learned)
            if time.monotonic() - saved_s >= SAVE_EVERY_S:
                saved_s = time.monotonic()
                await self._save(store)
            await asyncio.sleep(self._look_every_s)

    async def _learned(self, store: HabitStore, newest_s: float) -> Learned:
        """Return what was learned before. A time in the future, as an older Hotseat noted it,
        counts as now."""
        try:
            ids = await asyncio.to_thread(store.fact, LEARNED)
        except (OSError, sqlite3.Error):
            ids = None
        now_s = math.floor(self._wall_clock())
        return Learned(newest_s=min(newest_s, now_s), ids=tuple((ids or "").split()))

    async def _learn_commits(self, workspace: Path, store: HabitStore, learned: Learned) -> Learned:
        """Learn what is new. What fails here is tried again after the next commit."""
        try:
            commits = await read_log(
                workspace, max_commits=MAX_NEW_COMMITS, timeout_s=GIT_TIMEOUT_S
            )
        except HotseatError as error:  # no commit yet
            log.debug("%s", error)
            return learned
        new, learned = unlearned(commits, learned, now_s=self._wall_clock())
        for commit in new:
            files = [(file.path, file.language) for file in commit.files]
            self._forecaster.committed(files, time.monotonic())
        try:
            await asyncio.to_thread(store.set_fact, NEWEST, str(learned.newest_s))
            await asyncio.to_thread(store.set_fact, LEARNED, " ".join(learned.ids))
        except (OSError, sqlite3.Error) as error:
            self._complain(error)
        return learned

    async def _save_for_ever(self, store: HabitStore) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            await self._save(store)

    async def _save(self, store: HabitStore) -> None:
        """Write what changed, and what could not be written before."""
        self._unsaved.update(self._forecaster.changes())
        rows = dict(self._unsaved)
        if not rows:
            return
        try:
            await asyncio.to_thread(store.write, rows)
        except (OSError, sqlite3.Error) as error:
            self._complain(error)
            for key in list(self._unsaved)[:-MAX_UNSAVED_ROWS]:
                del self._unsaved[key]
        else:
            self._unsaved.clear()
            self._complained = False

    def _complain(self, error: Exception) -> None:
        """Once, until a write succeeds: it is tried again all the time."""
        if not self._complained:
            log.warning("Habits were not saved: %s", error)
        self._complained = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Up to which commit the history is known."""

    newest_s: float
    """The newest time of a learned commit that was not in the future."""
    ids: tuple[str, ...] = ()
    """The hashes of the newest learned commits, the newest last."""


def unlearned(
    commits: Sequence[Commit], learned: Learned, *, now_s: float
) -> tuple[list[Commit], Learned]:
    """Return the commits that are new, and what is learned with them.

    A commit with a date in the future is learned once, and does not make later ones old. `now_s`
    is the wall clock, which may be wrong: a commit that is known by its hash is never new.
    """
    known = set(learned.ids)

    def is_new(commit: Commit) -> bool:
        if not commit.id:
            return commit.time_s > learned.newest_s
        # Two commits may be of one second.
        return commit.time_s >= learned.newest_s and commit.id not in known

    new = [commit for commit in commits if is_new(commit)]
    past = [commit.time_s for commit in commits if commit.time_s <= now_s]
    ids = dict.fromkeys((*learned.ids, *(commit.id for commit in commits if commit.id)))
    return new, Learned(newest_s=max([learned.newest_s, *past]), ids=tuple(ids)[-MAX_LEARNED_IDS:])


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
