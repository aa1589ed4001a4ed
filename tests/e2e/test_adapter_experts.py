"""Experts that are adapters over one base: one model in memory, and each language its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from support.engine_process import EngineProcess
from support.lsp_client import LspClient, expert_in
from support.tiny_gguf import write_adapter, write_model

pytestmark = pytest.mark.slow

LANGUAGES = {"go": ("main.go", "package main\n"), "sql": ("a.sql", "SELECT a FROM b\n")}


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    base = write_model(tmp_path / "tiny.gguf")
    experts = []
    for seed, language in enumerate(LANGUAGES, start=30):
        adapter = write_adapter(tmp_path / f"{language}.gguf", seed=seed)
        expert = {"name": language, "languages": [language], "adapter": str(adapter)}
        experts.append({**expert, "model": "tiny", "fim": "none"})
    options = {"num_ctx": 1024, "num_thread": 1}
    path = tmp_path / "experts.yaml"
    models = {"tiny:latest": {"source": f"file:{base}", "options": options}}
    generalist = {"name": "generalist", "model": "tiny"}
    path.write_text(json.dumps({"models": models, "generalist": generalist, "experts": experts}))
    return path


@pytest.fixture
async def client(
    engine: EngineProcess, roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LspClient]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    arguments = ["--engine-url", engine.url, "--roster", str(roster)]
    async with LspClient(arguments, cwd=tmp_path) as client:
        await client.initialize(workspace=tmp_path)
        yield client


def hotseat(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hotseat", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


async def test_switching_between_adapters_loads_nothing(
    client: LspClient, engine: EngineProcess, roster: Path, tmp_path: Path
) -> None:
    pulled = hotseat("pull", *LANGUAGES, "--roster", str(roster), "--engine-url", engine.url)
    assert pulled.returncode == 0, pulled.stderr + pulled.stdout
    served: dict[str, str] = {}
    pids = set()
    for language, (name, text) in LANGUAGES.items():
        uri = (tmp_path / name).as_uri()
        client.open(uri, language, text)
        status = await client.until_warm(language)
        assert {expert_in(status, each)["state"] for each in LANGUAGES} == {"warm"}
        await client.complete(uri, 1, 0)
        status = await client.until_status(
            lambda s, here=language: (s.get("lastCompletion") or {}).get("language") == here
        )
        last: dict[str, Any] = status["lastCompletion"]
        served[language] = last["servedBy"]
        pids |= {child.pid for child in engine.children()}
    assert served == {"go": "go", "sql": "sql"}
    assert len(pids) == 1, "one process, from first to last"
    assert status["memory"]["foreignBytes"] == 0, "all of it is one model of ours"


@pytest.mark.extra
async def test_an_adapter_that_was_not_pulled_is_told_and_others_stand_in(
    client: LspClient, engine: EngineProcess, roster: Path, tmp_path: Path
) -> None:
    at = ("--roster", str(roster), "--engine-url", engine.url)
    assert hotseat("pull", "tiny", *at).returncode == 0
    name, text = LANGUAGES["go"]
    uri = (tmp_path / name).as_uri()
    client.open(uri, "go", text)
    await client.until_warm("generalist")
    await client.complete(uri, 1, 0)
    status = await client.until_status(lambda s: expert_in(s, "go")["state"] == "failed")
    assert expert_in(status, "sql")["state"] == "failed"
    assert expert_in(status, "generalist")["state"] == "warm"
    error = expert_in(status, "go")["error"]
    command = error.partition("`hotseat pull ")[2].rstrip("`")
    assert command, error
    await client.complete(uri, 1, 0)
    status = await client.until_status(
        lambda s: (s.get("lastCompletion") or {}).get("servedBy") == "generalist"
    )
    assert "go, which is not downloaded" in status["lastCompletion"]["note"]
    pulled = hotseat("pull", command, *at)
    assert pulled.returncode == 0, pulled.stderr + pulled.stdout
    await client.request(
        "workspace/executeCommand", {"command": "hotseat.load", "arguments": ["go"]}
    )
    await client.until_warm("go")
    await client.complete(uri, 1, 0)
    await client.until_status(lambda s: s["lastCompletion"]["servedBy"] == "go")
