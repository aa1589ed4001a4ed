"""Windows and their keeper on a server with OpenAI's API, whose models are not theirs."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from hotseat.cli.tables import experts_table
from hotseat.domain.experts import Adapter, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import openai_address
from support.stub_openai import StubOpenAI
from support.windows import Window, at, want

QWEN = "Qwen/Qwen2.5-Coder-1.5B:latest"
GO, SQL = "hotseat/go:latest", "hotseat/sql:latest"


@pytest.fixture
async def server() -> AsyncIterator[StubOpenAI]:
    async with StubOpenAI() as server:
        yield server


@pytest.fixture
def adapter(tmp_path: Path) -> Adapter:
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (tmp_path / name).touch()
    return Adapter(str(tmp_path), QWEN)


def orders(server: StubOpenAI) -> list[str]:
    return [seen.path for seen in server.requests if seen.path.endswith("_lora_adapter")]


async def test_what_the_server_has_is_warm_and_takes_nothing_of_the_budget(
    server: StubOpenAI,
) -> None:
    async with Window(openai_address(server.url), budget_mib=1) as window:
        window.wants(at(QWEN), want("small-base:latest"))
        state = await window.until_warm(QWEN, "small-base:latest")
        assert (state.used_bytes, state.foreign_bytes) == (0, 0)
        assert [model.ours for model in state.models] == [False, False]
        assert (state.engine.kind, state.engine.version) == ("openai", "vLLM 0.32.0")
        assert not orders(server)
        console = Console(width=160, record=True, file=io.StringIO())
        console.print(experts_table(state))
        assert "0 MB" not in console.export_text()


async def test_a_model_that_it_lacks_fails_with_what_it_has_and_comes_when_it_is_there(
    server: StubOpenAI,
) -> None:
    async with Window(openai_address(server.url)) as window:
        window.wants(at("late:1b"))
        late = ModelSpec("late:1b")
        await window.until(lambda state: state.state_of(late) is ModelState.FAILED)
        model = window.model("late:1b")
        assert model is not None
        assert "has Qwen/Qwen2.5-Coder-1.5B, small-base" in model.error
        server.ids["late:1b"] = None
        await window.until_warm("late:1b")


async def test_adapters_over_its_models_are_loaded_and_all_stay(
    server: StubOpenAI, adapter: Adapter
) -> None:
    async with Window(openai_address(server.url), budget_mib=1) as window:
        go = at(GO)._replace(adapter=adapter)
        window.wants(go)
        await window.until_warm(GO)
        window.wants(at(SQL)._replace(adapter=adapter), want(GO)._replace(adapter=adapter))
        state = await window.until_warm(GO, SQL)
        assert [model.ours for model in state.models] == [True, True]
        assert state.used_bytes == 0
        assert orders(server) == ["/v1/load_lora_adapter"] * 2


async def test_an_adapter_is_loaded_again_after_the_server_came_back(
    server: StubOpenAI, adapter: Adapter
) -> None:
    async with Window(openai_address(server.url)) as window:
        window.wants(at(GO)._replace(adapter=adapter))
        await window.until_warm(GO)
        await server.die()
        await window.until(lambda state: not state.engine.up)
        del server.ids[GO]
        await server.start()
        await window.until_warm(GO)
        assert GO in server.ids


async def test_an_adapter_without_its_base_says_so(server: StubOpenAI, adapter: Adapter) -> None:
    async with Window(openai_address(server.url)) as window:
        window.wants(at(GO)._replace(adapter=adapter._replace(base="other:7b")))
        await window.until(lambda state: bool(state.models and state.models[0].error))
        model = window.model(GO)
        assert model is not None
        assert "'other:7b' not found" in model.error
        assert not orders(server)


async def test_a_key_that_is_not_set_is_the_engines_message(
    server: StubOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    async with Window(openai_address(server.url, "MY_KEY")) as window:
        state = await window.until(lambda state: "MY_KEY" in state.engine.message)
        assert not state.engine.up
    assert not server.requests
