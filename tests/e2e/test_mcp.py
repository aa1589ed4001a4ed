"""`hotseat mcp` as an agent sees it: the official SDK's client, over stdio."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import Implementation

from support.engine_process import EngineProcess, create_model, running_engine
from support.gateway import environment_of, write_roster
from support.tiny_gguf import write_model, write_scripted

pytestmark = pytest.mark.slow

GO_TEXT, PLAIN_TEXT = "Use go fmt now.", "Well, that depends."


@dataclass(frozen=True, kw_only=True)
class Setup:
    environment: dict[str, str]
    arguments: list[str]
    workspace: Path

    @asynccontextmanager
    async def client(self, name: str = "tester", **more: Any) -> AsyncIterator[Client]:
        command = ["-m", "hotseat", "mcp", "--path", str(self.workspace), *self.arguments]
        server = StdioServerParameters(
            command=sys.executable, args=command, env=self.environment, cwd=str(self.workspace)
        )
        info = Implementation(name=name, version="1")
        async with Client(server, client_info=info, **more) as client:
            yield client


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    folder = tmp_path_factory.mktemp("mcp")
    with running_engine(folder) as engine:
        files = {
            "gopher": write_scripted(folder / "gopher.gguf", ("Use", " go", " fmt", " now.")),
            "plain": write_scripted(folder / "plain.gguf", ("Well", ", that", " depends.")),
            "rambler": write_model(folder / "rambler.gguf"),
        }
        with engine.client(timeout=60) as client:
            for name, path in files.items():
                create_model(client, name, path, parameters={"num_thread": 1})
        yield engine


@pytest.fixture
def setup(engine: EngineProcess, tmp_path: Path) -> Setup:
    experts = {"go": ("go", "gopher"), "zig": ("zig", "rambler")}
    roster = write_roster(tmp_path / "experts.yaml", experts, generalist="plain")
    workspace = tmp_path / "shop"
    workspace.mkdir()
    (workspace / "cart.go").write_text("package shop\n\nfunc AddItem(n int) int { return n }\n")
    (workspace / ".env").write_text("KEY=1\n")
    return Setup(
        environment=environment_of(engine, tmp_path),
        arguments=["--roster", str(roster), "--engine-url", engine.url, "--wait", "3"],
        workspace=workspace,
    )


def structured(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content or json.loads(result.content[0].text)
    return found


def refusal(result: Any) -> str:
    assert result.is_error, result
    return str(result.content[0].text)


async def test_what_an_agent_can_do(setup: Setup) -> None:
    (setup.workspace.parent / "outside.go").write_text("package outside\n")
    notes: list[str] = []

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        notes.append(message or "")

    async with setup.client() as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == {"ask_expert", "find_symbol", "experts", "recall", "remember"}
        asked = {"question": "Is it formatted?", "language": "golang"}
        answer = structured(await client.call_tool("ask_expert", asked, progress_callback=progress))
        assert (answer["expert"], answer["answer"]) == ("go", GO_TEXT)
        assert any("go" in note for note in notes), "what is waited for is reported"
        for given, expert in (
            ({"question": "Is it right?", "path": "cart.go"}, "go"),
            ({"question": "Why?", "code": "package main\nfunc main() {}", "path": "x.go"}, "go"),
            ({"question": "What does our licence allow?"}, "generalist"),
        ):
            answer = structured(await client.call_tool("ask_expert", given))
            assert answer["expert"] == expert, given
        found = structured(await client.call_tool("find_symbol", {"name": "addit"}))
        (symbol,) = found["symbols"]
        assert (symbol["name"], symbol["path"], symbol["line"]) == ("AddItem", "cart.go", 3)
        listed = structured(await client.call_tool("experts", {}))
        assert {e["name"]: e["inMemory"] for e in listed["experts"]}["go"]
        (resource,) = (await client.list_resources()).resources
        read = (await client.read_resource(str(resource.uri))).contents[0]
        assert json.loads(read.text)["experts"] == listed["experts"]  # type: ignore[union-attr]
        for given, words in (
            ({"question": " "}, "question is empty"),
            ({"question": "Why?", "language": "klingon"}, "'klingon' is not known"),
            ({"question": "Why?", "path": ".env"}, "may hold secrets"),
            ({"question": "Why?", "path": "../outside.go"}, "outside the workspace"),
            ({"question": "Why?", "path": "a\x00.go"}, "is no name of a file"),
            ({"question": "Why?", "path": "a/" * 100_000}, "is no name of a file"),
            ({"question": "Why?", "path": "none.go"}, "none.go cannot be read"),
            ({"question": "y" * 9_000}, "more than 8,000 characters"),
        ):
            assert words in refusal(await client.call_tool("ask_expert", given)), given
        assert "name is empty" in refusal(await client.call_tool("find_symbol", {"name": ""}))
        bad = {"text": "x", "kind": "gossip"}
        assert "kind must be one of" in refusal(await client.call_tool("remember", bad))
        asked = {"question": "And?", "language": "zig"}
        assert "cut off" in structured(await client.call_tool("ask_expert", asked))["note"]


@pytest.mark.extra
async def test_without_an_engine(setup: Setup, tmp_path: Path) -> None:
    """The other tools work, and the answer says what is missing, in seconds."""
    roster = str(tmp_path / "experts.yaml")
    setup.arguments[:] = ["--roster", roster, "--engine-url", "http://127.0.0.1:9"]
    async with setup.client() as client:
        assert structured(await client.call_tool("find_symbol", {"name": "AddItem"}))["symbols"]
        refused = refusal(await client.call_tool("ask_expert", {"question": "Why?"}))
    assert "127.0.0.1:9" in refused
