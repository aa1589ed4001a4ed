"""`hotseat.pull` from the editor: progress while it runs, and the expert is there afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from support.lsp_client import LspClient, state_of
from support.stub_engine import MIB, Reply, Seen, StubEngine

Start = Callable[..., Awaitable[LspClient]]


async def pull(client: LspClient, name: str) -> dict[str, str]:
    params = {"command": "hotseat.pull", "arguments": [name]}
    answer: dict[str, str] = await client.request("workspace/executeCommand", params)
    return answer


def shown(client: LspClient) -> list[dict[str, Any]]:
    values = [p["value"] for method, p in client.notifications if method == "$/progress"]
    return [v for v in values if "pull" in v.get("title", v.get("message", "pull"))]


async def test_a_pulled_model_is_loaded(start: Start, stub: StubEngine, workspace: Path) -> None:
    async def deliver(_seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"status": "pulling manifest"})
        await reply.chunk({"status": "pulling 8ebf", "total": 200, "completed": 50})
        stub.models["missing:7b"] = 100 * MIB
        await reply.chunk({"status": "success"})
        await reply.end_stream()

    stub.answers["/api/pull"] = deliver
    client = await start()
    await client.initialize(
        workspace=workspace, capabilities={"window": {"workDoneProgress": True}}
    )
    client.open((workspace / "q.sql").as_uri(), "sql", "SELECT 1")
    await client.until_status(lambda s: state_of(s, "sql") == "failed")
    assert await pull(client, "sql") == {"message": "sql is there"}
    assert [v["percentage"] for v in shown(client) if v.get("percentage")] == [25]
    await client.until_warm("sql")


async def test_a_pull_that_fails_says_why(client: LspClient, stub: StubEngine) -> None:
    async def refuse(_seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"error": "pull model manifest: file does not exist"})
        await reply.end_stream()

    stub.answers["/api/pull"] = refuse
    await client.until_status(lambda s: s["engine"].get("up", False))
    assert "file does not exist" in (await pull(client, "sql"))["error"]
    assert "There is no expert" in (await pull(client, "nobody"))["error"]
