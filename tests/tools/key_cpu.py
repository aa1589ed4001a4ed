"""Measure the processor time that one typed key costs: `key_cpu.py [N_KEYS] [PAUSE_S]`.

Types in a real language server with a stub engine, requests a completion after each key, and prints
the milliseconds of processor time per key of the server and of its worker, and the number of
messages that the server sent per key. The engine's own time is not counted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import psutil

from hotseat.lab.bench.timed_stub_engine import MODEL, TimedStubEngine
from hotseat.lab.bench.wire_client import WireClient

WARM_UP_KEYS = 30
"""Not counted: the first requests import modules."""
LINES_BEFORE = 300
URI = "file:///bench/add.go"


async def key_cpu(n_keys: int, pause_s: float) -> dict[str, float]:
    """Return milliseconds per key by process, and messages per key by method."""
    with TimedStubEngine() as engine, tempfile.TemporaryDirectory() as folder:
        roster = Path(folder) / "experts.yaml"
        expert = {"name": "go", "languages": ["go"], "model": MODEL}
        roster.write_text(json.dumps({"experts": [expert]}))
        client = await WireClient.start(["--roster", str(roster), "--engine-url", engine.url])
        sent: Counter[str] = Counter()
        client.on_notification = lambda method, _: sent.update([method])
        await client.initialize()
        text = "package bench\n\n" + "// A line.\n" * LINES_BEFORE + "func add(a, b int) int {\n\t"
        line = text.count("\n")
        opened = {"uri": URI, "languageId": "go", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": opened})
        while not await _is_warm(client):
            await asyncio.sleep(0.05)
        began: dict[str, float] = {}
        for i in range(WARM_UP_KEYS + n_keys):
            if i == WARM_UP_KEYS:
                began = _spent_s(client.pid)
                sent.clear()
            await _key(client, line, i)
            await asyncio.sleep(pause_s)
        ended = _spent_s(client.pid)
        await client.stop()
    spent = {name: (ended[name] - began.get(name, 0.0)) * 1000 / n_keys for name in ended}
    spent["both"] = sum(spent.values())
    messages = {f"sent {method}": n / n_keys for method, n in sent.items()}
    return {name: round(value, 3) for name, value in (spent | messages).items()}


async def _key(client: WireClient, line: int, i: int) -> None:
    at = {"line": line, "character": 1 + i}
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": URI, "version": i + 2},
            "contentChanges": [{"range": {"start": at, "end": at}, "text": "x"}],
        },
    )
    answer = await client.request(
        "textDocument/inlineCompletion",
        {
            "textDocument": {"uri": URI},
            "position": {"line": line, "character": 2 + i},
            "context": {"triggerKind": 2},
        },
    )
    if not answer["items"]:
        raise AssertionError("the engine answered, but the server returned no suggestion")


async def _is_warm(client: WireClient) -> bool:
    status = await client.request("hotseat/status", {})
    return any(expert["state"] == "warm" for expert in status.get("experts", ()))


def _spent_s(pid: int) -> dict[str, float]:
    """Return seconds of processor time, of the server and of the processes that it started."""
    server = psutil.Process(pid)
    own = server.cpu_times()
    spent = {"server": own.user + own.system, "worker": 0.0}
    for child in server.children(recursive=True):
        of_child = child.cpu_times()
        spent["worker"] += of_child.user + of_child.system
    return spent


def main() -> None:
    """Print the figures as JSON."""
    n_keys = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    pause_s = float(sys.argv[2]) if len(sys.argv) > 2 else 0.15
    print(json.dumps(asyncio.run(key_cpu(n_keys, pause_s))))


if __name__ == "__main__":
    main()
