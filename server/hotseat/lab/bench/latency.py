"""`hotseat bench latency`: Hotseat's own latency, compared with the libraries below it, in one run.

Ratios are of pairs measured in turn, so that a drifting machine speed affects both sides.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from lsprotocol import types
from pygls.workspace import PositionCodec, TextDocument

from hotseat.client.editor import Editor
from hotseat.client.shop_walk import WALK, write_shop
from hotseat.documents.store import Document
from hotseat.domain.text import PositionEncoding
from hotseat.lab.bench.engine import engine_ratio
from hotseat.lab.bench.events import event_times_ms
from hotseat.lab.bench.timed_stub_engine import MODEL, TimedStubEngine
from hotseat.lab.bench.wire_client import WireClient
from hotseat.lsp.main import create_server
from hotseat.lsp.server import HotseatServer
from hotseat.session.session import Session
from hotseat.session.settings import Settings

N_EDITS = 400
RUN_KEYS = 20
N_WARM_UP = 20
"""Requests that are not counted; the first ones of a process import modules."""
N_REQUESTS = 200
KEY_PAUSE_S = 0.03
"""Pause between keys; it is shorter than any typist's, and bounds the time for background work."""
PARSED_S = 60.0
"""The longest wait for a parse."""
N_STARTS = 7
URI = "file:///bench/job.py"


async def bench_latency(on_progress: Callable[[str], None], *, with_engine: bool) -> dict[str, Any]:
    """Return all figures; `on_progress` gets a line for each measurement. Takes about a minute."""
    result: dict[str, Any] = {"did_change_ms": {}}
    for n_lines in (10_000, 50_000):
        on_progress(f"edits in a document of {n_lines} lines")
        result["did_change_ms"][str(n_lines)] = await _did_change(n_lines)
    on_progress("events through attention, forecast and plan")
    result["event_ms"] = {
        name: {"p50": _median(times_ms), "p95": _p95(times_ms)}
        for name, times_ms in event_times_ms()._asdict().items()
    }
    on_progress("completions over stdio with an engine that answers immediately")
    result["overhead_ms"] = await _overhead()
    on_progress("starts")
    result |= await _starts()
    on_progress("memory of the language server with the sample open")
    result["rss_mb"] = await _rss_mb()
    if with_engine:
        on_progress("the embedded engine beside llama.cpp in-process")
        result["engine_ratio"] = await engine_ratio()
    return result


async def _did_change(n_lines: int) -> dict[str, float]:
    """Measure the whole handler, with conversion and attention; pygls's document gets the same
    edits.

    Parsing continues between the edits, as it does while a user types.
    """
    text = "".join(f"value_{i} = compute(value_{i - 1}, {i})  # step {i}\n" for i in range(n_lines))
    server = create_server(Settings())
    session = _session(server)
    session.parsing.start()
    session.events.opened(URI, "python", 1, text)
    handler = server.protocol.fm.features[types.TEXT_DOCUMENT_DID_CHANGE]
    theirs = TextDocument(URI, text, 1, "python", position_codec=PositionCodec("utf-16"))
    document = session.documents.get(URI)
    assert document is not None
    ours_ms, theirs_ms = [], []
    for version, change in enumerate(_edits(n_lines), start=2):
        params = types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, URI), [change]
        )
        ours_ms.append(_timed_ms(partial(handler, params)))
        theirs_ms.append(_timed_ms(partial(theirs.apply_change, change)))
        # One turn of the event loop after each key, and a pause after each run, as users make them.
        await asyncio.sleep(0)
        if version % RUN_KEYS == 0:
            await _parsed(document)
    await _parsed(document)
    if document.buffer.text() != theirs.source:
        raise AssertionError("the text after the edits differs from that of pygls")
    slice_ms = session.parsing.longest_slice_s * 1000
    await session.aclose()
    return {
        "p50": _median(ours_ms),
        "p95": _p95(ours_ms),
        "pygls_p50": _median(theirs_ms),
        "parse_slice_max": round(slice_ms, 3),
    }


async def _parsed(document: Document) -> None:
    """Wait until the present text is parsed. Raises TimeoutError."""
    async with asyncio.timeout(PARSED_S):
        while not document.syntax.fresh:
            await asyncio.sleep(0.001)


def _session(server: HotseatServer) -> Session:
    server.session = Session(
        Settings(),
        encoding=PositionEncoding.UTF16,
        workspace=None,
        on_status=lambda: None,
        on_roster=lambda: None,
    )
    return server.session


