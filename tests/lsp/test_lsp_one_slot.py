"""Completions while their model writes an answer, and while it does not answer at all."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from support.lsp_client import LspClient, state_of
from support.lsp_start import Start
from support.stub_engine import Seen, StubEngine

CHAT = "{{ range .Messages }}{{ .Role }}: {{ .Content }}{{ end }}"
GO = "package main\n\nfunc add(a int, b int) int {\n\t\n}\n"
STANDS_IN = "generalist stands in for go, which "


class Answering:
    """An answer of `go` that goes on until `end`, part by part."""

    def __init__(self, stub: StubEngine, client: LspClient) -> None:
        self._client = client
        self._ended = asyncio.Event()
        stub.chat = [f"part {n * 7919 % 10_007} of it, " for n in range(5_000)]
        stub.pace = self._pace
        self._n_parts = 0
        asked = {"question": "What is a mutex?", "expert": "go", "partialResultToken": "t"}
        self._id = client.begin("hotseat/ask", asked)

    async def begun(self) -> None:
        await self._client.until(lambda: "part" in self._streamed())

    async def end(self) -> None:
        self._client.notify("$/cancelRequest", {"id": self._id})
        await self._client.answer(self._id)

    def _streamed(self) -> str:
        told = [p["value"] for method, p in self._client.notifications if method == "$/progress"]
        return "".join(part.get("text", "") for part in told)

    async def _pace(self, _seen: Seen) -> None:
        await asyncio.sleep(0.005)


@pytest.fixture
async def answering(
    client: LspClient, stub: StubEngine, go_uri: str, request: pytest.FixtureRequest
) -> Answering:
    """An answer of `go`, on an engine with so many slots as the test's parameter says."""
    stub.n_slots = request.param
    stub.templates = {"go:1b": CHAT, "general:1b": CHAT}
    client.open(go_uri, "go", GO)
    await client.until_warm("go", "generalist")
    answering = Answering(stub, client)
    await answering.begun()
    return answering


async def last(client: LspClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.request("hotseat/status"))["lastCompletion"]
    return found


@pytest.mark.parametrize("answering", [1], indirect=True)
async def test_another_model_answers_while_the_only_slot_is_taken(
    client: LspClient, stub: StubEngine, go_uri: str, answering: Answering
) -> None:
    assert await client.complete(go_uri, 3, 1) == ["1"]
    record = await last(client)
    assert record["servedBy"] == "generalist"
    assert record["note"] == STANDS_IN + "is answering a question"
    await answering.end()
    client.change(go_uri, ((3, 1), (3, 1), "x"))
    assert await client.complete(go_uri, 3, 2) == ["1"]
    assert (await last(client))["servedBy"] == "go"


@pytest.mark.parametrize("answering", [2], indirect=True)
async def test_a_model_that_takes_two_requests_answers_itself_once_that_is_known(
    client: LspClient, stub: StubEngine, go_uri: str, answering: Answering
) -> None:
    def probed() -> bool:
        return any(s.body.get("model") == "go:1b" and s.done.is_set() for s in probes(stub))

    assert await client.complete(go_uri, 3, 1) == ["1"]
    await stub.until(probed)
    for n in range(20):  # a part of the answer has to come after the probe
        text = f"{n} + "
        client.change(go_uri, ((3, 1), (3, 1), text))
        assert await client.complete(go_uri, 3, 1 + len(text)) == ["1"]
        if (await last(client))["servedBy"] == "go":
            break
    else:
        raise AssertionError("go never answered itself")
    await answering.end()


def probes(stub: StubEngine) -> list[Seen]:
    """Requests that nobody reads, sent to count slots."""
    return [s for s in stub.seen("/api/generate") if s.body.get("prompt") == "\n"]


async def test_names_of_the_same_weights_do_not_stand_in_for_each_other(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.n_slots = 1
    stub.templates = {"go:1b": CHAT, "general:1b": CHAT}
    stub.weights = dict.fromkeys(("go:1b", "general:1b"), "a" * 64)
    client.open(go_uri, "go", GO)
    client.open(go_uri.replace("main.go", "a.html"), "html", "<p>\n")
    client.open(go_uri.replace("main.go", "b.go"), "go", GO)
    await client.until_warm("go", "generalist", "markup")
    answering = Answering(stub, client)
    await answering.begun()
    assert await client.complete(go_uri, 3, 1) == ["1"]
    assert (await last(client))["servedBy"] == "markup"
    await answering.end()


@pytest.mark.extra
async def test_with_no_other_model_a_completion_waits_for_the_answer(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.n_slots = 1
    stub.templates = {"go:1b": CHAT}
    del stub.models["general:1b"], stub.models["web:1b"]
    client.open(go_uri, "go", GO)
    await client.until_warm("go")
    answering = Answering(stub, client)
    await answering.begun()
    waits = client.begin_complete(go_uri, 3, 1)
    await stub.until(lambda: len(stub.completions()) > 0)
    record = await last(client)
    assert record["note"] == "go is answering a question, and no other model is free"
    await answering.end()
    assert len((await client.answer(waits))["result"]["items"]) == 1


@pytest.mark.parametrize("answering", [1], indirect=True)
@pytest.mark.extra
async def test_the_answer_of_another_window_takes_the_slot_as_well(
    start: Start, workspace: Path, stub: StubEngine, go_uri: str, answering: Answering
) -> None:
    other = await start()
    await other.initialize(workspace=workspace)
    other.open(go_uri, "go", GO)
    await other.until_warm("go", "generalist")
    assert await other.complete(go_uri, 3, 1) == ["1"]
    assert (await last(other))["note"] == STANDS_IN + "is answering a question"
    await answering.end()


@pytest.mark.slow
async def test_a_process_that_is_stopped_is_shown_and_replaced_until_it_goes_on(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", GO)
    await client.until_warm("go", "generalist")
    stub.stopped["go:1b"] = asyncio.Event()
    began_s = asyncio.get_running_loop().time()
    assert await client.complete(go_uri, 3, 1) == ["1"]
    assert asyncio.get_running_loop().time() - began_s < 7.0
    assert (await last(client))["note"] == STANDS_IN + "does not answer"
    status = await client.until_status(lambda s: state_of(s, "go") == "failed")
    (go,) = [e for e in status["experts"] if e["name"] == "go"]
    assert "does not answer" in go["error"]
    client.change(go_uri, ((3, 1), (3, 1), "x"))
    assert await client.complete(go_uri, 3, 2) == ["1"]  # at once
    assert asyncio.get_running_loop().time() - began_s < 8.0
    stub.stopped.pop("go:1b").set()
    await client.until_warm("go")
    client.change(go_uri, ((3, 2), (3, 2), "y"))
    assert await client.complete(go_uri, 3, 3) == ["1"]
    assert (await last(client))["servedBy"] == "go"
