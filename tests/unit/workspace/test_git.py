"""git runs in one place, in time, and runs nothing that a repository names."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest

import hotseat
from hotseat.workspace.git import git_result, run_git

GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")
READS = (
    ("ls-files", "-co", "--exclude-standard"),
    ("log", "--no-ext-diff", "--no-textconv", "--numstat"),
    ("ls-tree", "-r", "HEAD"),
    ("rev-parse", "--is-inside-work-tree"),
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A repository whose config names a program wherever git allows one."""
    folder = tmp_path / "shop"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    for name in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor"):
        (hooks / name).symlink_to(program)
    subprocess.run([*GIT, "init", "-q", str(folder)], check=True)
    (folder / "a.go").write_text("package a\n")
    subprocess.run([*GIT, "add", "."], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-qm", "x"], cwd=folder, check=True)
    for name, value in {
        "core.fsmonitor": str(program),
        "core.hooksPath": str(hooks),
        "core.pager": str(program),
        "log.showSignature": "true",
        "gpg.program": str(program),
        "diff.external": str(program),
    }.items():
        subprocess.run([*GIT, "config", name, value], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("arguments", READS, ids=lambda a: a[0])
async def test_no_program_that_a_repository_names_is_run(
    hostile: Path, arguments: tuple[str, ...]
) -> None:
    blocking = git_result(hostile, *arguments)
    assert blocking.succeeded, blocking
    assert blocking.output
    assert await run_git(hostile, *arguments) == blocking
    assert not (hostile.parent / "ran").exists()


async def test_input_is_passed_and_output_comes_in_pieces(hostile: Path) -> None:
    names = b"".join(b"%d.go\0" % i for i in range(20_000))
    (hostile / ".gitignore").write_text("*.go\n")
    pieces: list[bytes] = []
    arguments = ("check-ignore", "-z", "--stdin")
    result = await run_git(hostile, *arguments, stdin=names, on_output=pieces.append)
    assert (result.succeeded, result.output) == (True, b"")
    assert len(pieces) > 1
    assert b"".join(pieces) == git_result(hostile, *arguments, stdin=names).output == names


async def test_a_failure_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for result in (git_result(tmp_path, "log"), await run_git(tmp_path, "log")):
        assert result.status == 128
        assert "not a git repository" in result.complaint
    monkeypatch.setenv("PATH", str(tmp_path))
    for result in (git_result(tmp_path, "log"), await run_git(tmp_path, "log")):
        assert result.status is None
        assert "git" in result.complaint


async def test_git_that_does_not_end_is_stopped(hostile: Path) -> None:
    waits = ("-c", "alias.wait=!sleep 60", "wait")
    began_s = time.monotonic()
    for result in (
        git_result(hostile, *waits, timeout_s=0.05),
        await run_git(hostile, *waits, timeout_s=0.05),
    ):
        assert (result.status, result.complaint) == (None, "git did not end within 0.05 s")
    assert time.monotonic() - began_s < 30


def test_git_is_started_in_one_module() -> None:
    root = Path(hotseat.__file__).parent
    starts = re.compile(r"""[\[(]\s*["']git["']\s*,""")
    found = [path.relative_to(root).as_posix() for path in root.rglob("*.py")
             if starts.search(path.read_text(encoding="utf-8"))]  # fmt: skip
    assert found == ["workspace/git.py"]
