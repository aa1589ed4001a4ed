"""Which of some paths git ignores, whatever the paths are.

`git check-ignore` ends with an error for the whole list if one path lies in a submodule, beyond a
link or outside the repository. So each path is asked of the work tree that it lies in, and a list
that git refuses is asked again in halves.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from hotseat.workspace.git import run_git

log = logging.getLogger(__name__)

MAX_RUNS = 24
"""Calls of git for one list. The paths that are left then count as ignored."""
_SOME_IGNORED, _NONE_IGNORED = 0, 1
"""Exit statuses of `git check-ignore`."""


async def not_ignored(workspace: Path, paths: Sequence[str]) -> list[str]:
    """Return the paths that git does not ignore, in their order. `workspace` is in a repository.

    A path for which git gives no answer counts as ignored.
    """
    by_tree = await asyncio.to_thread(_by_work_tree, workspace, paths)
    waiting = list(by_tree.items())
    kept: set[str] = set()
    for _ in range(MAX_RUNS):
        if not waiting:
            break
        folder, asked = waiting.pop(0)
        result = await run_git(
            Path(folder),
            "check-ignore",
            "-z",
            "--stdin",
            stdin=b"".join(os.fsencode(path) + b"\0" for path in asked),
        )
        if result.status in (_SOME_IGNORED, _NONE_IGNORED):
            kept.update(set(asked) - {os.fsdecode(name) for name in result.output.split(b"\0")})
            continue
        log.debug("git lists no ignored files of %s: %s", folder, result.complaint)
        if result.status is None:  # git is missing, or too slow: halves would be no faster
            break
        if len(asked) > 1:
            middle = len(asked) // 2
            waiting += [(folder, asked[:middle]), (folder, asked[middle:])]
    return [path for path in paths if path in kept]


def _by_work_tree(workspace: Path, paths: Sequence[str]) -> dict[str, list[str]]:
    """Return the paths by the folder of the innermost repository that each lies in, up to
    `workspace`. Reads from the disk."""
    top = str(workspace)
    known: dict[str, str] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        passed: list[str] = []
        folder = os.path.dirname(path)
        while folder not in known and folder.startswith(top + os.sep):
            passed.append(folder)
            if os.path.lexists(os.path.join(folder, ".git")):
                known[folder] = folder
                break
            folder = os.path.dirname(folder)
        root = known.get(folder, top)
        known.update(dict.fromkeys(passed, root))
        found[root].append(path)
    return found
