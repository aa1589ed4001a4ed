"""Ollama's API over a real socket: every way in which a daemon answers badly, or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from hotseat.domain.errors import (
    EngineError,
    EngineGarbled,
    EngineRejected,
    EngineUnavailable,
    ModelNotFound,
)
from hotseat.domain.experts import ModelSpec, freeze_options
from hotseat.engines.ollama import OllamaEngine, OllamaSettings
from hotseat.engines.protocol import ChatRequest, GenerateRequest
from hotseat.engines.wire import WireSettings
from hotseat.machine.network import is_loopback
from support.stub_engine import MIB, Answer, Reply, Seen, StubEngine

SPEC = ModelSpec("go:1b", freeze_options({"num_ctx": 2048, "num_thread": 1, "stop": ["<end>"]}))
REQUEST = GenerateRequest(spec=SPEC, prompt="func add(")


@pytest.fixture
async def stub() -> AsyncIterator[StubEngine]:
    async with StubEngine() as stub:
        stub.models = {"go:1b": 100 * MIB, "sql:latest": 50 * MIB}
        yield stub


@pytest.fixture
async def engine(stub: StubEngine) -> AsyncIterator[OllamaEngine]:
    engine = OllamaEngine(stub.url)
    yield engine
    await engine.aclose()


async def text_of(engine: OllamaEngine, request: GenerateRequest = REQUEST) -> str:
    async with aclosing(engine.generate(request)) as chunks:
        return "".join([chunk.text async for chunk in chunks])


def says(data: bytes, status: int = 200, kind: str = "application/json") -> Answer:
    async def answer(_seen: Seen, reply: Reply) -> None:
        await reply.body(data, status, kind)

    return answer


def streams(*lines: Any, cut: bool = False) -> Answer:
    """Lines of a stream; with `cut` the connection ends there without the end of the stream."""

    async def answer(_seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        for line in lines:
            await reply.chunk(line)
        if not cut:
            await reply.end_stream()

    return answer


# --- what it says when all is well ---


async def test_reads_what_ollama_answers(stub: StubEngine, engine: OllamaEngine) -> None:
    stub.resident = {"go:1b": 100 * MIB}
    assert (await engine.version()).version == "0.33.0"
    assert await engine.models() == ("go:1b", "sql:latest")
    info = await engine.show("sql")
    assert (info.can_insert, info.size_bytes) == (True, 50 * MIB)
    (resident,) = await engine.resident()
    assert (resident.model, resident.size_bytes) == ("go:1b", 100 * MIB)
    stub.completion = ["a int", ", b int"]
    assert await text_of(engine) == "a int, b int"


async def test_an_instance_and_features_are_read_from_our_own_engine(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    answer = {"version": "0.1", "hotseat": {"instance": "abc", "features": ["slots"]}}
    stub.answers["/api/version"] = says(json.dumps(answer).encode())
    info = await engine.version()
    assert (info.instance, info.features) == ("abc", frozenset({"slots"}))


# --- what goes over the wire ---


async def test_no_options_but_the_models_own_and_the_requests(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    await text_of(engine, GenerateRequest(spec=SPEC, prompt="x", stop=("\n",), n_predict=5))
    (seen,) = stub.prompts()
    assert seen == {
        "model": "go:1b",
        "prompt": "x",
        "raw": True,
        "options": {
            "num_ctx": 2048,
            "num_thread": 1,
            "stop": ["<end>", "\n"],
            "num_predict": 5,
            "temperature": 0.0,
        },
    }


async def test_a_suffix_is_never_sent_with_raw(stub: StubEngine, engine: OllamaEngine) -> None:
    await text_of(engine, GenerateRequest(spec=SPEC, prompt="x", suffix="y"))
    (seen,) = stub.prompts()
    assert seen["suffix"] == "y"
    assert "raw" not in seen


async def test_no_unlimited_generation(stub: StubEngine, engine: OllamaEngine) -> None:
    await text_of(engine, GenerateRequest(spec=SPEC, prompt="x", n_predict=0))
    assert stub.seen("/api/generate")[0].body["options"]["num_predict"] == 1


async def test_keep_alive_goes_with_loads_only(stub: StubEngine, engine: OllamaEngine) -> None:
    await engine.ensure_ready(SPEC, keep_alive_s=600)
    await text_of(engine)
    async with aclosing(engine.chat(ChatRequest(spec=SPEC, messages=(("user", "hi"),)))) as chunks:
        async for _ in chunks:
            pass
    load, *others = stub.requests
    assert load.body == {
        "model": "go:1b",
        "keep_alive": 600,
        "options": {"num_ctx": 2048, "num_thread": 1, "stop": ["<end>"]},
        "stream": False,
    }
    assert all("keep_alive" not in seen.body for seen in others)
    assert [seen.path for seen in others] == ["/api/generate", "/api/chat"]


async def test_half_a_surrogate_pair_is_sent_as_a_replacement_character(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    await text_of(engine, GenerateRequest(spec=SPEC, prompt="a \ud83d b \ud83d\ude00 é"))
    assert stub.prompts()[0]["prompt"] == "a \ufffd b 😀 é"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
async def test_proxies_of_the_environment_are_ignored_on_loopback(
    stub: StubEngine, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    engine = OllamaEngine(stub.url)
    try:
        assert (await engine.version()).version == "0.33.0"
        await engine.ensure_ready(SPEC, keep_alive_s=1)
    finally:
        await engine.aclose()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:11434", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:11434", True),
        ("http://localhost:11434", True),
        ("http://localhost.example.org", False),
        ("http://10.0.0.1:11434", False),
        ("http://0.0.0.0:11434", False),
    ],
)
def test_what_is_loopback(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


# --- unloading ---


async def test_unload_returns_when_the_model_is_gone(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    stub.resident = {"go:1b": MIB}
    looks = 0

    async def gone_at_the_third_look(_seen: Seen, reply: Reply) -> None:
        nonlocal looks
        looks += 1
        await reply.json({"models": [{"name": "go:1b", "size": 5}] if looks < 3 else []})

    stub.answers["/api/ps"] = gone_at_the_third_look
    await engine.unload(SPEC)
    assert looks == 3
    assert stub.requests[0].body == {"model": "go:1b", "keep_alive": 0, "stream": False}


async def test_a_model_that_does_not_go_is_an_error(stub: StubEngine) -> None:
    stub.answers["/api/ps"] = says(b'{"models": [{"name": "go:1b", "size": 5}]}')
    settings = OllamaSettings(unload_patience_s=0.0)
    async with aclosing(OllamaEngine(stub.url, settings=settings)) as engine:
        with pytest.raises(EngineError, match="still in memory"):
            await engine.unload(SPEC)


# --- nobody there ---


async def test_nobody_answers(stub: StubEngine, engine: OllamaEngine) -> None:
    await stub.die()
    for call in (engine.version(), engine.models(), engine.resident(), engine.unload(SPEC)):
        with pytest.raises(EngineUnavailable, match=r"No engine answers at http://127\.0\.0\.1"):
            await call
    with pytest.raises(EngineUnavailable, match="No engine answers"):
        await engine.ensure_ready(SPEC, keep_alive_s=1)
    with pytest.raises(EngineUnavailable, match="Start Ollama"):
        await text_of(engine)


async def test_it_answers_again_after_a_restart(stub: StubEngine, engine: OllamaEngine) -> None:
    await engine.version()
    await stub.die()
    with pytest.raises(EngineError):
        await engine.version()
    await stub.start()
    assert (await engine.version()).version == "0.33.0"


async def test_an_engine_that_does_not_answer_is_unavailable(stub: StubEngine) -> None:
    settings = OllamaSettings(wire=WireSettings(quick_s=0.05))
    async with aclosing(OllamaEngine(stub.url, settings=settings)) as engine:
        with stub.gate("/api/ps"), pytest.raises(EngineUnavailable, match="stopped answering"):
            await engine.resident()


async def test_a_stream_that_stalls_is_unavailable(stub: StubEngine) -> None:
    async def stall(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"response": "a"})
        await seen.hung_up.wait()

    stub.answers["/api/generate"] = stall
    settings = OllamaSettings(wire=WireSettings(stream_silence_s=0.05))
    async with aclosing(OllamaEngine(stub.url, settings=settings)) as engine:
        with pytest.raises(EngineUnavailable, match="stopped answering"):
            await text_of(engine)
        await asyncio.wait_for(stub.requests[0].hung_up.wait(), 5)


# --- its own errors ---


async def test_a_missing_model_says_how_to_get_it(engine: OllamaEngine) -> None:
    missing = ModelSpec("rust:7b")
    with pytest.raises(
        ModelNotFound, match=r"'rust:7b' not found\. `hotseat doctor` says how to get it"
    ):
        await engine.show("rust:7b")
    with pytest.raises(ModelNotFound):
        await engine.ensure_ready(missing, keep_alive_s=1)
    with pytest.raises(ModelNotFound):
        await text_of(engine, GenerateRequest(spec=missing, prompt="x"))


async def test_its_own_error_is_passed_on(stub: StubEngine, engine: OllamaEngine) -> None:
    answer = says(b'{"error": "does not support insert"}', 400)
    stub.answers["/api/generate"] = answer
    with pytest.raises(EngineRejected, match="does not support insert") as caught:
        await text_of(engine)
    assert caught.value.status == 400


async def test_an_error_object_as_other_servers_send_it(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    stub.answers["/api/generate"] = says(b'{"error": {"code": 500, "message": "no slot"}}', 500)
    with pytest.raises(EngineRejected, match=r"The engine answered: no slot$"):
        await text_of(engine)


@pytest.mark.parametrize("status", [404, 502])
async def test_a_page_of_html_is_not_shown_to_people(
    stub: StubEngine, engine: OllamaEngine, status: int
) -> None:
    stub.answers["/api/ps"] = says(b"<!DOCTYPE html><h1>Bad gateway</h1>", status, "text/html")
    with pytest.raises(EngineRejected, match=f"HTTP status {status}") as caught:
        await engine.resident()
    assert "<" not in str(caught.value)


async def test_an_error_line_in_a_stream(stub: StubEngine, engine: OllamaEngine) -> None:
    stub.answers["/api/generate"] = streams({"response": "a"}, {"error": "the runner crashed"})
    with pytest.raises(EngineRejected, match="the runner crashed") as caught:
        await text_of(engine)
    assert caught.value.status == 200


# --- rubbish ---

RUBBISH = [
    b"null",
    b"[]",
    b"17",
    b'"models"',
    b"{",
    b"<html>hello</html>",
    b"\xff\xfe\x00",
    b"[" * 100_000,
]
ODD_PS = [
    b'{"models": 5}',
    b'{"models": [5]}',
    b'{"models": [{}]}',
    b'{"models": [{"name": "a", "size": "large"}]}',
    b'{"models": [{"name": "a", "size": 1e999}]}',
    b'{"models": [{"name": "a", "size": 5, "context_length": "long"}]}',
    b'{"models": {"name": "a"}}',
]


@pytest.mark.parametrize("data", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_instead_of_json(stub: StubEngine, engine: OllamaEngine, data: bytes) -> None:
    for path in ("/api/version", "/api/ps", "/api/tags", "/api/show", "/api/generate"):
        stub.answers[path] = says(data)
    for call in (engine.version(), engine.resident(), engine.models(), engine.show("go:1b")):
        with pytest.raises(EngineGarbled):
            await call
    with pytest.raises(EngineGarbled):
        await engine.ensure_ready(SPEC, keep_alive_s=1)
    with pytest.raises(EngineGarbled):
        await text_of(engine)


async def test_an_empty_answer_is_rubbish_too(stub: StubEngine, engine: OllamaEngine) -> None:
    stub.answers["/api/version"] = stub.answers["/api/generate"] = says(b"")
    with pytest.raises(EngineGarbled):
        await engine.version()
    with pytest.raises(EngineGarbled):
        await text_of(engine)


@pytest.mark.parametrize("data", ODD_PS)
async def test_odd_lists_of_models(stub: StubEngine, engine: OllamaEngine, data: bytes) -> None:
    stub.answers["/api/ps"] = says(data)
    with pytest.raises(EngineGarbled, match="does not answer as Ollama does"):
        await engine.resident()


@pytest.mark.parametrize(
    "data",
    [
        b'{"capabilities": 5}',
        b'{"model_info": [1]}',
        b'{"details": "x"}',
    ],
)
async def test_odd_descriptions_of_models(
    stub: StubEngine, engine: OllamaEngine, data: bytes
) -> None:
    stub.answers["/api/show"] = says(data)
    with pytest.raises(EngineGarbled):
        await engine.show("go:1b")


@pytest.mark.parametrize("data", [b"{}", b'{"version": 3}', b'{"version": "1", "hotseat": 5}'])
async def test_something_else_at_the_address(
    stub: StubEngine, engine: OllamaEngine, data: bytes
) -> None:
    stub.answers["/api/version"] = says(data)
    with pytest.raises(EngineGarbled, match=r"Check the host in experts\.yaml"):
        await engine.version()


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        [1],
        {"response": {"a": 1}, "done": True},
        {"response": "x", "logprobs": [3], "done": True},
        {"response": "x", "done": True, "eval_duration": "long"},
        {"response": "x", "done": True, "timings": "fast"},
    ],
)
async def test_odd_lines_in_a_stream(stub: StubEngine, engine: OllamaEngine, line: Any) -> None:
    stub.answers["/api/generate"] = streams({"response": "a"}, line)
    with pytest.raises(EngineGarbled):
        await text_of(engine)


async def test_a_missing_text_is_no_text(stub: StubEngine, engine: OllamaEngine) -> None:
    stub.answers["/api/generate"] = streams({"response": None}, {"done": True})
    assert await text_of(engine) == ""


async def test_a_connection_that_breaks_mid_stream(stub: StubEngine, engine: OllamaEngine) -> None:
    stub.answers["/api/generate"] = streams({"response": "a"}, cut=True)
    with pytest.raises(EngineGarbled, match="broke"):
        await text_of(engine)


async def test_a_stream_that_ends_cleanly_after_some_text_has_stopped(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    """Ollama ends it so when a model repeats one token too often."""
    stub.answers["/api/generate"] = streams({"response": "1"}, {"response": "1", "done": False})
    chunks = [chunk async for chunk in engine.generate(REQUEST)]
    assert "".join(chunk.text for chunk in chunks) == "11"
    assert (chunks[-1].done, chunks[-1].done_reason) == (True, "stop")


async def test_an_answer_to_a_chat_that_ends_cleanly_has_stopped(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    stub.answers["/api/chat"] = streams({"message": {"role": "assistant", "content": "no "}})
    chat = ChatRequest(spec=REQUEST.spec, messages=(("user", "Say no"),))
    chunks = [chunk async for chunk in engine.chat(chat)]
    assert [chunk.text for chunk in chunks] == ["no ", ""]
    assert chunks[-1].done_reason == "stop"


@pytest.mark.parametrize("lines", [(), ({"response": ""},), ({"response": "", "done": False},)])
async def test_a_stream_that_ends_without_any_text_broke_off(
    stub: StubEngine, engine: OllamaEngine, lines: tuple[Any, ...]
) -> None:
    stub.answers["/api/generate"] = streams(*lines)
    with pytest.raises(EngineGarbled, match="broke off in the middle"):
        await text_of(engine)


async def test_a_last_line_without_its_end_broke_off(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    async def half(_seen: Seen, reply: Reply) -> None:
        await reply.body(b'{"response": "a"}\n{"response": "b"}', kind="application/x-ndjson")

    stub.answers["/api/generate"] = half
    with pytest.raises(EngineGarbled, match="broke off in the middle"):
        await text_of(engine)


async def test_an_engine_killed_mid_stream(stub: StubEngine, engine: OllamaEngine) -> None:
    async def first_token(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"response": "a"})
        await seen.hung_up.wait()

    stub.answers["/api/generate"] = first_token
    stream = engine.generate(REQUEST)
    assert (await anext(stream)).text == "a"
    await stub.die()
    with pytest.raises(EngineError):
        await anext(stream)


async def test_not_http_at_all(stub: StubEngine, engine: OllamaEngine) -> None:
    async def ssh(_seen: Seen, reply: Reply) -> None:
        await reply.raw(b"SSH-2.0-OpenSSH_9.6\r\n")

    stub.answers["/api/version"] = ssh
    with pytest.raises(EngineGarbled):
        await engine.version()


# --- the connection opened ahead ---


@pytest.fixture
async def eager(stub: StubEngine) -> AsyncIterator[OllamaEngine]:
    """It opens the next connection at once."""
    settings = OllamaSettings(wire=WireSettings(spare_after_s=0.0))
    async with aclosing(OllamaEngine(stub.url, settings=settings)) as engine:
        yield engine


async def test_the_next_completion_finds_a_connection(
    stub: StubEngine, eager: OllamaEngine
) -> None:
    assert await text_of(eager) == "1"
    await stub.until(lambda: stub.n_connections == 2)
    assert await text_of(eager) == "1"
    await stub.until(lambda: stub.n_connections == 3)  # and not 4


async def test_a_connection_closed_before_it_was_used_costs_no_completion(
    stub: StubEngine, eager: OllamaEngine
) -> None:
    await text_of(eager)
    await stub.until(lambda: stub.n_connections == 2)
    await stub.die()
    await stub.start()
    assert await text_of(eager) == "1"


# --- cancelling ---


async def test_closing_the_stream_is_seen_by_the_engine(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    async def endless(_seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        while True:
            await reply.chunk({"response": "x"})

    stub.answers["/api/generate"] = endless
    stream = engine.generate(REQUEST)
    await anext(stream)
    await stream.aclose()
    await asyncio.wait_for(stub.requests[0].done.wait(), 5)


async def test_cancelling_before_the_first_token_is_seen_by_the_engine(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    with stub.gate("/api/generate"):
        task = asyncio.create_task(text_of(engine))
        seen = await stub.request("/api/generate")
        task.cancel()
        await asyncio.wait_for(seen.hung_up.wait(), 5)
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_cancelling_a_load_aborts_it_and_nothing_else(
    stub: StubEngine, engine: OllamaEngine
) -> None:
    with stub.gate("load"), stub.gate("/api/generate") as generation:
        load = asyncio.create_task(engine.ensure_ready(SPEC, keep_alive_s=1))
        await stub.request("load")
        text = asyncio.create_task(text_of(engine))
        await stub.request("/api/generate", 2)
        load.cancel()
        await asyncio.wait_for(stub.seen("load")[0].hung_up.wait(), 5)
        generation.set()
        assert await text == "1"
        await asyncio.gather(load, return_exceptions=True)


async def test_quick_questions_share_one_connection(stub: StubEngine, engine: OllamaEngine) -> None:
    await engine.version()
    await engine.resident()
    await engine.resident()
    assert stub.n_connections == 1
