"""`hotseat bench task` in the real engine, with small random models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.tiny_gguf import Shape, write_model

pytestmark = [pytest.mark.slow, pytest.mark.extra]

COMMAND = (sys.executable, "-m", "hotseat", "bench", "task", "--json")
SHAPE = Shape(n_embd=256, n_layers=6, n_heads=4, n_ff=512, context_length=4096)


def test_a_task_loads_each_expert_once_and_hardly_waits(tmp_path: Path) -> None:
    gguf = write_model(tmp_path / "model.gguf", shape=SHAPE, chat=True)
    done = subprocess.run(
        [*COMMAND, "--gguf", str(gguf)],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    one, two = result["one_seat"], result["two_seats"]
    assert one["pipelined"]["loads"] == one["least_loads"] == 3
    assert one["stall_ratio"] <= 0.5
    assert two["pipelined"]["loads"] == 3
    assert two["stall_ratio"] <= 0.15
    assert result["changes"] >= 30
    assert set(result["scores"]) >= {"generalist", "expert"}


def test_tasks_survive_what_ends_at_random_moments(tmp_path: Path) -> None:
    gguf = write_model(tmp_path / "model.gguf", shape=SHAPE, chat=True)
    done = subprocess.run(
        [*COMMAND, "--gguf", str(gguf), "--kills", "200"],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=7200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kills = json.loads(done.stdout)["kills"]
    assert kills["faults"] == []
    assert kills["tasks_done_after_all"] == kills["tasks"]
    assert set(kills["kills"]) == {"window", "keeper", "engine", "model"}
