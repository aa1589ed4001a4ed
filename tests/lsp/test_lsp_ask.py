"""`hotseat/ask`: the right expert, streamed, loaded by the keeper, stopped on the wire."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hotseat.conversation.answer_text import LOOP_ENDING
from support.lsp_client import LspClient, expert_in, position, state_of
from support.lsp_start import Start
from support.stub_engine import MIB, Reply, Seen, StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\treturn a + b\n}\n"
CHAT = "{{ range .Messages }}{{ .Content }}{{ end }}"
REQUEST_FAILED = -32803
REQUEST_CANCELLED = -32800


@pytest.fixture(autouse=True)
def chat_models(stub: StubEngine) -> None:
    stub.templates = dict.fromkeys(("go:1b", "web:1b", "general:1b"), CHAT)


def params(question: str, **more: Any) -> dict[str, Any]:
    return {"question": question, "partialResultToken": "t", **more}


def at(uri: str, first: int | None = None, last: int | None = None) -> dict[str, Any]:
    place: dict[str, Any] = {"textDocument": {"uri": uri}}
    if first is not None and last is not None:
        place["range"] = {"start": position(first, 0), "end": position(last, 0)}
    return place


def parts(client: LspClient) -> list[dict[str, Any]]:
    return [p["value"] for method, p in client.notifications if method == "$/progress"]


def streamed(client: LspClient) -> str:
    return "".join(part.get("text", "") for part in parts(client))


async def until_streamed(client: LspClient, text: str) -> None:
    await client.until(lambda: streamed(client) == text)


async def error(client: LspClient, **asked: Any) -> dict[str, Any]:
    answer = await client.answer(client.begin("hotseat/ask", asked))
    found: dict[str, Any] = answer["error"]
    return found


async def until_asked(stub: StubEngine, n: int = 1) -> Seen:
    return await stub.request("/api/chat", n)


def begins(*pieces: str, then: asyncio.Event | None = None) -> Any:
    """An answer that says so much, and then nothing more (or the end, when it is told to)."""

    async def answer(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        for piece in pieces:
            await reply.chunk({"message": {"content": piece}})
        await (then or seen.hung_up).wait()
        await reply.chunk({"message": {"content": ""}, "done": True})
        await reply.end_stream()

    return answer


async def test_the_expert_of_the_place_answers_and_the_answer_streams(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.chat = ["It adds ", "two numbers."]
    client.open(go_uri, "go", GO)
    answer = await client.request("hotseat/ask", params("What does it do?", **at(go_uri, 3, 4)))
    assert answer["answer"] == "It adds two numbers."
    said = {"expert": "go", "language": "go", "text": "It adds two numbers."}
    assert answer["contributions"] == [said]
    whole = {"start": position(0, 0), "end": position(5, 0)}
    assert answer["sources"] == [{"uri": go_uri, "range": whole}]
    assert streamed(client) == "It adds two numbers."
    told = parts(client)
    assert told[0] == {"conversation": answer["conversation"]}
    assert {"expert": "go", "language": "go"} in told
    (asked,) = stub.chats()
    assert asked["model"] == "go:1b"
    (system, user) = asked["messages"]
    assert system["role"] == "system"
    assert "shop/main.go, lines 1 to 6:\n```go\npackage main\n" in user["content"]
    assert "from line 4:\n```go\n\treturn a + b\n```" in user["content"]
    assert user["content"].endswith("\n\nWhat does it do?")


@pytest.mark.extra
async def test_a_question_without_a_place_goes_to_the_generalist(
    client: LspClient, stub: StubEngine
) -> None:
    answer = await client.request("hotseat/ask", {"question": "What is a monad?"})
    assert answer["contributions"][0]["expert"] == "generalist"
    assert answer["sources"] == []
    assert parts(client) == []  # nobody asked for them


@pytest.mark.extra
async def test_the_expert_of_the_region_before_that_of_the_file(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    query = GO + '\nfunc q() { db.Query("SELECT name FROM items WHERE id = 1") }\n'
    client.open(go_uri, "go", query)
    here: dict[str, Any] = {"textDocument": {"uri": go_uri}}
    here["range"] = {"start": position(6, 30), "end": position(6, 34)}
    answer = await client.request("hotseat/ask", params("?", **here))
    # The expert for SQL would answer, if its model were there.
    said = {"expert": "go", "language": "sql", "text": "An answer."}
    assert answer["contributions"] == [said]
    assert "sql is not there" in next(p["note"] for p in parts(client) if "expert" in p)


@pytest.mark.extra
async def test_who_is_named_answers(client: LspClient, stub: StubEngine, go_uri: str) -> None:
    client.open(go_uri, "go", GO)
    named = await client.request("hotseat/ask", params("?", expert="markup", **at(go_uri)))
    assert named["contributions"][0]["expert"] == "markup"
    assert stub.chats()[-1]["model"] == "web:1b"


async def test_a_conversation_goes_on(client: LspClient, stub: StubEngine) -> None:
    stub.chat = ["A lock."]
    first = await client.request("hotseat/ask", {"question": "What is a mutex?"})
    id_ = first["conversation"]
    stub.chat = ["Yes."]
    second = await client.request("hotseat/ask", {"question": "In Go?", "conversation": id_})
    assert second["conversation"] == id_
    spoken = [(m["role"], m["content"]) for m in stub.chats()[-1]["messages"][1:]]
    assert spoken == [
        ("user", "What is a mutex?"),
        ("assistant", "A lock."),
        ("user", "In Go?"),
    ]
    other = await client.request("hotseat/ask", {"question": "?", "conversation": "forgotten"})
    assert other["conversation"] not in (id_, "forgotten")
    assert len(stub.chats()[-1]["messages"]) == 2


@pytest.mark.extra
async def test_a_client_may_bring_the_turns_that_a_restart_lost(
    client: LspClient, stub: StubEngine
) -> None:
    lost = [{"question": "What is a mutex?", "answer": "A lock."}]
    asked = {"question": "In Go?", "conversation": "lost", "history": lost}
    answer = await client.request("hotseat/ask", asked)
    assert answer["conversation"] == "lost", "it is remembered as one conversation"
    asked |= {"question": "And in C?", "conversation": answer["conversation"]}
    await client.request("hotseat/ask", asked)
    spoken = [m["content"] for m in stub.chats()[-1]["messages"][1:]]
    assert spoken == ["What is a mutex?", "A lock.", "In Go?", "An answer.", "And in C?"]


async def test_stopping_closes_the_wire_and_keeps_what_was_said(
    client: LspClient, stub: StubEngine
) -> None:
    stub.answers["/api/chat"] = begins("Half of ")
    id_ = client.begin("hotseat/ask", params("Tell me everything"))
    await until_streamed(client, "Half of ")
    client.notify("$/cancelRequest", {"id": id_})
    answer = await client.answer(id_)
    assert answer["error"]["code"] == REQUEST_CANCELLED
    seen = await until_asked(stub)
    await asyncio.wait_for(seen.hung_up.wait(), 5)
    del stub.answers["/api/chat"]
    conversation = parts(client)[0]["conversation"]
    await client.request("hotseat/ask", {"question": "Go on", "conversation": conversation})
    assert stub.chats()[-1]["messages"][2] == {"role": "assistant", "content": "Half of "}


async def test_a_newer_question_ends_the_answer_before_it(
    client: LspClient, stub: StubEngine
) -> None:
    stub.answers["/api/chat"] = begins("First")
    older = client.begin("hotseat/ask", params("One?"))
    await until_streamed(client, "First")
    del stub.answers["/api/chat"]
    conversation = parts(client)[0]["conversation"]
    newer = await client.request("hotseat/ask", {"question": "Two?", "conversation": conversation})
    ended = (await client.answer(older))["result"]
    assert (ended["answer"], newer["answer"]) == ("First", "An answer.")
    await asyncio.wait_for((await until_asked(stub)).hung_up.wait(), 5)
    assert len(client.answers[older]) == 1


async def test_the_keeper_loads_whom_it_waits_for_and_the_budget_holds(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.models = dict.fromkeys(stub.models, 400 * MIB)  # one at a time
    client.open(go_uri, "go", GO)
    await client.until_warm("go")
    with stub.gate("load") as gate:
        id_ = client.begin("hotseat/ask", params("?", expert="generalist"))
        await stub.request("unload")
        await client.until(lambda: {"note": "generalist is loading"} in parts(client))
        assert stub.chats() == []
        gate.set()
        assert (await client.answer(id_))["result"]["answer"] == "An answer."
    assert "go:1b" not in {seen.body["model"] for seen in stub.seen("/api/chat")}
    await client.until_warm("go")  # it comes back to who types
    await client.until(lambda: bool(stub.resident))  # the state may be of before the question
    assert len(stub.resident) == 1


async def test_a_question_comes_before_what_another_window_types(
    client: LspClient, start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    stub.models = dict.fromkeys(stub.models, 400 * MIB)  # one at a time
    client.open(go_uri, "go", GO)
    await client.until_warm("go")
    other = await start()
    await other.initialize(workspace=workspace)
    answer = await other.request("hotseat/ask", params("?", expert="markup"))
    assert answer["contributions"][0]["expert"] == "markup"
    assert len(stub.resident) <= 1  # it may be on its way out already
    await client.until_warm("go")


@pytest.mark.extra
async def test_what_answers_is_in_use_until_it_has_answered(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.models = dict.fromkeys(stub.models, 400 * MIB)
    end = asyncio.Event()
    stub.answers["/api/chat"] = begins("Well, ", then=end)
    id_ = client.begin("hotseat/ask", params("?"))
    await until_streamed(client, "Well, ")
    client.open(go_uri, "go", GO)  # whose expert would need the room
    await client.until_status(lambda s: "no room" in expert_in(s, "go").get("reason", ""))
    assert set(stub.resident) == {"general:1b"}
    end.set()
    assert (await client.answer(id_))["result"]["answer"] == "Well, "
    await client.until_warm("go")


async def test_a_model_larger_than_the_budget_is_refused_at_once(
    client: LspClient, stub: StubEngine
) -> None:
    stub.models["general:1b"] = 5000 * MIB
    found = await error(client, question="?")
    assert found["code"] == REQUEST_FAILED
    assert "more than the whole budget" in found["message"]
    assert stub.chats() == []


async def test_a_base_model_leaves_the_answer_to_the_generalist(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    del stub.templates["go:1b"]
    client.open(go_uri, "go", GO)
    answer = await client.request("hotseat/ask", params("?", **at(go_uri)))
    assert answer["contributions"][0]["expert"] == "generalist"
    notes = [part["note"] for part in parts(client) if part.get("expert")]
    assert notes == ["go writes code, but does not answer questions"]


@pytest.mark.extra
async def test_only_base_models_are_asked_by_a_text_that_they_go_on_with(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.templates = {}
    stub.completion = ["It adds."]
    client.open(go_uri, "go", GO)
    answer = await client.request("hotseat/ask", params("What?", **at(go_uri)))
    assert (answer["answer"], answer["contributions"][0]["expert"]) == ("It adds.", "go")
    asked = next(body for body in stub.prompts() if "### Question" in body["prompt"])
    assert asked["raw"] is True
    assert asked["prompt"].endswith("What?\n\n### Answer\n")
    assert "\n### Question" in asked["options"]["stop"]


async def test_an_answer_that_goes_round_in_circles_is_stopped(
    client: LspClient, stub: StubEngine
) -> None:
    stub.answers["/api/chat"] = begins("Yes. ", *["Again and again. "] * 40)
    answer = await client.request("hotseat/ask", params("?"))
    assert answer["answer"] == f"Yes. Again and again.\n\n{LOOP_ENDING}"
    last = max(n for n, part in enumerate(parts(client)) if "expert" in part)
    assert "".join(part.get("text", "") for part in parts(client)[last:]) == answer["answer"]
    (seen,) = stub.seen("/api/chat")
    await asyncio.wait_for(seen.hung_up.wait(), 5)


@pytest.mark.extra
async def test_a_model_that_is_not_there_says_how_to_get_it(client: LspClient) -> None:
    found = await error(client, question="?", expert="sql")
    assert "hotseat pull missing:7b" in found["message"]


async def test_secrets_are_neither_shown_nor_asked_about(
    client: LspClient, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    env = (workspace / ".env").as_uri()
    client.open(env, "plaintext", "TOKEN=abc\n")
    found = await error(client, question="?", **at(env))
    assert ".env may hold secrets" in found["message"]
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    client.open(go_uri, "go", f'package main\n\nvar token = "{token}"\n')
    await client.request("hotseat/ask", params(f"Is {token} safe?", **at(go_uri)))
    (seen,) = stub.seen("/api/chat")
    assert token.encode() not in seen.raw
    assert b"var token" in seen.raw


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"question": "  "}, "There is no question"),
        ({}, "There is no question"),
        ({"question": "?", "expert": "nobody"}, "There is no expert 'nobody'"),
        ({"question": "?", "textDocument": {"uri": "file:///x.go"}}, "x.go is not open"),
    ],
)
@pytest.mark.one_in_ci
async def test_what_cannot_be_asked_is_refused_in_a_sentence(
    client: LspClient, asked: dict[str, Any], reason: str
) -> None:
    found = await error(client, **asked)
    assert found["code"] == REQUEST_FAILED
    assert reason in found["message"]
    assert "Traceback" not in client.log


async def test_an_engine_that_dies_in_the_middle_is_said(
    client: LspClient, stub: StubEngine
) -> None:
    stub.answers["/api/chat"] = begins("Half")
    id_ = client.begin("hotseat/ask", params("?"))
    await until_streamed(client, "Half")
    await stub.die()
    answer = await client.answer(id_)
    assert answer["error"]["code"] == REQUEST_FAILED
    assert "Traceback" not in client.log
    del stub.answers["/api/chat"]
    stub.resident.clear()
    await stub.start()
    again = await client.request("hotseat/ask", {"question": "?"})
    assert again["answer"] == "An answer."
    await client.until_status(lambda s: state_of(s, "generalist") == "warm")


@pytest.mark.extra
async def test_what_had_come_before_the_engine_was_lost_stays_in_the_conversation(
    client: LspClient, stub: StubEngine
) -> None:
    stub.answers["/api/chat"] = begins("Half of")
    id_ = client.begin("hotseat/ask", params("Why?"))
    await until_streamed(client, "Half of")
    await stub.die()
    lost = (await client.answer(id_))["error"]
    assert "broke" in lost["message"]  # editors mark the text with it
    assert streamed(client) == "Half of"
    (conversation,) = {part["conversation"] for part in parts(client) if "conversation" in part}
    del stub.answers["/api/chat"]
    stub.resident.clear()
    await stub.start()
    await client.request("hotseat/ask", {"question": "And?", "conversation": conversation})
    said = [m["content"] for m in stub.chats()[-1]["messages"]]
    assert "Half of" in said


@pytest.mark.extra
async def test_a_range_outside_the_document_is_its_end(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", GO)
    answer = await client.request("hotseat/ask", params("What?", **at(go_uri, 3, 9_999)))
    (source,) = answer["sources"]
    assert source["range"]["end"]["line"] <= GO.count("\n")
    far = await client.request("hotseat/ask", params("What?", **at(go_uri, 10**9, 2 * 10**9)))
    assert far["answer"] == "An answer."
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_a_document_that_is_closed_in_mid_answer_ends_nothing(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    end = asyncio.Event()
    stub.answers["/api/chat"] = begins("It adds.", then=end)
    client.open(go_uri, "go", GO)
    id_ = client.begin("hotseat/ask", params("What?", **at(go_uri, 2, 4)))
    await until_streamed(client, "It adds.")
    client.notify("textDocument/didClose", {"textDocument": {"uri": go_uri}})
    end.set()
    answer = (await client.answer(id_))["result"]
    assert answer["answer"] == "It adds."
    assert [source["uri"] for source in answer["sources"]] == [go_uri]
    assert "Traceback" not in client.log
