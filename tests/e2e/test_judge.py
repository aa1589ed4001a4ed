"""`hotseat judge` as a person runs it: real servers, a real engine, real (tiny) models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.engine_process import create_model, running_engine
from support.tiny_gguf import write_adapter, write_model

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
def home(tmp_path: Path) -> Path:
    """A person's folders, with two models of random weights and a roster that seats them."""
    store = tmp_path / "data" / "hotseat" / "models"
    with (
        running_engine(tmp_path, "--store", str(store)) as engine,
        engine.client(timeout=60) as client,
    ):
        create_model(client, "snake", write_model(tmp_path / "snake.gguf", seed=1))
        create_model(client, "general", write_model(tmp_path / "general.gguf", seed=3))
    write_adapter(tmp_path / "tuned.gguf")
    (tmp_path / "experts.yaml").write_text(
        json.dumps(
            {
                "engine": "embedded",
                "options": {"num_ctx": 512},
                "generalist": {"name": "general", "model": "general"},
                "experts": [{"name": "python", "languages": ["python"], "model": "snake"}],
            }
        )
    )
    shop = tmp_path / "shop"
    shop.mkdir()
    for i in range(2):
        (shop / f"shop{i}.py").write_text(SHOP)
    subprocess.run(["git", "init", "-q", str(shop)], check=True)
    subprocess.run(["git", "-C", str(shop), "add", "."], check=True)
    return tmp_path


def judge(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hotseat", "judge", str(home / "shop"), "--n", "3", *arguments],
        env={
            **os.environ,
            "XDG_DATA_HOME": str(home / "data"),
            "HOTSEAT_EXPERTS": str(home / "experts.yaml"),
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def manifests(home: Path) -> set[str]:
    store = home / "data" / "hotseat" / "models" / "manifests"
    return {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file()}


@pytest.mark.extra
def test_every_arm_fills_the_same_holes_and_its_bits_are_measured(home: Path) -> None:
    before = manifests(home)
    page = home / "report.html"
    answer = judge(
        home, "--arm", f"snake+{home / 'tuned.gguf'}", "--html", str(page), "--json", "--write"
    )
    assert answer.returncode == 0, answer.stderr
    told: dict[str, Any] = json.loads(answer.stdout)
    assert list(told["arms"]) == ["python", "tuned", "general"]
    for arm in told["arms"].values():
        of = arm["by_language"]["python"]
        assert of["n"] == of["scored"]["holes"] == 3
        # Random weights know nothing: about as many bits as there are tokens to choose from.
        assert 2 < of["bits_per_byte"] < 12
        assert arm["memory_bytes"] > 0
    # An adapter is applied: the same base needs other bits with it.
    bits = {
        name: arm["by_language"]["python"]["bits_per_byte"] for name, arm in told["arms"].items()
    }
    assert bits["tuned"] != bits["python"]
    assert told["arms"]["python"]["by_language"]["python"]["against_generalist"]["bits_per_byte"]
    # Three holes prove nothing, and nothing is written.
    assert told["proposal"]["decisions"][0]["verdict"] == "too few holes"
    assert told["proposal"]["changes"] == []
    assert "nothing was written" in answer.stderr
    assert "18 of 18" in answer.stderr
    assert page.read_text().startswith("<!doctype html>")
    # An adapter that is in no roster leaves nothing behind.
    assert manifests(home) == before


def test_a_model_that_is_not_there_is_said_with_what_to_do(home: Path) -> None:
    answer = judge(home, "--arm", "absent:1b")
    assert answer.returncode == 1
    assert "The engine does not have absent:1b" in answer.stderr
    # Here no command can bring it: it has no source, and the engine has no library.
    assert "Give `absent:1b` a `source:` in experts.yaml" in answer.stderr
    assert "Traceback" not in answer.stderr
