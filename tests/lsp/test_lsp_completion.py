"""`textDocument/completion`: suggestions for clients without inline completion, off by default."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.text import Position, PositionEncoding
from hotseat.lsp.convert import completion_item_to, range_from
from hotseat.session.suggest.suggestion import Suggestion
from support.lsp_client import LspClient, position
from support.lsp_start import ROSTER, Start
from support.lsp_stats import stats
from support.stub_engine import StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\tret\n}\n"
OPTIONS = {"completionFallback": True}


@pytest.fixture
async def plain(start: Start, workspace: Path) -> LspClient:
    """A server whose client asked for the fallback."""
    client = await start()
    await client.initialize(workspace=workspace, options=OPTIONS)
    return client


def begin(client: LspClient, uri: str, line: int, character: int) -> int:
    """LSP's Invoked is what clients say at each letter."""
    return client.begin(
        "textDocument/completion",
        {
            "textDocument": {"uri": uri},
            "position": position(line, character),
            "context": {"triggerKind": 1},
        },
    )


async def items(client: LspClient, uri: str, line: int, character: int) -> list[dict[str, Any]]:
    return listed(await client.answer(begin(client, uri, line, character)))


def listed(answer: dict[str, Any]) -> list[dict[str, Any]]:
    assert answer["result"]["isIncomplete"] is True
    return list(answer["result"]["items"])


async def open_go(client: LspClient, uri: str, text: str = GO) -> None:
    client.open(uri, "go", text)
    await client.until_warm("go")


# --- who gets it ---


@pytest.mark.parametrize("options", [None, {"completionFallback": "yes"}])
@pytest.mark.one_in_ci
async def test_it_is_off_unless_asked_for(start: Start, go_uri: str, options: Any) -> None:
    client = await start()
    answer = await client.initialize(options=options)
    assert "completionProvider" not in answer["capabilities"]
    await open_go(client, go_uri)
    assert "error" in await client.answer(begin(client, go_uri, 3, 4))
    assert await client.complete(go_uri, 3, 4) == ["1"]


@pytest.mark.parametrize("how", ["option", "flag"])
@pytest.mark.one_in_ci
async def test_it_is_there_when_asked_for(start: Start, go_uri: str, how: str) -> None:
    client = await start(*(["--completion-fallback"] if how == "flag" else []))
    answer = await client.initialize(options=OPTIONS if how == "option" else None)
    provider = answer["capabilities"]["completionProvider"]
    assert "." in provider["triggerCharacters"]
    await open_go(client, go_uri)
    assert [item["label"] for item in await items(client, go_uri, 3, 4)] == ["ret1"]
    assert await client.complete(go_uri, 3, 4) == ["1"]  # beside the inline one


async def test_the_clients_word_counts_more_than_the_flag(start: Start) -> None:
    client = await start("--completion-fallback")
    answer = await client.initialize(options={"completionFallback": False})
    assert "completionProvider" not in answer["capabilities"]


# --- what it is ---


