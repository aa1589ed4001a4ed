"""The process that waits for the next load, with real children."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from hotseat.embedded.models.card import describe
from hotseat.embedded.models.gguf import read_gguf
from hotseat.embedded.options import load_options
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.embedded.processes.spare import SpareChild
from support.tiny_gguf import write_model


@pytest.fixture
async def spare() -> AsyncIterator[SpareChild]:
    spare = SpareChild(rest_s=0.05)
    yield spare
    await spare.close()


async def waiting(spare: SpareChild, *, other_than: int | None = None) -> int:
    async with asyncio.timeout(10):
        while (pid := spare.pid) is None or pid == other_than:
            await asyncio.sleep(0.005)
    return pid


async def test_a_load_takes_the_process_that_waits_and_another_one_follows(
    spare: SpareChild, tmp_path: Path
) -> None:
    spare.start()
    pid = await waiting(spare)
    path = write_model(tmp_path / "m.gguf")
    options = load_options({"num_thread": 1, "num_ctx": 256}, describe(read_gguf(path)), n_cores=1)
    with tempfile.TemporaryDirectory(prefix="hs-") as sockets:
        spec = ChildSpec(model=path, adapters=(), options=options, socket=Path(sockets) / "c.sock")
        child = await Child.start(spec, timeout_s=30, waiting=spare.take())
        try:
            assert child.pid == pid
            assert child.version
            assert child.times.map_s > 0
            assert await waiting(spare) != pid, "one more waits"
        finally:
            child.kill()
            await child.wait()


async def test_it_is_one_and_counts_what_it_takes(spare: SpareChild) -> None:
    spare.start()
    pid = await waiting(spare)
    spare.start()
    await asyncio.sleep(0)
    assert spare.pid == pid
    assert spare.size_bytes == pytest.approx(psutil.Process(pid).memory_info().rss, rel=0.2)


async def test_where_memory_is_tight_none_waits(spare: SpareChild) -> None:
    spare.start()
    process = psutil.Process(await waiting(spare))
    spare.allow(False)
    assert spare.pid is None
    assert spare.take() is None
    await asyncio.to_thread(process.wait, 5)
    spare.allow(True)
    await waiting(spare)
    without_room = SpareChild(has_room=lambda: False)
    without_room.start()
    await asyncio.sleep(0.05)
    assert without_room.take() is None
    await without_room.close()


async def test_it_ends_when_it_is_not_needed_any_more() -> None:
    spare = SpareChild()
    spare.start()
    process = psutil.Process(await waiting(spare))
    await spare.close()
    assert not process.is_running()
    spare.start()
    assert spare.pid is None
    assert spare.size_bytes == 0


async def test_after_its_start_the_process_runs_already(spare: SpareChild) -> None:
    await spare.started()
    assert spare.pid is None
    spare.start()
    await spare.started()
    assert spare.pid is not None
