"""The language server with an engine that is absent, slow, dying, lying or right."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from support.lsp_client import LspClient, expert_in, state_of, texts
from support.lsp_start import Start
from support.stub_engine import MIB, Answer, Reply, Seen, StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\t\n}\n"


async def open_go(client: LspClient, uri: str) -> None:
    client.open(uri, "go", GO)
    await client.until_warm("go")


async def test_a_suggestion_from_the_expert_of_the_language(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["return a", " + b\n}\n\nfunc"]
    await open_go(client, go_uri)
    answer = await client.answer(client.begin_complete(go_uri, 3, 1))
    (item,) = answer["result"]["items"]
    assert item["insertText"] == "return a + b"
    here = {"line": 3, "character": 1}
    assert item["range"] == {"start": here, "end": here}
    (prompt,) = stub.prompts()
    assert prompt["model"] == "go:1b"
    assert prompt["prompt"] == GO[: GO.index("\t\n") + 1]
    status = await client.until_status(lambda s: outcome(s) == "shown")
    last = status["lastCompletion"]
    assert (last["servedBy"], last["text"]) == ("go", "return a + b")
    assert status["focus"]["expert"] == "go"
    assert "prefix only" in expert_in(status, "go")["fim"]


async def test_no_text_is_lost_over_many_edits(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    text = "package main // 😀é\r\n\r\nvar x = \u2028 1\r\n"
    client.open(go_uri, "go", text)
    await client.until_warm("go")
    # Behind the emoji, in utf-16 units; a line in two pieces; a deletion across lines.
    client.change(go_uri, ((0, 18), (0, 18), "ß"), ((3, 0), (3, 0), "var y = 2\nvar z"))
    client.change(go_uri, ((0, 12), (2, 0), "\n"), ((2, 0), (2, 0), "// new\n"))
    for i, char in enumerate(" = 3"):
        client.change(go_uri, ((4, 5 + i), (4, 5 + i), char))
    await client.complete(go_uri, 4, 9)
    expected = "package main\nvar x = \u2028 1\n// new\nvar y = 2\nvar z = 3"
    assert stub.prompts()[-1]["prompt"] == expected


@pytest.mark.extra
async def test_a_model_that_a_suggestion_brought_back_gives_up_its_seat(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    """Its runner was killed right after its load; the request that follows loads it again."""
    del stub.models["general:1b"]
    client = await start("--budget-mb", "190")
    await client.initialize(workspace=workspace)
    await open_go(client, go_uri)
    assert await client.complete(go_uri, 3, 1) == ["1"]
    with stub.gate("/api/generate") as loading:
        client.change(go_uri, ((3, 1), (3, 1), "x"))
        request = client.begin_complete(go_uri, 3, 2)
        await stub.until(lambda: len(stub.completions()) == 2)
        del stub.resident["go:1b"]
        await client.until_status(lambda s: state_of(s, "go") == "failed")
        loading.set()
        await client.answer(request)
    assert "go:1b" in stub.resident
    await client.until_status(lambda s: state_of(s, "go") == "warm")
    client.open((workspace / "a.html").as_uri(), "html", "<p>\n")
    await stub.until(lambda: set(stub.resident) == {"web:1b"})
    await client.until_status(lambda s: s["memory"]["foreignBytes"] == 0)


async def test_completions_never_cause_a_load(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    with stub.gate("load"):
        client.open(go_uri, "go", GO)
        await stub.request("load")
        assert await client.complete(go_uri, 3, 1) == []
        await client.until_status(lambda s: "go is not in memory yet" in note(s))
        await client.until_status(lambda s: state_of(s, "go") == "loading")
        assert stub.prompts() == []
    await client.until_warm("go")
    assert await client.complete(go_uri, 3, 1) == ["1"]


async def test_a_warm_model_stands_in_and_says_so(
    client: LspClient, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    stub.models["web:1b"] = 5000 * MIB  # does not fit into the budget
    await open_go(client, go_uri)
    html = (workspace / "a.html").as_uri()
    client.open(html, "html", "<p>")
    await client.until_status(lambda s: s["focus"]["expert"] == "markup")
    assert await client.complete(html, 0, 3) == ["1"]
    status = await client.until_status(lambda s: "stands in" in note(s))
    assert "for markup, which is not in memory yet" in note(status)
    assert status["lastCompletion"]["servedBy"] in ("go", "generalist")
    assert stub.prompts()[-1]["model"] in ("go:1b", "general:1b")


@pytest.mark.extra
async def test_an_unknown_model_says_how_to_get_it(client: LspClient, workspace: Path) -> None:
    uri = (workspace / "a.sql").as_uri()
    client.open(uri, "sql", "select ")
    status = await client.until_status(lambda s: state_of(s, "sql") == "failed")
    assert "hotseat pull missing:7b" in expert_in(status, "sql")["error"]
    assert isinstance(await client.complete(uri, 0, 7), list)


async def test_no_engine_and_then_one(client: LspClient, stub: StubEngine, go_uri: str) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    await stub.die()
    status = await client.until_status(lambda s: not s["engine"]["up"])
    assert "No engine answers at" in status["engine"]["message"]
    client.open(go_uri, "go", GO)
    assert await client.complete(go_uri, 3, 1) == []
    stub.resident.clear()
    await stub.start()
    await client.until_status(lambda s: state_of(s, "go") == "warm", timeout_s=2)
    assert await client.complete(go_uri, 3, 1) == ["1"]


async def test_the_engine_killed_mid_stream(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    await open_go(client, go_uri)

    async def first_token(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.chunk({"response": "ret"})
        await seen.hung_up.wait()

    stub.answers["/api/generate"] = first_token
    id_ = client.begin_complete(go_uri, 3, 1)
    await stub.until(lambda: bool(stub.prompts()))
    client.change(go_uri, ((0, 0), (0, 0), "// typed on\n"))
    await stub.die()
    assert texts(await client.answer(id_)) == []
    status = await client.until_status(lambda s: outcome(s) == "failed")
    assert note(status)
    del stub.answers["/api/generate"]
    stub.resident.clear()
    await client.until_status(lambda s: not s["engine"]["up"])
    await stub.start()
    await client.until_warm("go")
    assert await client.complete(go_uri, 4, 1) == ["1"]
    assert stub.prompts()[-1]["prompt"].startswith("// typed on\npackage")


async def test_an_engine_that_hangs(client: LspClient, stub: StubEngine, go_uri: str) -> None:
    """It accepts and says nothing: the keeper sees it, and whoever waits is let go."""
    await open_go(client, go_uri)
    with stub.gate("/api/generate"), stub.gate("/api/ps"):
        id_ = client.begin_complete(go_uri, 3, 1)
        await stub.until(lambda: bool(stub.prompts()))
        assert texts(await client.answer(id_)) == []
        status = await client.until_status(lambda s: outcome(s) == "failed")
        assert "stopped answering" in note(status)
        assert await client.complete(go_uri, 3, 1) == []
    await client.until_warm("go")
    assert await client.complete(go_uri, 3, 1) == ["1"]


def _says(value: Any, status: int = 200) -> Answer:
    async def answer(_seen: Seen, reply: Reply) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        await reply.body(data, status)

    return answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_says(b"<html>I am a router</html>"), "not JSON"),
        (_says({"error": "llama runner process has terminated"}, 500), "terminated"),
        (_says({"response": 5}), "does not answer as Ollama does"),
        (_says({"response": "half"}), "broke off"),
    ],
    ids=["html", "error", "shape", "cut"],
)
@pytest.mark.one_in_ci
async def test_an_engine_that_answers_rubbish(
    client: LspClient, stub: StubEngine, go_uri: str, answer: Answer, reason: str
) -> None:
    await open_go(client, go_uri)
    stub.answers["/api/generate"] = answer
    assert await client.complete(go_uri, 3, 1) == []
    status = await client.until_status(lambda s: reason in note(s))
    assert status["lastCompletion"]["outcome"] == "failed"
    del stub.answers["/api/generate"]
    assert await client.complete(go_uri, 3, 1) == ["1"]


@pytest.mark.extra
async def test_a_newer_request_ends_the_older_one(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    await open_go(client, go_uri)
    with stub.gate("/api/generate") as gate:
        older = client.begin_complete(go_uri, 3, 1)
        await stub.until(lambda: len(stub.prompts()) == 1)
        newer = client.begin_complete(go_uri, 3, 0)
        assert texts(await client.answer(older)) == []
        hung_up = stub.completions()[0].hung_up
        await asyncio.wait_for(hung_up.wait(), 5)
        gate.set()
        assert texts(await client.answer(newer)) == ["1"]


async def test_typing_what_was_suggested_asks_the_engine_nothing(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["return", " total"]
    await open_go(client, go_uri)
    assert await client.complete(go_uri, 3, 1) == ["return total"]
    for n, key in enumerate("return tot"):
        client.change(go_uri, ((3, 1 + n), (3, 1 + n), key))
        assert await client.complete(go_uri, 3, 2 + n) == ["return total"[n + 1 :]]
        status = await client.request("hotseat/status")
        assert status["lastCompletion"]["source"] == "cache"
    asked = stub.prompts()
    assert [body["prompt"].endswith("return total") for body in asked] in ([False], [False, True])


async def test_a_key_that_the_model_is_about_to_write_follows_its_stream(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["return", " total"]
    await open_go(client, go_uri)
    with stub.gate("/api/generate") as gate:
        older = client.begin_complete(go_uri, 3, 1)
        await stub.until(lambda: bool(stub.prompts()))
        client.notify("$/cancelRequest", {"id": older})
        client.change(go_uri, ((3, 1), (3, 1), "r"))
        newer = client.begin_complete(go_uri, 3, 2)
        await client.request("hotseat/status")
        gate.set()
        assert texts(await client.answer(newer)) == ["eturn total"]
    status = await client.request("hotseat/status")
    assert status["lastCompletion"]["source"] == "stream"
    assert len(stub.prompts()) == 1


@pytest.mark.extra
async def test_a_key_that_the_model_would_not_write_asks_anew(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["return"]
    await open_go(client, go_uri)
    with stub.gate("/api/generate") as gate:
        client.begin_complete(go_uri, 3, 1)
        await stub.until(lambda: bool(stub.prompts()))
        client.change(go_uri, ((3, 1), (3, 1), "x"))
        newer = client.begin_complete(go_uri, 3, 2)
        await client.request("hotseat/status")
        gate.set()
        assert texts(await client.answer(newer)) == ["return"]
    prompts = [body["prompt"] for body in stub.prompts()]
    assert [prompt.endswith("x") for prompt in prompts] == [False, True]


async def test_what_comes_behind_a_suggestion_is_computed_ahead(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["return total"]
    await open_go(client, go_uri)
    assert await client.complete(go_uri, 3, 1) == ["return total"]
    stub.completion = ["\n}"]
    await stub.until(lambda: len(stub.prompts()) == 2)
    await client.request("hotseat/status")
    client.change(go_uri, ((3, 1), (3, 1), "return total"))
    await client.complete(go_uri, 3, 13)
    status = await client.request("hotseat/status")
    assert status["lastCompletion"]["source"] in ("cache", "stream")
    assert len(stub.prompts()) == 2


@pytest.mark.extra
async def test_a_warm_model_reads_what_the_person_turns_to(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    await open_go(client, go_uri)
    client.notify(
        "hotseat/didChangeCursor",
        {"textDocument": {"uri": go_uri}, "position": {"line": 3, "character": 1}},
    )
    await stub.until(lambda: any(seen.body.get("prompt") for seen in stub.requests))
    (reading,) = [seen.body for seen in stub.requests if seen.body.get("prompt")]
    assert reading["options"]["num_predict"] == 1
    assert "package" in reading["prompt"]


async def test_a_suggestion_for_a_text_that_moved_on_is_dropped(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    await open_go(client, go_uri)
    with stub.gate("/api/generate"):
        id_ = client.begin_complete(go_uri, 3, 1)
        await stub.until(lambda: bool(stub.prompts()))
        client.change(go_uri, ((3, 1), (3, 1), "x"))
        await client.request("hotseat/status")  # the change is in
    assert texts(await client.answer(id_)) == []


@pytest.mark.extra
async def test_a_cancelled_request_gets_one_answer(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    await open_go(client, go_uri)
    with stub.gate("/api/generate"):
        id_ = client.begin_complete(go_uri, 3, 1)
        await stub.until(lambda: bool(stub.prompts()))
        client.notify("$/cancelRequest", {"id": id_})
        answer = await client.answer(id_)
        hung_up = stub.completions()[0].hung_up
        await asyncio.wait_for(hung_up.wait(), 5)
    client.notify("$/cancelRequest", {"id": id_})
    client.notify("$/cancelRequest", {"id": 12345})
    at_once = client.begin_complete(go_uri, 3, 1)
    client.notify("$/cancelRequest", {"id": at_once})
    await client.answer(at_once)
    assert await client.complete(go_uri, 3, 1) == ["1"]
    for answered in (client.answers[id_], client.answers[at_once]):
        assert len(answered) == 1
    cancelled = -32800  # RequestCancelled of LSP
    assert answer.get("error", {}).get("code") == cancelled or texts(answer) == []


@pytest.mark.extra
async def test_progress_while_a_model_loads(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    client = await start()
    await client.initialize(
        workspace=workspace, capabilities={"window": {"workDoneProgress": True}}
    )
    with stub.gate("load"):
        client.open(go_uri, "go", GO)
        await client.until(lambda: progress(client, "begin") != [])
        assert progress(client, "begin")[0]["title"] == "Hotseat: loading go"
        assert progress(client, "end") == []
    await client.until(lambda: len(progress(client, "end")) >= 1)
    tokens = [r["params"]["token"] for r in client.server_requests]
    told = [p["token"] for method, p in client.notifications if method == "$/progress"]
    assert set(told) <= set(tokens)


@pytest.mark.extra
async def test_progress_of_a_load_that_fails_does_not_say_that_it_is_warm(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    client = await start()
    await client.initialize(
        workspace=workspace, capabilities={"window": {"workDoneProgress": True}}
    )
    stub.answers["/api/generate"] = _says({"error": "out of memory"}, 500)
    with stub.gate("load"):
        client.open(go_uri, "go", GO)
        await client.until(lambda: progress(client, "begin") != [])
    await client.until(lambda: progress(client, "end") != [])
    assert all("warm" not in (p.get("message") or "") for p in progress(client, "end"))


@pytest.mark.extra
async def test_no_progress_for_a_client_that_shows_none(client: LspClient, go_uri: str) -> None:
    await open_go(client, go_uri)
    assert client.server_requests == []
    assert progress(client, "begin") == []


def progress(client: LspClient, kind: str) -> list[dict[str, Any]]:
    values = [p["value"] for method, p in client.notifications if method == "$/progress"]
    return [value for value in values if value["kind"] == kind]


def note(status: dict[str, Any]) -> str:
    return (status.get("lastCompletion") or {}).get("note", "")


def outcome(status: dict[str, Any]) -> str:
    return (status.get("lastCompletion") or {}).get("outcome", "")
