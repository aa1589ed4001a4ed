"""`hotseat/status` in its two ways, and `hotseat status` beside it: one truth."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pytest

from support.lsp_client import LspClient, expert_in
from support.lsp_start import Start
from support.stub_engine import MIB, StubEngine


async def hotseat(*arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotseat", *arguments, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_the_shape_of_a_status(client: LspClient, stub: StubEngine, go_uri: str) -> None:
    client.open(go_uri, "go", "package main")
    pushed = await client.until_warm("go")
    names = {"focus", "experts", "memory", "roster", "engine", "completions", "lastCompletion"}
    assert pushed.keys() == names
    assert pushed["focus"] == {"uri": go_uri, "language": "go", "expert": "go", "note": ""}
    go = expert_in(pushed, "go")
    assert (go["state"], go["sizeBytes"], go["probability"]) == ("warm", 100 * MIB, 1.0)
    assert go["reason"] == "go is under the cursor"
    assert pushed["memory"]["budgetBytes"] == 600_000_000
    assert pushed["memory"]["usedBytes"] >= 100 * MIB
    assert pushed["engine"]["up"] is True
    asked = await client.request("hotseat/status")
    assert asked.keys() == pushed.keys()
    assert asked["experts"][0].keys() == go.keys()


async def test_every_window_and_the_command_line_show_the_same(
    start: Start, client: LspClient, stub: StubEngine, go_uri: str
) -> None:
    del stub.models["web:1b"]  # only two there are to load
    client.open(go_uri, "go", "package main")
    await client.until_warm("go", "generalist")
    other = await start()
    await other.initialize()
    await other.until_warm("go", "generalist")
    code, out = await hotseat("status", "--json")
    assert code == 0
    (engine,) = json.loads(out)["engines"]
    assert engine["memory"]["usedBytes"] == client.status["memory"]["usedBytes"] == 200 * MIB
    told: dict[str, Any] = {e["name"]: e for e in engine["experts"]}
    assert told["go"]["state"] == "warm"
    assert sorted(w["language"] or "" for w in engine["windows"]) == ["", "go"]
    code, out = await hotseat("status")
    assert code == 0
    assert "go" in out
    assert "Traceback" not in out


@pytest.mark.extra
async def test_the_command_line_without_any_window(start: Start) -> None:
    code, out = await hotseat("status")
    assert code == 0
    assert "No editor is using Hotseat now" in out
    code, out = await hotseat("status", "--json")
    found = json.loads(out)
    assert (code, found["engines"], found["held"]) == (0, [], [])


@pytest.mark.extra
async def test_language_that_is_switched_off_is_said(client: LspClient, workspace: Any) -> None:
    uri = (workspace / "a.md").as_uri()
    client.open(uri, "markdown", "# a")
    status = await client.until_status(lambda s: s["focus"]["language"] == "markdown")
    assert "switched off" in status["focus"]["note"]
    assert await client.complete(uri, 0, 3) == []


def logged(client: LspClient) -> list[str]:
    return [p["message"] for method, p in client.notifications if method == "window/logMessage"]


async def test_why_the_roster_was_chosen_is_logged_once(start: Start) -> None:
    first = await start()
    await first.initialize()
    await first.until(lambda: logged(first) != [])
    status = await first.until_status(lambda s: s["roster"]["reason"] != "")
    assert status["roster"]["name"] == "ollama"
    assert logged(first) == [status["roster"]["reason"]]
    second = await start()
    await second.initialize()
    await second.until_status(lambda s: s["engine"].get("up", False))
    await second.request("hotseat/status")
    assert logged(second) == []
