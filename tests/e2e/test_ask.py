"""`hotseat ask` as a person runs it: real server, real engine, a real (tiny) model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.engine_process import EngineProcess, create_model
from support.tiny_gguf import Shape, write_model

pytestmark = pytest.mark.slow

LINE = "total = total + price * amount  # and so on, and on\n"


def roster(tmp_path: Path, engine: EngineProcess, *, chat: bool) -> Path:
    """Random weights: what they say is nonsense. Each character is a token to them."""
    model = write_model(tmp_path / "tiny.gguf", shape=Shape(context_length=2048), chat=chat)
    with engine.client(timeout=60) as client:
        create_model(client, "tiny", model)
    path = tmp_path / "experts.yaml"
    expert = {"name": "python", "languages": ["python"], "model": "tiny"}
    path.write_text(json.dumps({"experts": [{**expert, "options": {"num_ctx": 2048}}]}))
    return path


@pytest.mark.parametrize("chat", [True, False], ids=["chat", "base"])
@pytest.mark.one_in_ci
def test_a_model_answers_about_a_file_that_is_denser_than_its_context(
    tmp_path: Path, engine: EngineProcess, chat: bool
) -> None:
    (tmp_path / "shop.py").write_text(LINE * 200)
    command = [sys.executable, "-m", "hotseat", "ask", "What is it?", "--json"]
    command += ["--file", "shop.py", "--range", "90:91", "--expert", "python"]
    command += ["--roster", str(roster(tmp_path, engine, chat=chat)), "--engine-url", engine.url]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=200, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    (said,) = answer["contributions"]
    assert (said["expert"], said["language"]) == ("python", "python")
    (source,) = answer["sources"]
    first, stop = source["range"]["start"]["line"], source["range"]["end"]["line"]
    assert 0 < first <= 89 < 91 <= stop < 200


def test_a_conversation_goes_on_in_another_process(
    tmp_path: Path, engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    chosen = ["--roster", str(roster(tmp_path, engine, chat=True)), "--engine-url", engine.url]

    def hotseat(*arguments: str) -> Any:
        command = [sys.executable, "-m", "hotseat", *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=200, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert "Ignoring notification" not in done.stderr, "a line of the log, at the first start"
        return json.loads(done.stdout)

    first = hotseat("ask", "What is it?", "--expert", "python", "--json", *chosen)
    again = hotseat("ask", "And now?", "--continue", "--expert", "python", "--json", *chosen)
    assert again["conversation"] == first["conversation"]
    turns = hotseat("memory", "show", first["conversation"], "--json")
    assert [turn["text"] for turn in turns if turn["role"] == "user"] == ["What is it?", "And now?"]
    assert len(turns) == 4
