"""Histories that hold odd names, dates and files: what can be learned of them is learned."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.attention.forecaster import Forecaster
from hotseat.storage.habit_store import HabitStore, habits_path
from hotseat.workspace.ignored import MAX_RUNS, not_ignored
from hotseat.workspace.learn_log import NEWEST, person_of
from hotseat.workspace.learn_log import main as learn_log
from hotseat.workspace.learning import Learned, Learning, unlearned
from hotseat.workspace.mining import Commit, CommitFile, parse_log, read_log

posix = pytest.mark.skipif(sys.platform == "win32", reason="such names and pipes are POSIX's")
IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@example.org")
NOW_S = 1_700_000_000.0
IN_2099_S = 4_070_908_800.0


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def git(folder: Path, *arguments: str) -> None:
    allowed = ("-c", "protocol.file.allow=always")
    subprocess.run(["git", *IDENTITY, *allowed, *arguments], cwd=folder, check=True)


def commit(folder: Path, *names: str, date: str = "1600000000 +0000") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("x\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one\x01two\x02three", "--date", date)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.02)


# --- names ---

ODD_NAMES = [
    "a\x01²\x02b.py",
    "\x01.py",
    "\x01\x01.py",
    "20\x02x@y.py",
    "\x0120\x02x@y.py",
    "1\t2\tc.py",
    "-\t-\td.py",
    "line\nbreak.py",
    "\n\x01.py",
    "\x7f\x1b[31m.py",
    "٣\t٣\te.py",
    " .py",
    "-rf.py",
    "--.py",
    ":(top).py",
    '"quoted".py',
    "é\u202e.py",
    "ä" * 80 + ".py",
]


@posix
async def test_every_name_that_git_can_hold_is_read_as_it_is(repository: Path) -> None:
    for name in ODD_NAMES:
        commit(repository, name, "b.go")
    commits = await read_log(repository)
    assert len(commits) == len(ODD_NAMES)
    paths = {file.path for found in commits for file in found.files}
    assert paths == {*ODD_NAMES, "b.go"}
    assert {found.author for found in commits} == {"x@example.org"}
    assert all(len(found.id) >= 40 for found in commits)


@posix
async def test_a_name_that_is_not_utf_8_is_read_too(repository: Path) -> None:
    commit(repository, os.fsdecode(b"caf\xe9.py"), "b.go")
    (found,) = await read_log(repository)
    assert len(found.files) == 2


@posix
def test_a_history_of_odd_names_is_mined(repository: Path, tmp_path: Path) -> None:
    for name in ODD_NAMES:
        commit(repository, name, "b.go")
    assert learn_log(repository, tmp_path / "habits.sqlite") == 0
    assert HabitStore(tmp_path / "habits.sqlite").read()


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                [
                    *(b"\x01", b"\x00", b"\n", b"\t", b"1\t2\ta.py", b"-\t-\tb.go"),
                    *("²".encode(), b"9" * 5000, b"\x01" + b"9" * 5000 + b"\x02"),
                    b"\x0120\x02a@b\x02" + b"a" * 40,
                ]
            ),
        ),
        max_size=12,
    )
)
def test_no_output_of_git_ends_the_reading(pieces: list[bytes]) -> None:
    for found in parse_log(b"".join(pieces)):
        assert found.files
        assert found.time_s < 1e15


# --- dates ---


async def learned_after(repository: Path, *commits: tuple[str, str]) -> Forecaster:
    """Follow the repository, make the commits (file, date), and wait until the last is learned."""
    forecaster = Forecaster()
    learning = Learning(repository, forecaster, look_every_s=0.02)
    learning.start()
    try:
        await until(lambda: bool(forecaster.habits.commits.rows))
        for name, date in commits:
            commit(repository, name, f"with {name}", date=date)
            await until(lambda name=name: bool(forecaster.habits.commits.row(name)))
    finally:
        await learning.aclose()
    return forecaster


async def test_a_commit_from_the_future_does_not_make_later_ones_old(repository: Path) -> None:
    commit(repository, "a.go", "a.sql", date=f"{int(IN_2099_S)} +0000")
    forecaster = await learned_after(
        repository, ("b.go", "now"), ("c.go", f"{int(IN_2099_S) + 9} +0000"), ("d.go", "now")
    )
    once = forecaster.habits.commits.row("c.go")
    assert once[""] == 1.0


async def test_a_time_in_the_future_that_an_older_hotseat_noted_is_corrected(
    repository: Path,
) -> None:
    commit(repository, "a.go", "a.sql", date="now")
    store = HabitStore(habits_path(repository))
    store.write({("commits", "a.go"): {"": 1.0, "sql": 1.0}})
    store.set_fact(NEWEST, str(IN_2099_S))
    await learned_after(repository, ("b.go", "now"))


def at(time_s: float, id_: str) -> Commit:
    files = (CommitFile(path="a.go", language="go", n_changed=1),)
    return Commit(author="x", time_s=time_s, files=files, id=id_)


def test_each_commit_is_new_once_whatever_its_date_and_the_clock() -> None:
    learned = Learned(newest_s=NOW_S - 100)
    log: list[Commit] = []
    for i, time_s in enumerate(
        [NOW_S - 90, IN_2099_S, NOW_S - 80, IN_2099_S + 1, NOW_S + 5, NOW_S - 70, 0.0]
    ):
        log.append(at(time_s, f"{i:040x}"))
        new, learned = unlearned(log, learned, now_s=NOW_S)
        assert [c.id for c in new] == ([] if time_s == 0.0 else [log[-1].id])
        for now_s in (NOW_S, 0.0, IN_2099_S * 2):
            assert unlearned(log, learned, now_s=now_s)[0] == []
    assert learned.newest_s == NOW_S - 70


def test_the_known_hashes_are_bounded() -> None:
    learned = Learned(newest_s=0.0)
    for i in range(500):
        _, learned = unlearned([at(NOW_S, f"{i:040x}")], learned, now_s=NOW_S)
    assert len(learned.ids) < 100


# --- pipes and submodules ---


@posix
async def test_a_mailmap_that_is_a_pipe_is_not_waited_for(repository: Path, tmp_path: Path) -> None:
    commit(repository, "a.go", "b.sql")
    os.mkfifo(repository / ".mailmap")
    os.mkfifo(tmp_path / "mailmap")
    git(repository, "config", "mailmap.file", str(tmp_path / "mailmap"))
    began_s = time.monotonic()
    assert len(await read_log(repository, timeout_s=20.0)) == 1
    assert time.monotonic() - began_s < 15


@posix
async def test_paths_in_submodules_behind_links_and_outside_do_not_hide_the_others(
    repository: Path, tmp_path: Path
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / ".gitignore").write_text("*.log\n")
    commit(inner, "lib.go")
    git(repository, "submodule", "--quiet", "add", str(inner), "sub")
    (repository / ".gitignore").write_text("*.tmp\n")
    (repository / "link").symlink_to(tmp_path)
    commit(repository, "a.go")
    names = [
        "a.go",
        "new.go",
        "x.tmp",
        "sub/lib.go",
        "sub/new.go",
        "sub/x.log",
        "sub/deep/y.go",
        "link/z.go",
        "../outside.go",
        "line\nbreak.go",
    ]
    found = await not_ignored(repository, [os.path.join(repository, name) for name in names])
    kept = [os.path.relpath(path, repository) for path in found]
    assert kept == ["a.go", "new.go", "sub/lib.go", "sub/new.go", "sub/deep/y.go", "line\nbreak.go"]


@posix
async def test_many_paths_that_git_refuses_take_a_bounded_number_of_calls(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "link").symlink_to(tmp_path)
    commit(repository, "a.go")
    runs = 0

    async def counted(folder: Path, *arguments: str, stdin: bytes) -> object:
        nonlocal runs
        runs += 1
        return await run_git(folder, *arguments, stdin=stdin)

    from hotseat.workspace.git import run_git

    monkeypatch.setattr("hotseat.workspace.ignored.run_git", counted)
    paths = [str(repository / "link" / f"{i}.go") for i in range(100)]
    assert await not_ignored(repository, paths) == []
    assert runs <= MAX_RUNS


# --- a store that is out of reach ---


async def test_habits_that_could_not_be_written_are_written_later(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    forecaster = Forecaster()
    learning = Learning(folder, forecaster)
    blocked = habits_path(folder)
    blocked.mkdir(parents=True)
    learning.start()
    await until(lambda: learning._store is not None)
    forecaster.visit("a.go", "go", 0.0)
    forecaster.visit("b.sql", "sql", 50.0)
    forecaster.visit("c.go", "go", 100.0)
    store = HabitStore(blocked)
    await learning._save(store)
    assert forecaster.changes() == {}
    blocked.rmdir()
    await learning.aclose()
    written = HabitStore(blocked).read()
    assert {context for kind, context in written if kind == "near"} >= {"a.go", "b.sql"}


async def test_a_failure_of_the_store_does_not_end_learning(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, "a.go", "a.sql")

    def full(self: HabitStore, *_: Sequence[object]) -> None:
        raise OSError("no space left on device")

    forecaster = Forecaster()
    learning = Learning(repository, forecaster, look_every_s=0.02)
    learning.start()
    try:
        await until(lambda: bool(forecaster.habits.commits.rows))
        monkeypatch.setattr(HabitStore, "set_fact", full)
        for name in ("b.go", "c.go"):
            commit(repository, name, f"with {name}", date="now")
            await until(lambda name=name: bool(forecaster.habits.commits.row(name)))
    finally:
        await learning.aclose()


def test_an_address_that_is_no_utf_8_is_that_of_the_log() -> None:
    """Of git's configuration it comes as bytes, of a mined log with replacements."""
    assert person_of("a\udcff@b") == person_of("A\ufffd@b") != person_of("a@b")
