"""`hotseat/edit` and the code actions: checked, tried again, refused with a reason."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from support.lsp_client import LspClient, position
from support.lsp_start import Start
from support.stub_engine import Reply, Seen, StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\treturn a + b\n}\n"
GOOD = "```go\nreturn b + a\n```"
BROKEN = "```go\nreturn a + (\n```"


@pytest.fixture(autouse=True)
def chat_models(stub: StubEngine) -> None:
    stub.templates = dict.fromkeys(stub.models, "{{ .Messages }}")


def says(stub: StubEngine, *answers: str) -> None:
    """One answer after the other, the last one from then on."""
    left = list(answers)

    async def answer(_seen: Seen, reply: Reply) -> None:
        text = left.pop(0) if len(left) > 1 else left[0]
        await reply.begin_stream()
        await reply.chunk({"message": {"content": text}})
        await reply.chunk({"message": {"content": ""}, "done": True})
        await reply.end_stream()

    stub.answers["/api/chat"] = answer


def params(uri: str, first: int = 3, last: int = 4, **more: Any) -> dict[str, Any]:
    return {
        "instruction": "Swap them",
        "textDocument": {"uri": uri},
        "range": {"start": position(first, 0), "end": position(last, 0)},
        "partialResultToken": "t",
        **more,
    }


def parts(client: LspClient) -> list[dict[str, Any]]:
    return [p["value"] for method, p in client.notifications if method == "$/progress"]


def models(stub: StubEngine) -> list[str]:
    return [body["model"] for body in stub.chats()]


async def failure(client: LspClient, asked: dict[str, Any]) -> str:
    answer = await client.answer(client.begin("hotseat/edit", asked))
    assert answer["error"]["code"] == -32803
    assert "Traceback" not in client.log
    message: str = answer["error"]["message"]
    return message


async def test_the_expert_rewrites_the_lines_as_they_stand(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    says(stub, f"Sure:\n{GOOD}\nThat is all.")
    client.open(go_uri, "go", GO)
    result = await client.request("hotseat/edit", params(go_uri))
    here = {"start": position(3, 0), "end": position(3, 13)}
    change = {"range": here, "newText": "\treturn b + a"}
    assert result == {"edit": {"changes": {go_uri: [change]}}, "expert": "go"}
    assert "".join(part.get("text", "") for part in parts(client)).startswith("Sure:\n```go")
    (asked,) = stub.chats()
    assert "```go\n\treturn a + b\n```\n\nSwap them" in asked["messages"][-1]["content"]


@pytest.mark.extra
async def test_a_client_that_takes_versions_gets_one(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    client = await start()
    takes = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
    await client.initialize(workspace=workspace, capabilities=takes)
    says(stub, GOOD)
    client.open(go_uri, "go", GO.replace("\n", "\r\n"))
    result = await client.request("hotseat/edit", params(go_uri, 2, 5))
    (change,) = result["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": go_uri, "version": 1}
    assert change["edits"][0]["range"] == {"start": position(2, 0), "end": position(4, 1)}


@pytest.mark.extra
async def test_what_does_not_parse_is_told_and_tried_again(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    says(stub, BROKEN, GOOD)
    client.open(go_uri, "go", GO)
    result = await client.request("hotseat/edit", params(go_uri))
    assert result["expert"] == "go"
    assert models(stub) == ["go:1b", "go:1b"]
    told = stub.chats()[1]["messages"]
    assert told[-2] == {"role": "assistant", "content": BROKEN}
    assert "does not parse at line" in told[-1]["content"]
    assert [part["expert"] for part in parts(client) if "expert" in part] == ["go", "go"]


@pytest.mark.extra
async def test_then_the_generalist_and_then_nobody(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", GO)
    says(stub, BROKEN, BROKEN, GOOD)
    assert (await client.request("hotseat/edit", params(go_uri)))["expert"] == "generalist"
    assert models(stub) == ["go:1b", "go:1b", "general:1b"]
    says(stub, BROKEN, "```go\n\treturn a + b\n```", "")
    reason = await failure(client, params(go_uri))
    assert reason == (
        "No edit was made, because the new code has a syntax error, then the model left the lines "
        "as they are, then the model wrote nothing. Change the wording, or select other lines"
    )


async def test_text_instead_of_code_is_given_up_early(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    sentence = "The error that you are referring to is the one that the caller of this gets. "

    async def text(seen: Seen, reply: Reply) -> None:
        await reply.begin_stream()
        for n in range(400):
            if seen.hung_up.is_set():
                return
            await reply.chunk({"message": {"content": f"{n}. {sentence}"}})
            await asyncio.sleep(0.01)

    stub.answers["/api/chat"] = text
    client.open(go_uri, "go", GO)
    reason = await failure(client, params(go_uri))
    assert reason == (
        "No edit was made, because the model wrote text instead of code. Change the wording, or "
        "select other lines"
    )
    assert models(stub) == ["go:1b", "general:1b"]  # the same model is not asked twice
    streamed = "".join(part.get("text", "") for part in parts(client))
    assert len(streamed) < 2000


async def test_a_file_that_changed_meanwhile_gets_no_edit(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    says(stub, GOOD)
    client.open(go_uri, "go", GO)
    with stub.gate("/api/chat") as gate:
        id_ = client.begin("hotseat/edit", params(go_uri))
        await stub.request("/api/chat")
        client.change(go_uri, ((0, 0), (0, 0), "// x\n"))
        await client.request("hotseat/status")
        gate.set()
        answer = await client.answer(id_)
    assert "changed meanwhile" in answer["error"]["message"]


async def test_stopping_an_edit_closes_the_wire(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", GO)
    with stub.gate("/api/chat"):
        id_ = client.begin("hotseat/edit", params(go_uri))
        seen = await stub.request("/api/chat")
        client.notify("$/cancelRequest", {"id": id_})
        assert (await client.answer(id_))["error"]["code"] == -32800
        await asyncio.wait_for(seen.hung_up.wait(), 5)


async def test_what_cannot_be_edited_is_refused_in_a_sentence(
    client: LspClient, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    client.open(go_uri, "go", f'package main\n\nvar token = "{token}"\n')
    assert "looks like a secret" in await failure(client, params(go_uri, 2, 3))
    assert "Nothing is selected" in await failure(client, params(go_uri, 1, 2))
    assert "Nothing is selected" in await failure(client, {"instruction": "x"})
    assert "no instruction" in await failure(client, params(go_uri, instruction=" "))
    env = (workspace / ".env").as_uri()
    client.open(env, "plaintext", "A=1\n")
    assert "may hold secrets" in await failure(client, params(env, 0, 1))
    assert stub.chats() == []


async def actions(client: LspClient, uri: str, last: int = 4, **context: Any) -> list[Any]:
    range_ = {"start": position(3, 0), "end": position(last, 0)}
    context = {"diagnostics": [], **context}
    asked = {"textDocument": {"uri": uri}, "range": range_, "context": context}
    found: list[Any] = await client.request("textDocument/codeAction", asked)
    return found


@pytest.mark.extra
async def test_code_actions_are_for_clients_that_carry_them_out(
    start: Start, workspace: Path, go_uri: str
) -> None:
    client = await start()
    await client.initialize(workspace=workspace, options={"codeActions": True})
    client.open(go_uri, "go", GO)
    found = await actions(client, go_uri)
    assert [a["title"] for a in found] == [
        "Hotseat: edit…",
        "Hotseat: explain",
        "Hotseat: document",
    ]
    (place,) = found[0]["command"]["arguments"]
    assert place["textDocument"] == {"uri": go_uri}
    assert place["range"]["end"] == position(4, 0)
    assert await actions(client, go_uri, last=3) == []  # nothing selected
    rewriting = await actions(client, go_uri, only=["refactor"])
    assert [a["command"]["command"] for a in rewriting] == ["hotseat.edit", "hotseat.document"]
    assert await actions(client, go_uri, only=["refactor.extract"]) == []
    plain = await start()
    await plain.initialize(workspace=workspace)
    plain.open(go_uri, "go", GO)
    assert await actions(plain, go_uri) == []
