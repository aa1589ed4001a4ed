"""An engine of a benchmark's own, while the benchmark is busy elsewhere."""

from __future__ import annotations

from hotseat.client.engine_process import keep_in_use
from support.stub_engine import StubEngine


async def test_it_does_not_take_itself_for_forgotten() -> None:
    async with StubEngine() as engine:
        async with keep_in_use(engine.url, every_s=0.01):
            await engine.request("/api/version", n=3)
        n_asked = len(engine.seen("/api/version"))
        assert n_asked >= 3


async def test_an_engine_that_is_gone_is_not_its_business() -> None:
    async with StubEngine() as engine, keep_in_use(engine.url, every_s=0.01):
        await engine.request("/api/version")
        await engine.die()
