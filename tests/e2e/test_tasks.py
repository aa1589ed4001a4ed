"""A task in the real engine, with tiny models that write rubbish: it ends clearly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.engine_process import EngineProcess, create_model
from support.lsp_client import LspClient
from support.tiny_gguf import Shape, write_model

pytestmark = pytest.mark.slow

SHAPE = Shape(n_embd=64, n_layers=2, n_heads=2, n_ff=128, context_length=2048)
TEXTS = {"main.go": "package main\n\nfunc add() {}\n", "page.css": "a { color: red }\n"}


async def test_models_that_write_rubbish_change_nothing_and_every_step_ends(
    tmp_path: Path, engine: EngineProcess
) -> None:
    with engine.client(timeout=60) as client:
        for seed, name in enumerate(("go", "css")):
            path = write_model(tmp_path / f"{seed}.gguf", shape=SHAPE, seed=seed)
            create_model(client, f"tiny-{name}", path)
    experts = [
        {"name": name, "languages": [name], "model": f"tiny-{name}", "fim": "none"}
        for name in ("go", "css")
    ]
    roster = {
        "budget": "200MB",
        "options": {"num_ctx": 1024, "num_thread": 1},
        "generalist": {"name": "planner", "model": "tiny-go", "plans": True},
        "experts": experts,
        "tasks": {"files": 2, "tokens": 4000},
    }
    (tmp_path / "experts.yaml").write_text(json.dumps(roster))
    workspace = tmp_path / "shop"
    workspace.mkdir()
    for name, text in TEXTS.items():
        (workspace / name).write_text(text)
    arguments = ["--roster", str(tmp_path / "experts.yaml"), "--engine-url", engine.url]
    async with LspClient(arguments, cwd=workspace) as editor:
        await editor.initialize(workspace=workspace)
        words = "Make main.go and page.css nicer"
        planned = await editor.request("hotseat/task", {"instruction": words, "planOnly": True})
        assert planned["task"]["state"] == "planned"
        note = planned["task"]["note"]
        assert "Planned by planner" in note or "generalist's plan" in note, note
        own = [{"path": name, "what": "Make it nicer"} for name in TEXTS]
        result = await editor.request("hotseat/task", {"instruction": "Nicer", "steps": own})
        assert [step["path"] for step in result["task"]["steps"]] == list(TEXTS)
        assert all(step["state"] in ("done", "failed") for step in result["task"]["steps"])
        assert all(step["tokens"] > 0 for step in result["task"]["steps"])
    assert {name: (workspace / name).read_text() for name in TEXTS} == TEXTS
