"""`hotseat/nextEdit` and `textDocument/copilotInlineEdit`, with and without a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.lsp_client import LspClient, position
from support.lsp_start import ROSTER, Start
from support.stub_engine import MIB, StubEngine

GO = """package main

func total(prices []int) int {
	amount := 0
	for _, price := range prices {
		amount += price
	}
	return amount
}
"""


def params(uri: str, version: int) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri, "version": version},
        "position": position(3, 5),
        "context": {"triggerKind": 2},
    }


async def until_offered(client: LspClient, uri: str) -> dict[str, Any]:
    """The offer, as soon as the process that parses runs."""
    for _ in range(20):
        version = client.versions[uri]
        answer = await client.request("textDocument/copilotInlineEdit", params(uri, version))
        if answer["edits"]:
            (edit,) = answer["edits"]
            return edit
    raise AssertionError("no offer")


async def test_a_renamed_variable_is_followed_until_nothing_is_left(
    client: LspClient, go_uri: str
) -> None:
    client.open(go_uri, "go", GO)
    client.change(go_uri, ((3, 1), (3, 7), "sumOfPrices"))
    lines = []
    for _ in range(2):
        version = client.versions[go_uri]
        edit = await until_offered(client, go_uri)
        assert edit["textDocument"] == {"uri": go_uri, "version": version}
        assert edit["text"] == "sumOfPrices"
        start, end = edit["range"]["start"], edit["range"]["end"]
        lines.append(start["line"])
        client.change(
            go_uri,
            ((start["line"], start["character"]), (end["line"], end["character"]), edit["text"]),
        )
        command = edit["command"]
        sent = {"command": command["command"], "arguments": command["arguments"]}
        assert await client.request("workspace/executeCommand", sent) == {"message": ""}
    assert sorted(lines) == [5, 7]
    asked = params(go_uri, client.versions[go_uri])
    assert await client.request("hotseat/nextEdit", asked) == {"edits": []}


async def test_a_dismissed_offer_and_another_version_get_nothing(
    client: LspClient, go_uri: str
) -> None:
    client.open(go_uri, "go", GO)
    client.change(go_uri, ((3, 1), (3, 7), "sumOfPrices"))
    version = client.versions[go_uri]
    old = await client.request("hotseat/nextEdit", params(go_uri, version - 1))
    assert old == {"edits": []}
    edit = await until_offered(client, go_uri)
    client.notify("hotseat/didResolveSuggestion", {"id": edit["id"], "outcome": "rejected"})
    assert await client.request("hotseat/nextEdit", params(go_uri, version)) == {"edits": []}


async def test_it_can_be_switched_off_and_bad_parameters_are_no_error(
    start: Start, workspace: Path, go_uri: str
) -> None:
    client = await start()
    await client.initialize(workspace=workspace, options={"nextEdits": False})
    client.open(go_uri, "go", GO)
    client.change(go_uri, ((3, 1), (3, 7), "sumOfPrices"))
    version = client.versions[go_uri]
    assert await client.request("hotseat/nextEdit", params(go_uri, version)) == {"edits": []}
    assert await client.request("hotseat/nextEdit", {"textDocument": 3}) == {"edits": []}


async def test_a_model_with_the_role_writes_where_no_rule_does(
    start: Start, stub: StubEngine, roster: Path, workspace: Path, go_uri: str
) -> None:
    roster.write_text(
        ROSTER + '  - {name: edits, role: next-edit, model: "edits:1b", fim: sweep, pinned: true}\n'
    )
    stub.models["edits:1b"] = 100 * MIB
    text = "package main\n\nvar a = one()\nvar b = two()\n\nvar c = 1\n"
    stub.completion = [text.replace("one()", "first()").replace("two()", "second()")]
    client = await start()
    await client.initialize(workspace=workspace)
    await client.until_warm("edits")
    client.open(go_uri, "go", text)
    client.change(go_uri, ((2, 8), (2, 11), "first"))
    edit = await until_offered(client, go_uri)
    assert edit["expert"] == "edits"
    assert edit["text"] == "var b = second()"
    assert edit["range"] == {"start": position(3, 0), "end": position(3, 13)}
    prompts = [body["prompt"] for body in stub.prompts()]
    asked_for = next(prompt for prompt in prompts if "<|cursor|>" in prompt)
    assert asked_for.endswith("<|file_sep|>updated/shop/main.go:1:7\n")
