"""Asking git about a folder: off the event loop, within a time, and only to look.

Nothing that a repository's own config names is run, no lock is taken, nothing is fetched. That git
is missing, or that the folder is in no repository, is an answer like others.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

TIMEOUT_S = 10.0
_CHUNK_BYTES = 1 << 16
_LOOK_ONLY = ("--no-pager", "-c", "core.fsmonitor=false")
_ABOUT_ANOTHER = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
)
"""An editor that `git commit` started inherits these: they speak of that commit's repository."""


def git_environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in _ABOUT_ANOTHER}
    return {
        **ours,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


async def run_git(
    folder: Path,
    *arguments: str,
    on_output: Callable[[bytes], None],
    stdin: bytes = b"",
    timeout_s: float = TIMEOUT_S,
) -> int | None:
    """git's exit status, after `on_output` was called with each piece of what it printed.

    None when git could not be started, or was stopped because the time was up.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            "git",
            "-C",
            str(folder),
            *_LOOK_ONLY,
            *arguments,
            env=git_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(timeout_s):
            # Not drained: git may print before it has read all, and would wait for us.
            process.stdin.write(stdin)
            process.stdin.close()
            while chunk := await process.stdout.read(_CHUNK_BYTES):
                on_output(chunk)
            return await process.wait()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def git(folder: Path, *arguments: str) -> str:
    """What git says, in one line; empty when it fails or knows nothing."""
    said = bytearray()
    status = await run_git(folder, *arguments, on_output=said.extend)
    return os.fsdecode(bytes(said)).strip() if status == 0 else ""


async def git_dir(folder: Path) -> Path | None:
    """Where git keeps what it knows of the work tree that `folder` is in; None outside of any.

    In a worktree or a submodule that is not `.git`, and `folder` may lie deeper.
    """
    said = await git(folder, "rev-parse", "--is-inside-work-tree", "--absolute-git-dir")
    inside, _, path = said.partition("\n")
    return Path(path) if inside == "true" and path else None
