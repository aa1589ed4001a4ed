"""OpenAI's API over a real socket: vLLM's and llama-server's dialects, and every bad answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from hotseat.completion.prompt.fim_templates import FimMode, choose
from hotseat.conversation.route import can_chat
from hotseat.domain.errors import (
    EngineError,
    EngineGarbled,
    EngineRejected,
    EngineUnavailable,
    ModelNotFound,
)
from hotseat.domain.experts import Adapter, ModelSpec, freeze_options
from hotseat.engines.openai import OpenAIEngine
from hotseat.engines.protocol import ChatRequest, Chunk, GenerateRequest
from support.stub_engine import Answer, Reply, Seen
from support.stub_openai import FINISH, StubOpenAI

QWEN = "Qwen/Qwen2.5-Coder-1.5B"
SPEC = ModelSpec(f"{QWEN}:latest")
REQUEST = GenerateRequest(spec=SPEC, prompt="func add(")
GO = ModelSpec("hotseat/go:latest")


@pytest.fixture
async def stub() -> AsyncIterator[StubOpenAI]:
    async with StubOpenAI() as stub:
        yield stub


@pytest.fixture
async def engine(stub: StubOpenAI) -> AsyncIterator[OpenAIEngine]:
    engine = OpenAIEngine(stub.url)
    yield engine
    await engine.aclose()


async def chunks_of(engine: OpenAIEngine, request: GenerateRequest = REQUEST) -> list[Chunk]:
    async with aclosing(engine.generate(request)) as chunks:
        return [chunk async for chunk in chunks]


async def text_of(engine: OpenAIEngine, request: GenerateRequest = REQUEST) -> str:
    return "".join(chunk.text for chunk in await chunks_of(engine, request))


def says(data: bytes, status: int = 200, kind: str = "application/json") -> Answer:
    async def answer(_seen: Seen, reply: Reply) -> None:
        await reply.body(data, status, kind)

    return answer


def streams(*events: Any, end: bool = True) -> Answer:
    async def answer(_seen: Seen, reply: Reply) -> None:
        await reply.events(*events, end=end)

    return answer


def peft(folder: Path) -> Path:
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.safetensors").write_text("")
    return folder


# --- models ---


async def test_what_it_lists_is_there_and_takes_none_of_our_memory(engine: OpenAIEngine) -> None:
    info = await engine.version()
    assert (info.version, info.owns_memory) == ("vLLM 0.32.0", True)
    names = ("Qwen/Qwen2.5-Coder-1.5B:latest", "small-base:latest")
    assert await engine.models() == names
    assert [(m.model, m.size_bytes) for m in await engine.resident()] == [(n, 0) for n in names]


async def test_a_model_is_asked_for_by_the_name_that_the_server_has_for_it(
    stub: StubOpenAI, engine: OpenAIEngine
) -> None:
    stub.ids = {"/models/tiny.gguf": None, "C:\\models\\other.gguf": None, "x:7b": None}
    for name, id_ in zip(("tiny.gguf", "other.gguf", "x:7b"), stub.ids, strict=True):
        spec = ModelSpec(name if ":" in name else f"{name}:latest")
        await text_of(engine, GenerateRequest(spec=spec, prompt="x"))
        assert stub.seen("/v1/completions")[-1].body["model"] == id_


async def test_a_model_that_came_later_is_found(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    await engine.models()
    stub.ids["new"] = None
    assert await text_of(engine, GenerateRequest(spec=ModelSpec("new:latest"), prompt="x")) == "1"


async def test_an_unknown_model_says_what_there_is(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    there = "has Qwen/Qwen2.5-Coder-1.5B, small-base: name one"
    missing = ModelSpec("rust:7b")
    with pytest.raises(ModelNotFound, match=f"'rust:7b' not found.*{there}"):
        await engine.ensure_ready(missing, keep_alive_s=1)
    with pytest.raises(ModelNotFound, match=there):
        await engine.show("rust:7b")
    with pytest.raises(ModelNotFound, match=there):
        await text_of(engine, GenerateRequest(spec=missing, prompt="x"))
    del stub.ids["small-base"]
    stub.ids["gone"] = None
    await engine.models()
    del stub.ids["gone"]
    with pytest.raises(ModelNotFound, match="'gone' not found"):
        await text_of(engine, GenerateRequest(spec=ModelSpec("gone:latest"), prompt="x"))


async def test_what_it_has_is_ready_and_stays(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    await engine.ensure_ready(SPEC, keep_alive_s=600)
    await engine.unload(SPEC)
    await engine.unload(ModelSpec("rust:7b"))
    assert {seen.path for seen in stub.requests} == {"/v1/models"}


# --- adapters ---


async def test_an_adapter_is_loaded_told_of_and_unloaded(
    stub: StubOpenAI, engine: OpenAIEngine, tmp_path: Path
) -> None:
    folder = peft(tmp_path / "go")
    engine._adapters = {GO.model: Adapter(str(folder), SPEC.model)}
    assert "qwen" in (await engine.show(GO.model)).known_names
    await engine.ensure_ready(GO, keep_alive_s=600)
    await engine.ensure_ready(GO, keep_alive_s=600)
    (load,) = stub.seen("/v1/load_lora_adapter")
    assert load.body == {"lora_name": "hotseat/go:latest", "lora_path": str(folder)}
    assert GO.model in await engine.models()
    assert choose(await engine.show(GO.model)).mode is FimMode.RAW
    await engine.unload(GO)
    assert GO.model not in await engine.models()


async def test_an_adapter_that_the_server_began_with_is_the_experts(
    stub: StubOpenAI, engine: OpenAIEngine
) -> None:
    stub.ids["hotseat/go"] = QWEN
    await engine.ensure_ready(GO, keep_alive_s=600)
    assert await text_of(engine, GenerateRequest(spec=GO, prompt="x")) == "1"
    assert stub.seen("/v1/completions")[0].body["model"] == "hotseat/go"


async def test_a_server_without_such_adapters_says_so(
    stub: StubOpenAI, engine: OpenAIEngine, tmp_path: Path
) -> None:
    stub.loads_adapters = False
    engine._adapters = {GO.model: Adapter(str(peft(tmp_path / "go")), SPEC.model)}
    with pytest.raises(EngineError, match=r"takes no adapters.*VLLM_ALLOW_RUNTIME"):
        await engine.ensure_ready(GO, keep_alive_s=600)


async def test_an_adapter_over_a_model_that_is_not_there(
    engine: OpenAIEngine, tmp_path: Path
) -> None:
    engine._adapters = {GO.model: Adapter(str(tmp_path), "other:7b")}
    for call in (engine.ensure_ready(GO, keep_alive_s=1), engine.show(GO.model)):
        with pytest.raises(ModelNotFound, match="'other:7b' not found"):
            await call


async def test_a_pickle_or_a_gguf_is_no_adapter_for_it(
    stub: StubOpenAI, engine: OpenAIEngine, tmp_path: Path
) -> None:
    """A pickle may hold a program."""
    folder = peft(tmp_path / "go")
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    (tmp_path / "go.gguf").write_text("GGUF")
    for path in (folder, tmp_path / "go.gguf"):
        engine._adapters = {GO.model: Adapter(str(path), SPEC.model)}
        with pytest.raises(EngineError, match="as PEFT saves them"):
            await engine.ensure_ready(GO, keep_alive_s=1)
    assert not stub.seen("/v1/load_lora_adapter")


@pytest.mark.parametrize(
    ("status", "message", "fails"),
    [
        (400, "The lora adapter 'hotseat/go' has already been loaded.", False),
        (400, "Loading lora hotseat/go failed: rank 64 is greater than max_lora_rank 16.", True),
        (500, "out of memory", True),
    ],
)
async def test_what_it_says_of_an_adapter(
    stub: StubOpenAI, engine: OpenAIEngine, tmp_path: Path, status: int, message: str, fails: bool
) -> None:
    engine._adapters = {GO.model: Adapter(str(peft(tmp_path / "go")), SPEC.model)}
    data = json.dumps({"error": {"message": message}}).encode()
    stub.answers["/v1/load_lora_adapter"] = says(data, status)
    if not fails:
        await engine.ensure_ready(GO, keep_alive_s=1)
        return
    with pytest.raises(EngineRejected, match=message):
        await engine.ensure_ready(GO, keep_alive_s=1)


# --- what is found out about a model ---


async def test_a_family_by_name_and_a_chat_template_by_asking(
    stub: StubOpenAI, engine: OpenAIEngine
) -> None:
    info = await engine.show(QWEN)
    choice = choose(info)
    assert choice.template is not None
    assert (choice.template.family, choice.space_begins_words) == ("qwen", True)
    assert "by the model's name" in choice.report
    assert (can_chat(info), info.n_ctx) == (True, 1024)
    stub.chats = False
    assert not can_chat(await engine.show(QWEN))


async def test_a_base_model_by_name_and_nothing_to_fill_in(engine: OpenAIEngine) -> None:
    info = await engine.show("small-base:latest")
    assert not can_chat(info)
    assert choose(info).mode is FimMode.PREFIX
    assert "name its family" in choose(info).report


async def test_folders_on_the_way_to_a_model_say_nothing(
    stub: StubOpenAI, engine: OpenAIEngine
) -> None:
    entry = {"id": "/m/starcoder/base/x.gguf", "owned_by": "vllm", "root": "/m/starcoder/base/x"}
    stub.answers["/v1/models"] = says(json.dumps({"data": [entry]}).encode())
    info = await engine.show("x.gguf")
    assert (can_chat(info), choose(info).mode) == (True, FimMode.PREFIX)


async def test_llama_servers_own_word_counts(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    stub.ids, stub.owner = {"coder": None}, "llamacpp"
    props = {
        "model_path": "/m/Qwen2.5-Coder-0.5B-Q8_0.gguf",
        "chat_template": "{% for message in messages %}",
        "default_generation_settings": {"n_ctx": 2048},
        "build_info": "b11549",
    }
    stub.answers["/props"] = says(json.dumps(props).encode())
    assert (await engine.version()).version == "llama.cpp b11549"
    info = await engine.show("coder:latest")
    assert (can_chat(info), info.n_ctx, choose(info).mode) == (True, 2048, FimMode.RAW)


async def test_a_server_that_tells_nothing(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    stub.answers["/v1/models"] = says(b'{"data": [{"id": "a-model"}]}')
    assert (await engine.version()).version == "OpenAI's API"
    info = await engine.show("a-model:latest")
    assert (can_chat(info), info.n_ctx, choose(info).mode) == (True, None, FimMode.PREFIX)


# --- requests ---


async def test_only_what_the_api_knows_is_sent(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    stub.owner = "other"
    options = {"num_ctx": 2048, "top_k": 5, "top_p": 0.5, "seed": 7, "stop": ["<end>"]}
    spec = ModelSpec(SPEC.model, freeze_options(options))
    await text_of(
        engine,
        GenerateRequest(spec=spec, prompt="x", stop=("\n",), n_predict=0, logprobs=True),
    )
    assert stub.seen("/v1/completions")[0].body == {
        "model": QWEN,
        "prompt": "x",
        "max_tokens": 1,
        "temperature": 0.0,
        "stop": ["<end>", "\n"],
        "top_p": 0.5,
        "seed": 7,
        "logprobs": 1,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_vllm_is_told_not_to_swallow_tokens(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    await text_of(engine)
    assert stub.seen("/v1/completions")[0].body["skip_special_tokens"] is False


async def test_a_chat_with_a_schema(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    stub.chat = ["An", " answer."]
    messages = (("system", "Be brief."), ("user", "hi"))
    request = ChatRequest(spec=SPEC, messages=messages, format_schema={"type": "object"})
    async with aclosing(engine.chat(request)) as chunks:
        assert [chunk.text async for chunk in chunks] == ["An", " answer.", ""]
    body = stub.seen("/v1/chat/completions")[0].body
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize("field", ["stream_options", "logprobs", "stop"])
async def test_what_a_server_refuses_is_left_out_from_then_on(
    stub: StubOpenAI, engine: OpenAIEngine, field: str
) -> None:
    async def strict(seen: Seen, reply: Reply) -> None:
        value = seen.body.get(field)
        if value is not None and not (field == "stop" and len(value) <= 4):
            await reply.json({"error": {"message": f"Unsupported field: {field}"}}, 400)
        else:
            await reply.events({"choices": [{"text": "a"}]}, FINISH)

    stub.answers["/v1/completions"] = strict
    request = GenerateRequest(spec=SPEC, prompt="x", stop=tuple("abcdef"), logprobs=True)
    assert await text_of(engine, request) == "a"
    assert await text_of(engine, request) == "a"
    assert len(stub.seen("/v1/completions")) == 3


async def test_half_a_surrogate_pair_is_sent_as_a_replacement_character(
    stub: StubOpenAI, engine: OpenAIEngine
) -> None:
    await text_of(engine, GenerateRequest(spec=SPEC, prompt="a \ud83d b"))
    assert stub.seen("/v1/completions")[0].body["prompt"] == "a \ufffd b"


# --- answers ---

VLLM_EVENTS = (
    {"choices": [{"text": "a", "logprobs": {"token_logprobs": [-0.5], "tokens": ["a"]}}]},
    {"choices": [{"text": "b", "logprobs": {"token_logprobs": [None, -1.5]}}], "usage": None},
    {"choices": [{"text": "", "logprobs": None, "finish_reason": "length"}]},
    {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}},
)
LLAMA_EVENTS = (
    {"choices": [{"text": "a", "logprobs": {"content": [{"token": "a", "logprob": -0.5}]}}]},
    {"choices": [{"text": "b", "logprobs": {"content": [{"logprob": -1.5}]}}]},
    {
        "choices": [{"text": "", "logprobs": None, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 2},
        "timings": {"cache_n": 3, "prompt_n": 4, "prompt_ms": 8.0, "predicted_ms": 9.0},
    },
)


@pytest.mark.parametrize(
    ("events", "told"),
    [(VLLM_EVENTS, (None, None, None)), (LLAMA_EVENTS, (3, 8.0, 9.0))],
    ids=["vllm", "llama.cpp"],
)
async def test_text_logprobs_and_counts(
    stub: StubOpenAI, engine: OpenAIEngine, events: Any, told: Any
) -> None:
    stub.answers["/v1/completions"] = streams(": ping\n", "event: x\n", *events)
    *pieces, last = await chunks_of(engine)
    assert [(c.text, c.logprobs, c.done) for c in pieces] == [
        ("a", (-0.5,), False),
        ("b", (-1.5,), False),
    ]
    assert (last.done, last.done_reason) == (True, "length")
    assert (last.n_prompt_tokens, last.n_tokens) == (7, 2)
    assert (last.n_cached_tokens, last.prompt_eval_ms, last.eval_ms) == told


async def test_an_end_without_done_is_an_end_if_the_model_had_finished(
    stub: StubOpenAI, engine: OpenAIEngine
) -> None:
    stub.answers["/v1/completions"] = streams({"choices": [{"text": "a"}]}, FINISH, end=False)
    assert await text_of(engine) == "a"
    stub.answers["/v1/completions"] = streams({"choices": [{"text": "a"}]}, end=False)
    with pytest.raises(EngineGarbled, match="broke off"):
        await text_of(engine)


async def test_closing_the_stream_hangs_up(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    async def endless(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk('data: {"choices": [{"text": "a"}]}\n')
        await seen.hung_up.wait()

    stub.answers["/v1/completions"] = endless
    async with aclosing(engine.generate(REQUEST)) as chunks:
        assert (await anext(chunks)).text == "a"
    await asyncio.wait_for(stub.seen("/v1/completions")[0].hung_up.wait(), 5)


# --- keys ---


async def test_the_key_comes_from_the_environment_and_goes_with_every_request(
    stub: StubOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "s3cret\n")
    engine = OpenAIEngine(stub.url, key_env="MY_KEY")
    try:
        await text_of(engine)
    finally:
        await engine.aclose()
    assert {seen.headers["authorization"] for seen in stub.requests} == {"Bearer s3cret"}


async def test_without_its_key_nothing_is_asked(
    stub: StubOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    engine = OpenAIEngine(stub.url, key_env="MY_KEY")
    try:
        for call in (engine.version(), engine.ensure_ready(SPEC, keep_alive_s=1), text_of(engine)):
            with pytest.raises(EngineUnavailable, match="MY_KEY, which should hold the key"):
                await call
    finally:
        await engine.aclose()
    assert not stub.requests


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_not_shown(
    stub: StubOpenAI, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("MY_KEY", "s3cret")
    stub.answers["/v1/models"] = says(b'{"error": "Unauthorized"}', status)
    for key_env, hint in (("MY_KEY", "Is the key in MY_KEY right"), ("", "`key_env`")):
        engine = OpenAIEngine(stub.url, key_env=key_env)
        with pytest.raises(EngineRejected, match=hint) as caught:
            await engine.version()
        await engine.aclose()
        assert "s3cret" not in str(caught.value)


# --- errors and rubbish ---


async def test_nobody_answers(stub: StubOpenAI, engine: OpenAIEngine) -> None:
    await stub.die()
    for call in (engine.version(), engine.resident(), engine.unload(SPEC), text_of(engine)):
        with pytest.raises(EngineUnavailable, match=r"No engine answers at http://127\.0\.0\.1"):
            await call


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (b'{"error": {"message": "too long for its context", "code": 400}}', 400, "its context"),
        (b'{"error": "Unexpected endpoint"}', 200, "Unexpected endpoint"),
        (b'{"object": "error", "message": "no slot", "code": 500}', 500, "no slot"),
        (b'{"detail": "Not Found"}', 404, "Not Found"),
        (b"<h1>Bad gateway</h1>", 502, "HTTP status 502"),
        (b'data: {"error": {"message": "crashed"}}\n\n', 200, "crashed"),
        (b'error: {"message": "crashed"}\n\n', 200, "crashed"),
    ],
)
async def test_its_own_errors(
    stub: StubOpenAI, engine: OpenAIEngine, data: bytes, status: int, message: str
) -> None:
    stub.answers["/v1/completions"] = says(data, status)
    with pytest.raises(EngineRejected, match=message) as caught:
        await text_of(engine)
    assert caught.value.status == status
    assert "<" not in str(caught.value)


RUBBISH = [b"null", b"[]", b"17", b'"x"', b"{", b"<html>", b"\xff\xfe\x00", b"[" * 100_000, b""]


@pytest.mark.parametrize("data", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish(stub: StubOpenAI, engine: OpenAIEngine, data: bytes) -> None:
    stub.answers["/v1/completions"] = says(data)
    with pytest.raises(EngineGarbled):
        await text_of(engine)
    stub.answers["/v1/models"] = says(data)
    for call in (engine.version(), engine.resident(), engine.show(QWEN)):
        with pytest.raises(EngineGarbled):
            await call


@pytest.mark.parametrize(
    "data",
    [b'{"data": 5}', b'{"data": [5]}', b'{"data": [{}]}', b'{"data": [{"id": 1, "meta": 2}]}'],
)
async def test_odd_lists_of_models(stub: StubOpenAI, engine: OpenAIEngine, data: bytes) -> None:
    stub.answers["/v1/models"] = says(data)
    with pytest.raises(EngineGarbled, match="does not answer as OpenAI's API"):
        await engine.resident()


@pytest.mark.parametrize(
    "event",
    [
        {"choices": 5},
        {"choices": [{"text": 5}]},
        {"choices": [{"text": "a", "logprobs": {"content": [3]}}]},
        {"choices": [{"text": "a", "logprobs": 5}]},
        {"choices": [{"delta": "x"}]},
        {"choices": [], "usage": {"prompt_tokens": "many"}},
        {"choices": [], "timings": "fast"},
        "data: not json\n",
        "data: [1]\n",
    ],
)
async def test_odd_events(stub: StubOpenAI, engine: OpenAIEngine, event: Any) -> None:
    stub.answers["/v1/completions"] = streams({"choices": [{"text": "a"}]}, event)
    with pytest.raises(EngineGarbled):
        await text_of(engine)