def _edits(n_lines: int) -> Iterable[types.TextDocumentContentChangePartial]:
    """Yield typing in runs at random positions, with new lines and deletions; always the same."""
    chance = random.Random(20)
    line = character = 0
    for i in range(N_EDITS):
        if i % RUN_KEYS == 0:
            line, character = chance.randrange(n_lines - 50), 0
        start = types.Position(line, character)
        kind = chance.random()
        if kind < 0.85:
            text, end = chance.choice("abcdé(_1 "), start
            character += 1
        elif kind < 0.95:
            text, end = "\n", start
            line, character = line + 1, 0
        else:
            text, end = "", types.Position(line, character + 1)
        yield types.TextDocumentContentChangePartial(range=types.Range(start, end), text=text)


async def _overhead() -> dict[str, float]:
    """Measure from request to engine call, plus from the engine's first token to the answer."""
    ours_ms = []
    with TimedStubEngine() as engine, tempfile.TemporaryDirectory() as folder:
        roster = Path(folder) / "experts.yaml"
        roster.write_text(
            json.dumps({"experts": [{"name": "go", "languages": ["go"], "model": MODEL}]})
        )
        client = await WireClient.start(
            ["--roster", str(roster), "--engine-url", engine.url, "--no-statistics"]
        )
        await client.initialize()
        uri = "file:///bench/add.go"
        text = (
            "package bench\n\n" + "// A line of the file.\n" * 300 + "func add(a, b int) int {\n\t"
        )
        line = text.count("\n")
        client.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "go", "version": 1, "text": text}},
        )
        while not await _is_warm(client, "go"):
            await asyncio.sleep(0.05)
        for i in range(N_WARM_UP + N_REQUESTS):
            at = {"line": line, "character": 1 + i}
            client.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": uri, "version": i + 2},
                    "contentChanges": [{"range": {"start": at, "end": at}, "text": "x"}],
                },
            )
            answer = await client.request(
                "textDocument/inlineCompletion",
                {
                    "textDocument": {"uri": uri},
                    "position": {"line": line, "character": 2 + i},
                    "context": {"triggerKind": 2},
                },
            )
            if not answer["items"]:
                raise AssertionError("the engine answered, but the server returned no suggestion")
            before_ms = (engine.called_s - client.sent_s) * 1000
            after_ms = (client.answered_s - engine.first_token_s) * 1000
            ours_ms.append(before_ms + after_ms)
            await asyncio.sleep(KEY_PAUSE_S)
        await client.stop()
    counted_ms = ours_ms[N_WARM_UP:]
    return {"p50": _median(counted_ms), "p95": _p95(counted_ms)}


async def _is_warm(client: WireClient, expert: str) -> bool:
    status = await client.request("hotseat/status", {})
    experts = status.get("experts", ())
    return any(e["name"] == expert and e["state"] == "warm" for e in experts)


async def _starts() -> dict[str, float]:
    """Measure from spawn to the answer of `initialize`; the ratio is to a process that imports
    pygls."""
    ours_ms, ratios = [], []
    for i in range(N_STARTS + 1):
        bare_ms = _timed_ms(
            lambda: subprocess.run([sys.executable, "-c", "import pygls.lsp.server"], check=True)
        )
        began_s = time.perf_counter()
        client = await WireClient.start([])
        await client.initialize()
        ready_ms = (client.answered_s - began_s) * 1000
        await client.stop()
        if i:  # the first pair warms the disk cache
            ours_ms.append(ready_ms)
            ratios.append(ready_ms / bare_ms)
    return {"initialize_ms": _median(ours_ms), "initialize_ratio": _median(ratios)}


async def _rss_mb() -> float:
    """Return the memory of the language server with the sample open, in 10^6 bytes.

    The server is also the keeper.
    """
    with TimedStubEngine() as engine, tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        async with Editor(["--engine-url", engine.url], workspace) as editor:
            for place in dict.fromkeys(write_shop(workspace, WALK).values()):
                stop = next(s for s in WALK if place.uri.endswith(s.file))
                editor.open(place.uri, stop.language_id, place.text)
            await editor.wait_for(
                lambda status: status["engine"]["up"], within_s=10, what="Reaching the engine"
            )
            rss = psutil.Process(editor.server_pid).memory_info().rss
    return round(rss / 1e6, 1)


def _timed_ms(work: Callable[[], Any]) -> float:
    began_s = time.perf_counter()
    work()
    return (time.perf_counter() - began_s) * 1000


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def _p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[-1], 3)
