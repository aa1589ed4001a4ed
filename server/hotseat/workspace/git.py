"""The one way to run git: within a time limit, reading only.

Nothing that a repository's own config names is run (no fsmonitor, no hooks, no signature program),
no lock is taken, and nothing is fetched. A missing git and a folder outside of any repository are
results like others.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hotseat.machine.platforms import kill_with_children, own_group

TIMEOUT_S = 10.0
_CHUNK_BYTES = 1 << 16
_READ_ONLY = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "log.showSignature=false",
)
_OF_ANOTHER_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
)
"""An editor that `git commit` started inherits these; they name that commit's repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitResult:
    """How one run of git ended."""

    status: int | None
    """git's exit status; None if it could not be started, or did not end in time."""
    output: bytes = b""
    """stdout; after a timeout of `run_git` what was printed until then."""
    complaint: str = ""
    """The last line of stderr, or why there is no status."""

    @property
    def succeeded(self) -> bool:
        return self.status == 0


async def run_git(
    folder: Path,
    *arguments: str,
    on_output: Callable[[bytes], None] | None = None,
    stdin: bytes = b"",
    timeout_s: float = TIMEOUT_S,
) -> GitResult:
    """Run git in `folder`. With `on_output`, stdout is passed to it piece by piece, and not kept.

    Raises nothing but CancelledError, after which git has ended.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *_command(folder, arguments),
            env=_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            **own_group(),
        )
    except OSError as error:
        return GitResult(status=None, complaint=str(error))
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    output = bytearray()
    take = output.extend if on_output is None else on_output
    stderr = asyncio.ensure_future(process.stderr.read())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                # Not drained: git may print before it has read all, and would wait for us.
                process.stdin.write(stdin)
                process.stdin.close()
                while chunk := await process.stdout.read(_CHUNK_BYTES):
                    take(chunk)
                status = await process.wait()
                complaint = _last_line(await stderr)
                return GitResult(status=status, output=bytes(output), complaint=complaint)
        return GitResult(status=None, output=bytes(output), complaint=_too_slow(timeout_s))
    finally:
        if process.returncode is None:
            _kill(process)
            await process.wait()
        stderr.cancel()


def git_result(
    folder: Path, *arguments: str, stdin: bytes = b"", timeout_s: float = TIMEOUT_S
) -> GitResult:
    """Run git in `folder` and wait for it. Blocks: not for the event loop."""
    try:
        process = subprocess.Popen(
            _command(folder, arguments),
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **own_group(),
        )
    except OSError as error:
        return GitResult(status=None, complaint=str(error))
    with process:
        try:
            output, stderr = process.communicate(stdin, timeout_s)
        except subprocess.TimeoutExpired:
            return GitResult(status=None, complaint=_too_slow(timeout_s))
        finally:
            if process.poll() is None:
                _kill(process)
    return GitResult(status=process.returncode, output=output, complaint=_last_line(stderr))


async def git(folder: Path, *arguments: str) -> str:
    """Return what git prints, without white space at the ends; "" if it fails.

    As names of files: bytes that are no UTF-8 become what `os.fsencode` turns back.
    """
    result = await run_git(folder, *arguments)
    return os.fsdecode(result.output).strip() if result.succeeded else ""


async def git_dir(folder: Path) -> Path | None:
    """Return where git keeps the data of the work tree that `folder` is in; None outside of any.

    In a worktree or a submodule that is not `.git`, and `folder` may lie deeper.
    """
    printed = await git(folder, "rev-parse", "--is-inside-work-tree", "--absolute-git-dir")
    inside, _, path = printed.partition("\n")
    return Path(path) if inside == "true" and path else None


def _kill(process: subprocess.Popen[bytes] | asyncio.subprocess.Process) -> None:
    """Kill git and what it has started: those would keep its pipes open."""
    kill_with_children(process.pid, process.kill)


def _command(folder: Path, arguments: tuple[str, ...]) -> tuple[str, ...]:
    return ("git", "-C", str(folder), *_READ_ONLY, *arguments)


def _environment() -> dict[str, str]:
    kept = {k: value for k, value in os.environ.items() if k not in _OF_ANOTHER_REPOSITORY}
    return {
        **kept,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _too_slow(timeout_s: float) -> str:
    return f"git did not end within {timeout_s:g} s"
