"""What Hotseat believes about an Ollama daemon's memory, with real processes.

`hotseat lsp` on an engine with Ollama's schedule: runners are killed, other clients load models,
and adapters of one base exclude each other.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.engine_process import (
    EngineProcess,
    create_model,
    loaded,
    loaded_names,
    put_blob,
    running_engine,
    unload,
)
from support.lsp_client import LspClient, expert_in, state_of
from support.tiny_gguf import SLOW, write_adapter, write_model

pytestmark = pytest.mark.slow

LANGUAGES = ("go", "python", "sql")
OPTIONS = {"num_ctx": 512, "num_thread": 1}


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProcess]:
    with running_engine(tmp_path, "--schedule", "ollama") as daemon:
        with daemon.client(timeout=60) as client:
            for seed, language in enumerate(LANGUAGES):
                path = write_model(tmp_path / f"{seed}.gguf", shape=SLOW, seed=seed)
                create_model(client, f"tiny-{language}", path)
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(daemon.runtime))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.setenv("HOME", str(tmp_path))
        yield daemon


@asynccontextmanager
async def window(
    daemon: EngineProcess,
    folder: Path,
    *,
    budget: str = "2GB",
    models: dict[str, str] | None = None,
) -> AsyncIterator[LspClient]:
    """A window with a Go file under the cursor."""
    names = models or {language: f"tiny-{language}" for language in LANGUAGES}
    experts = [
        {"name": language, "languages": [language], "model": model, "fim": "none"}
        for language, model in names.items()
    ]
    roster = {
        "engine": {"kind": "ollama", "host": daemon.url},
        "budget": budget,
        "options": OPTIONS,
        "experts": experts,
    }
    path = folder / "experts.yaml"
    path.write_text(json.dumps(roster))
    async with LspClient(["--roster", str(path)], cwd=folder) as client:
        await client.initialize(workspace=folder)
        client.open((folder / "main.go").as_uri(), "go", "package main\n")
        yield client


def size_bytes(daemon: EngineProcess, name: str) -> int:
    """What the model takes when it is loaded alone."""
    with daemon.client(timeout=60) as direct:
        load(direct, name, OPTIONS)
        size = int(loaded(direct)[0]["size"])
        unload(direct, name)
    return size


def load(client: httpx.Client, name: str, options: dict[str, Any], **more: Any) -> None:
    body = {"model": name, "options": options, "stream": False, **more}
    client.post("/api/generate", json=body).raise_for_status()


async def test_a_killed_runner_that_our_completion_brings_back_gives_its_seat_to_the_next(
    daemon: EngineProcess, tmp_path: Path
) -> None:
    budget_mb = int(1.6 * size_bytes(daemon, "tiny-go") / 1e6)
    uri = (tmp_path / "main.go").as_uri()
    async with window(daemon, tmp_path, budget=f"{budget_mb}MB") as client:
        await client.until_warm("go")
        for child in daemon.children():
            child.kill()
        await client.complete(uri, 0, 12)
        await client.until_warm("go")
        client.open((tmp_path / "b.sql").as_uri(), "sql", "select 1\n")
        status = await client.until_warm("sql")
        assert status["memory"]["foreignBytes"] == 0
        assert "another program" not in json.dumps(status)
    with daemon.client() as direct:
        assert loaded_names(direct) == {"tiny-sql:latest"}


async def test_another_adapter_of_the_base_in_use_is_not_warm(
    daemon: EngineProcess, tmp_path: Path
) -> None:
    with daemon.client(timeout=60) as direct:
        for seed, language in ((3, "go"), (4, "python")):
            path = write_adapter(tmp_path / f"adapter-{seed}", shape=SLOW, seed=seed)
            digest = put_blob(direct, path)
            body = {"from": "tiny-sql", "adapters": {"x": digest}, "stream": False}
            answer = direct.post("/api/create", json={"model": f"adapted-{language}", **body})
            answer.raise_for_status()
    models = {"go": "adapted-go", "python": "adapted-python"}
    async with window(daemon, tmp_path, models=models) as client:
        await client.until_warm("go")
        n_statuses = client.n_statuses
        await client.until(lambda: client.n_statuses > n_statuses + 2)
        assert state_of(client.status, "python") != "warm"
        with daemon.client() as direct:
            assert loaded_names(direct) == {"adapted-go:latest"}
        log = (daemon.store.parent / "engine.log").read_text()
        assert log.count(": loaded in") == 1
        client.open((tmp_path / "a.py").as_uri(), "python", "x = 1\n")
        status = await client.until_warm("python")
        assert state_of(status, "go") != "warm"


@pytest.mark.extra
async def test_a_client_with_another_context_is_given_way(
    daemon: EngineProcess, tmp_path: Path
) -> None:
    async with window(daemon, tmp_path) as client:
        await client.until_warm("go")
        with daemon.client(timeout=60) as direct:
            for _ in range(3):
                load(direct, "tiny-go", {**OPTIONS, "num_ctx": 256}, keep_alive=600)
                await client.until(lambda: state_of(client.status, "go") != "warm")
                if "Another program keeps loading" in str(expert_in(client.status, "go")):
                    break
                await client.until(
                    lambda: (
                        state_of(client.status, "go") == "warm"
                        or "Another program" in str(expert_in(client.status, "go"))
                    )
                )
            status = await client.until_status(
                lambda s: "Another program keeps loading" in str(expert_in(s, "go"))
            )
            assert state_of(status, "go") == "failed"
            (model,) = [m for m in loaded(direct) if m["name"] == "tiny-go:latest"]
            assert model["context_length"] == 256
            unload(direct, "tiny-go")
        await client.until_warm("go")


@pytest.mark.extra
async def test_models_of_other_clients_are_counted_and_left_alone(
    daemon: EngineProcess, tmp_path: Path
) -> None:
    with daemon.client(timeout=60) as direct:
        load(direct, "tiny-python", {"num_ctx": 128}, keep_alive=-1)
        load(direct, "tiny-sql", {"num_ctx": 128}, keep_alive=-1)
        models = {"go": "tiny-go"}
        async with window(daemon, tmp_path, models=models) as client:
            status = await client.until_warm("go")
            theirs = [m for m in loaded(direct) if m["name"] != "tiny-go:latest"]
            assert len(theirs) == 2
            listed = sum(int(m["size"]) for m in loaded(direct))
            assert status["memory"]["foreignBytes"] > 0
            assert abs(status["memory"]["usedBytes"] - listed) < 0.2 * listed
