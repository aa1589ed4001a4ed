"""A language server in a process of its own, with a scripted engine behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from support.lsp_client import LspClient
from support.lsp_start import ROSTER, Start
from support.stub_engine import MIB, StubEngine


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


@pytest.fixture
def roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own experts.yaml, in an environment of the test's own."""
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = tmp_path / "experts.yaml"
    path.write_text(ROSTER)
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(path))
    return path


@pytest.fixture
async def stub() -> AsyncIterator[StubEngine]:
    async with StubEngine() as stub:
        stub.models = dict.fromkeys(("go:1b", "web:1b", "general:1b"), 100 * MIB)
        yield stub


@pytest.fixture
async def start(roster: Path, stub: StubEngine, workspace: Path) -> AsyncIterator[Start]:
    """Starts servers, which are gone when the test ends. Not initialized yet."""
    async with AsyncExitStack() as stack:

        async def start_one(*arguments: str) -> LspClient:
            client = LspClient(["--engine-url", stub.url, *arguments], cwd=workspace)
            return await stack.enter_async_context(client)

        yield start_one


@pytest.fixture
async def client(start: Start, workspace: Path) -> LspClient:
    """An initialized server."""
    client = await start()
    await client.initialize(workspace=workspace)
    return client


@pytest.fixture
def go_uri(workspace: Path) -> str:
    return (workspace / "main.go").as_uri()
