"""Processes that look like Ollama's: a daemon with a runner, and an orphaned runner."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

BLOB = "a" * 64
GO = f"/usr/share/ollama/.ollama/models/blobs/sha256-{BLOB}"


@pytest.fixture
async def runners(tmp_path: Path) -> AsyncIterator[list[int]]:
    """A process that looks like a daemon with a runner of `BLOB`, and an orphaned one; pids."""
    for name in ("llama-server", "ollama"):
        (tmp_path / name).symlink_to(sys.executable)
    sleep = "import time; time.sleep(60)"
    command = [str(tmp_path / "llama-server"), "-c", sleep, "--model", GO, "-np", "3"]
    spawn = (
        f"import subprocess as s, time; p = s.Popen({command}, stdout=s.DEVNULL); "
        "print(p.pid, flush=True)"
    )
    daemon = await asyncio.create_subprocess_exec(
        str(tmp_path / "ollama"), "-c", f"{spawn}; time.sleep(60)", stdout=asyncio.subprocess.PIPE
    )
    killed = await asyncio.create_subprocess_exec(
        str(tmp_path / "ollama"), "-c", spawn, stdout=asyncio.subprocess.PIPE
    )
    assert daemon.stdout is not None
    assert killed.stdout is not None
    live = int(await daemon.stdout.readline())
    orphan = int(await killed.stdout.readline())
    await killed.wait()
    yield [live, orphan]
    daemon.kill()
    await daemon.wait()
    for pid in (live, orphan):
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()
