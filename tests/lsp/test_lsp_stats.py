"""What becomes of suggestions, from the editor's messages to `hotseat stats`; and the filter."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.lsp_client import LspClient, position, texts
from support.lsp_start import ROSTER, Start
from support.lsp_stats import stats
from support.stub_engine import StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\t\n}\n"


async def open_go(client: LspClient, uri: str) -> None:
    client.open(uri, "go", GO)
    await client.until_warm("go")


async def test_an_accepted_and_a_dismissed_suggestion_are_in_the_statistics(
    client: LspClient, stub: StubEngine, go_uri: str, tmp_path: Path
) -> None:
    stub.completion = ["return a + b", "\n}"]
    await open_go(client, go_uri)
    assert await client.complete(go_uri, 3, 1) == ["return a + b"]
    client.change(go_uri, ((3, 1), (3, 1), "return a + b"))
    stub.completion = ['import "fmt"', "\n\n"]
    assert await client.complete(go_uri, 1, 0) == ['import "fmt"']
    client.change(go_uri, ((1, 0), (1, 0), "x"))
    assert await client.end() == 0
    found = await stats()
    go = found["languages"]["go"]
    assert (go["shown"], go["accepted"], go["dismissed"], go["hidden"]) == (2, 1, 1, 0)
    assert go["accepted_chars"] == len("return a + b")
    assert go["latency_p50_ms"] > 0
    assert list(found["experts"]) == ["go"]
    for file in (tmp_path / "data" / "hotseat").glob("outcomes*"):
        assert b"return a" not in file.read_bytes()


async def test_a_suggestion_below_the_threshold_is_hidden_and_the_status_says_why(
    client: LspClient, stub: StubEngine, go_uri: str, roster: Path
) -> None:
    stub.completion = ["x = y"]
    await open_go(client, go_uri)
    say_in_roster(client, roster, "completion: {threshold: 0.99}")
    while await client.complete(go_uri, 3, 1) != []:
        assert not client.ended
    status = await client.until_status(
        lambda s: (s["lastCompletion"] or {}).get("outcome") == "hidden"
    )
    assert "shown from 0.99" in status["lastCompletion"]["note"]
    by_hand = {"textDocument": {"uri": go_uri}, "position": position(3, 1)}
    request = client.begin(
        "textDocument/inlineCompletion", {**by_hand, "context": {"triggerKind": 1}}
    )
    assert texts(await client.answer(request)) == ["x = y"]
    await client.end()
    total = (await stats())["total"]
    assert total["hidden"] >= 1
    assert total["shown"] >= 1


async def test_statistics_can_be_off(
    client: LspClient, stub: StubEngine, go_uri: str, roster: Path
) -> None:
    stub.completion = ["x = y"]
    await open_go(client, go_uri)
    say_in_roster(client, roster, "completion: {threshold: 0.99, statistics: off}")
    await client.request("hotseat/status", {})
    while await client.complete(go_uri, 3, 1) != []:
        assert not client.ended
    await client.end()
    assert (await stats())["total"]["hidden"] == 0


def say_in_roster(client: LspClient, roster: Path, line: str) -> None:
    text = f"{ROSTER}{line}\n"
    roster.write_text(text)
    client.open(roster.as_uri(), "yaml", text)
    client.notify("textDocument/didSave", {"textDocument": {"uri": roster.as_uri()}})


@pytest.mark.extra
async def test_the_clients_word_counts(client: LspClient, stub: StubEngine, go_uri: str) -> None:
    stub.completion = ["return a + b", "\n}"]
    await open_go(client, go_uri)
    answer = await client.answer(client.begin_complete(go_uri, 3, 1))
    (item,) = answer["result"]["items"]
    client.change(go_uri, ((3, 1), (3, 1), "return  a  +  b"))
    await client.request("workspace/executeCommand", item["command"])
    await client.until_status(lambda s: (s["lastCompletion"] or {}).get("outcome") == "accepted")
    await client.end()
    assert (await stats())["total"]["accepted"] == 1


@pytest.mark.extra
async def test_a_script_that_types_does_not_count(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    stub.completion = ["return a + b", "\n}"]
    client = await start("--no-statistics")
    await client.initialize(workspace=workspace)
    await open_go(client, go_uri)
    assert await client.complete(go_uri, 3, 1) == ["return a + b"]
    client.change(go_uri, ((3, 1), (3, 1), "return a + b"))
    assert await client.end() == 0
    assert (await stats())["total"]["shown"] == 0
