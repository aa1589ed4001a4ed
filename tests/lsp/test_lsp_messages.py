"""The JSON that a server sends has the shape that `hotseat.lsp.ext` defines."""

from __future__ import annotations

from typing import Any

from hotseat.lsp import ext, methods
from support.lsp_client import LspClient, position
from support.lsp_start import Start
from support.messages import assert_shape
from support.stub_engine import Reply, Seen, StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\treturn a + b\n}\n"


async def answer_in_parts(_seen: Seen, reply: Reply) -> None:
    await reply.begin_stream()
    for piece in ("```go\n", "return b + a\n```"):
        await reply.chunk({"message": {"content": piece}})
    await reply.chunk({"message": {"content": ""}, "done": True})
    await reply.end_stream()


def check_notifications(client: LspClient) -> list[str]:
    """Check each of the server's own notifications, and return the methods that were seen."""
    methods = []
    for method, params in client.notifications:
        if method == "hotseat/status":
            assert_shape(params, ext.Status)
        elif method == "$/progress" and params["token"] == "t":
            assert_shape(params["value"], ext.Part)
        methods.append(method)
    return methods


async def test_the_status(client: LspClient, go_uri: str) -> None:
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    before = await client.request("hotseat/status")
    assert before["lastCompletion"] is None
    assert await client.complete(go_uri, 0, 12) == ["1"]
    after = await client.request("hotseat/status")
    assert after["lastCompletion"]["outcome"] == "shown"
    for status in (before, after):
        assert_shape(status, ext.Status)
    assert "hotseat/status" in check_notifications(client)


async def test_the_status_before_initialized(start: Start) -> None:
    client = await start()
    await client.request("initialize", {"processId": None, "capabilities": {}})
    assert_shape(await client.request("hotseat/status"), ext.StartingStatus)


async def test_an_answer_an_edit_and_their_parts(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.templates = dict.fromkeys(stub.models, "{{ .Messages }}")
    stub.answers["/api/chat"] = answer_in_parts
    client.open(go_uri, "go", GO)
    place: dict[str, Any] = {
        "textDocument": {"uri": go_uri},
        "range": {"start": position(3, 0), "end": position(4, 0)},
        "partialResultToken": "t",
    }
    answer = await client.request("hotseat/ask", {"question": "Why?", **place})
    assert_shape(answer, ext.AskResult)
    assert answer["contributions"]
    assert answer["sources"]
    edit = await client.request("hotseat/edit", {"instruction": "Swap", **place})
    assert_shape(edit, ext.EditResult)
    assert "$/progress" in check_notifications(client)


async def test_the_results_of_commands(client: LspClient) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    for arguments in (["go"], ["cobol"], []):
        params = {"command": "hotseat.pin", "arguments": arguments}
        assert_shape(await client.request("workspace/executeCommand", params), ext.CommandResult)


async def test_a_request_without_parameters_is_answered(client: LspClient) -> None:
    client.send({"jsonrpc": "2.0", "id": 77, "method": "hotseat/status"})
    assert_shape((await client.answer(77))["result"], ext.Status)


async def test_the_argument_of_a_code_action(start: Start, go_uri: str) -> None:
    client = await start()
    await client.initialize(options={"codeActions": True})
    client.open(go_uri, "go", GO)
    params = {
        "textDocument": {"uri": go_uri},
        "range": {"start": position(3, 0), "end": position(4, 0)},
        "context": {"diagnostics": []},
    }
    actions = await client.request("textDocument/codeAction", params)
    offered = {action["command"]["command"] for action in actions}
    assert offered == {command.name for command in methods.CLIENT_COMMANDS}
    for action in actions:
        (argument,) = action["command"]["arguments"]
        assert_shape(argument, ext.Selection)
