"""A real embedding model in the real engine: loaded by the keeper, within the budget, and used."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, Roster
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import ollama_address
from hotseat.session.chat.turn_embedder import TurnEmbedder
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.recall import recall_turns
from support.engine_process import EngineProcess, create_model
from support.minilm import write_minilm
from support.windows import MIB, Window

pytestmark = pytest.mark.slow

SPEC = ModelSpec("minilm:latest", (("num_thread", 1),))
SAID = (
    "No accounts, only a shared word. Grandma forgets everything else.",
    "Pictures are saved at 1000 pixels as webp.",
    "The disk of the old laptop is small.",
    "Search by what is in the fridge works.",
)


@pytest.fixture
def with_model(tmp_path: Path, engine: EngineProcess) -> EngineProcess:
    write_minilm(tmp_path / "minilm.gguf")
    with engine.client(timeout=60) as client:
        create_model(client, "minilm", tmp_path / "minilm.gguf")
    return engine


async def test_turns_are_embedded_and_found_in_other_words(
    tmp_path: Path, with_model: EngineProcess
) -> None:
    store = ConversationStore(tmp_path / "c.sqlite")
    noon_s = datetime(2026, 3, 2, 12).astimezone().timestamp()
    store.add([NewTurn(conversation="a", is_user=True, text=t, at_s=noon_s) for t in SAID])
    async with Window(ollama_address(with_model.url), budget_mib=1000) as window:
        embedder = TurnEmbedder(
            lambda: store, lambda: Roster(embedder=SPEC), lambda: window.link, embed_s=10.0
        )
        try:
            window.wants(*embedder.with_embedder(Demand()).wants)
            state = await window.until(lambda s: s.state_of(SPEC) is ModelState.WARM, timeout_s=60)
            assert 0 < state.used_bytes < 300 * MIB, "it counts in the budget"
            while await embedder.embed_some():
                pass
            question = "How do relatives log in without credentials?"
            alike = await embedder.likeness(question)
            assert max(alike, key=lambda id_: alike[id_]) == 1
            today = datetime(2026, 3, 9).astimezone().date()
            found = await asyncio.to_thread(
                recall_turns, store, question, today=today, likeness=alike
            )
            assert found[0].turn.text == SAID[0]
        finally:
            await embedder.aclose()


async def test_there_is_no_place_for_it_in_a_budget_that_is_too_small(
    with_model: EngineProcess,
) -> None:
    async with Window(ollama_address(with_model.url), budget_mib=20) as window:
        store = ConversationStore(Path("/nonexistent"))
        embedder = TurnEmbedder(lambda: store, lambda: Roster(embedder=SPEC), lambda: window.link)
        window.wants(*embedder.with_embedder(Demand()).wants)
        state = await window.until(lambda s: s.engine.up and s.model(SPEC) is not None)
        state = await window.until(lambda s: (s.model(SPEC).size_bytes or 0) > 20 * MIB)  # type: ignore[union-attr]
        assert state.state_of(SPEC) is not ModelState.WARM
        with with_model.client() as client:
            assert client.get("/api/ps").json()["models"] == []


def test_bench_memory_measures_with_the_embedder(tmp_path: Path, with_model: EngineProcess) -> None:
    turns = [{"role": "user", "day": 0, "text": text} for text in SAID]
    question = {
        "question": "How do relatives log in without credentials?",
        "kind": "paraphrase",
        "answer_turns": [0],
        "asked_day": 1,
    }
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps({"id": "a", "turns": turns, "questions": [question]}))
    command = [sys.executable, "-m", "hotseat", "bench", "memory", str(cases), "--json"]
    command += ["--embedder", "minilm", "--engine-url", with_model.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["embedder"], result["recall_at_5"]["paraphrase"]) == ("minilm", 1.0)
