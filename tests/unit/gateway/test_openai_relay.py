"""An engine with OpenAI's API behind the gateway: what it is sent, and what clients get of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from hotseat.domain.errors import EngineGarbled, EngineRejected, ModelNotFound
from hotseat.gateway.openai_engine_request import openai_request
from hotseat.gateway.openai_relay import OpenAIRelay
from support.stub_engine import Reply, Seen
from support.stub_openai import FINISH, StubOpenAI

MODEL = "small-base"
CALL = {"function": {"name": "read", "arguments": {"path": "a.go"}}}


@pytest.fixture
async def server() -> AsyncIterator[StubOpenAI]:
    async with StubOpenAI() as server:
        yield server


@pytest.fixture
async def relay(server: StubOpenAI) -> AsyncIterator[OpenAIRelay]:
    relay = OpenAIRelay(server.url, "")
    yield relay
    await relay.aclose()


async def lines(relay: OpenAIRelay, path: str, **body: Any) -> list[dict[str, Any]]:
    return [line async for line in relay.lines(path, {"model": MODEL, **body})]


def answering(server: StubOpenAI, path: str, *events: Any, end: bool = True) -> None:
    async def answer(_seen: Seen, reply: Reply) -> None:
        await reply.events(*events, end=end)

    server.answers[path] = answer


def delta(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"delta": fields}]}


async def test_a_stream_and_a_whole_answer(server: StubOpenAI, relay: OpenAIRelay) -> None:
    server.chat = ["Use ", "gofmt."]
    messages = [{"role": "user", "content": "Why?"}]
    streamed = await lines(relay, "/api/chat", messages=messages, stream=True)
    assert [line["message"]["content"] for line in streamed] == ["Use ", "gofmt.", ""]
    assert [line["done"] for line in streamed] == [False, False, True]
    (whole,) = await lines(relay, "/api/chat", messages=messages, stream=False)
    assert (whole["message"]["content"], whole["done"]) == ("Use gofmt.", True)
    server.completion = ["1", "2"]
    (whole,) = await lines(relay, "/api/generate", prompt="x =", raw=True)
    assert whole["response"] == "12"


async def test_calls_of_tools_come_in_pieces(server: StubOpenAI, relay: OpenAIRelay) -> None:
    pieces = [
        {"index": 0, "id": "c1", "function": {"name": "read", "arguments": '{"path": '}},
        {"index": 1, "id": "c2", "function": {"name": "list", "arguments": ""}},
        {"index": 0, "function": {"arguments": '"a.go"}'}},
    ]
    events = [delta(tool_calls=[piece]) for piece in pieces]
    usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    answering(server, "/v1/chat/completions", *events, FINISH, usage)
    *_, last = await lines(relay, "/api/chat", messages=[], tools=[{}], stream=True)
    assert last["message"]["tool_calls"] == [
        {"id": "c1", "function": {"name": "read", "arguments": {"path": "a.go"}}},
        {"id": "c2", "function": {"name": "list", "arguments": {}}},
    ]
    assert (last["prompt_eval_count"], last["eval_count"]) == (7, 3)


async def test_what_goes_wrong(server: StubOpenAI, relay: OpenAIRelay) -> None:
    with pytest.raises(ModelNotFound):
        [line async for line in relay.lines("/api/chat", {"model": "none", "messages": []})]
    answering(server, "/v1/chat/completions", delta(content="So"), end=False)
    with pytest.raises(EngineGarbled, match="broke off"):
        await lines(relay, "/api/chat", messages=[], stream=True)
    answering(server, "/v1/chat/completions", {"choices": [{"delta": "text"}]})
    with pytest.raises(EngineGarbled, match="OpenAI's form"):
        await lines(relay, "/api/chat", messages=[], stream=True)

    async def refuse(_seen: Seen, reply: Reply) -> None:
        await reply.json({"error": {"message": "no tools here"}}, 400)

    server.answers["/v1/chat/completions"] = refuse
    with pytest.raises(EngineRejected, match="no tools here") as caught:
        await lines(relay, "/api/chat", messages=[], tools=[{}])
    assert caught.value.status == 400


async def test_vectors(server: StubOpenAI, relay: OpenAIRelay) -> None:
    async def embed(seen: Seen, reply: Reply) -> None:
        data = [{"index": i, "embedding": [float(i)]} for i in (1, 0)]
        await reply.json({"data": data, "usage": {"prompt_tokens": 2}})

    server.answers["/v1/embeddings"] = embed
    (found,) = await lines(relay, "/api/embed", input=["a", "b"])
    assert found["embeddings"] == [[0.0], [1.0]]


def test_a_request_is_translated() -> None:
    messages = [
        {"role": "user", "content": "Read", "images": ["iVBORw0KGgo="]},
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "content": "package main"},
    ]
    options = {"num_predict": 100, "num_ctx": 512, "temperature": 0, "stop": ["x"]}
    body = {"messages": messages, "options": options, "format": {"type": "object"}}
    route, found = openai_request("/api/chat", body, "m", 512)
    assert route == "/v1/chat/completions"
    question, call, result = found["messages"]
    assert question["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
    assert result["tool_call_id"] == call["tool_calls"][0]["id"]
    assert call["tool_calls"][0]["function"]["arguments"] == '{"path": "a.go"}'
    assert (found["max_tokens"], found["temperature"], found["stop"]) == (100, 0, ["x"])
    assert "num_ctx" not in found
    assert found["response_format"]["json_schema"]["schema"] == {"type": "object"}
    clamped = {"messages": [], "options": {"num_predict": 512}}
    assert "max_tokens" not in openai_request("/api/chat", clamped, "m", 512)[1]
    filled = {"prompt": "a", "suffix": "b"}
    assert openai_request("/api/generate", filled, "m", None)[1]["suffix"] == "b"
    asked = openai_request("/api/generate", {"prompt": "a", "system": "s"}, "m", None)[1]
    assert [m["role"] for m in asked["messages"]] == ["system", "user"]
