"""The decision log: for editors, on the command line, and in a report."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from support.lsp_client import LspClient
from support.lsp_start import Start
from support.stub_engine import MIB, StubEngine


async def hotseat(*arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotseat", *arguments, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_every_load_and_unload_is_explained(
    client: LspClient, stub: StubEngine, go_uri: str, tmp_path: Path
) -> None:
    stub.models = dict.fromkeys(stub.models, 250 * MIB)  # two fit
    client.open(go_uri, "go", "package secretproject")
    await client.until_warm("go")
    events = (await client.request("hotseat/events"))["events"]
    (load,) = [e for e in events if e["action"] == "load" and e["expert"] == "go"]
    assert load.keys() == {
        "time",
        "action",
        "model",
        "expert",
        "reason",
        "probability",
        "sizeBytes",
        "usedBytes",
        "budgetBytes",
        "durationSeconds",
        "outcome",
    }
    assert (load["model"], load["outcome"], load["budgetBytes"]) == ("go:1b", "done", 600_000_000)
    assert load["reason"] == "demanded: go is under the cursor"
    assert load["durationSeconds"] >= 0

    code, out = await hotseat("status", "--events", "--json")
    assert code == 0
    listed = json.loads(out)
    assert load in [{k: v for k, v in e.items() if k != "engine"} for e in listed]
    assert {e["engine"] for e in listed} == {"ollama"}
    code, out = await hotseat("status", "--events")
    assert code == 0
    assert "demanded: go is under the cursor" in out

    report = tmp_path / "report.json"
    code, out = await hotseat("doctor", "--report", str(report))
    assert f"Wrote {report}" in out
    text = report.read_text()
    assert "demanded: go is under the cursor" in text
    for secret in ("secretproject", go_uri, tmp_path.name, Path(go_uri).name):
        assert secret not in text


async def test_without_any_window(start: Start) -> None:
    code, out = await hotseat("status", "--events")
    assert (code, "No editor is using Hotseat now" in out) == (0, True)
    code, out = await hotseat("status", "--events", "--json")
    assert (code, json.loads(out)) == (0, [])
