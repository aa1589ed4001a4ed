"""Which languages a user works in, from the git history of folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.workspace.git import git
from hotseat.workspace.mining import Commit, read_log

MAX_COMMITS = 2000
TIMEOUT_S = 10.0


async def languages_used(folders: Sequence[Path]) -> Counter[str]:
    """Return in how many commits each language was changed, over all folders.

    The user's own commits count, or all where there are none. A folder without a history counts
    for nothing.
    """
    used: Counter[str] = Counter()
    for folder in folders:
        try:
            commits = await read_log(folder, max_commits=MAX_COMMITS, timeout_s=TIMEOUT_S)
        except HotseatError:
            continue
        used += count_languages(commits, await git(folder, "config", "user.email"))
    return used


def count_languages(commits: Iterable[Commit], author: str) -> Counter[str]:
    """Return in how many commits of the author each language was changed; of all authors if none
    is theirs."""
    commits = list(commits)
    own = [commit for commit in commits if author and commit.author.lower() == author.lower()]
    return Counter(
        language
        for commit in own or commits
        for language in {file.language for file in commit.files}
    )
