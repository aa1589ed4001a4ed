"""What clients may remember and recall, and when the user is asked, with the SDK's client."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import pytest
from mcp import Client
from mcp.types import ElicitResult, Implementation

from hotseat.conversation.memory.brief import brief
from hotseat.conversation.memory.facts import Fact, relevant_facts
from hotseat.domain.errors import HotseatError
from hotseat.gateway.mcp.allowed import AllowedClients
from hotseat.gateway.mcp.notes import WorkspaceNotes
from hotseat.gateway.mcp.server import Desk, make_server
from hotseat.storage.conversations import ConversationStore, conversations_path
from support.window_fixtures import folders

__all__ = ["folders"]

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.fixture
def notes(tmp_path: Path, folders: Path) -> WorkspaceNotes:
    return WorkspaceNotes(tmp_path, AllowedClients())


@pytest.fixture
def store(tmp_path: Path, folders: Path) -> ConversationStore:
    return ConversationStore(conversations_path(tmp_path))


def client(notes: WorkspaceNotes, **more: Any) -> Client:
    nothing = cast(Any, None)
    desk = Desk(window=nothing, asking=nothing, symbols=nothing, notes=notes, starting=nothing)
    info = Implementation(name="tester", version="1")
    return Client(make_server(desk), client_info=info, **more)


def structured(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content or json.loads(result.content[0].text)
    return found


def refusal(result: Any) -> str:
    assert result.is_error, result
    return str(result.content[0].text)


def facts_in_brief(store: ConversationStore, question: str) -> str:
    pinned: list[Fact] = [fact for fact in store.facts() if fact.pinned]
    relevant = relevant_facts(store.facts(), question)
    return brief(pinned=pinned, relevant=relevant, recalled=(), n_bytes=2_000).text


async def test_a_note_counts_once_the_user_has_confirmed_it(
    notes: WorkspaceNotes, store: ConversationStore
) -> None:
    wanted = {"text": f"Money is kept in\ncents, key {TOKEN}", "kind": "decision"}
    async with client(notes) as agent:
        kept = structured(await agent.call_tool("remember", wanted))
        assert not kept["confirmed"]
        assert f"hotseat memory confirm {kept['number']}" in kept["note"]
        again = structured(await agent.call_tool("remember", wanted))
        assert again["number"] == kept["number"], "no second copy"
    (fact,) = store.facts()
    assert (fact.origin, fact.is_confirmed) == ("tester", False)
    assert TOKEN not in fact.text
    assert facts_in_brief(store, "How is money kept?") == ""
    store.confirm_fact(fact.id)
    assert "cents" in facts_in_brief(store, "How is money kept?")


async def test_recall_is_off_until_the_client_is_allowed(
    notes: WorkspaceNotes, store: ConversationStore
) -> None:
    notes.remember("Money is kept in cents", "decision", "user", is_confirmed=True)
    notes.remember("Money is kept in shells", "decision", "other", is_confirmed=False)
    async with client(notes) as agent:
        refused = refusal(await agent.call_tool("recall", {"query": "money"}))
        assert "hotseat mcp --allow tester" in refused
        assert "cents" not in refused
        AllowedClients().allow("tester")
        found = structured(await agent.call_tool("recall", {"query": "money"}))
        assert [fact["text"] for fact in found["facts"]] == ["Money is kept in cents"]
        AllowedClients().deny("tester")
        assert "has not allowed" in refusal(await agent.call_tool("recall", {"query": "money"}))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_user_is_asked_where_the_client_can(
    notes: WorkspaceNotes, store: ConversationStore, mode: str
) -> None:
    asked: list[str] = []

    async def answer(_context: Any, params: Any) -> ElicitResult:
        asked.append(params.message)
        if "Perl" in params.message:
            return ElicitResult(action="decline")
        return ElicitResult(action="accept", content={"remember": "tabs" in params.message})

    async with client(notes, mode=mode, elicitation_callback=answer) as agent:
        wanted = {"text": "We use tabs", "kind": "preference"}
        assert structured(await agent.call_tool("remember", wanted))["confirmed"]
        for text in ("We use Perl", "We use Rust"):
            other = {"text": text, "kind": "project"}
            assert "does not want" in refusal(await agent.call_tool("remember", other))
        bad = {"text": "x", "kind": "gossip"}
        assert "kind must be one of" in refusal(await agent.call_tool("remember", bad))
    assert asked[0] == "tester wants Hotseat to remember (preference): We use tabs"
    assert [(f.text, f.is_confirmed) for f in store.facts()] == [("We use tabs", True)]


def test_a_program_in_a_loop_does_not_fill_the_list(tmp_path: Path, folders: Path) -> None:
    notes = WorkspaceNotes(tmp_path, AllowedClients(), max_unconfirmed=3)
    for i in range(3):
        notes.remember(f"Note {i}", "project", "looper", is_confirmed=False)
    with pytest.raises(HotseatError, match="wait for the user already"):
        notes.remember("One more", "project", "looper", is_confirmed=False)


def test_a_broken_list_of_clients_allows_none(tmp_path: Path) -> None:
    path = tmp_path / "clients.json"
    for content in ("{", '{"a": 1}', '["a", 1]'):
        path.write_text(content)
        assert AllowedClients(path).names() == (("a",) if content.startswith("[") else ())


async def test_a_client_without_arguments_gets_an_error(notes: WorkspaceNotes) -> None:
    async with asyncio.timeout(30), client(notes) as agent:
        assert "question" in refusal(await agent.call_tool("ask_expert", {}))
