"""Kept prompts under a real keeper on a real engine: counted, bounded, and freed by hand."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.engines.discovery import ollama_address
from hotseat.keeper.settings import LINK_DEFAULTS
from hotseat.residency.released_models import Release
from support.engine_process import EngineProcess, create_model, running_engine, until
from support.tiny_gguf import Shape, write_model
from support.windows import MIB, Window, at

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="not applicable: Linux only"),
]

SHAPE = Shape(n_embd=256, n_layers=8, n_heads=8, n_ff=256, context_length=2048)
"""8 kB of KV cache a token."""
PROMPT = "def alpha ( beta ) : return beta " * 25
PATIENCE_S = 30.0


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProcess]:
    with running_engine(tmp_path, has_spare=True) as engine:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(engine.runtime))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        with engine.client(timeout=60) as client:
            create_model(client, "tiny", write_model(tmp_path / "m.gguf", shape=SHAPE))
        yield engine


def read_prompt(engine: EngineProcess, prompt: str = PROMPT) -> None:
    body = {"model": "tiny", "prompt": prompt, "raw": True, "stream": False}
    with engine.client(timeout=60) as client:
        client.post(
            "/api/generate", json={**body, "options": {"num_predict": 2}}
        ).raise_for_status()


def beside(engine: EngineProcess) -> dict[str, int]:
    with engine.client() as client:
        found: dict[str, int] = client.get("/api/ps").json()["hotseat"]
        return found


async def test_what_is_kept_is_counted_and_leaves_with_an_unload_by_hand(
    engine: EngineProcess,
) -> None:
    async with Window(ollama_address(engine.url), budget_mib=2000) as window:
        window.wants(at("tiny"))
        await window.until_warm("tiny", timeout_s=PATIENCE_S)
        await asyncio.to_thread(read_prompt, engine)
        state = await window.until(lambda s: s.kept_bytes > 0 and s.spare_bytes > 0, PATIENCE_S)
        (model,) = state.models
        assert model.size_bytes is not None
        assert state.used_bytes == model.size_bytes + state.kept_bytes + state.spare_bytes
        assert beside(engine)["kept_limit_bytes"] == 256_000_000
        window.wants()
        await window.link.releases.ask([Release(model="tiny:latest")])
        await window.until(lambda s: s.kept_bytes == 0, PATIENCE_S)


async def test_the_budget_and_the_roster_bound_what_is_kept(engine: EngineProcess) -> None:
    keeper = replace(LINK_DEFAULTS.keeper, keep_prompts_bytes=10 * MIB)
    settings = replace(LINK_DEFAULTS, keeper=keeper)
    async with Window(ollama_address(engine.url), budget_mib=2000, settings=settings) as window:
        window.wants(at("tiny"))
        state = await window.until_warm("tiny", timeout_s=PATIENCE_S)
        until(
            lambda: beside(engine)["kept_limit_bytes"] == 10 * MIB,
            within_s=PATIENCE_S,
            what="the roster's bound holds",
        )
        await asyncio.to_thread(read_prompt, engine)
        state = await window.until(lambda s: s.kept_bytes > 0, PATIENCE_S)
        assert state.kept_bytes <= 10 * MIB
        (model,) = state.models
        assert model.size_bytes is not None
        window.link.set_budget(model.size_bytes + MIB)
        state = await window.until(
            lambda s: s.kept_bytes + s.spare_bytes == 0 and s.budget_bytes < 2000 * MIB, PATIENCE_S
        )
        assert beside(engine)["spare_bytes"] == 0
        assert beside(engine)["kept_bytes"] == 0
        assert state.state_of(model.spec).value == "warm", "the model stays"
