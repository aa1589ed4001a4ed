"""Exactly one answer for every request, in every state of the conversation."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from support.lsp_client import PATIENCE_S, LspClient, position
from support.lsp_start import Start
from support.stub_engine import StubEngine

NOT_INITIALIZED, INVALID_REQUEST, METHOD_NOT_FOUND = -32002, -32600, -32601
INVALID_PARAMS, CANCELLED = -32602, -32800
DIGITS = "7" * 5000

REQUESTS = [
    "hotseat/status",
    "hotseat/events",
    "hotseat/ask",
    "hotseat/edit",
    "textDocument/inlineCompletion",
    "textDocument/codeAction",
    "textDocument/hover",
    "workspace/executeCommand",
    "shutdown",
    "x/unknown",
    "$/unknown",
]
NOTIFICATIONS = [
    "initialized",
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didSave",
    "textDocument/didClose",
    "textDocument/didFocus",
    "textDocument/willSave",
    "hotseat/didChangeVisible",
    "hotseat/didChangeCursor",
    "hotseat/didChangeWindowFocus",
    "hotseat/didResolveSuggestion",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWorkspaceFolders",
    "notebookDocument/didOpen",
    "window/workDoneProgress/cancel",
    "$/setTrace",
    "$/cancelRequest",
    "$/progress",
]


def send(client: LspClient, id_: Any, method: str, **params: Any) -> None:
    client.send({"jsonrpc": "2.0", "id": id_, "method": method, **params})


def code_of(client: LspClient, id_: Any) -> int | None:
    """The code of the only answer to that request; None for a result."""
    (answer,) = client.answers[id_]
    return answer["error"]["code"] if "error" in answer else None


async def exit_code(client: LspClient) -> int:
    async with asyncio.timeout(PATIENCE_S):
        code = await client.process.wait()
        await client.until_ended()
    return code


def framed(*messages: dict[str, Any]) -> bytes:
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


async def test_before_initialize_every_request_is_refused(start: Start) -> None:
    client = await start()
    for method in (*REQUESTS, *NOTIFICATIONS):
        send(client, f"bare {method}", method)
        send(client, f"full {method}", method, params={"textDocument": {"uri": "file:///a.go"}})
    client.notify("textDocument/didOpen", {"textDocument": 5})
    client.notify("initialized", {})
    await client.initialize()
    assert await client.request("hotseat/status")
    refused = [id_ for id_ in client.answers if isinstance(id_, str)]
    assert len(refused) == 2 * len(REQUESTS + NOTIFICATIONS)
    assert {code_of(client, id_) for id_ in refused} == {NOT_INITIALIZED}
    send(client, "again", "initialize", params={"processId": None, "capabilities": {}})
    await client.answer("again")
    assert code_of(client, "again") == INVALID_REQUEST
    assert await client.end() == 0
    assert "Traceback" not in client.log


async def test_an_initialize_that_cannot_be_read_changes_nothing(start: Start) -> None:
    client = await start()
    send(client, "odd", "initialize", params={"processId": "x"})
    send(client, "status", "hotseat/status")
    await client.answer("status")
    assert code_of(client, "odd") == INVALID_PARAMS
    assert code_of(client, "status") == NOT_INITIALIZED
    await client.initialize()
    await client.request("hotseat/status")


async def test_after_shutdown_every_request_is_refused(client: LspClient) -> None:
    await client.request("shutdown")
    for method in (*REQUESTS, *NOTIFICATIONS, "initialize"):
        send(client, method, method)
        send(client, f"{method} 2", method, params={})
    client.notify("textDocument/didOpen", {"textDocument": {}})
    await client.answer("initialize 2")
    codes = {code_of(client, id_) for id_ in client.answers if isinstance(id_, str)}
    assert codes == {INVALID_REQUEST}
    assert len([i for i in client.answers if isinstance(i, str)]) == 2 * (
        len(REQUESTS + NOTIFICATIONS) + 1
    )
    client.notify("exit")
    assert await exit_code(client) == 0
    assert "Traceback" not in client.log


async def test_requests_for_notifications_are_refused_and_not_carried_out(
    client: LspClient, go_uri: str
) -> None:
    opened = {"uri": go_uri, "languageId": "go", "version": 1, "text": "package main"}
    for method in NOTIFICATIONS:
        send(client, method, method, params={"textDocument": opened})
    assert (await client.request("hotseat/status"))["focus"]["uri"] is None
    assert {code_of(client, method) for method in NOTIFICATIONS} == {INVALID_REQUEST}


@pytest.mark.parametrize("params", [None, [], {}, 5, "x", {"textDocument": None}])
@pytest.mark.one_in_ci
async def test_own_requests_with_odd_parameters_or_none(client: LspClient, params: Any) -> None:
    own = ["hotseat/status", "hotseat/events", "hotseat/ask", "hotseat/edit"]
    for method in own:
        send(client, f"{method} with", method, params=params)
        send(client, method, method)
    for method in own:
        await client.answer(method)
        await client.answer(f"{method} with")
    assert all(len(answers) == 1 for answers in client.answers.values())
    assert code_of(client, "hotseat/status") is None
    assert "Traceback" not in client.log


async def test_numbers_of_5000_digits_get_an_answer(client: LspClient, go_uri: str) -> None:
    client.open(go_uri, "go", "package main")
    document = f'"textDocument": {{"uri": "{go_uri}"}}'
    bodies = {
        "in a position": f'"method": "textDocument/inlineCompletion", "params": {{{document}, '
        f'"position": {{"line": {DIGITS}, "character": 0}}, "context": {{"triggerKind": 1}}}}',
        "below zero": f'"method": "textDocument/inlineCompletion", "params": {{{document}, '
        f'"position": {{"line": 0, "character": -{DIGITS}}}, "context": {{"triggerKind": 1}}}}',
        "with an exponent": '"method": "textDocument/inlineCompletion", "params": '
        f'{{{document}, "position": {{"line": 1e999, "character": NaN}}}}',
        "in a status": f'"method": "hotseat/status", "params": {DIGITS}',
        "beside the params": f'"method": "hotseat/status", "x": [{DIGITS}]',
        "in a selection": f'"method": "hotseat/edit", "params": {{{document}, "range": '
        f'{{"start": {{"line": {DIGITS}, "character": 0}}}}}}',
        "in a token": f'"method": "hotseat/ask", "params": {{"partialResultToken": {DIGITS}}}',
    }
    for id_, rest in bodies.items():
        client.send_body(f'{{"jsonrpc": "2.0", "id": "{id_}", {rest}}}'.encode())
    client.send_body(f'{{"jsonrpc": "2.0", "id": {DIGITS}, "method": "x"}}'.encode())
    for answered in (*bodies, None):
        await client.answer(answered)
    assert code_of(client, "in a position") == INVALID_PARAMS
    assert code_of(client, "below zero") == INVALID_PARAMS
    assert code_of(client, "with an exponent") == INVALID_PARAMS
    assert code_of(client, "in a status") is None
    assert code_of(client, "beside the params") is None
    assert code_of(client, None) == INVALID_REQUEST
    changed = f'"contentChanges": [{{"text": "x"}}], "version": {DIGITS}'
    client.send_body(
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {%s}}' % changed.encode()
    )
    client.send_raw(b"Content-Length: " + DIGITS.encode() + b"\r\n\r\n")
    assert await client.request("hotseat/status")
    assert all(len(answers) == 1 for answers in client.answers.values())
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_odd_ids(client: LspClient) -> None:
    fine: list[Any] = [0, -1, 2**40, "", "é\udc00", "1", " ", "x" * 10_000]
    for id_ in fine:
        send(client, id_, "hotseat/status")
    for id_ in fine:
        await client.answer(id_)
        assert code_of(client, id_) is None
    for body in (b"1.5", b"true", b"[1]", b"{}", b"1e999", b"NaN", b"null"):
        client.send_body(b'{"jsonrpc": "2.0", "id": %s, "method": "hotseat/status"}' % body)
    await client.until(lambda: len(client.answers.get(None, [])) == 6)
    codes = {answer["error"]["code"] for answer in client.answers[None]}
    assert (codes, code_of(client, 1.5)) == ({INVALID_REQUEST}, INVALID_REQUEST)


async def test_an_id_that_is_in_use_and_answers_that_were_never_asked_for(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    asked = {
        "textDocument": {"uri": go_uri},
        "position": position(0, 12),
        "context": {"triggerKind": 1},
    }
    with stub.gate("/api/generate") as gate:
        send(client, "one", "textDocument/inlineCompletion", params=asked)
        await stub.until(lambda: len(stub.prompts()) == 1)
        send(client, "one", "hotseat/status")
        assert (await client.answer("one"))["error"]["code"] == INVALID_REQUEST
        client.send({"jsonrpc": "2.0", "id": "one", "result": {"items": "forged"}})
        client.send({"jsonrpc": "2.0", "id": "one", "error": {"code": 1, "message": "forged"}})
        assert await client.request("hotseat/status")
        gate.set()
        await client.until(lambda: len(client.answers["one"]) == 2)
    assert len(client.answers["one"][1]["result"]["items"]) == 1
    send(client, "one", "hotseat/status")
    await client.until(lambda: len(client.answers["one"]) == 3)
    assert "result" in client.answers["one"][2]


async def test_initialize_and_shutdown_cannot_be_cancelled(start: Start) -> None:
    client = await start()
    initialize = {
        "id": 1,
        "method": "initialize",
        "params": {"capabilities": {}, "processId": None},
    }
    client.send_raw(framed(initialize, {"method": "$/cancelRequest", "params": {"id": 1}}))
    assert "result" in await client.answer(1)
    client.notify("initialized", {})
    await client.until_status(lambda s: s["engine"]["up"])
    client.send_raw(
        framed({"id": 2, "method": "shutdown"}, {"method": "$/cancelRequest", "params": {"id": 2}})
    )
    assert "result" in await client.answer(2)
    client.notify("exit")
    assert await exit_code(client) == 0


@pytest.mark.extra
async def test_cancelled_with_odd_ids_and_twice(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    with stub.gate("/api/generate"):
        id_ = client.begin_complete(go_uri, 0, 12)
        await stub.until(lambda: len(stub.prompts()) == 1)
        for other in ("nobody", -7, None, {"a": 1}, [1], True, 1.5, str(id_)):
            client.notify("$/cancelRequest", {"id": other})
        client.notify("$/cancelRequest", {"id": id_})
        client.notify("$/cancelRequest", {"id": id_})
        await client.answer(id_)
        client.notify("$/cancelRequest", {"id": id_})
        assert await client.request("hotseat/status")
    assert code_of(client, id_) == CANCELLED
    assert "Traceback" not in client.log


@pytest.mark.parametrize("n_requests", [0, 1, 8, 40])
@pytest.mark.one_in_ci
async def test_shutdown_with_requests_around_it_in_one_write(
    client: LspClient, stub: StubEngine, go_uri: str, n_requests: int
) -> None:
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    asked = {
        "textDocument": {"uri": go_uri},
        "position": position(0, 12),
        "context": {"triggerKind": 1},
    }
    methods = [
        ("textDocument/inlineCompletion", asked),
        ("hotseat/ask", {"question": "?"}),
        ("workspace/executeCommand", {"command": "hotseat.pull", "arguments": ["go"]}),
        ("hotseat/status", {}),
    ]
    around = [methods[i % 4] for i in range(n_requests)]
    with stub.gate("/api/generate"), stub.gate("/api/chat"), stub.gate("/api/pull"):
        before = [{"id": f"b{i}", "method": m, "params": p} for i, (m, p) in enumerate(around)]
        after = [{"id": f"a{i}", "method": m, "params": p} for i, (m, p) in enumerate(around)]
        client.send_raw(
            framed(*before, {"id": "end", "method": "shutdown"}, *after, {"method": "exit"})
        )
        assert await exit_code(client) == 0
    expected = {message["id"] for message in before + after} | {"end"}
    assert {id_: len(client.answers.get(id_, [])) for id_ in expected} == dict.fromkeys(expected, 1)
    assert {code_of(client, f"a{i}") for i in range(n_requests)} <= {INVALID_REQUEST}
    assert code_of(client, "end") is None
    assert "Traceback" not in client.log
    assert "never" not in client.log


async def test_an_exit_with_an_id_is_answered_and_ends_the_server(client: LspClient) -> None:
    await client.request("shutdown")
    send(client, "exit", "exit")
    assert await exit_code(client) == 0
    assert code_of(client, "exit") == INVALID_REQUEST


async def test_exit_before_initialize_is_a_failure(start: Start) -> None:
    client = await start()
    client.notify("exit")
    assert await exit_code(client) == 1
    assert "Traceback" not in client.log


async def test_a_client_that_no_longer_reads_leaves_no_traceback(
    client: LspClient, stub: StubEngine, go_uri: str, tmp_path: Path
) -> None:
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    client.process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
    client.send_raw(framed(*({"id": i, "method": "hotseat/status"} for i in range(50))))
    client.notify("exit")
    async with asyncio.timeout(PATIENCE_S):
        assert await client.process.wait() == 1
    assert "Traceback" not in client.log


async def test_requests_that_are_under_way_when_the_engine_is_changed_are_answered_once(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.templates = dict.fromkeys(stub.models, "{{ range .Messages }}{{ .Content }}{{ end }}")
    client.open(go_uri, "go", "package main\n\nvar x = 1\n")
    await client.until_warm("go")
    selection = {"start": position(2, 0), "end": position(3, 0)}
    asked = {"question": "?", "textDocument": {"uri": go_uri}, "range": selection}
    async with StubEngine() as other:
        other.models = dict(stub.models)
        with stub.gate("/api/chat") as gate:
            pending = [
                client.begin("hotseat/ask", asked),
                client.begin("hotseat/edit", {**asked, "instruction": "Rename it"}),
                client.begin("hotseat/events"),
            ]
            await stub.request("/api/chat")
            command = {"command": "hotseat.useEngine", "arguments": [other.url]}
            for _ in range(2):
                pending.append(client.begin("workspace/executeCommand", command))
            pending.append(client.begin("hotseat/status"))
            await client.answer(pending[-2])
            gate.set()
            for id_ in pending:
                await client.answer(id_)
        await client.until_status(lambda s: s["engine"]["url"] == other.url)
        assert await client.end() == 0
    assert [len(client.answers[id_]) for id_ in pending] == [1] * len(pending)
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_where_a_thread_reads_stdin_all_is_the_same(workspace: Path, roster: Path) -> None:
    """As on Windows."""
    threads = (
        "import sys, hotseat.lsp.stdio as stdio\n"
        "stdio._EVENT_LOOP_READS_STDIN = False\n"
        "sys.argv = ['hotseat', 'lsp', '--engine-url', 'http://127.0.0.1:9']\n"
        "from hotseat.cli.main import main; sys.exit(main())\n"
    )
    command = [sys.executable, "-c", threads]
    async with LspClient([], cwd=workspace, command=command) as client:
        await client.initialize(workspace=workspace)
        assert await client.request("hotseat/status")
        client.send_raw(framed({"id": "end", "method": "shutdown"}, {"method": "exit"}))
        assert await exit_code(client) == 0
        assert code_of(client, "end") is None
        assert "Traceback" not in client.log
    async with LspClient([], cwd=workspace, command=command) as client:
        await client.initialize(workspace=workspace)
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert await exit_code(client) == 0
