"""Requests that end before their answer is there: by the client, or by the server itself."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from support.lsp_client import LspClient, position
from support.lsp_start import ROSTER, Start
from support.stub_engine import Reply, Seen, StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\t\n}\n"
CHAT = "{{ range .Messages }}{{ .Content }}{{ end }}"
REQUEST_FAILED = -32803
REQUEST_CANCELLED = -32800
METHODS = ["textDocument/inlineCompletion", "textDocument/completion"]


@pytest.fixture
async def client(start: Start, workspace: Path) -> LspClient:
    """Its client has both kinds of completion."""
    client = await start()
    await client.initialize(workspace=workspace, options={"completionFallback": True})
    return client


@pytest.fixture
def other_uri(workspace: Path) -> str:
    return (workspace / "other.go").as_uri()


async def open_both(client: LspClient, uri: str, other_uri: str) -> None:
    client.open(other_uri, "go", GO.replace("add", "sub"))
    client.open(uri, "go", GO)
    await client.until_warm("go")


def begin(client: LspClient, method: str, uri: str) -> int:
    asked = {
        "textDocument": {"uri": uri},
        "position": position(3, 1),
        "context": {"triggerKind": 1},
    }
    return client.begin(method, asked)


def items(answer: dict[str, Any]) -> list[Any]:
    assert "error" not in answer, answer
    return list(answer["result"]["items"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.one_in_ci
async def test_a_request_for_another_document_leaves_an_empty_list(
    client: LspClient, stub: StubEngine, go_uri: str, other_uri: str, method: str
) -> None:
    await open_both(client, go_uri, other_uri)
    with stub.gate("/api/generate") as gate:
        older = begin(client, method, go_uri)
        await stub.until(lambda: len(stub.prompts()) == 1)
        newer = begin(client, method, other_uri)
        assert items(await client.answer(older)) == []
        await stub.until(lambda: len(stub.prompts()) == 2)
        gate.set()
        assert len(items(await client.answer(newer))) == 1
    assert [len(client.answers[id_]) for id_ in (older, newer)] == [1, 1]
    assert "Traceback" not in client.log


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.one_in_ci
async def test_another_engine_leaves_an_empty_list(
    client: LspClient, stub: StubEngine, go_uri: str, other_uri: str, method: str
) -> None:
    await open_both(client, go_uri, other_uri)
    async with StubEngine() as other:
        other.models = dict(stub.models)
        with stub.gate("/api/generate"):
            id_ = begin(client, method, go_uri)
            await stub.until(lambda: len(stub.prompts()) == 1)
            command = {"command": "hotseat.useEngine", "arguments": [other.url]}
            await client.request("workspace/executeCommand", command)
            assert items(await client.answer(id_)) == []
        await client.until_status(lambda s: s["engine"]["url"] == other.url)
        await client.until_warm("go")
        assert len(items(await client.answer(begin(client, method, go_uri)))) == 1
    assert len(client.answers[id_]) == 1
    assert "Traceback" not in client.log


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.one_in_ci
async def test_a_shutdown_leaves_an_empty_list(
    client: LspClient, stub: StubEngine, go_uri: str, other_uri: str, method: str
) -> None:
    await open_both(client, go_uri, other_uri)
    with stub.gate("/api/generate"):
        id_ = begin(client, method, go_uri)
        await stub.until(lambda: len(stub.prompts()) == 1)
        ending = client.begin("shutdown")
        assert items(await client.answer(id_)) == []
        assert (await client.answer(ending))["result"] is None
    assert len(client.answers[id_]) == 1
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_another_roster_leaves_no_error(
    client: LspClient, stub: StubEngine, go_uri: str, other_uri: str, roster: Path
) -> None:
    await open_both(client, go_uri, other_uri)
    client.open(roster.as_uri(), "yaml", ROSTER)
    with stub.gate("/api/generate") as gate:
        id_ = begin(client, METHODS[0], go_uri)
        await stub.until(lambda: len(stub.prompts()) == 1)
        roster.write_text(ROSTER.replace('"go:1b"', '"web:1b"'))
        client.notify("textDocument/didSave", {"textDocument": {"uri": roster.as_uri()}})
        await client.until_status(
            lambda s: any(e["name"] == "go" and e["model"] == "web:1b" for e in s["experts"])
        )
        gate.set()
        assert len(items(await client.answer(id_))) <= 1
    assert len(client.answers[id_]) == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.one_in_ci
async def test_what_the_client_cancels_is_answered_as_cancelled(
    client: LspClient, stub: StubEngine, go_uri: str, other_uri: str, method: str
) -> None:
    await open_both(client, go_uri, other_uri)
    with stub.gate("/api/generate"):
        id_ = begin(client, method, go_uri)
        await stub.until(lambda: len(stub.prompts()) == 1)
        client.notify("$/cancelRequest", {"id": id_})
        assert (await client.answer(id_))["error"]["code"] == REQUEST_CANCELLED
        await asyncio.wait_for(stub.completions()[0].hung_up.wait(), 5)
    assert len(items(await client.answer(begin(client, method, go_uri)))) == 1
    assert len(client.answers[id_]) == 1


async def test_requests_at_random_are_each_answered_once_and_only_cancelled_ones_with_an_error(
    client: LspClient, stub: StubEngine, go_uri: str, other_uri: str
) -> None:
    await open_both(client, go_uri, other_uri)
    chance = random.Random(5)
    cancelled, asked = set(), []
    for _ in range(120):
        uri = chance.choice([go_uri, other_uri])
        if chance.random() < 0.5:
            client.change(uri, ((3, 1), (3, 1), chance.choice("abc")))
        asked.append(begin(client, chance.choice(METHODS), uri))
        if chance.random() < 0.2:
            cancelled.add(asked[-1])
            client.notify("$/cancelRequest", {"id": asked[-1]})
        if chance.random() < 0.3:
            await client.answer(asked[-1])
    for id_ in asked:
        await client.answer(id_)
    assert all(len(client.answers[id_]) == 1 for id_ in asked)
    failed = {id_ for id_ in asked if "error" in client.answers[id_][0]}
    assert failed <= cancelled
    assert {client.answers[id_][0]["error"]["code"] for id_ in failed} <= {REQUEST_CANCELLED}


@pytest.mark.parametrize("method", ["hotseat/ask", "hotseat/edit"])
@pytest.mark.one_in_ci
async def test_an_answer_that_a_shutdown_ends_is_no_cancelled_one(
    client: LspClient, stub: StubEngine, go_uri: str, method: str
) -> None:
    stub.templates = dict.fromkeys(stub.models, CHAT)

    async def half(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"message": {"content": "Half"}})
        await seen.hung_up.wait()

    stub.answers["/api/chat"] = half
    client.open(go_uri, "go", GO.replace("\t\n", "\treturn a + b\n"))
    await client.until_warm("go")
    id_ = client.begin(
        method,
        {
            "question": "?",
            "instruction": "Swap them",
            "textDocument": {"uri": go_uri},
            "range": {"start": position(3, 0), "end": position(4, 0)},
        },
    )
    await stub.request("/api/chat")
    await client.request("shutdown")
    answer = await client.answer(id_)
    assert answer["error"]["code"] == REQUEST_FAILED
    assert answer["error"]["message"]
    assert len(client.answers[id_]) == 1
    assert "Traceback" not in client.log
