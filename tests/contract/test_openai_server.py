"""What Hotseat relies on in a server with OpenAI's API, asked through Hotseat's own client.

By default against llama.cpp's own server with a tiny model; with `--openai-url` against any other,
with the first model that it lists. Every text is random, or the model's own affair.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from hotseat.completion.prompt.fim_templates import FimMode, choose
from hotseat.domain.errors import EngineError, EngineRejected, ModelNotFound
from hotseat.domain.experts import Adapter, ModelSpec, freeze_options
from hotseat.engines.openai import OpenAIEngine
from hotseat.engines.protocol import ChatRequest, Chunk, GenerateRequest
from support.llama_server import running_llama_server
from support.tiny_gguf import Shape, write_model

KEY_ENV, KEY = "OPENAI_API_KEY", "contract-key"
SLOWER = Shape(n_embd=256, n_layers=8, n_heads=4, n_ff=768)
"""Some seconds for the 2048 tokens of its context: time to leave in the middle."""
PROMPT = "def add(a, b):\n    return"
GONE_S = 20.0


@pytest.fixture(scope="module")
def given_url(request: pytest.FixtureRequest) -> str | None:
    url: str | None = request.config.getoption("--openai-url")
    return url


@pytest.fixture(scope="module")
def url(given_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if given_url is not None:
        yield given_url
        return
    model = write_model(tmp_path_factory.mktemp("openai") / "tiny.gguf", shape=SLOWER)
    with running_llama_server(model, key=KEY) as url:
        yield url


@pytest.fixture
async def engine(
    url: str, given_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenAIEngine]:
    if given_url is None:
        monkeypatch.setenv(KEY_ENV, KEY)
    engine = OpenAIEngine(url, key_env=KEY_ENV if KEY_ENV in os.environ else "")
    yield engine
    await engine.aclose()


@pytest.fixture
async def model(engine: OpenAIEngine) -> str:
    names = await engine.models()
    assert names, "the server lists no model"
    return names[0]


async def complete(
    engine: OpenAIEngine, model: str, prompt: str = PROMPT, **more: object
) -> list[Chunk]:
    options = freeze_options({"num_ctx": 1024, "seed": 1})  # num_ctx is not for such a server
    request = GenerateRequest(
        spec=ModelSpec(model, options), prompt=prompt, **{"n_predict": 8, **more}
    )
    async with aclosing(engine.generate(request)) as chunks:
        return [chunk async for chunk in chunks]


def text_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


async def test_it_says_who_it_is_and_its_models_count_as_resident(engine: OpenAIEngine) -> None:
    info = await engine.version()
    assert info.version
    assert info.owns_memory
    resident = await engine.resident()
    assert tuple(entry.model for entry in resident) == await engine.models()
    assert {entry.size_bytes for entry in resident} == {0}


async def test_a_listed_model_is_ready_and_an_unload_leaves_it(
    engine: OpenAIEngine, model: str
) -> None:
    spec = ModelSpec(model)
    await engine.ensure_ready(spec, keep_alive_s=600)
    await engine.unload(spec)
    assert model in await engine.models()


async def test_an_unknown_model_is_not_found(engine: OpenAIEngine, model: str) -> None:
    missing = ModelSpec("no-such-model:7b")
    for call in (
        engine.ensure_ready(missing, keep_alive_s=1),
        engine.show(missing.model),
        complete(engine, missing.model),
    ):
        with pytest.raises(ModelNotFound, match=model.removesuffix(":latest")):
            await call


async def test_what_a_model_can_do_is_found_out(engine: OpenAIEngine, model: str) -> None:
    info = await engine.show(model)
    assert "completion" in info.capabilities
    assert info.known_names
    assert choose(info).mode in (FimMode.RAW, FimMode.PREFIX)


async def test_a_completion_streams_and_ends_with_its_counts(
    engine: OpenAIEngine, model: str
) -> None:
    *pieces, last = await complete(engine, model)
    assert len(pieces) > 1
    assert not any(chunk.done for chunk in pieces)
    assert (last.done, last.n_tokens) == (True, 8)
    assert last.done_reason == "length"
    assert (last.n_prompt_tokens or 0) > 1


async def test_greedy_completions_are_the_same(engine: OpenAIEngine, model: str) -> None:
    assert text_of(await complete(engine, model)) == text_of(await complete(engine, model))


async def test_logprobs_come_for_every_token(engine: OpenAIEngine, model: str) -> None:
    chunks = await complete(engine, model, logprobs=True)
    logprobs = [value for chunk in chunks for value in chunk.logprobs]
    assert len(logprobs) == chunks[-1].n_tokens == 8
    assert all(value <= 0 for value in logprobs)


async def test_a_stop_text_ends_the_answer_and_is_not_in_it(
    engine: OpenAIEngine, model: str
) -> None:
    whole = text_of(await complete(engine, model, n_predict=24))
    stop = whole[len(whole) // 2]
    chunks = await complete(engine, model, n_predict=24, stop=(stop, "\x00"))
    assert text_of(chunks) == whole[: whole.index(stop)]
    assert chunks[-1].done_reason == "stop"


async def test_odd_characters_go_through(engine: OpenAIEngine, model: str) -> None:
    assert (await complete(engine, model, "é 😀 \ud83d \u2028 ", n_predict=1))[-1].done


async def test_a_prompt_longer_than_the_context_is_refused_as_such(
    engine: OpenAIEngine, model: str
) -> None:
    """Hotseat then asks with less."""
    with pytest.raises(EngineRejected, match="context") as caught:
        await complete(engine, model, "def add(a, b): return a + b\n" * 20_000)
    assert caught.value.status == 400


async def test_a_chat_streams_where_the_model_has_a_template(
    engine: OpenAIEngine, model: str
) -> None:
    if "chat" not in (await engine.show(model)).capabilities:
        pytest.skip("not applicable: a base model")
    messages = (("system", "Be brief."), ("user", "What is a mutex?"))
    request = ChatRequest(spec=ModelSpec(model), messages=messages, n_predict=8)
    async with aclosing(engine.chat(request)) as chunks:
        answer = [chunk async for chunk in chunks]
    assert text_of(answer)
    assert answer[-1].done


async def test_a_client_that_leaves_stops_its_generation(
    engine: OpenAIEngine, model: str, url: str
) -> None:
    at_work = await _at_work(engine, url)
    if at_work is None:
        pytest.skip("not applicable: this server does not tell what it works on")
    request = GenerateRequest(spec=ModelSpec(model), prompt="a", n_predict=900)
    async with aclosing(engine.generate(request)) as chunks:
        await anext(chunks)
        assert await _at_work(engine, url) == 1
    async with asyncio.timeout(GONE_S):
        while await _at_work(engine, url):
            await asyncio.sleep(0.01)


async def _at_work(engine: OpenAIEngine, url: str) -> int | None:
    """Requests that the server works on: as llama-server tells, or vLLM, or nobody."""
    headers = {"Authorization": f"Bearer {os.environ.get(KEY_ENV)}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
        version = (await engine.version()).version
        if version.startswith("llama.cpp"):
            slots = (await client.get("/slots")).json()
            return sum(bool(slot["is_processing"]) for slot in slots)
        if version.startswith("vLLM"):
            lines = (await client.get("/metrics")).text.splitlines()
            running = [line for line in lines if line.startswith("vllm:num_requests_running")]
            return int(sum(float(line.rpartition(" ")[2]) for line in running))
    return None


async def test_a_wrong_key_is_refused(
    url: str, given_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if given_url is not None:
        pytest.skip("not applicable: nobody knows whether it wants one")
    monkeypatch.setenv(KEY_ENV, "wrong")
    engine = OpenAIEngine(url, key_env=KEY_ENV)
    with pytest.raises(EngineRejected, match=f"Is the key in {KEY_ENV} right"):
        await complete(engine, "tiny.gguf:latest")
    await engine.aclose()


# Adapters


async def test_adapters_are_loaded_while_it_runs_or_it_says_that_they_cannot(
    engine: OpenAIEngine, model: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = request.config.getoption("--openai-adapter")
    if path is None and (await engine.version()).version.startswith("vLLM"):
        pytest.skip("not applicable: no --openai-adapter")
    expert = ModelSpec("hotseat/contract:latest")
    if path is None:
        for name in ("adapter_config.json", "adapter_model.safetensors"):
            (tmp_path / name).touch()
    engine._adapters = {expert.model: Adapter(path or str(tmp_path), model)}
    if path is None:
        with pytest.raises(EngineError, match="takes no adapters while it runs"):
            await engine.ensure_ready(expert, keep_alive_s=1)
        return
    base = text_of(await complete(engine, model))
    await engine.ensure_ready(expert, keep_alive_s=600)
    try:
        await engine.ensure_ready(expert, keep_alive_s=600)
        assert expert.model in await engine.models()
        adapted = text_of(await complete(engine, expert.model))
        assert adapted != base
        assert text_of(await complete(engine, model)) == base
        assert text_of(await complete(engine, expert.model)) == adapted
        assert (await engine.show(expert.model)).known_names
    finally:
        await engine.unload(expert)
    assert expert.model not in await engine.models()
    with pytest.raises(ModelNotFound):
        await complete(engine, expert.model)


async def test_an_adapter_that_is_not_there_says_so(
    engine: OpenAIEngine, model: str, tmp_path: Path
) -> None:
    expert = ModelSpec("hotseat/broken:latest")
    engine._adapters = {expert.model: Adapter(str(tmp_path), model)}
    with pytest.raises(EngineError, match=r"adapter_config\.json"):
        await engine.ensure_ready(expert, keep_alive_s=1)
    assert expert.model not in await engine.models()
