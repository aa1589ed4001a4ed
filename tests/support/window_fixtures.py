"""A runtime directory, a data directory and an engine of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from hotseat.engines.discovery import EngineAddress, ollama_address
from support.stub_engine import MIB, StubEngine
from support.windows import Window


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The runtime directory."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    return tmp_path / "run"


@pytest.fixture
async def stub() -> AsyncIterator[StubEngine]:
    async with StubEngine() as stub:
        stub.models = dict.fromkeys(("a:1b", "b:1b", "c:1b"), 100 * MIB)
        yield stub


@pytest.fixture
def address(stub: StubEngine) -> EngineAddress:
    return ollama_address(stub.url)


@pytest.fixture
async def windows() -> AsyncIterator[AsyncExitStack]:
    """Windows entered here are closed at the end, the newest first."""
    async with AsyncExitStack() as stack:
        yield stack


__all__ = ["Window"]
