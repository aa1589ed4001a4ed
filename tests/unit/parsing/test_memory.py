"""Typing leaks no memory, in the language server and in the worker."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from pathlib import Path

import pytest

from hotseat.documents.store import DocumentStore
from hotseat.domain.text import Position, Range
from hotseat.parsing import remote_syntax
from hotseat.parsing.parser import Parser

MORE_BYTES = 8_000_000
"""A parse of this file leaked 17 kB where the parser called back for its text."""


def rss_bytes(pid: int | str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("n_keys", [600, pytest.param(100_000, marks=pytest.mark.extra)])
@pytest.mark.timeout(1800)
async def test_typing_leaks_no_memory(n_keys: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_syntax, "PAUSE_RATIO", 0.0)  # as many parses as possible
    parser = Parser(lambda _: None)
    parser.start()
    store = DocumentStore(parser.new_syntax)
    text = Path(str(textwrap.__file__)).read_text("utf-8")
    store.open("file:///a.py", "python", 1, text)
    document = store.get("file:///a.py")
    assert document is not None
    syntax = document.syntax
    syntax.set_language("python")

    async def type_keys(n: int) -> None:
        for i in range(n):
            row = i // 2 % 300
            start = Position(row, 0)
            end = start if i % 2 == 0 else Position(row, 1)
            store.change(document.uri, None, [(Range(start, end), " " * (i % 2 == 0))])
            syntax.languages_at(row, 0, "python", uri=document.uri)
            while not syntax.fresh:
                await asyncio.sleep(0.0002)

    await type_keys(200)
    pid = parser.worker_pid
    assert pid is not None
    before = rss_bytes("self"), rss_bytes(pid)
    await type_keys(n_keys)
    assert parser.worker_pid == pid
    assert rss_bytes("self") - before[0] < MORE_BYTES
    assert rss_bytes(pid) - before[1] < MORE_BYTES
    await parser.aclose()
