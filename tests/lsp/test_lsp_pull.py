"""`hotseat.pull` from the editor: progress while it runs, and the expert is there afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from support.lsp_client import LspClient, state_of
from support.stub_engine import MIB, Reply, Seen, StubEngine

REQUEST_CANCELLED = -32800
Start = Callable[..., Awaitable[LspClient]]


async def pull(client: LspClient, name: str) -> dict[str, str]:
    params = {"command": "hotseat.pull", "arguments": [name]}
    answer: dict[str, str] = await client.request("workspace/executeCommand", params)
    return answer


def shown(client: LspClient) -> list[dict[str, Any]]:
    values = [p["value"] for method, p in client.notifications if method == "$/progress"]
    words = ("pull", "download")
    return [v for v in values if any(w in v.get("title", v.get("message", "pull")) for w in words)]


def download_of(status: dict[str, Any], name: str) -> Any:
    return next(e["download"] for e in status["experts"] if e["name"] == name)


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
    status = await client.until_status(lambda s: download_of(s, "sql") is not None)
    assert download_of(status, "sql")["model"] == "missing:7b"
    assert download_of(status, "go") is None
    assert await pull(client, "sql") == {"message": "missing:7b is downloaded"}
    assert [v["percentage"] for v in shown(client) if v.get("percentage")] == [25]
    await client.until_warm("sql")
    await client.until_status(lambda s: download_of(s, "sql") is None)


async def test_progress_comes_under_the_clients_token_and_ends_when_it_cancels(
    start: Start, stub: StubEngine, workspace: Path
) -> None:
    client = await start()
    await client.initialize(workspace=workspace)  # it shows no progress of the server's own
    await client.until_status(lambda s: s["engine"].get("up", False))
    params = {"command": "hotseat.pull", "arguments": ["sql"], "workDoneToken": "mine"}

    def kinds() -> list[str]:
        sent = [p for method, p in client.notifications if method == "$/progress"]
        return [p["value"]["kind"] for p in sent if p["token"] == "mine"]

    with stub.gate("/api/pull"):
        id_ = client.begin("workspace/executeCommand", params)
        await client.until(lambda: "begin" in kinds())
        client.notify("$/cancelRequest", {"id": id_})
        assert (await client.answer(id_))["error"]["code"] == REQUEST_CANCELLED
        await client.until(lambda: kinds()[-1] == "end")
    assert [v["title"] for v in shown(client)[:1]] == ["Hotseat: downloading missing:7b"]


async def test_a_pull_that_fails_says_why(client: LspClient, stub: StubEngine) -> None:
    async def refuse(_seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"error": "pull model manifest: file does not exist"})
        await reply.end_stream()

    stub.answers["/api/pull"] = refuse
    await client.until_status(lambda s: s["engine"].get("up", False))
    assert "file does not exist" in (await pull(client, "sql"))["error"]
    assert "There is no expert" in (await pull(client, "nobody"))["error"]
