"""Kept prompts of an engine in a process of its own: nothing survives it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from support.engine_process import EngineProcess, create_model, running_engine, until
from support.tiny_gguf import write_model

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="not applicable: only Linux has memory files"
)
PROMPT = "def alpha ( beta ) : return beta " * 12


def kept_bytes(engine: EngineProcess) -> int:
    with engine.client() as client:
        return int(client.get("/api/ps").json()["hotseat"]["kept_bytes"])


def ask(engine: EngineProcess, prompt: str = PROMPT) -> None:
    options = {"num_predict": 4, "num_thread": 1, "num_ctx": 1024}
    body = {"model": "m", "prompt": prompt, "raw": True, "stream": False, "options": options}
    with engine.client(timeout=60) as client:
        assert client.post("/api/generate", json=body).status_code == 200


def memory_files(pids: list[int]) -> list[str]:
    found = []
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found.append(os.readlink(link))
            except OSError:  # Closed meanwhile.
                continue
    return [link for link in found if "hotseat-kept-prompt" in link]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "m.gguf")


def test_no_state_survives_the_engine_nor_reaches_its_folders(tmp_path: Path, model: Path) -> None:
    with running_engine(tmp_path, has_spare=True) as engine:
        with engine.client(timeout=60) as client:
            create_model(client, "m", model)
        ask(engine)
        until(lambda: kept_bytes(engine) > 0, within_s=10, what="the prompt is kept")
        children = engine.children()
        assert len(memory_files([engine.pid])) == 1
        assert memory_files([child.pid for child in children]) == [], "no child holds it open"
        names = {path.name for path in tmp_path.rglob("*")} | {
            path.name for path in engine.runtime.rglob("*")
        }
        assert not [name for name in names if "kept" in name or "state" in name]
        os.kill(engine.pid, signal.SIGKILL)
        engine.process.wait(10)
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == [], "the process that waits ends too"


def test_a_bound_of_the_command_line_holds(tmp_path: Path, model: Path) -> None:
    with running_engine(tmp_path, "--keep-prompts", "0") as engine:
        with engine.client(timeout=60) as client:
            create_model(client, "m", model)
        ask(engine)
        ask(engine, PROMPT[5:])
        assert kept_bytes(engine) == 0
        assert memory_files([engine.pid]) == []


def test_wrong_bounds_are_refused(tmp_path: Path) -> None:
    with running_engine(tmp_path) as engine, engine.client() as client:
        answer = client.post("/api/hotseat/beside", json={"kept_limit_bytes": -1})
        assert (answer.status_code, answer.json()) == (
            400,
            {"error": "kept_limit_bytes must not be negative"},
        )
        assert client.post("/api/hotseat/beside", json={"spare": "x"}).status_code == 400
        assert client.post("/api/hotseat/beside", json={"forget": "no"}).status_code == 404
