"""What a client may send that it should not, and how the server ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from hotseat.keeper.read_state import keeper_states
from support.lsp_client import PATIENCE_S, LspClient, expert_in, position, texts
from support.lsp_start import Start
from support.stub_engine import StubEngine

INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, PARSE_ERROR = -32600, -32601, -32602, -32700


async def alive(client: LspClient) -> bool:
    status = await client.request("hotseat/status")
    return "engine" in status


# --- initialize ---


async def test_what_the_server_can_do(start: Start) -> None:
    client = await start()
    answer = await client.initialize(
        capabilities={"general": {"positionEncodings": ["utf-8", "utf-16"]}}
    )
    can = answer["capabilities"]
    assert can["inlineCompletionProvider"] is not None
    assert can["positionEncoding"] == "utf-8"
    assert "hotseat.pin" in can["executeCommandProvider"]["commands"]
    assert answer["serverInfo"]["name"] == "hotseat"


async def test_a_client_that_says_nothing_gets_utf_16(start: Start) -> None:
    answer = await (await start()).initialize()
    assert answer["capabilities"]["positionEncoding"] == "utf-16"


@pytest.mark.parametrize(
    "options", [[5], {"budgetBytes": "much", "roster": 7, "x": {"jsonrpc": "1.0"}}]
)
@pytest.mark.one_in_ci
async def test_odd_initialization_options_are_survived(start: Start, options: Any) -> None:
    client = await start()
    await client.initialize(options=options)
    await client.until_status(lambda s: s["engine"]["up"])


async def test_initialization_options_count(start: Start, stub: StubEngine) -> None:
    client = await start("--engine-url", "http://127.0.0.1:9")
    await client.initialize(options={"engineUrl": stub.url, "budgetBytes": 123_000_000})
    status = await client.until_status(lambda s: s["engine"]["up"])
    assert status["engine"]["url"] == stub.url
    assert status["memory"]["budgetBytes"] == 123_000_000


async def test_requests_before_initialized_get_an_answer(start: Start, go_uri: str) -> None:
    client = await start()
    before = client.begin_complete(go_uri, 0, 0)
    await client.answer(before)
    await client.request("initialize", {"processId": None, "capabilities": {}})
    assert await client.complete(go_uri, 0, 0) == []
    assert "message" in (await client.request("hotseat/status"))["engine"]
    client.notify("initialized", {})
    await client.until_status(lambda s: s["engine"]["up"])


# --- documents ---


async def test_a_document_that_is_not_utf_8(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    """Halves of surrogate pairs, as editors send bytes that they could not decode."""
    client.open(go_uri, "go", "// \udce9\ud83d\nvar x\udc00 = ")
    await client.until_warm("go")
    client.change(go_uri, ((1, 9), (1, 9), "\ud83d"), ((1, 10), (1, 10), "\ude00 "))
    assert await client.complete(go_uri, 1, 12) == ["1"]
    assert stub.prompts()[-1]["prompt"] == "// \ufffd\ufffd\nvar x\ufffd = 😀"
    assert await alive(client)


async def test_a_5_mb_line(client: LspClient, stub: StubEngine, go_uri: str) -> None:
    line = 'x := "' + "é" * 5_000_000
    client.open(go_uri, "go", line + "\nvar y")
    await client.until_warm("go")
    client.change(go_uri, ((0, 2_000_000), (0, 2_000_001), "here."))
    assert await client.complete(go_uri, 0, 2_000_005) == ["1"]
    prompt = stub.prompts()[-1]["prompt"]
    assert prompt.endswith("ééhere.")
    assert len(prompt) < 100_000
    assert await client.complete(go_uri, 1, 5) == ["1"]
    assert stub.prompts()[-1]["prompt"].endswith("var y")


async def test_positions_outside_the_document(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", "package main\n")
    await client.until_warm("go")
    assert await client.complete(go_uri, 0, 5000) == ["1"]
    assert stub.prompts()[-1]["prompt"] == "package main"
    assert await client.complete(go_uri, 5000, 5000) == ["1"]
    assert stub.prompts()[-1]["prompt"] == "package main\n"
    client.change(go_uri, ((99, 99), (100, 0), "var"))
    await client.complete(go_uri, 1, 3)
    assert stub.prompts()[-1]["prompt"] == "package main\nvar"


@pytest.mark.extra
async def test_positions_that_are_none_get_an_error(client: LspClient, go_uri: str) -> None:
    client.open(go_uri, "go", "package main\n")
    odd: list[Any] = [position(-1, 0), position(0, -1), position(2**31, 0), {}, None, 7]
    for at in odd:
        params = {"textDocument": {"uri": go_uri}, "position": at, "context": {"triggerKind": 1}}
        id_ = client.begin("textDocument/inlineCompletion", params)
        answer = await client.answer(id_)
        assert answer["error"]["code"] == INVALID_PARAMS
        assert "textDocument/inlineCompletion" in answer["error"]["message"]
        assert texts(await client.answer(client.begin_complete(go_uri, 0, 0))) in ([], ["1"])
        assert len(client.answers[id_]) == 1


@pytest.mark.extra
async def test_documents_that_are_not_open(client: LspClient, go_uri: str) -> None:
    client.versions[go_uri] = 1
    client.change(go_uri, ((0, 0), (0, 0), "x"))
    client.notify("textDocument/didClose", {"textDocument": {"uri": go_uri}})
    client.notify("textDocument/didSave", {"textDocument": {"uri": go_uri}})
    assert await client.complete(go_uri, 0, 0) == []
    assert await alive(client)


@pytest.mark.extra
async def test_odd_uris(client: LspClient) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    for uri in ("untitled:Untitled-1", "", "file://[half", "http://[::1", "git:/a.go?x", "%ff:\n"):
        client.open(uri, "go", "package main")
        await client.until_warm("go")
        assert await client.complete(uri, 0, 12) == ["1"]
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        client.change(uri, ((0, 0), (0, 0), "// "))
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert await alive(client)
    assert "Traceback" not in client.log


@pytest.mark.extra
async def test_opened_twice_and_versions_that_go_back(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", "old")
    client.open(go_uri, "go", "new")
    client.versions[go_uri] = -5
    client.change(go_uri, ((0, 3), (0, 3), "er"))
    await client.until_warm("go")
    await client.complete(go_uri, 0, 5)
    assert stub.prompts()[-1]["prompt"] == "newer"


async def test_a_change_of_the_whole_text(client: LspClient, stub: StubEngine, go_uri: str) -> None:
    client.open(go_uri, "go", "old")
    document = {"uri": go_uri, "version": 2}
    params = {"textDocument": document, "contentChanges": [{"text": "all new"}]}
    client.notify("textDocument/didChange", params)
    await client.until_warm("go")
    await client.complete(go_uri, 0, 7)
    assert stub.prompts()[-1]["prompt"] == "all new"


@pytest.mark.extra
async def test_a_change_without_a_version_is_made(
    client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    client.open(go_uri, "go", "old")
    for document in ({"uri": go_uri, "version": None}, {"uri": go_uri}):
        at = {"line": 0, "character": 0}
        change = {"range": {"start": at, "end": at}, "text": "x"}
        params = {"textDocument": document, "contentChanges": [change]}
        client.notify("textDocument/didChange", params)
    await client.until_warm("go")
    await client.complete(go_uri, 0, 5)
    assert stub.prompts()[-1]["prompt"] == "xxold"


# --- the client's own messages ---

ODD_SHAPES: list[Any] = [
    None,
    [],
    5,
    "x",
    {"textDocument": None},
    {"textDocument": 5},
    {"textDocument": {}},
    {"textDocument": {"uri": 5}},
    {"textDocument": {"uri": None}, "position": "x"},
    {"textDocuments": 5},
    {"textDocuments": [5, None, {"uri": 5}]},
    {"focused": "yes"},
    {"id": {}, "outcome": []},
    {"class": 1, "1x": 2, "": 3, "_fields": 4, "count": 5},
]


OUR_OWN = [
    "textDocument/didFocus",
    "hotseat/didChangeVisible",
    "hotseat/didChangeCursor",
    "hotseat/didChangeWindowFocus",
    "hotseat/didResolveSuggestion",
]


@pytest.mark.extra
async def test_odd_shapes_of_our_own_messages(client: LspClient, go_uri: str) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    client.open(go_uri, "go", "package main")
    for method in OUR_OWN:
        for shape in ODD_SHAPES:
            client.notify(method, shape)
        assert await alive(client)
    assert "Traceback" not in client.log
    assert "Error" not in client.log


async def test_focus_decides_what_is_loaded(
    client: LspClient, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    html = (workspace / "a.html").as_uri()
    client.open(go_uri, "go", "package main")
    client.open(html, "html", "<p>")
    client.notify("textDocument/didFocus", {"textDocument": {"uri": go_uri}})
    status = await client.until_status(lambda s: s["focus"]["expert"] == "go")
    assert status["focus"]["uri"] == go_uri
    client.notify("textDocument/didFocus", {"textDocument": {"uri": html}})
    await client.until_status(lambda s: expert_in(s, "markup").get("demanded") is True)
    assert not expert_in(client.status, "go")["demanded"]
    client.notify("textDocument/didFocus", {})
    await client.until_status(lambda s: s["focus"]["uri"] is None)
    client.notify("hotseat/didChangeVisible", {"textDocuments": [{"uri": go_uri}]})
    await client.until_status(lambda s: "visible" in expert_in(s, "go").get("reason", ""))
    client.notify("textDocument/didFocus", {"textDocument": {"uri": html}})
    client.notify("hotseat/didChangeWindowFocus", {"focused": False})
    await client.until_status(lambda s: "background" in expert_in(s, "markup").get("reason", ""))


async def test_the_region_under_the_cursor_decides(
    client: LspClient, workspace: Path, roster: Path
) -> None:
    uri = (workspace / "page.html").as_uri()
    text = "<html>\n<script>\nlet x = 1\n</script>\n</html>\n"
    client.open(uri, "html", text)
    client.notify("textDocument/didFocus", {"textDocument": {"uri": uri}})
    cursor = {"textDocument": {"uri": uri}, "position": position(2, 4)}
    client.notify("hotseat/didChangeCursor", cursor)
    await client.until_status(lambda s: s["focus"]["language"] == "javascript")
    cursor["position"] = position(0, 2)
    client.notify("hotseat/didChangeCursor", cursor)
    await client.until_status(lambda s: s["focus"]["language"] == "html")


@pytest.mark.extra
async def test_sql_in_a_string_is_the_sql_experts_and_a_pattern_stays_gos(
    client: LspClient, go_uri: str
) -> None:
    """There is no expert for regular expressions, so there is nothing to switch to."""
    text = 'package a\nvar a = db.Query("SELECT a")\nvar b = regexp.MustCompile(`a+`)\n'
    client.open(go_uri, "go", text)
    for line, character, language in ((1, 24, "sql"), (2, 30, "go"), (1, 2, "go")):
        cursor = {
            "textDocument": {"uri": go_uri},
            "position": {"line": line, "character": character},
        }
        client.notify("hotseat/didChangeCursor", cursor)
        status = await client.until_status(lambda s, at=language: s["focus"]["language"] == at)
        assert status["focus"]["expert"] == language


@pytest.mark.extra
async def test_outside_of_its_tags_a_template_is_what_it_is_a_template_of(
    client: LspClient, workspace: Path
) -> None:
    uri = (workspace / "page.html.erb").as_uri()
    client.open(uri, "erb", "<p><%= a %></p>\n")
    status = await client.until_status(lambda s: s["focus"]["expert"] is not None)
    assert (status["focus"]["language"], status["focus"]["expert"]) == ("html", "markup")


@pytest.mark.extra
async def test_what_became_of_a_suggestion(client: LspClient, go_uri: str) -> None:
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    answer = await client.answer(client.begin_complete(go_uri, 0, 12))
    (item,) = answer["result"]["items"]
    assert item["command"]["command"] == "hotseat.suggestionAccepted"
    arguments = item["command"]["arguments"]
    await client.request(
        "workspace/executeCommand", {"command": item["command"]["command"], "arguments": arguments}
    )
    assert (await client.request("hotseat/status"))["lastCompletion"]["outcome"] == "accepted"


# --- commands ---


async def command(client: LspClient, name: str, *arguments: Any) -> Any:
    params = {"command": name, "arguments": list(arguments)}
    return await client.request("workspace/executeCommand", params)


@pytest.mark.extra
async def test_commands_answer_in_words(client: LspClient, stub: StubEngine) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    assert await command(client, "hotseat.pin", "go") == {"message": "go is pinned"}
    await client.until_warm("go")
    assert expert_in(client.status, "go")["pinned"]
    assert "no longer" in (await command(client, "hotseat.unpin", "go"))["message"]
    assert "message" in await command(client, "hotseat.load", "markup")
    await client.until_warm("markup")
    assert "message" in await command(client, "hotseat.unload", "markup")
    await client.until_status(lambda s: not expert_in(s, "markup")["probability"])


@pytest.mark.extra
async def test_commands_that_cannot_be_done_say_why(client: LspClient) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    assert "There is no expert 'cobol'" in (await command(client, "hotseat.pin", "cobol"))["error"]
    assert "takes one argument" in (await command(client, "hotseat.pin"))["error"]
    assert "takes one argument" in (await command(client, "hotseat.pin", 5))["error"]
    assert "takes one argument" in (await command(client, "hotseat.pin", "a", "b"))["error"]
    assert "is no engine" in (await command(client, "hotseat.useEngine", "abacus"))["error"]
    assert "http://[" in (await command(client, "hotseat.useEngine", "http://["))["error"]
    assert "http://" in (await command(client, "hotseat.useEngine", "http://"))["error"]
    assert await alive(client)
    params = {"command": "hotseat.dance", "arguments": []}
    answer = await client.answer(client.begin("workspace/executeCommand", params))
    assert "error" in answer


@pytest.mark.extra
async def test_another_engine_by_hand(client: LspClient, go_uri: str) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    async with StubEngine() as other:
        other.models = {"go:1b": 1000}
        answer = await command(client, "hotseat.useEngine", other.url)
        assert other.url in answer["message"]
        client.open(go_uri, "go", "package main")
        await client.until_warm("go")
        assert set(other.resident) == {"go:1b"}
        assert await client.complete(go_uri, 0, 12) == ["1"]
        assert other.prompts() != []


# --- messages that are not LSP ---


async def test_an_unknown_request_gets_an_error(client: LspClient) -> None:
    answer = await client.answer(client.begin("textDocument/dance", {"x": 1}))
    assert answer["error"]["code"] == METHOD_NOT_FOUND
    client.notify("textDocument/dance", {"x": 1})
    client.notify("$/dance", None)
    assert await alive(client)


MALFORMED: list[tuple[bytes, Any, int]] = [
    (b"{", None, PARSE_ERROR),
    (b"\xff\xfe", None, PARSE_ERROR),
    (b"[" * 100_000, None, PARSE_ERROR),
    (b"5", None, INVALID_REQUEST),
    (b'"text"', None, INVALID_REQUEST),
    (b"null", None, INVALID_REQUEST),
    (b"[]", None, INVALID_REQUEST),
    (b'{"id": 71}', 71, INVALID_REQUEST),
    (b'{"id": 72, "method": "hotseat/status"}', 72, INVALID_REQUEST),
    (b'{"jsonrpc": "2.0", "id": 73, "method": 5}', 73, INVALID_REQUEST),
    (b'{"jsonrpc": "1.0", "id": 74, "method": "hotseat/status"}', 74, INVALID_REQUEST),
    (b'{"jsonrpc": "2.0", "id": [1], "result": 5}', None, INVALID_REQUEST),
    (b'{"jsonrpc": "2.0", "id": 75, "method": "initialize", "params": 5}', 75, INVALID_PARAMS),
    (b'{"jsonrpc": "2.0", "id": "a", "method": "textDocument/hover"}', "a", INVALID_PARAMS),
]


async def test_malformed_messages_get_one_answer_each(client: LspClient) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    for n_answers, (body, id_, code) in enumerate(MALFORMED, start=1):
        client.send_body(body)
        assert await alive(client)
        answers = client.answers[id_]
        assert answers[-1]["error"]["code"] == code, body
        assert answers[-1]["error"]["message"]
        assert sum(len(a) for a in client.answers.values() if "error" in a[-1]) == n_answers


async def test_malformed_notifications_and_responses_are_survived(client: LspClient) -> None:
    messages: list[Any] = [
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": 5},
        {"jsonrpc": "2.0", "method": "textDocument/didChange"},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {}},
        {"jsonrpc": "2.0", "id": 12345, "result": None},
        {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "x"}},
    ]
    for message in messages:
        client.send(message)
        assert await alive(client)
    assert not [answers for answers in client.answers.values() if "error" in answers[0]]


@pytest.mark.extra
async def test_a_nested_jsonrpc_key_is_data(client: LspClient, go_uri: str) -> None:
    for inner in (
        {"jsonrpc": "2.0", "id": 99, "method": "shutdown"},
        {"jsonrpc": "2.0", "id": 98, "method": "textDocument/inlineCompletion", "params": 5},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": 5},
        {"jsonrpc": "2.0", "id": 97, "result": None},
        {"jsonrpc": "3"},
    ):
        params = {"textDocument": {"uri": go_uri}, "data": inner}
        client.notify("textDocument/didFocus", params)
        assert await alive(client)
        await command(client, "hotseat.pin", inner)
    await client.until_status(lambda s: s["focus"]["uri"] == go_uri)
    assert not {97, 98, 99} & client.answers.keys()


async def test_headers_that_are_none(client: LspClient) -> None:
    client.send_raw(b"Content-Length: many\r\n\r\n")
    client.send_raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await alive(client)
    client.send_raw(b'Content-Length: 1x\r\n\r\n{"jsonrpc": "2.0"}')
    assert await alive(client)
    client.send_raw(b"x" * 300_000 + b"\r\n\r\n")
    assert await alive(client)


# --- the end ---


def locks(run: Path) -> list[FileLock]:
    return [FileLock(path) for path in run.glob("keeper-*.lock")]


async def test_shutdown_and_exit_leave_nothing(
    client: LspClient, stub: StubEngine, tmp_path: Path, go_uri: str
) -> None:
    client.open(go_uri, "go", "package main")
    await client.until_warm("go")
    children = psutil.Process(client.process.pid).children(recursive=True)
    assert await client.end() == 0
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    (lock,) = locks(tmp_path / "run")
    lock.acquire(timeout=0)
    lock.release()
    assert "Traceback" not in client.log
    assert "never" not in client.log  # awaited, retrieved


async def test_shutdown_right_after_the_start(start: Start, tmp_path: Path) -> None:
    client = await start()
    await client.initialize()
    assert await client.end() == 0
    assert "Traceback" not in client.log
    for lock in locks(tmp_path / "run"):
        lock.acquire(timeout=0)
        lock.release()


async def test_exit_without_shutdown_is_a_failure(client: LspClient) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    client.notify("exit")
    async with asyncio.timeout(PATIENCE_S):
        assert await client.process.wait() == 1


async def test_the_end_of_stdin_ends_the_server(client: LspClient, tmp_path: Path) -> None:
    await client.until_status(lambda s: s["engine"]["up"])
    client.send_raw(b"Content-Length: 100\r\n\r\n{half")
    assert client.process.stdin is not None
    client.process.stdin.close()
    async with asyncio.timeout(PATIENCE_S):
        await client.process.wait()
    (lock,) = locks(tmp_path / "run")
    lock.acquire(timeout=0)
    lock.release()
    assert "Traceback" not in client.log


async def test_another_window_takes_over_from_a_killed_one(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    first = await start()
    await first.initialize()
    first.open(go_uri, "go", "package main")
    await first.until_warm("go")
    second = await start()
    await second.initialize()
    await second.until_warm("go")
    first.process.kill()
    await first.process.wait()
    html = (workspace / "a.html").as_uri()
    second.open(html, "html", "<p>")
    await second.until_warm("markup")
    assert await second.until_completed(html, 0, 3) == ["1"]
    assert stub.seen("load")[0].body["model"] == "go:1b"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.extra
async def test_a_stopped_keeper_is_replaced_by_a_window_in_which_nothing_happens(
    start: Start, go_uri: str
) -> None:
    keeper = await start()
    await keeper.initialize()
    await keeper.until_status(lambda s: s["engine"]["up"])
    other = await start()
    await other.initialize()
    other.open(go_uri, "go", "package main")
    await other.until_warm("go")
    os.kill(keeper.process.pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(30):
            while other.process.pid not in [s.keeper_pid for s in await keeper_states()]:
                await asyncio.sleep(0.02)
        await other.until_warm("go")
        assert await other.complete(go_uri, 0, 12) == ["1"]
    finally:
        os.kill(keeper.process.pid, signal.SIGCONT)


@pytest.mark.skipif(sys.platform == "win32", reason="processes without a parent are POSIX's")
async def test_the_server_ends_with_its_editor(
    start: Start, roster: Path, stub: StubEngine, tmp_path: Path
) -> None:
    """The editor is killed, and a child of it still holds the server's stdin open."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import json, os, subprocess, sys, time\n"
        "r, w = os.pipe()\n"
        "out = open(sys.argv[1] + '.out', 'wb')\n"
        "p = subprocess.Popen([sys.executable, '-m', 'hotseat', 'lsp', '--engine-url',"
        " sys.argv[2]], stdin=r, stdout=out, stderr=out)\n"
        "holder = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " pass_fds=[w], stdout=subprocess.DEVNULL)\n"
        "def send(m):\n"
        "    b = json.dumps(m).encode()\n"
        "    os.write(w, b'Content-Length: %d\\r\\n\\r\\n' % len(b) + b)\n"
        "send({'jsonrpc': '2.0', 'id': 1, 'method': 'initialize',"
        " 'params': {'processId': os.getpid(), 'capabilities': {}}})\n"
        "send({'jsonrpc': '2.0', 'method': 'initialized', 'params': {}})\n"
        "print(p.pid, holder.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    editor = await asyncio.create_subprocess_exec(
        sys.executable, str(script), str(tmp_path / "log"), stub.url, stdout=asyncio.subprocess.PIPE
    )
    assert editor.stdout is not None
    server_pid, holder_pid = map(int, (await editor.stdout.readline()).split())
    server = psutil.Process(server_pid)
    try:
        await stub.request("/api/ps")  # it is up
        editor.kill()
        await editor.wait()
        await asyncio.to_thread(server.wait, PATIENCE_S)
        (lock,) = locks(tmp_path / "run")
        lock.acquire(timeout=0)
        lock.release()
    finally:
        for pid in (holder_pid, server_pid):
            if psutil.pid_exists(pid):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.extra
async def test_each_request_has_one_debug_line_with_method_id_and_time(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    client = await start("--log-level", "debug")
    await client.initialize(workspace=workspace)
    client.open(go_uri, "go", "package main\n\nfunc add(a int, b int) int {\n\t\n}\n")
    await client.until_warm("go")
    await client.request("hotseat/status")
    stub.completion = ["return a + b", "\n}"]
    assert await client.complete(go_uri, 3, 1) == ["return a + b"]
    status_line = re.compile(r"hotseat/status id=\S+ ms=[\d.]+ answered with a result")
    completion_line = re.compile(
        r"textDocument/inlineCompletion id=\S+ ms=[\d.]+ source=engine stage=shown"
    )
    await client.until(lambda: bool(completion_line.search(client.log)))
    assert len(status_line.findall(client.log)) == 1
    assert client.log.count("textDocument/inlineCompletion id=") == 1
