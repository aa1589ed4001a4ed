"""`hotseat pull` of files on the hub, as a user sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from hotseat.cli.pull import pull
from support.hub_server import HubServer, hub_server

BODY = os.urandom(3_000_000)
SOURCE = "hf:owner/some-GGUF#Some-Q8_0.gguf"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with hub_server() as server:
        server.files = {"Some-Q8_0.gguf": BODY}
        mine = tmp_path / "experts.yaml"
        mine.write_text(
            f"experts: [{{name: go, languages: go, model: 'go:1b', source: '{SOURCE}', "
            "licence: MIT}]\n"
        )
        monkeypatch.setenv("HOTSEAT_EXPERTS", str(mine))
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.chdir(tmp_path)
        yield server


def run(engine: Any, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(pull)
    return CliRunner().invoke(app, [*arguments, "--engine-url", engine.url])


def test_any_file_gets_the_name_of_its_file(hub: HubServer, engine: Any) -> None:
    result = run(engine, SOURCE)
    assert result.exit_code == 0, result.output
    assert [c["model"] for c in engine.created] == ["some-q8_0:latest"]
    assert list(engine.blobs.values()) == [BODY]
    lines = result.stderr.splitlines()
    n_licence = next(i for i, line in enumerate(lines) if "licence: apache-2.0" in line)
    n_download = next(i for i, line in enumerate(lines) if "downloading" in line)
    assert n_licence < n_download
    assert "`model: some-q8_0:latest` in experts.yaml uses it" in lines[-1]
    assert "hf_secret" not in result.output


def test_a_name_of_the_users_own(hub: HubServer, engine: Any) -> None:
    assert run(engine, SOURCE, "--as", "mine:1b").exit_code == 0
    assert [c["model"] for c in engine.created] == ["mine:1b"]


def test_an_expert_whose_model_is_on_the_hub(hub: HubServer, engine: Any) -> None:
    hub.licence = None
    result = run(engine, "go", "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [c["model"] for c in engine.created] == ["go:1b"]
    assert any("licence: MIT" in line["status"] for line in lines)
    steps = [line for line in lines if "downloading" in line["status"]]
    assert steps[-1]["completed"] == steps[-1]["total"] == len(BODY)


def test_a_word_that_is_no_source(hub: HubServer, engine: Any) -> None:
    result = run(engine, "hf:owner/some-GGUF")
    assert result.exit_code == 1
    assert "does not say which file" in result.stderr
    assert "hf:OWNER/REPO#FILE.gguf" in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT to a group of processes")
def test_ctrl_c_keeps_what_was_downloaded(hub: HubServer, engine: Any, tmp_path: Path) -> None:
    hub.breaks_after, hub.gate = [2_000_000], threading.Event()
    command = [sys.executable, "-m", "hotseat", "pull", SOURCE, "--engine-url", engine.url]
    with subprocess.Popen(
        [*command, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if (json.loads(line).get("completed") or 0) > 1_000_000:
                break
        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert "kept" in stderr
    hub.gate.set()
    hub.seen = []
    assert run(engine, SOURCE).exit_code == 0
    assert (hub.downloads()[0].range or "").startswith("bytes=")
    assert list((tmp_path / "cache/hotseat/downloads").glob("*.partial")) == []