@pytest.mark.extra
async def test_the_item_holds_what_was_typed_so_that_clients_keep_it(
    plain: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["urn a + b", "\n}"]
    await open_go(plain, go_uri)
    (item,) = await items(plain, go_uri, 3, 4)
    assert item["label"] == item["filterText"] == "return a + b"
    assert item["detail"] == "Hotseat: go"
    assert item["insertTextFormat"] == 1
    assert not item.get("preselect")
    assert item["sortText"] > "println"
    assert item["textEdit"] == {
        "range": {"start": position(3, 1), "end": position(3, 4)},
        "newText": "return a + b",
    }
    assert "documentation" not in item


@pytest.mark.extra
async def test_the_space_before_a_word_that_follows_is_in_the_item(
    plain: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["defer ", "close(ch)\n"]
    await open_go(plain, go_uri, "package main\n\nfunc f(ch chan int) {\n\tclose(ch)\n}\n")
    assert await plain.complete(go_uri, 3, 1) == ["defer "]
    (item,) = await items(plain, go_uri, 3, 1)
    assert item["textEdit"]["newText"] == "defer "
    plain.change(go_uri, ((3, 1), (3, 1), "def"))
    assert await plain.complete(go_uri, 3, 4) == ["er "]
    assert len(stub.prompts()) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.one_in_ci
async def test_ranges_are_in_the_clients_encoding(
    start: Start, stub: StubEngine, go_uri: str, encoding: str
) -> None:
    stub.completion = ["lo"]
    client = await start()
    capabilities = {"general": {"positionEncodings": [encoding]}}
    await client.initialize(options=OPTIONS, capabilities=capabilities)
    line = 'fmt.Println("é😀", hél'
    await open_go(client, go_uri, f"{line}\n")
    buffer = TextBuffer(f"{line}\n")
    cursor = buffer.to_position(0, len(line), PositionEncoding(encoding))
    (item,) = await items(client, go_uri, 0, cursor.character)
    range_ = types.Range(
        types.Position(**item["textEdit"]["range"]["start"]),
        types.Position(**item["textEdit"]["range"]["end"]),
    )
    buffer.apply(range_from(range_), item["textEdit"]["newText"], PositionEncoding(encoding))
    assert buffer.line(0) == 'fmt.Println("é😀", héllo'
    assert item["filterText"] == "héllo"


@pytest.mark.parametrize(
    ("word", "text", "label", "filtered", "told"),
    [
        ("", "x := 1", "x := 1", "x := 1", False),
        ("a", " + b", "a + b", "a + b", False),
        ("if", " x {\n\t\ty()\n\t}", "if x {…", "if x {", True),
        ("", "\n\treturn 1\n}", "return 1…", "return 1", True),
        ("", "y" * 70, "y" * 60 + "…", "y" * 70, True),
        ("", " ", " ", " ", False),
    ],
)
def test_the_label_is_the_first_line_and_the_edit_is_all_of_it(
    word: str, text: str, label: str, filtered: str, told: bool
) -> None:
    suggestion = Suggestion(id="7", text=text, position=Position(2, 9), expert="go")
    item = completion_item_to(suggestion, word, Position(2, 9 - len(word)))
    assert (item["label"], item["filterText"]) == (label, filtered)
    assert item["textEdit"]["newText"] == word + text
    assert item.get("documentation") == (word + text if told else None)


# --- when there is none ---


@pytest.mark.extra
async def test_no_suggestion_is_an_empty_list(
    plain: LspClient, stub: StubEngine, go_uri: str, workspace: Path
) -> None:
    assert await items(plain, go_uri, 0, 0) == []  # not open, nor is the session ready
    sql = (workspace / "a.sql").as_uri()
    plain.open(sql, "sql", "select ")
    assert await items(plain, sql, 0, 7) == []  # its model is not there
    secret = (workspace / ".env").as_uri()
    plain.open(secret, "go", GO)
    await open_go(plain, go_uri)
    assert await items(plain, secret, 3, 4) == []
    stub.completion = [""]
    assert await items(plain, go_uri, 3, 4) == []
    assert await items(plain, go_uri, 5000, 5000) == []


@pytest.mark.extra
async def test_the_filter_hides_what_it_hides_inline(
    plain: LspClient, stub: StubEngine, go_uri: str, roster: Path
) -> None:
    stub.completion = ["x = y"]
    roster.write_text(f"{ROSTER}completion: {{threshold: 0.99}}\n")
    plain.open(roster.as_uri(), "yaml", roster.read_text())
    plain.notify("textDocument/didSave", {"textDocument": {"uri": roster.as_uri()}})
    await open_go(plain, go_uri)
    while await items(plain, go_uri, 3, 4) != []:
        assert not plain.ended
    status = await plain.until_status(
        lambda s: (s["lastCompletion"] or {}).get("outcome") == "hidden"
    )
    assert "shown from 0.99" in status["lastCompletion"]["note"]


@pytest.mark.extra
async def test_a_newer_request_ends_the_older_one(
    plain: LspClient, stub: StubEngine, go_uri: str
) -> None:
    await open_go(plain, go_uri)
    with stub.gate("/api/generate") as gate:
        older = begin(plain, go_uri, 3, 4)
        await stub.until(lambda: bool(stub.prompts()))
        newer = begin(plain, go_uri, 0, 12)
        assert listed(await plain.answer(older)) == []
        gate.set()
        (item,) = listed(await plain.answer(newer))
    assert item["textEdit"]["newText"] == "main1"


@pytest.mark.extra
async def test_a_cancelled_request_gets_one_answer_and_frees_the_engine(
    plain: LspClient, stub: StubEngine, go_uri: str
) -> None:
    await open_go(plain, go_uri)
    with stub.gate("/api/generate"):
        id_ = begin(plain, go_uri, 3, 4)
        await stub.until(lambda: bool(stub.prompts()))
        plain.notify("$/cancelRequest", {"id": id_})
        await plain.answer(id_)
        await asyncio.wait_for(stub.completions()[0].hung_up.wait(), 5)
    assert await items(plain, go_uri, 3, 4) != []
    assert len(plain.answers[id_]) == 1


# --- what became of it ---

TAKEN = {
    "one change": [((3, 1), (3, 4), "return a + b")],
    "the word goes first": [((3, 1), (3, 4), ""), ((3, 1), (3, 1), "return a + b")],
    "only what is new": [((3, 4), (3, 4), "urn a + b")],
    "the label goes in first": [
        ((3, 4), (3, 4), "urn a + b…"),
        ((3, 4), (3, 14), ""),
        ((3, 1), (3, 4), ""),
        ((3, 1), (3, 1), "return a + b"),
    ],
}


@pytest.mark.parametrize("changes", TAKEN.values(), ids=TAKEN)
@pytest.mark.one_in_ci
async def test_taking_it_is_seen_from_the_edit(
    plain: LspClient, stub: StubEngine, go_uri: str, changes: list[Any]
) -> None:
    stub.completion = ["urn a + b", "\n}"]
    await open_go(plain, go_uri)
    assert await items(plain, go_uri, 3, 4) != []
    plain.change(go_uri, *changes)
    await plain.end()
    go = (await stats())["languages"]["go"]
    assert (go["shown"], go["accepted"], go["accepted_chars"]) == (1, 1, len("urn a + b"))


@pytest.mark.extra
async def test_taking_it_is_seen_from_the_command(
    plain: LspClient, stub: StubEngine, go_uri: str
) -> None:
    stub.completion = ["urn a + b", "\n}"]
    await open_go(plain, go_uri)
    (item,) = await items(plain, go_uri, 3, 4)
    plain.change(go_uri, ((3, 1), (3, 4), "return  a  +  b"))  # and formatted
    await plain.request("workspace/executeCommand", item["command"])
    await plain.until_status(lambda s: (s["lastCompletion"] or {}).get("outcome") == "accepted")
    await plain.end()
    assert (await stats())["total"]["accepted"] == 1


@pytest.mark.extra
async def test_a_change_sent_together_with_a_request_leaves_an_empty_list(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    client = await start()
    await client.initialize(workspace=workspace)
    client.open(go_uri, "go", "package a\n\nvar x = \n")
    await client.until_warm("go")
    request, change = (
        {
            "jsonrpc": "2.0",
            "id": 900,
            "method": "textDocument/inlineCompletion",
            "params": {
                "textDocument": {"uri": go_uri},
                "position": {"line": 2, "character": 8},
                "context": {"triggerKind": 2},
            },
        },
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didChange",
            "params": {
                "textDocument": {"uri": go_uri, "version": 2},
                "contentChanges": [
                    {
                        "range": {
                            "start": {"line": 2, "character": 8},
                            "end": {"line": 2, "character": 8},
                        },
                        "text": "abc",
                    }
                ],
            },
        },
    )
    bodies = [json.dumps(message).encode() for message in (request, change)]
    client.send_raw(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(b), b) for b in bodies))
    answer = await client.answer(900)
    assert answer["result"] == {"items": []}
