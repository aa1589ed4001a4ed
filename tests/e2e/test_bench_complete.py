"""`hotseat bench complete` as a person runs it: real server, real engine, a real (tiny) model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.engine_process import EngineProcess, create_model
from support.tiny_gguf import write_model

pytestmark = pytest.mark.slow

SHOP = '''\
def total(items, rate):
    """The sum of all prices."""
    found = [item.price for item in items]
    if not found:
        return default_price("none") + rate
    taxed = sum(found) * rate
    return round(taxed, 2)
'''


@pytest.fixture
def roster(tmp_path: Path, engine: EngineProcess) -> Path:
    """Two experts on random weights: what they write is nonsense, in every language."""
    with engine.client(timeout=60) as client:
        create_model(client, "tiny", write_model(tmp_path / "tiny.gguf", seed=1))
    path = tmp_path / "experts.yaml"
    expert = {"name": "python", "languages": ["python"], "model": "tiny"}
    path.write_text(json.dumps({"experts": [{**expert, "options": {"num_ctx": 512}}]}))
    return path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for i in range(2):
        (folder / f"shop{i}.py").write_text(SHOP)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "add", "."], check=True)
    return folder


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hotseat", "bench", "complete", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)


@pytest.mark.extra
def test_holes_are_filled_by_the_whole_pipeline_and_compared(
    shop: Path, roster: Path, engine: EngineProcess
) -> None:
    answer = bench(
        str(shop), "--n", "3", "--roster", str(roster), "--engine-url", engine.url,
        "--against", "plain", "--json",
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    told: dict[str, Any] = json.loads(answer.stdout)
    assert told["n"] == 3
    ours = told["settings"]["hotseat"]
    assert ours["overall"]["failed"] == 0
    assert ours["overall"]["total_ms"]["p50"] > 0
    # Nonsense is trimmed to what parses, or to nothing; the model alone writes it all.
    assert ours["overall"]["parse_rate"] in (1.0, None)
    assert {kind: of["n"] for kind, of in ours["by_kind"].items()} == {
        "expression": 1,
        "statement": 1,
        "block": 1,
    }
    assert told["settings"]["plain"]["overall"]["n"] == 3
    assert told["comparison"]["n"] == 3
    assert len(told["comparison"]["interval"]) == 2
    assert "3 of 3" in answer.stderr


def test_an_engine_that_is_not_there_is_said(shop: Path, roster: Path) -> None:
    answer = bench(str(shop), "--roster", str(roster), "--engine-url", "http://127.0.0.1:9")
    assert answer.returncode == 1
    assert "No engine answers at http://127.0.0.1:9" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_language_without_an_expert_is_said(shop: Path, tmp_path: Path) -> None:
    path = tmp_path / "experts.yaml"
    path.write_text(json.dumps({"experts": [], "generalist": None, "languages": {"python": "off"}}))
    answer = bench(str(shop), "--roster", str(path))
    assert answer.returncode == 1
    assert "has no expert for python" in answer.stderr
