"""What a whole server does with its memory while the user rests: it embeds turns, and distils facts
from them, by models that are in memory anyway."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.lsp_client import LspClient
from support.lsp_start import ROSTER, Start
from support.stub_engine import MIB, Reply, Seen, StubEngine

CHAT = "{{ range .Messages }}{{ .Content }}{{ end }}"
RULE = "Money is stored in integer cents, never in floats."
FACT = {"kind": "decision", "text": "Money is stored in integer cents.", "replaces": 0}
IDLE_PATIENCE_S = 60.0


@pytest.fixture
async def remembering(start: Start, stub: StubEngine, workspace: Path, roster: Path) -> LspClient:
    """A server whose generalist is capable, and whose roster names an embedder."""
    capable = ROSTER.replace("fim: none}\nexperts", "fim: none, plans: true}\nexperts")
    roster.write_text(f"{capable}embedder: mini\n")
    stub.models["mini:latest"] = 50 * MIB
    stub.templates["general:1b"] = CHAT
    stub.answers["/api/embed"] = _embeds
    stub.answers["/api/chat"] = _answers_or_distils
    client = await start()
    await client.initialize(workspace=workspace)
    return client


async def _embeds(seen: Seen, reply: Reply) -> None:
    texts = seen.body.get("input") or []
    await reply.json({"embeddings": [[1.0, 0.0] for _ in texts]})


async def _answers_or_distils(seen: Seen, reply: Reply) -> None:
    text = json.dumps({"facts": [FACT]}) if "format" in seen.body else "Good."
    await reply.begin_stream()
    await reply.chunk({"message": {"content": text}, "done": False})
    await reply.chunk({"message": {"content": ""}, "done": True, "done_reason": "stop"})
    await reply.end_stream()


def embedded(stub: StubEngine) -> list[str]:
    return [text for seen in stub.seen("/api/embed") for text in seen.body.get("input") or []]


def distilled(stub: StubEngine) -> list[dict[str, Any]]:
    return [body for body in stub.chats() if "format" in body]


async def test_what_the_user_wrote_is_embedded_and_distilled_while_they_rest(
    remembering: LspClient, stub: StubEngine
) -> None:
    pytest.importorskip("numpy")
    client = remembering
    asked = await client.request("hotseat/ask", {"question": RULE, "expert": "generalist"})
    assert asked["answer"] == "Good."
    assert "Good." not in embedded(stub), "the user does not rest yet; the question is looked up"
    assert distilled(stub) == []
    await stub.until(lambda: {RULE, "Good."} <= {*embedded(stub)}, IDLE_PATIENCE_S)
    await stub.until(lambda: bool(distilled(stub)), IDLE_PATIENCE_S)
    (request,) = distilled(stub)
    assert request["model"] == "general:1b"
    assert RULE in str(request["messages"])
    await stub.until(stub.seen("/api/chat")[-1].done.is_set, IDLE_PATIENCE_S)
    listed = await client.request("hotseat/memory", {"action": "list"})
    while not listed["facts"]:  # each request waits for what is being written
        listed = await client.request("hotseat/memory", {"action": "list"})
    (fact,) = listed["facts"]
    assert (fact["text"], fact["pinned"]) == (FACT["text"], False)
