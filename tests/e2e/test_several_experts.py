"""A question over three languages in the real engine: what is loaded, and when the parts come."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from support.engine_process import EngineProcess, create_model
from support.lsp_client import LspClient
from support.tiny_gguf import Shape, write_model

pytestmark = pytest.mark.slow

QUESTION = (
    "I need the create table for appointments, a Go function which inserts one with a goroutine, "
    "and the stylesheet with a flexbox for the page."
)
NAMES = ("sql", "go", "css")
SHAPE = Shape(n_embd=256, n_layers=8, n_heads=4, n_ff=768, context_length=2048)


def roster(tmp_path: Path, engine: EngineProcess, budget: str) -> Path:
    with engine.client(timeout=60) as client:
        for seed, name in enumerate(NAMES):
            path = write_model(tmp_path / f"{seed}.gguf", shape=SHAPE, seed=seed, chat=True)
            create_model(client, f"tiny-{name}", path)
    experts = [
        {"name": name, "languages": [name], "model": f"tiny-{name}", "fim": "none"}
        for name in NAMES
    ]
    path = tmp_path / "experts.yaml"
    path.write_text(
        json.dumps(
            {"budget": budget, "options": {"num_ctx": 512, "num_thread": 1}, "experts": experts}
        )
    )
    return path


async def asked(tmp_path: Path, engine: EngineProcess, budget: str) -> tuple[Any, list[Any], Any]:
    """Return the answer, the models that were loaded, and the status after it."""
    arguments = ["--roster", str(roster(tmp_path, engine, budget)), "--engine-url", engine.url]
    async with LspClient(arguments, cwd=tmp_path) as client:
        await client.initialize(workspace=tmp_path)
        began_s = time.time()
        answer = await client.request("hotseat/ask", {"question": QUESTION})
        status = await client.request("hotseat/status")
    decisions = [d for d in status.get("decisions", []) if d["time"] >= began_s]
    return answer, [d["expert"] for d in decisions if d["action"] == "load"], status


async def test_with_room_for_all_each_expert_writes_its_part_and_stays(
    tmp_path: Path, engine: EngineProcess
) -> None:
    answer, loads, status = await asked(tmp_path, engine, "4GB")
    print(json.dumps(status)[:3000])
    assert {part["expert"] for part in answer["contributions"]} == set(NAMES)
    assert sorted(loads) == sorted(NAMES)
