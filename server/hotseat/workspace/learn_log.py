"""A process of its own that learns a workspace's habits from its git log, and saves them.

Run as `python -m hotseat.workspace.learn_log WORKSPACE FILE`. Seconds of work
would block the language server's event loop, even in a thread.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hotseat.attention.forecaster import Forecaster
from hotseat.domain.errors import HotseatError
from hotseat.storage.habit_store import HabitStore
from hotseat.workspace.mining import Commit, read_log, visits_of

SESSION_GAP_S = 7200.0
MAX_COMMITS = 3000
NEWEST = "newest_commit_s"
"""Fact: up to when the history was learned."""
LEARNED = "learned_commits"
"""Fact: the hashes of the newest learned commits, separated by spaces."""
MAX_LEARNED_IDS = 50


def person_of(email: str) -> str:
    """Return a name that is different for each author, without keeping the address.

    What is no UTF-8 counts as U+FFFD, as in the log that is mined.
    """
    readable = os.fsencode(email).decode("utf-8", "replace")
    return hashlib.blake2s(readable.lower().encode(), digest_size=6).hexdigest()


def learn(forecaster: Forecaster, commits: Sequence[Commit]) -> None:
    """Teach the forecaster the commits, oldest first, as if it had seen the work."""
    last_s: dict[str, float] = {}
    now_s = 0.0
    for commit in commits:
        person = person_of(commit.author)
        if commit.time_s - last_s.get(person, float("-inf")) >= SESSION_GAP_S:
            forecaster.person = ""
            forecaster.begin(now_s)
            forecaster.forecast(())
        last_s[person] = commit.time_s
        forecaster.person = person
        for file in visits_of(commit):
            forecaster.visit(file.path, file.language, now_s)
            forecaster.forecast(())
            now_s += file.dwell_s
        forecaster.committed([(file.path, file.language) for file in commit.files], now_s)
    forecaster.person = ""


def main(workspace: Path, file: Path) -> int:
    with suppress(OSError, AttributeError):
        os.nice(10)
    store = HabitStore(file)
    try:
        commits = asyncio.run(read_log(workspace, max_commits=MAX_COMMITS))
    except HotseatError as error:
        print(error, file=sys.stderr)
        return 1
    forecaster = Forecaster()
    learn(forecaster, commits)
    store.write(forecaster.changes())
    now_s = time.time()  # the date of a commit may lie in the future
    store.set_fact(NEWEST, str(max((c.time_s for c in commits if c.time_s <= now_s), default=0.0)))
    store.set_fact(LEARNED, " ".join(commit.id for commit in commits[-MAX_LEARNED_IDS:]))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
