"""A child process ends at its limits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hotseat.embedded.options import load_options
from hotseat.embedded.processes.limits import (
    MEMORY_SLACK_BYTES,
    ChildLimits,
    ChildWatch,
    child_limits,
)
from unit.embedded.processes.test_ollama_pool import CARD

GB = 10**9
ENDLESS = "while True: pass"
GROWS = "data = []\nwhile True: data.append(b'x' * (1 << 20))"
RESTS = "input()"


def limits(*, files_bytes: int, total_bytes: int = 64 * GB, n_slots: int = 2) -> ChildLimits:
    card = replace(CARD, kv_bytes_per_token=1000)
    options = load_options({"num_ctx": 1000}, card, n_cores=1)
    return child_limits(
        card, options, files_bytes=files_bytes, n_slots=n_slots, total_bytes=total_bytes
    )


def test_the_limit_grows_with_weights_and_context() -> None:
    small, large = limits(files_bytes=0), limits(files_bytes=GB)
    assert small.memory_bytes == MEMORY_SLACK_BYTES + 2 * 2 * 1_000_000
    assert large.memory_bytes == small.memory_bytes + 2 * GB
    assert large.load_cpu_s > small.load_cpu_s
    assert limits(files_bytes=0, n_slots=4).memory_bytes > small.memory_bytes


def test_no_limit_exceeds_the_machine() -> None:
    """Whatever a file says of itself."""
    assert limits(files_bytes=1 << 62, total_bytes=8 * GB).memory_bytes == 8 * GB


@pytest.fixture
def code(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", request.param]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("code", "given", "reason"),
    [
        (ENDLESS, ChildLimits(memory_bytes=GB, load_cpu_s=0.05), "processor time"),
        (GROWS, ChildLimits(memory_bytes=60 << 20, load_cpu_s=100.0), "of memory"),
    ],
    indirect=["code"],
    ids=["endless", "grows"],
)
async def test_a_process_beyond_a_limit_is_killed(
    code: subprocess.Popen[bytes], given: ChildLimits, reason: str
) -> None:
    watch = ChildWatch(code.pid, given, kill=code.kill)
    async with asyncio.timeout(20):
        await watch.run()
    assert reason in watch.reason
    assert code.wait(5) != 0


@pytest.mark.parametrize("code", [RESTS], indirect=True)
async def test_the_watch_ends_with_the_process(code: subprocess.Popen[bytes]) -> None:
    watch = ChildWatch(code.pid, ChildLimits(memory_bytes=GB), kill=code.kill)
    watching = asyncio.create_task(watch.run())
    await asyncio.sleep(0)
    code.communicate()
    async with asyncio.timeout(5):
        await watching
    assert watch.reason == ""
