"""Files that end, freeze or fill a parser: the server answers whatever is opened."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from support.lsp_start import Start
from support.stub_engine import StubEngine

TEXTS = {
    "dashes.yaml": ("yaml", "- " * 300),
    "stairs.yaml": ("yaml", "".join(" " * i + "a:\n" for i in range(300))),
    "Generics.java": ("java", "A<" * 10_000),
    "words.rs": ("rust", "%w(" * 3000),
    "words.c": ("c", "%w(" * 3000),
    "nuls.sh": ("shellscript", "\0" * 40_000),
    "chain.js": ("javascript", ".x=.x=" * 2000),
}
ANSWER_S = 10.0
"""Tens of milliseconds on a quiet machine; without the guard some of these never come."""
PEAK_MB = 300


def rss_peak_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) // 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
async def test_dangerous_files_neither_end_nor_freeze_the_server(
    start: Start, stub: StubEngine, workspace: Path, go_uri: str
) -> None:
    client = await start()
    await client.initialize(workspace=workspace)
    await client.request("hotseat/status", {})  # it has started
    for name, (language, text) in TEXTS.items():
        uri = (workspace / name).as_uri()
        client.open(uri, language, text)
        line = text.count("\n")
        for key in ("x", "(", "'"):
            client.change(uri, ((line, 0), (line, 0), key))
            began_s = time.perf_counter()
            await client.request("hotseat/status", {})
            assert time.perf_counter() - began_s < ANSWER_S, name
        await client.answer(client.begin_complete(uri, line, 0))
    client.open(go_uri, "go", "package main\n\nfunc main() {\n\t\n}\n")
    await client.until_warm("go")
    assert await client.complete(go_uri, 3, 1)
    assert rss_peak_mb(client.process.pid) < PEAK_MB
