"""Which languages a user works in, from real git histories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hotseat.workspace.languages_used import languages_used


def commit(repository: Path, author: str, *files: str) -> None:
    for name in files:
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.read_text() + "x\n" if path.exists() else "x\n")
    git = ["git", "-C", str(repository), "-c", "user.name=x", "-c", f"user.email={author}"]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "config", "user.email", "me@x.org"], check=True)
    return folder


async def test_the_users_own_commits_count(repository: Path, tmp_path: Path) -> None:
    commit(repository, "me@x.org", "a.go", "b.go", "q.sql")
    commit(repository, "Me@X.org", "a.go")
    commit(repository, "other@x.org", "c.rs", "README.md")
    assert await languages_used([repository, tmp_path / "nowhere"]) == {"go": 2, "sql": 1}


async def test_where_the_user_has_no_commits_all_count(repository: Path) -> None:
    commit(repository, "other@x.org", "c.rs")
    assert await languages_used([repository]) == {"rust": 1}
