"""The engine under test, and small models in it.

By default an embedded engine of the tests' own, in a temporary directory; with `--engine-url` any
server with Ollama's API, which gets the models through blobs and create, and loses them after.
Tests marked `both_schedules` run on two engines of their own: one that schedules loads in Hotseat's
way, and one that does it in Ollama's.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

import httpx
import pytest

from hotseat.engines.token import token_for
from support.engine_process import (
    EngineProcess,
    Models,
    create_model,
    loaded,
    running_engine,
    unload,
)
from support.tiny_gguf import SLOW, write_model


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "own_engine" not in metafunc.fixturenames:
        return
    schedules = ["hotseat"]
    if metafunc.definition.get_closest_marker("both_schedules") and not metafunc.config.getoption(
        "--engine-url"
    ):
        schedules.append("ollama")
    metafunc.parametrize("own_engine", schedules, indirect=True, scope="session")


@pytest.fixture(scope="session")
def own_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EngineProcess | None]:
    if request.config.getoption("--engine-url"):
        yield None
        return
    with running_engine(tmp_path_factory.mktemp("engine"), "--schedule", request.param) as engine:
        yield engine


@pytest.fixture
def embedded(own_engine: EngineProcess | None) -> EngineProcess:
    """For what only the embedded engine promises."""
    if own_engine is None:
        pytest.skip("not applicable: a promise of the embedded engine only")
    return own_engine


@pytest.fixture(scope="session")
def engine_url(request: pytest.FixtureRequest, own_engine: EngineProcess | None) -> str:
    return own_engine.url if own_engine else str(request.config.getoption("--engine-url"))


@pytest.fixture(scope="session")
def client(engine_url: str, own_engine: EngineProcess | None) -> Iterator[httpx.Client]:
    """With the token that the engine wants: of OLLAMA_API_KEY, for one that is not the tests'."""
    token = own_engine.token if own_engine else asyncio.run(token_for(engine_url))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(
        base_url=engine_url, headers=headers, timeout=120.0, trust_env=False
    ) as client:
        yield client


@pytest.fixture(scope="session")
def models(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    folder = tmp_path_factory.mktemp("models")
    prefix = f"hotseat-contract-{secrets.token_hex(4)}"
    made = Models(plain=f"{prefix}:plain", other=f"{prefix}:other", fim=f"{prefix}:fim")
    create_model(client, made.plain, write_model(folder / "plain.gguf"))
    create_model(client, made.other, write_model(folder / "other.gguf", seed=7))
    create_model(client, made.fim, write_model(folder / "fim.gguf", fim=True, chat=False))
    yield made
    for name in (made.plain, made.other, made.fim):
        unload(client, name)
        client.request("DELETE", "/api/delete", json={"model": name})


@pytest.fixture(scope="session")
def slow_model(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Reads a prompt of several thousand tokens for many seconds."""
    name = f"hotseat-contract-{secrets.token_hex(4)}:slow"
    path = tmp_path_factory.mktemp("slow") / "slow.gguf"
    yield create_model(client, name, write_model(path, shape=SLOW))
    unload(client, name)
    client.request("DELETE", "/api/delete", json={"model": name})


@pytest.fixture
def nothing_loaded(client: httpx.Client, models: Models) -> None:
    """None of the tests' models; an engine that people use may have others."""
    for entry in loaded(client):
        if str(entry["name"]).startswith("hotseat-contract-"):
            unload(client, str(entry["name"]))
