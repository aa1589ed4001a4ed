"""The runtime directory, and the stream between windows in it."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.engines.discovery import EngineAddress
from hotseat.engines.runtime import (
    EngineFile,
    read_engine_file,
    replace_patiently,
    runtime_dir,
    write_engine_file,
)
from hotseat.keeper.transport import MAX_LINE_BYTES, Stream, connect, listen
from hotseat.machine.platforms import MAX_UNIX_PATH_BYTES
from support.stub_engine import StubEngine
from support.windows import Window, at

posix = pytest.mark.skipif(os.name != "posix", reason="modes and owners are POSIX's")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- the directory ---


@posix
def test_it_is_made_for_this_user_only(run: Path) -> None:
    assert runtime_dir() == run
    assert mode_of(run) == 0o700


@posix
def test_a_mode_that_lets_others_read_is_repaired(run: Path) -> None:
    run.mkdir()
    run.chmod(0o755)
    runtime_dir()
    assert mode_of(run) == 0o700


@posix
def test_a_directory_that_others_may_write_is_refused(run: Path) -> None:
    run.mkdir()
    run.chmod(0o777)
    with pytest.raises(HotseatError, match=r"can be written by others.*HOTSEAT_RUNTIME_DIR"):
        runtime_dir()


@posix
def test_a_directory_of_somebody_else_is_refused(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.mkdir(mode=0o700)
    monkeypatch.setattr(os, "getuid", lambda: run.stat().st_uid + 1)
    with pytest.raises(HotseatError, match="belongs to another user"):
        runtime_dir()


@posix
def test_a_link_is_refused(run: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    run.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HotseatError, match="is a link"):
        runtime_dir()


def test_a_file_in_its_place_is_refused(run: Path) -> None:
    run.write_text("")
    with pytest.raises(HotseatError, match="runtime directory"):
        runtime_dir()


def test_a_file_above_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "file" / "run"))
    with pytest.raises(HotseatError, match="cannot be made"):
        runtime_dir()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"url": "x"}', '{"url": "x", "instance": "y", "pid": "z"}', "\0"]
)
def test_an_engine_file_that_cannot_be_read_is_none(run: Path, text: str) -> None:
    (runtime_dir() / "engine.json").write_text(text)
    assert read_engine_file() is None


@posix
def test_the_engine_file_is_for_this_user_only(run: Path) -> None:
    write_engine_file(url="http://127.0.0.1:1", instance="abc", pid=7, token="secret")
    noted = EngineFile(url="http://127.0.0.1:1", instance="abc", pid=7, token="secret")
    assert read_engine_file() == noted
    assert mode_of(run / "engine.json") == 0o600
    assert mode_of(run) == 0o700
    assert "secret" not in repr(noted), "nor in a traceback, then"


# --- the stream ---


@pytest.fixture
def long_path(tmp_path: Path) -> Path:
    """Too long for the address of a Unix socket."""
    folder = tmp_path / ("x" * MAX_UNIX_PATH_BYTES)
    folder.mkdir()
    return folder / "keeper.sock"


async def echo(stream: Stream) -> None:
    while (message := await stream.receive()) is not None:
        stream.send(message)
    stream.close()


@asynccontextmanager
async def echoing(path: Path, *, max_line_bytes: int = MAX_LINE_BYTES) -> AsyncIterator[None]:
    """A server there, whose connections have all ended at the end."""
    server = await listen(path, echo, max_line_bytes=max_line_bytes)
    yield
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=5)


@posix
async def test_a_socket_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("left by a dead process")
    async with echoing(path):
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert mode_of(path) == 0o600
        stream = await connect(path)
        stream.send({"a": "é\n"})
        assert await stream.receive() == {"a": "é\n"}
        stream.close()


async def test_a_path_too_long_falls_back_to_tcp_with_a_token(long_path: Path) -> None:
    async with echoing(long_path):
        port, token = long_path.read_text().split()
        assert len(token) >= 32
        if sys.platform != "win32":
            assert mode_of(long_path) == 0o600
        stream = await connect(long_path)
        stream.send({"n": 1})
        assert await stream.receive() == {"n": 1}
        stream.close()

        for said in (b"wrong", token[:-1].encode(), b"", b"x" * 10_000_000):
            assert await answer_to(int(port), said + b'\n{"n": 1}\n') == b""

        again = await connect(long_path)  # and it still answers those who know
        again.send({"n": 2})
        assert await again.receive() == {"n": 2}
        again.close()


async def answer_to(port: int, said: bytes) -> bytes:
    """All that comes back; a reset connection is as good a refusal as a closed one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(said)
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@pytest.mark.parametrize("text", ["", "5", "port token", "1 2 3"])
async def test_a_port_file_that_is_not_complete_is_nobody(long_path: Path, text: str) -> None:
    long_path.write_text(text)
    with pytest.raises(OSError, match="not complete"):
        await connect(long_path)


async def test_nobody_there(tmp_path: Path, long_path: Path) -> None:
    for path in (tmp_path / "s", long_path):
        with pytest.raises(OSError):
            await connect(path)


async def test_windows_meet_over_tcp_too(
    stub: StubEngine, address: EngineAddress, long_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(long_path.parent))
    long_path.parent.chmod(0o700)
    async with Window(address) as first, Window(address) as second:
        second.wants(at("a:1b"))
        await first.until_warm("a:1b")
        assert first.link.is_keeper != second.link.is_keeper


async def test_a_message_larger_than_the_limit_ends_the_connection(tmp_path: Path) -> None:
    async with echoing(tmp_path / "s", max_line_bytes=1000):
        stream = await connect(tmp_path / "s")
        stream.send({"a": "x" * 5000})
        assert await asyncio.wait_for(stream.receive(), 5) is None
        stream.close()


def test_a_file_that_another_process_has_open_is_replaced_once_it_is_closed() -> None:
    readers, pauses_s = [1, 1, 1], list[float]()

    def change() -> None:
        if readers:
            readers.pop()
            raise PermissionError

    replace_patiently(change, pause=pauses_s.append)
    assert readers == []
    assert len(pauses_s) == 3


def test_one_that_stays_open_is_an_error() -> None:
    def change() -> None:
        raise PermissionError("in use")

    pauses_s = list[float]()
    with pytest.raises(PermissionError, match="in use"):
        replace_patiently(change, pause=pauses_s.append)
    assert sum(pauses_s) <= 0.31


async def test_a_silent_connection_over_tcp_ends(tmp_path: Path) -> None:
    async def handler(_: Stream) -> None:
        raise AssertionError("it has not sent the token")

    path = tmp_path / ("long" * MAX_UNIX_PATH_BYTES)[:MAX_UNIX_PATH_BYTES]
    async with await listen(path, handler, token_wait_s=0.01):
        port = int(path.read_text().split()[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()
