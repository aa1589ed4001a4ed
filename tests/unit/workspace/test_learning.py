"""What a workspace's habits come from, and that they survive."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hotseat.attention.forecaster import Forecaster
from hotseat.domain.errors import HotseatError
from hotseat.storage.habit_store import HabitStore, habits_path
from hotseat.workspace.git import git_dir
from hotseat.workspace.learning import Learning
from hotseat.workspace.mining import MAX_FILES, language_of_path, parse_log, read_log

LOOK_EVERY_S = 0.02
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Twelve commits of a handler with its page."""
    folder = tmp_path / "shop"
    folder.mkdir()
    subprocess.run([*GIT, "init", "-q"], cwd=folder, check=True)
    for i in range(12):
        commit(folder, i, "handler.go", "page.html")
    return folder


def commit(folder: Path, i: int, *names: str) -> None:
    for name in names:
        (folder / name).write_text(f"{i}\n" * 3, encoding="utf-8")
    subprocess.run([*GIT, "add", "."], cwd=folder, check=True)
    # Apart in time, so that each is a session of its own, and the newest is known.
    date = f"{1_700_000_000 + i * 10_000} +0000"
    arguments = [*GIT, "commit", "-q", "-m", "x", "--date", date]
    subprocess.run(arguments, cwd=folder, check=True)


def add_worktree(repository: Path, worktree: Path) -> None:
    arguments = [*GIT, "worktree", "add", "-q", str(worktree), "-b", "beside"]
    subprocess.run(arguments, cwd=repository, check=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.02)


async def test_a_log_is_read_oldest_first(repository: Path) -> None:
    commits = await read_log(repository)
    assert len(commits) == 12
    assert [c.time_s for c in commits] == sorted(c.time_s for c in commits)
    assert {f.path for f in commits[0].files} == {"handler.go", "page.html"}
    assert len(await read_log(repository, max_commits=3)) == 3


async def test_where_there_is_no_history_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="no history"):
        await read_log(tmp_path)


def test_a_log_that_was_cut_short_counts_as_far_as_it_goes() -> None:
    whole = b"\x0120\x02a@x\x00\n1\t2\tb.go\x003\t0\tc.sql\x00\x0110\x02a@x\x00\n5\t5\ta.go\x00"
    assert [len(c.files) for c in parse_log(whole)] == [2, 1]
    for end in range(len(whole)):
        list(parse_log(whole[:end]))


def test_odd_entries_of_a_log_are_left_out() -> None:
    many = b"".join(b"1\t1\tf%d.go\x00" % i for i in range(MAX_FILES + 1))
    assert list(parse_log(b"\x0120\x02a@x\x00\n" + many)) == []
    log = b"\x0120\x02a@x\x00\n-\t-\tlogo.png\x001\t1\tREADME.md\x001\t1\ta\tb.go\x00"
    (only,) = parse_log(log)
    assert [f.path for f in only.files] == ["a\tb.go"]


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("src/main.go", "go"),
        ("web/App.tsx", "typescriptreact"),
        ("README.md", None),
        ("package.json", None),
        ("vendor/x/y.go", None),
        ("web/node_modules/a.js", None),
        ("static/jquery.min.js", None),
        ("api/user.pb.go", None),
        ("api/user_pb2.py", None),
        ("rebuild/x.go", "go"),
        ("logo.png", None),
    ],
)
def test_only_what_people_write_counts(path: str, language: str | None) -> None:
    assert language_of_path(path) == language


def knows(forecaster: Forecaster) -> bool:
    return {"go", "html"} <= set(forecaster.habits.last_seen)


async def test_at_first_sight_the_history_is_learned(repository: Path) -> None:
    forecaster = Forecaster()
    learning = Learning(repository, forecaster)
    learning.start()
    try:
        await until(lambda: knows(forecaster))
    finally:
        await learning.aclose()
    forecaster.visit("handler.go", "go", 0.0)
    assert forecaster.forecast(("css", "sql"))["html"].probability > 0.8


async def test_habits_survive_a_restart_without_mining_again(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Forecaster()
    learning = Learning(repository, first)
    learning.start()
    await until(lambda: knows(first))
    first.visit("query.sql", "sql", 0.0)
    first.visit("handler.go", "go", 50.0)
    await learning.aclose()

    async def never(*_: object) -> None:
        raise AssertionError("mined again")

    monkeypatch.setattr(Learning, "_mine", never)
    second = Forecaster()
    learning = Learning(repository, second)
    learning.start()
    await until(lambda: knows(second))
    await learning.aclose()
    assert "sql" in second.habits.last_seen


async def test_a_commit_is_learned_when_it_is_made(repository: Path) -> None:
    forecaster = Forecaster()
    learning = Learning(repository, forecaster, look_every_s=LOOK_EVERY_S)
    learning.start()
    try:
        await until(lambda: knows(forecaster))
        commit(repository, 99, "report.go", "report.sql")
        await until(lambda: bool(forecaster.habits.together.row("report.go")))
    finally:
        await learning.aclose()


async def test_commits_in_a_worktree_are_learned(repository: Path) -> None:
    worktree = repository.with_name("beside")
    add_worktree(repository, worktree)
    assert (worktree / ".git").is_file()
    forecaster = Forecaster()
    learning = Learning(worktree, forecaster, look_every_s=LOOK_EVERY_S)
    learning.start()
    try:
        await until(lambda: knows(forecaster))
        commit(worktree, 99, "report.go", "report.sql")
        await until(lambda: bool(forecaster.habits.together.row("report.go")))
    finally:
        await learning.aclose()


async def test_a_subfolder_of_a_repository_is_learned_by_its_own_paths(repository: Path) -> None:
    (repository / "web").mkdir()
    commit(repository, 50, "web/handler.go", "web/page.html", "outside.go")
    forecaster = Forecaster()
    learning = Learning(repository / "web", forecaster, look_every_s=LOOK_EVERY_S)
    learning.start()
    try:
        await until(lambda: knows(forecaster))
        assert set(forecaster.habits.commits.rows) == {"handler.go", "page.html"}
        commit(repository, 99, "outside.go", "web/query.sql", "web/handler.go")
        await until(lambda: bool(forecaster.habits.commits.row("query.sql")))
    finally:
        await learning.aclose()
    assert "outside.go" not in forecaster.habits.commits.rows


async def test_an_editor_that_git_started_looks_at_its_own_folder(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    assert await git_dir(tmp_path) is None
    assert await git_dir(repository) == repository / ".git"
    assert await git_dir(repository / ".git") is None
    assert await git_dir(tmp_path / "missing") is None


async def test_a_workspace_without_git_keeps_its_habits_too(tmp_path: Path) -> None:
    forecaster = Forecaster()
    learning = Learning(tmp_path, forecaster)
    learning.start()
    await asyncio.sleep(0)
    forecaster.visit("a.go", "go", 0.0)
    forecaster.visit("b.sql", "sql", 50.0)
    await learning.aclose()
    assert HabitStore(habits_path(tmp_path)).read()


def test_a_broken_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "habits.sqlite"
    path.write_bytes(b"no database at all, but long enough to look like one" * 50)
    store = HabitStore(path)
    assert store.read() == {}
    store.write({("file", "a"): {"go": 1.0}})
    assert store.read() == {("file", "a"): {"go": 1.0}}
    store.write({("file", "a"): None})
    assert store.read() == {}
