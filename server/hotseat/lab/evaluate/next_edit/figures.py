"""The figures of `hotseat bench next-edit`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lab.evaluate.next_edit.commits import commits
from hotseat.lab.evaluate.next_edit.replay import Replay, Tally, repeats_of, uses_by
from hotseat.syntax.service import SyntaxService

MAX_READ = 6000
"""Commits read in search of those with repeats."""
AT_ONCE = 250
MAX_S = 540.0


def bench_next_edit(path: Path, *, n: int, skip: int = 0) -> tuple[dict[str, Any], Tally]:
    """Return the figures of the `n` newest commits with repeats, after the `skip` newest commits.

    Raises HotseatError if there are none. Ends after nine minutes with what was replayed by then.
    """
    ends_s = time.monotonic() + MAX_S
    service = SyntaxService(time.thread_time)
    uses = uses_by(service.uses)
    tally, n_replayed = Tally(), 0
    for begin in range(skip, skip + MAX_READ, AT_ONCE):
        n_read = 0
        for files in commits(path, n=AT_ONCE, skip=begin):
            n_read += 1
            if n_replayed >= n or time.monotonic() > ends_s:
                return _figures(tally, n_replayed), tally
            if any(map(repeats_of, files)):
                n_replayed += 1
                for file in files:
                    Replay(file, uses).run(tally)
        if n_read == 0 and not _has_more(path, begin + AT_ONCE):
            break
    if not n_replayed:
        raise HotseatError(
            f"{path} has no commit that makes one change at several places of a file",
            hint="Name a repository with more history",
        )
    return _figures(tally, n_replayed), tally


def _has_more(path: Path, skip: int) -> bool:
    from hotseat.workspace.git import git_result

    found = git_result(path, "log", f"--skip={skip}", "--max-count=1", "--format=%H")
    return found.succeeded and bool(found.output.strip())


def _figures(tally: Tally, n_commits: int) -> dict[str, Any]:
    times = sorted(tally.times_ms) or [0.0]
    return {
        "commits": n_commits,
        "repeats": tally.repeats,
        "offered_right": tally.offered_right,
        "offers": tally.offers,
        "wrong_share": round(tally.wrong / max(1, tally.offers), 4),
        "next_hunk_line": round(tally.next_hunk_line / max(1, tally.steps), 4),
        "exact": round(tally.exact / max(1, tally.steps), 4),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
    }
