"""An embedded engine that hangs is ended and replaced; nothing else is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest

from hotseat.engines import discovery
from hotseat.engines.discovery import EMBEDDED, start_embedded
from hotseat.engines.hung import end_hung_engine, lock_holder
from hotseat.engines.runtime import ENGINE_LOCK, read_engine_file, runtime_dir, write_engine_file
from hotseat.keeper.keeper import Keeper
from support.engine_process import EngineProcess, running_engine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="has no SIGSTOP"),
]
REPLACED_S = 15.0


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProcess]:
    with running_engine(tmp_path) as engine:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(engine.runtime))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        started: list[subprocess.Popen[bytes]] = []

        def spawn(command: list[str], log: Path) -> subprocess.Popen[bytes]:
            started.append(original(command, log))
            return started[-1]

        original = discovery._spawn
        monkeypatch.setattr(discovery, "_spawn", spawn)
        yield engine
        engine.process.send_signal(signal.SIGCONT)
        for process in started:
            process.terminate()
            process.wait(10)


async def test_a_stopped_engine_is_replaced(engine: EngineProcess) -> None:
    engine.process.send_signal(signal.SIGSTOP)
    started_s = time.monotonic()
    url = await start_embedded()
    assert time.monotonic() - started_s < REPLACED_S
    assert url != engine.url
    assert engine.process.poll() is not None
    noted = read_engine_file()
    assert noted is not None
    assert (noted.url, noted.pid != engine.pid) == (url, True)


async def test_the_keeper_replaces_it_in_time_and_says_what_happens(engine: EngineProcess) -> None:
    keeper = Keeper(
        EMBEDDED, socket_path=engine.runtime / "k.sock", budget_bytes=1 << 30, keep_alive_s=60.0
    )
    await keeper.start()
    messages = set()
    try:
        async with asyncio.timeout(20):
            while not keeper.state().engine.up:
                await asyncio.sleep(0.01)
        engine.process.send_signal(signal.SIGSTOP)
        started_s = time.monotonic()
        async with asyncio.timeout(2 * REPLACED_S):
            while keeper.state().engine.url == engine.url or not keeper.state().engine.up:
                messages.add(keeper.state().engine.message)
                await asyncio.sleep(0.01)
        assert time.monotonic() - started_s < REPLACED_S
    finally:
        await keeper.aclose()
    assert any("ended and started again" in message for message in messages)
    assert not any("did not start" in message for message in messages)


async def test_an_engine_that_answers_again_is_kept(engine: EngineProcess) -> None:
    """It was silent once: then it is asked again, and not killed."""
    assert await start_embedded(was_silent=True) == engine.url
    assert engine.process.poll() is None


def test_a_process_that_does_not_hold_the_lock_is_left_alone(engine: EngineProcess) -> None:
    """As when the number of an engine that ended belongs to another program."""
    noted = read_engine_file()
    assert noted is not None
    assert lock_holder(noted) is not None
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        fields = json.loads((runtime_dir() / "engine.json").read_text())
        write_engine_file(**{**fields, "pid": bystander.pid})
        false = read_engine_file()
        assert false is not None
        assert not end_hung_engine(false)
        assert bystander.poll() is None
    finally:
        write_engine_file(**fields)
        bystander.kill()
        bystander.communicate()


def test_a_lock_file_that_is_only_open_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path))
    write_engine_file(url="http://127.0.0.1:1", instance="i", pid=os.getpid(), token="t")
    noted = read_engine_file()
    assert noted is not None
    with (tmp_path / ENGINE_LOCK).open("w"):
        assert lock_holder(noted) is None
    with filelock.FileLock(tmp_path / ENGINE_LOCK):
        holder = lock_holder(noted)
    assert holder is not None
    assert holder.pid == os.getpid()
