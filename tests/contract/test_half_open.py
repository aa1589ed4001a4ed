"""Many half-open connections neither stop the engine nor fill its log."""

from __future__ import annotations

import asyncio
import resource
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import httpx
import pytest

from hotseat.engines.ollama import OllamaEngine
from support.engine_process import EngineProcess, running_engine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="has other limits"),
]
N_HALF_OPEN = 1100
DESCRIPTORS = 1024
HALVES = [b"", b"GET /api/vers", b"POST /api/generate HTTP/1.1\r\nHost: 127.0.0.1\r\n"]
ANSWER_S = 1.0


@contextmanager
def descriptor_limit(soft: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@contextmanager
def half_open(engine: EngineProcess) -> Iterator[list[socket.socket]]:
    port = int(engine.url.rpartition(":")[2])
    opened = []
    try:
        for i in range(N_HALF_OPEN):
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            connection.sendall(HALVES[i % len(HALVES)])
            opened.append(connection)
        yield opened
    finally:
        for connection in opened:
            connection.close()


def timed_version(client: httpx.Client) -> float:
    started_s = time.monotonic()
    assert client.get("/api/version").status_code == 200
    return time.monotonic() - started_s


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[EngineProcess]:
    """An engine that may not have more than 1,024 descriptors."""
    shell = f'ulimit -n {DESCRIPTORS} && exec "$0" "$@"'
    with running_engine(tmp_path, wrapper=("sh", "-c", shell)) as engine:
        yield engine


async def test_its_user_is_answered_throughout(
    limited: EngineProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(limited.runtime))
    own_s, tcp_s = [], []
    with descriptor_limit(4096), half_open(limited) as opened:
        ends_s = time.monotonic() + 12.0
        while time.monotonic() < ends_s:
            async with aclosing(OllamaEngine(limited.url)) as ours:
                started_s = time.monotonic()
                await ours.version()
                own_s.append(time.monotonic() - started_s)
            with limited.client() as client:
                tcp_s.append(timed_version(client))
            await asyncio.sleep(0.1)
        still_open = [each for each in opened if not has_ended(each)]
    assert max(own_s) < ANSWER_S, "by the socket"
    assert max(tcp_s) < ANSWER_S, "by TCP"
    assert still_open == [], "each has been idle for more than 10 s"
    assert (tmp_path / "engine.log").stat().st_size < 100_000


def has_ended(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
