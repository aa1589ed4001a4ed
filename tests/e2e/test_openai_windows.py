"""Hotseat on a real server with OpenAI's API (llama.cpp's own), which is not its to fill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.llama_server import running_llama_server
from support.lsp_client import LspClient, expert_in
from support.tiny_gguf import write_model

pytestmark = pytest.mark.slow

KEY_ENV, KEY = "TEAM_MODELS_KEY", "a-key-of-the-test"
PYTHON = "# The total\n"
"""Random weights write no program, but a comment may say anything."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    model = write_model(tmp_path / "tiny.gguf")
    with running_llama_server(model, alias="team/tiny", key=KEY) as url:
        yield url


@pytest.fixture
def roster(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own experts.yaml, in an environment of the test's own."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME", "HOTSEAT_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv(KEY_ENV, KEY)
    engine = {"kind": "openai", "host": f"{server}/v1", "key_env": KEY_ENV}
    python = {"name": "python", "languages": ["python"], "model": "team/tiny"}
    sql = {"name": "sql", "languages": ["sql"], "model": "not/there"}
    path = tmp_path / "experts.yaml"
    completion = {"threshold": 0, "statistics": False}
    generalist = {"name": "generalist", "model": "team/tiny"}
    file = {"engine": engine, "completion": completion, "generalist": generalist}
    file["options"] = {"num_ctx": 4096}
    path.write_text(json.dumps({**file, "use": "starter", "experts": [python, sql]}))
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(path))
    return path


async def test_a_completion_and_an_answer(roster: Path, server: str, tmp_path: Path) -> None:
    uri = (tmp_path / "shop.py").as_uri()
    async with LspClient([], cwd=tmp_path) as client:
        await client.initialize(workspace=tmp_path)
        client.open(uri, "python", PYTHON)
        status = await client.until_warm("python")
        assert status["engine"]["kind"] == "openai"
        assert (status["engine"]["url"], status["engine"]["up"]) == (server, True)
        assert status["memory"]["usedBytes"] == 0
        (text,) = await client.complete(uri, 0, 11)
        assert text
        status = await client.until_status(lambda s: bool(expert_in(s, "python").get("fim")))
        assert "name its family" in expert_in(status, "python")["fim"]
        answer = await client.request("hotseat/ask", {"question": "What is it?"})
        assert answer["contributions"][0]["text"]
        client.open((tmp_path / "a.sql").as_uri(), "sql", "SELECT 1\n")
        client.notify("textDocument/didFocus", {"textDocument": {"uri": uri[:-7] + "a.sql"}})
        status = await client.until_status(lambda s: bool(expert_in(s, "sql").get("error")))
        assert "'not/there' not found" in expert_in(status, "sql")["error"]
        assert KEY not in json.dumps(status) + client.log
        assert await client.end() == 0


def hotseat(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hotseat", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=200, check=False, cwd=cwd
    )


@pytest.mark.extra
def test_on_the_command_line(
    roster: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = hotseat("ask", "What is it?", "--json", cwd=tmp_path)
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["contributions"][0]["text"]

    said = hotseat("doctor", "--json", cwd=tmp_path)
    assert said.returncode == 1  # for `not/there`
    found: dict[str, list[Any]] = {}
    for finding in json.loads(said.stdout)["findings"]:
        found.setdefault(finding["subject"], []).append(finding)
    assert found["engine"][0]["detail"].startswith("llama.cpp ")
    assert "'not/there' not found" in json.dumps(found["model"])
    assert "has team/tiny: name one" in json.dumps(found["model"])
    (context,) = found["context"]
    assert "reads 2048 tokens" in context["detail"]
    assert "server's own affair" in found["budget"][0]["detail"]

    pulled = hotseat("pull", "python", cwd=tmp_path)
    assert pulled.returncode != 0
    assert "OpenAI's" in pulled.stderr

    monkeypatch.delenv(KEY_ENV)
    said = hotseat("doctor", cwd=tmp_path)
    assert said.returncode == 1
    assert f"{KEY_ENV}, which should hold the key" in said.stdout
    assert "Traceback" not in said.stderr


def test_an_address_alone_is_enough_where_no_key_is_wanted(
    roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOTSEAT_EXPERTS")
    mine = tmp_path / "mine.yaml"
    mine.write_text("use: starter\ngeneralist: {name: generalist, model: tiny}\n")
    with running_llama_server(tmp_path / "tiny.gguf", alias="tiny") as url:
        arguments = ["--json", "--engine-url", url, "--roster", str(mine), "-e", "generalist"]
        asked = hotseat("ask", "What is it?", *arguments, cwd=tmp_path)
        assert asked.returncode == 0, asked.stderr
        said = hotseat("doctor", "--engine-url", url, "--roster", str(mine), cwd=tmp_path)
        assert f"at {url}" in said.stdout
        assert "tiny:latest" in said.stdout
