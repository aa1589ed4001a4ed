"""`hotseat setup` as a user sees it."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from hotseat.cli.setup import setup
from support.hub_server import HubServer, hub_server


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's experts.yaml would be. Neither an Ollama nor an embedded engine runs."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(runtime))
    monkeypatch.delenv("HOTSEAT_EXPERTS", raising=False)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "XDG_CONFIG_HOME/hotseat/experts.yaml"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with hub_server() as server:
        server.files = {"m.gguf": b"weights"}
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(setup)
    return CliRunner().invoke(app, list(arguments))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_without_a_terminal_it_says_what_to_run_and_changes_nothing(mine: Path) -> None:
    result = run("--roster", "code-8gb")
    assert result.exit_code == 0, result.output
    assert "qwen2.5-coder:0.5b-q8_0" in result.output
    assert "Apache-2.0" in result.output
    assert "1.8 GB to download" in result.output
    assert "+use: code-8gb" in result.output
    assert "hotseat setup --roster code-8gb --yes" in result.output
    assert not mine.exists()


def test_the_proposal_as_json(mine: Path) -> None:
    found = json.loads(run("--json", "--roster", "code-8gb").stdout)
    assert found["roster"] == "code-8gb"
    assert found["download_bytes"] == 1_780_000_000
    assert found["experts_yaml"] == {"path": str(mine), "exists": False, "new": "use: code-8gb\n"}
    assert found["done"] is False


def test_a_roster_that_does_not_exist(mine: Path) -> None:
    result = run("--roster", "mine.yaml")
    assert result.exit_code == 1
    assert "not a roster that comes with Hotseat" in result.stderr
    assert "code" in result.stderr


def test_what_is_in_the_file_stays_in_it(mine: Path) -> None:
    write(mine, "# mine\nuse: starter\nbudget: 2GB\n")
    found = json.loads(run("--json", "--roster", "code").stdout)
    assert found["experts_yaml"]["new"] == "# mine\nuse: code\nbudget: 2GB\n"
    assert found["budget_bytes"] == 2_000_000_000
    assert mine.read_text() == "# mine\nuse: starter\nbudget: 2GB\n"


def test_models_are_downloaded_and_then_the_file_is_written(
    mine: Path, engine: Any, hub: HubServer
) -> None:
    before = (
        f"engine: {{kind: ollama, host: '{engine.url}'}}\n"
        "models:\n"
        f"  smollm2:135m: {{source: 'hf:{hub.repo}#m.gguf', size: 7, licence: MIT}}\n"
        f"  gemma3:270m: {{source: 'hf:{hub.repo}#m.gguf', size: 7, licence: MIT}}\n"
    )
    write(mine, before)
    result = run("--roster", "starter", "--yes")
    assert result.exit_code == 0, result.output
    assert {c["model"] for c in engine.created} == {"smollm2:135m", "gemma3:270m"}
    assert mine.read_text() == f"use: starter\n{before}"
    (backup,) = mine.parent.glob("experts.yaml.before-*")
    assert backup.read_text() == before
    assert str(backup) in result.output
    engine.sizes = {c["model"]: 7 for c in engine.created}
    assert "Everything is set up." in run("--roster", "starter").output


def test_a_download_that_fails_writes_nothing(mine: Path, engine: Any, hub: HubServer) -> None:
    hub.files = {}
    before = (
        f"engine: {{kind: ollama, host: '{engine.url}'}}\n"
        f"models: {{'smollm2:135m': &m {{source: 'hf:{hub.repo}#m.gguf', size: 7}}, "
        "'gemma3:270m': *m}\n"
    )
    write(mine, before)
    result = run("--roster", "starter", "--yes", "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout.splitlines()[-1])
    assert "holds no m.gguf" in error["error"]
    assert mine.read_text() == before


def test_a_server_with_models_of_its_own(mine: Path) -> None:
    write(mine, "engine: {kind: openai, host: 'http://127.0.0.1:9'}\n")
    result = run()
    assert result.exit_code == 1
    assert "models of its own" in result.stderr


def test_an_ollama_that_does_not_answer(mine: Path) -> None:
    write(mine, "engine: {kind: ollama, host: 'http://127.0.0.1:9'}\n")
    result = run()
    assert result.exit_code == 1
    assert "No Ollama answers at http://127.0.0.1:9" in result.stderr
    assert "Start Ollama" in result.stderr


def test_on_a_terminal_it_asks_once(mine: Path) -> None:
    assert on_terminal(b"n\n") == (1, True)
    assert not mine.exists()


def test_ctrl_c_at_the_question(mine: Path) -> None:
    assert on_terminal(b"\x03") == (130, False)
    assert not mine.exists()


def on_terminal(keys: bytes) -> tuple[int, bool]:
    """Press `keys` at the question. Return the exit status, and whether it said that it did
    nothing."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "hotseat", "setup", "--roster", "code-8gb"]
    output = b""
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    ) as process:
        os.close(slave)
        for _ in range(120):
            ready, _, _ = select.select([master], [], [], 1)
            try:
                output += os.read(master, 4096) if ready else b""
            except OSError:  # the process has ended
                break
            if b"[y/N]" not in output or process.poll() is not None:
                continue
            if keys != b"\x03":
                os.write(master, keys)
                keys = b""
            else:  # again, should it come between the question and the wait for the answer
                os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    os.close(master)
    assert b"Download 1.8 GB and write" in output
    assert b"Traceback" not in output
    return process.returncode, b"Nothing was changed" in output
