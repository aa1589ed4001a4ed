"""The index of a window, and questions that use it, in a real language server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from support.lsp_client import LspClient
from support.lsp_start import Start
from support.stub_engine import StubEngine

TAX = "package shop\n\nfunc TaxOf(net int) int {\n\treturn net * 19 / 100\n}\n"
GO = "package main\n\nfunc main() {\n\tprintln(TaxOf(100))\n}\n"
CHAT = "{{ range .Messages }}{{ .Content }}{{ end }}"


@pytest.fixture(autouse=True)
def files(stub: StubEngine, workspace: Path) -> None:
    stub.templates = dict.fromkeys(("go:1b", "web:1b", "general:1b"), CHAT)
    (workspace / "shop").mkdir()
    (workspace / "shop" / "tax.go").write_text(TAX)
    (workspace / "main.go").write_text(GO)


async def named(client: LspClient, text: str) -> list[str]:
    result = await client.request("hotseat/mentions", {"text": text})
    return [item["insert"] for item in result["items"]]


async def until(condition: Callable[[list[str]], bool], client: LspClient, text: str) -> None:
    """Wait until what an @ can name fulfils the condition."""
    async with asyncio.timeout(60):
        while not condition(await named(client, text)):
            await asyncio.sleep(0.02)


async def test_what_is_saved_created_and_removed_is_followed(
    client: LspClient, workspace: Path
) -> None:
    await until(lambda found: "TaxOf" in found, client, "Tax")
    assert await named(client, "tax.go") == ["shop/tax.go"]
    place = workspace / "shop" / "tax.go"
    place.write_text(TAX.replace("TaxOf", "VatOf"))
    client.notify("textDocument/didSave", {"textDocument": {"uri": place.as_uri()}})
    await until(lambda found: "VatOf" in found, client, "VatOf")
    place.unlink()
    change = {"uri": place.as_uri(), "type": 3}
    client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
    await until(lambda found: not found, client, "shop/tax")


async def test_a_question_lists_what_it_was_shown_and_is_asked_again_without_it(
    client: LspClient, stub: StubEngine, workspace: Path
) -> None:
    await until(lambda found: "TaxOf" in found, client, "TaxOf")
    uri = (workspace / "main.go").as_uri()
    client.open(uri, "go", GO)
    asked: dict[str, Any] = {
        "question": "Is @TaxOf right? And @shop/none.go?",
        "textDocument": {"uri": uri},
        "range": {"start": {"line": 3, "character": 0}, "end": {"line": 4, "character": 0}},
        "diagnostics": [{"line": 3, "message": "undefined: TaxOf", "source": "gopls"}],
    }
    answer = await client.request("hotseat/ask", asked)
    prompt = stub.chats()[-1]["messages"][-1]["content"]
    assert "return net * 19 / 100" in prompt
    assert "line 4, error: undefined: TaxOf (gopls)" in prompt
    shown = {item["id"]: item for item in answer["context"]}
    assert set(shown) == {"selection", "file:around", "symbol:shop/tax.go#TaxOf", "diagnostics"}
    symbol = shown["symbol:shop/tax.go#TaxOf"]
    assert (symbol["firstLine"], symbol["lines"]) == (2, 3)
    assert symbol["uri"] == (workspace / "shop" / "tax.go").as_uri()
    assert all(item["bytes"] > 0 for item in answer["context"])
    assert answer["leftOut"] == ["@shop/none.go: no file or symbol has this name"]
    again = await client.request(
        "hotseat/ask",
        {
            **asked,
            "conversation": answer["conversation"],
            "instead": True,
            "without": ["symbol:shop/tax.go#TaxOf", "file:around"],
        },
    )
    assert {item["id"] for item in again["context"]} == {"selection", "diagnostics"}
    assert "return net * 19 / 100" not in stub.chats()[-1]["messages"][-1]["content"]


async def test_progress_is_shown_where_the_client_has_it(start: Start, workspace: Path) -> None:
    for n in range(400):
        (workspace / f"f{n}.py").write_text(f"def name_{n}(): ...\n" * 20)
    client = await start()
    capabilities = {"window": {"workDoneProgress": True}}
    await client.initialize(workspace=workspace, capabilities=capabilities)

    def values() -> list[dict[str, Any]]:
        return [
            params["value"]
            for method, params in client.notifications
            if method == "$/progress" and params["value"].get("kind")
        ]

    def kinds() -> list[str]:
        titles = [v for v in values() if "indexing" in v.get("title", "")]
        return [*(v["kind"] for v in titles), *(v["kind"] for v in values() if v["kind"] == "end")]

    await client.until(lambda: kinds() == ["begin", "end"], timeout_s=90)


@pytest.mark.extra
async def test_the_process_ends_with_the_server(client: LspClient) -> None:
    await until(lambda found: "TaxOf" in found, client, "TaxOf")
    (worker,) = _index_processes()
    family = [worker, *worker.children()]
    assert worker.nice() > psutil.Process().nice() or os.name != "posix"
    await client.end()
    _gone, alive = await asyncio.to_thread(psutil.wait_procs, family, 10)
    assert alive == []


def _index_processes() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "hotseat.session.symbols.program" in child.cmdline():
                found.append(child)
        except psutil.Error:
            continue
    return found


@pytest.mark.extra
async def test_it_can_be_turned_off(start: Start, workspace: Path) -> None:
    client = await start()
    await client.initialize(workspace=workspace, options={"indexSymbols": False})
    assert await named(client, "Tax") == []
    assert _index_processes() == []


@pytest.mark.extra
async def test_files_that_other_programs_write_are_found(start: Start, workspace: Path) -> None:
    client = await start("--log-level", "info")
    await client.initialize(workspace=workspace)
    await until(lambda found: "TaxOf" in found, client, "TaxOf")
    async with asyncio.timeout(60):
        while "Watching" not in client.log:
            await asyncio.sleep(0.02)
    (workspace / "pay.py").write_text("def pay_the_bill(): ...\n")
    await until(lambda found: "pay_the_bill" in found, client, "pay_the_bill")
