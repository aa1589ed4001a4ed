"""Real agents change two files through the gateway, with scripted experts; nothing leaves loopback.

Not in CI: they take 700 MB. tests/tools/install-agents.sh brings them; AIDER and OPENCODE name
others.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.repository import REPOSITORY
from support.stub_engine import Reply, Seen
from support.stub_openai import FINISH, StubOpenAI
from support.tools import require_tool

pytestmark = [pytest.mark.slow, pytest.mark.extra]

WITHIN_S = 120.0
BEFORE = {"a.py": "print(1)\n", "b.go": "package main\n\nvar n = 1\n"}
AFTER = {"a.py": "print(2)\n", "b.go": "package main\n\nvar n = 2\n"}
MODELS = {"python": "py-expert", "go": "go-expert"}


@dataclass(frozen=True, kw_only=True)
class Place:
    url: str
    key: str
    folder: Path
    """The agent's project."""
    server: StubOpenAI

    def environment(self, **more: str) -> dict[str, str]:
        home = self.folder.parent
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {**kept, "HOME": str(home), "TERM": "dumb", **more}

    async def run(self, *command: str, **environment: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return output.decode("utf-8", "replace")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in BEFORE.items():
        (folder / name).write_text(text)
    async with StubOpenAI() as server:
        server.ids = dict.fromkeys(MODELS.values())
        server.owner = ""
        async with serving(tmp_path, server) as (url, key):
            yield Place(url=url, key=key, folder=folder, server=server)


@asynccontextmanager
async def serving(tmp_path: Path, server: StubOpenAI) -> AsyncIterator[tuple[str, str]]:
    roster = tmp_path / "experts.yaml"
    experts = [{"name": n, "languages": [n], "model": m} for n, m in MODELS.items()]
    whole = {
        "engine": {"kind": "openai", "host": server.url},
        "generalist": {"name": "generalist", "model": MODELS["python"]},
        "options": {"num_ctx": 32_768},
        "experts": experts,
    }
    roster.write_text(json.dumps(whole))
    own = {"XDG_DATA_HOME": str(tmp_path / "data"), "HOTSEAT_RUNTIME_DIR": str(tmp_path / "run")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hotseat", "serve", "--port", "0", "--roster", str(roster)),
        env={**os.environ, **own},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        assert "listening on" in line
        yield line.split()[-1], (tmp_path / "data" / "hotseat" / "gateway.key").read_text().strip()
    finally:
        process.terminate()
        await process.wait()


def require_agent(name: str, path: str) -> Path:
    """Return the program; skips without one, and fails in CI."""
    installed = REPOSITORY / ".tools" / "agents" / path
    found = os.environ.get(name.upper()) or (installed if installed.is_file() else None)
    return require_tool(name, found, hint="run tests/tools/install-agents.sh")


def changed(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in BEFORE}


def delta(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields}]}


async def test_aider(place: Place) -> None:
    program = require_agent("aider", "venv/bin/aider")
    answer = "".join(f"{name}\n```\n{text}```\n\n" for name, text in AFTER.items())
    place.server.chat = re.findall(r"(?s).{1,20}", answer)
    output = await place.run(
        str(program),
        *("--model", "openai/auto", "--edit-format", "whole", "--no-git", "--yes-always"),
        *("--no-check-update", "--analytics-disable", "--no-show-model-warnings"),
        *("--map-tokens", "0", "--message", "Make both numbers 2.", *BEFORE),
        OPENAI_API_BASE=f"{place.url}/v1",
        OPENAI_API_KEY=place.key,
        LITELLM_LOCAL_MODEL_COST_MAP="True",
    )
    assert changed(place.folder) == AFTER, output[-3000:]


async def test_opencode(place: Place) -> None:
    program = require_agent("opencode", "node_modules/opencode-linux-x64/bin/opencode")
    writes = [
        {"filePath": str(place.folder / name), "content": text} for name, text in AFTER.items()
    ]

    async def answer(seen: Seen, reply: Reply) -> None:
        """Read and write the files one after the other, then stop."""
        results = [m for m in seen.body["messages"] if m["role"] == "tool"]
        tools = {tool["function"]["name"] for tool in seen.body.get("tools") or ()}
        steps = [(name, w) for w in writes for name in ("read", "write")]
        if not tools or len(results) >= len(steps):
            await reply.events(delta(content="Done."), FINISH)
            return
        name, arguments = steps[len(results)]
        if name == "read":
            arguments = {"filePath": arguments["filePath"]}
        call = {"name": name, "arguments": json.dumps(arguments)}
        piece = {"index": 0, "id": f"call_{len(results)}", "type": "function", "function": call}
        last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
        await reply.events(delta(role="assistant", tool_calls=[piece]), last)

    place.server.answers["/v1/chat/completions"] = answer
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Hotseat",
        "options": {"baseURL": f"{place.url}/v1", "apiKey": place.key},
        "models": {"auto": {"name": "auto", "limit": {"context": 32_768, "output": 4_096}}},
    }
    config = {
        "$schema": "https://opencode.ai/config.json",
        "provider": {"hotseat": provider},
        "permission": {"edit": "allow"},
        "share": "disabled",
        "autoupdate": False,
    }
    (place.folder / "opencode.json").write_text(json.dumps(config))
    output = await place.run(
        *(str(program), "run", "--model", "hotseat/auto", "Make both numbers 2."),
        OPENCODE_DISABLE_AUTOUPDATE="1",
        OPENCODE_DISABLE_MODELS_FETCH="1",
        OPENCODE_DISABLE_LSP_DOWNLOAD="1",
    )
    assert changed(place.folder) == AFTER, output[-3000:]
    asked = {
        str(seen.body.get("model")) for seen in place.server.requests if seen.body.get("model")
    }
    assert MODELS["go"] in asked, "the turn about b.go went to its expert"
