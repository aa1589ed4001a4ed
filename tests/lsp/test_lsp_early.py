"""An editor that waits before it asks: the completion is begun in the meantime."""

from __future__ import annotations

import asyncio

from support.lsp_start import Start
from support.stub_engine import StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\tret\n}\n"
PAUSE_S = 0.05
"""VS Code's, before each request."""


async def test_the_editors_own_pause_is_used(start: Start, stub: StubEngine, go_uri: str) -> None:
    client = await start()
    await client.initialize()
    client.open(go_uri, "go", GO)
    await client.until_warm("go")
    counts = {"early": 0}
    column = 4
    async with asyncio.timeout(30):
        while counts["early"] < 3:
            client.change(go_uri, ((3, column), (3, column), "x"))
            column += 1
            await asyncio.sleep(PAUSE_S)
            assert await client.complete(go_uri, 3, column) == ["1"]
            counts = (await client.request("hotseat/status"))["completions"]
    asked = [seen for seen in stub.completions() if seen.body["options"]["num_predict"] > 1]
    prompts = [seen.body["prompt"] for seen in asked]
    assert len(prompts) >= counts["early"] + counts["fromEngine"]
    assert len(prompts) == len(set(prompts)), "nothing is asked for twice"
    assert counts["fromCache"] + counts["fromStream"] >= 3
