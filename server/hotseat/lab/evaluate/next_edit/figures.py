"""The figures of `hotseat bench next-edit`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lab.evaluate.next_edit.commits import ChangedFile, commits
from hotseat.lab.evaluate.next_edit.replay import Replay, Tally, repeats_of, uses_by
from hotseat.syntax.service import SyntaxService

MAX_READ = 6000
"""Commits read in search of those with repeats."""
AT_ONCE = 250
MAX_S = 540.0
N_DRAWS = 1000
"""Of the commits, with replacement, for the intervals."""
LOW, HIGH = 0.05, 0.95


def bench_next_edit(
    paths: Sequence[Path], *, n: int, skip: int = 0
) -> tuple[dict[str, Any], list[Tally]]:
    """Return the figures of the `n` newest commits with repeats of each repository, after its
    `skip` newest commits, all together, and what each commit came to.

    Raises HotseatError if a repository has none. Ends after nine minutes with what was replayed by
    then.
    """
    ends_s = time.monotonic() + MAX_S
    uses = uses_by(SyntaxService(time.thread_time).uses)
    tallies: list[Tally] = []
    for path in paths:
        n_before = len(tallies)
        for files in _with_repeats(path, n, skip):
            if time.monotonic() > ends_s:
                break
            tallies.append(Tally())
            for file in files:
                Replay(file, uses).run(tallies[-1])
        if len(tallies) == n_before and time.monotonic() <= ends_s:
            raise HotseatError(
                f"{path} has no commit that makes one change at several places of a file",
                hint="Name a repository with more history",
            )
    return _figures(tallies), tallies


def _with_repeats(path: Path, n: int, skip: int) -> Iterator[list[ChangedFile]]:
    n_found = 0
    for begin in range(skip, skip + MAX_READ, AT_ONCE):
        n_read = 0
        for files in commits(path, n=AT_ONCE, skip=begin):
            n_read += 1
            if any(map(repeats_of, files)):
                yield files
                n_found += 1
                if n_found == n:
                    return
        if n_read == 0 and not _has_more(path, begin + AT_ONCE):
            return


def _has_more(path: Path, skip: int) -> bool:
    from hotseat.workspace.git import git_result

    found = git_result(path, "log", f"--skip={skip}", "--max-count=1", "--format=%H")
    return found.succeeded and bool(found.output.strip())


def _figures(tallies: Sequence[Tally]) -> dict[str, Any]:
    times = sorted(ms for one in tallies for ms in one.times_ms) or [0.0]

    def total(of: Callable[[Tally], int], ones: Sequence[Tally]) -> int:
        return sum(map(of, ones))

    def share(part: Callable[[Tally], int], whole: Callable[[Tally], int]) -> float:
        return round(total(part, tallies) / max(1, total(whole, tallies)), 4)

    def interval(part: Callable[[Tally], int], whole: Callable[[Tally], int]) -> list[float]:
        dice = random.Random(0)
        shares = []
        for _ in range(N_DRAWS):
            drawn = dice.choices(tallies, k=len(tallies))
            shares.append(total(part, drawn) / max(1, total(whole, drawn)))
        shares.sort()
        return [round(shares[int(N_DRAWS * at)], 4) for at in (LOW, HIGH)]

    return {
        "commits": len(tallies),
        "repeats": total(lambda one: one.repeats, tallies),
        "offered_right": total(lambda one: one.offered_right, tallies),
        "right_share": share(lambda one: one.offered_right, lambda one: one.repeats),
        "right_share_90": interval(lambda one: one.offered_right, lambda one: one.repeats),
        "offers": total(lambda one: one.offers, tallies),
        "wrong_share": share(lambda one: one.wrong, lambda one: one.offers),
        "wrong_share_90": interval(lambda one: one.wrong, lambda one: one.offers),
        "next_hunk_line": share(lambda one: one.next_hunk_line, lambda one: one.steps),
        "exact": share(lambda one: one.exact, lambda one: one.steps),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
    }
