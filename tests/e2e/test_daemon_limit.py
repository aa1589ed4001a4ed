"""The first seconds with a daemon that holds fewer models than the budget.

`hotseat lsp` on an engine with Ollama's schedule: the daemon evicts by its own rules, and does not
report its limit (OLLAMA_MAX_LOADED_MODELS).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from support.engine_process import EngineProcess, create_model, loaded_names, running_engine
from support.lsp_client import LspClient, state_of
from support.tiny_gguf import SLOW, write_model

pytestmark = pytest.mark.slow

LANGUAGES = ("go", "python", "sql")
WATCH_S = 5.0
"""All loads come within 2 s, on a busy machine too."""


@pytest.fixture
def daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[EngineProcess]:
    """With a limit of as many models as the parameter says."""
    limit = str(request.param)
    with running_engine(tmp_path, "--schedule", "ollama", "--max-loaded-models", limit) as daemon:
        with daemon.client(timeout=60) as client:
            paths = [
                write_model(tmp_path / f"{seed}.gguf", shape=SLOW, seed=seed)
                for seed in range(len(LANGUAGES))
            ]
            # Among equals the daemon evicts the file whose digest comes first: the worst for Go.
            paths.sort(key=lambda path: hashlib.sha256(path.read_bytes()).digest())
            for language, path in zip(LANGUAGES, paths, strict=True):
                create_model(client, f"tiny-{language}", path)
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(daemon.runtime))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.setenv("HOME", str(tmp_path))
        yield daemon


@asynccontextmanager
async def window(daemon: EngineProcess, folder: Path) -> AsyncIterator[LspClient]:
    """A window with a Go file under the cursor, and a budget for all experts."""
    experts = [
        {"name": language, "languages": [language], "model": f"tiny-{language}", "fim": "none"}
        for language in LANGUAGES
    ]
    roster = {
        "engine": {"kind": "ollama", "host": daemon.url},
        "budget": "2GB",
        "options": {"num_ctx": 512, "num_thread": 1},
        "generalist": {"name": "generalist", "model": "tiny-sql"},
        "experts": experts,
    }
    path = folder / "experts.yaml"
    path.write_text(json.dumps(roster))
    async with LspClient(["--roster", str(path)], cwd=folder) as client:
        await client.initialize(workspace=folder)
        client.open((folder / "main.go").as_uri(), "go", "package main\n")
        yield client


def loads(log: str) -> list[str]:
    return re.findall(r"tiny-(\w+):latest: loaded in", log)


async def watched(daemon: EngineProcess, client: LspClient) -> tuple[list[str], set[str]]:
    """The loads until some time after Go's, and the states that Go had once it was warm."""
    await client.until_warm("go")
    states: set[str] = set()

    def note() -> bool:
        states.add(str(state_of(client.status, "go")))
        return False

    with suppress(AssertionError):  # It is never true.
        await client.until(note, WATCH_S)
    assert not client.ended
    return loads((daemon.store.parent / "engine.log").read_text()), states


@pytest.mark.parametrize("daemon", [1], indirect=True)
async def test_with_one_seat_the_model_under_the_cursor_is_loaded_once(
    daemon: EngineProcess, tmp_path: Path
) -> None:
    async with window(daemon, tmp_path) as client:
        loaded, states = await watched(daemon, client)
    assert loaded == ["go"]
    assert states == {"warm"}


@pytest.mark.parametrize("daemon", [2], indirect=True)
@pytest.mark.extra
async def test_with_two_seats_a_forecast_never_costs_the_model_under_the_cursor(
    daemon: EngineProcess, tmp_path: Path
) -> None:
    async with window(daemon, tmp_path) as client:
        loaded, states = await watched(daemon, client)
    with daemon.client() as direct:
        assert "tiny-go:latest" in loaded_names(direct)
    assert loaded.count("go") == 1
    assert states == {"warm"}
