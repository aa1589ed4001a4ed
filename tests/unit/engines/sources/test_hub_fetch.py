"""Sources on the hub, fetched by a child process."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hotseat.domain.errors import SourceError
from hotseat.domain.experts import ModelSource
from hotseat.engines.sources import Progress, discard, fetch, hub
from hotseat.engines.sources.split_gguf import join_split
from support.hub_server import HubServer, hub_server
from support.tiny_gguf import split_model, write_model

BODY = os.urandom(3_000_000)
SOURCE = ModelSource(parts=("hf:owner/some-GGUF#m.gguf",))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with hub_server() as server:
        server.files = {"m.gguf": BODY}
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setattr(hub, "records_dir", lambda: tmp_path / "records")
        yield server


def children() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "hub_child" in " ".join(p.cmdline())]


async def test_a_file(server: HubServer, tmp_path: Path) -> None:
    steps: list[Progress] = []
    path = await fetch(SOURCE, tmp_path / "cache/m.gguf", steps.append)
    assert path.read_bytes() == BODY
    assert {p.name for p in path.parent.iterdir()} == {"m.gguf", "m.gguf.lock"}
    assert [s.status for s in steps if s.is_notice] != []
    assert steps[-1].completed_bytes == steps[-1].total_bytes == len(BODY)


async def test_stopping_keeps_what_is_there_and_goes_on_from_it(
    server: HubServer, tmp_path: Path
) -> None:
    server.breaks_after, server.gate = [2_000_000], threading.Event()
    dest = tmp_path / "cache/m.gguf"
    halfway = asyncio.Event()

    def watch(step: Progress) -> None:
        if (step.completed_bytes or 0) > 1_000_000:
            halfway.set()

    task = asyncio.create_task(fetch(SOURCE, dest, watch))
    await asyncio.wait_for(halfway.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == []
    server.gate.set()
    server.seen = []
    assert (await fetch(SOURCE, dest, lambda step: None)).read_bytes() == BODY
    assert (server.downloads()[0].range or "").startswith("bytes=")


async def test_a_split_file_becomes_one(server: HubServer, tmp_path: Path) -> None:
    parts = split_model(write_model(tmp_path / "big.gguf"), 3)
    server.files = {f"Q8/{path.name}": path.read_bytes() for path in parts}
    joined = tmp_path / "joined.gguf"
    await join_split(parts, joined, progress=lambda step: None)
    source = ModelSource(parts=("hf:owner/some-GGUF#Q8/big-00001-of-00003.gguf",))
    dest = tmp_path / "cache/m.gguf"
    assert (await fetch(source, dest, lambda step: None)).read_bytes() == joined.read_bytes()
    assert {p.name for p in dest.parent.iterdir()} == {"m.gguf", "m.gguf.lock"}


async def test_an_error_reaches_the_user(server: HubServer, tmp_path: Path) -> None:
    source = ModelSource(parts=("hf:owner/some-GGUF#gone.gguf",))
    with pytest.raises(SourceError, match=r"holds no gone\.gguf") as caught:
        await fetch(source, tmp_path / "cache/m.gguf", lambda step: None)
    assert caught.value.hint == "It holds m.gguf"


async def test_an_endpoint_that_may_not_be_asked(
    server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.example")
    with pytest.raises(SourceError, match="only https"):
        await fetch(SOURCE, tmp_path / "cache/m.gguf", lambda step: None)


async def test_a_file_on_the_hub_is_a_source_by_itself(tmp_path: Path) -> None:
    source = ModelSource(parts=(*SOURCE.parts, "file:more.gguf"))
    with pytest.raises(SourceError, match="by itself"):
        await fetch(source, tmp_path / "cache/m.gguf", lambda step: None)


async def test_a_folder_that_cannot_be_written(server: HubServer, tmp_path: Path) -> None:
    (tmp_path / "records").write_text("")
    with pytest.raises(SourceError, match="records"):
        await fetch(SOURCE, tmp_path / "cache/m.gguf", lambda step: None)


async def test_partial_files_go_when_the_engine_has_the_model(
    server: HubServer, tmp_path: Path
) -> None:
    dest = tmp_path / "cache/m.gguf"
    server.breaks_after, server.gate = [2_000_000], threading.Event()
    halfway = asyncio.Event()
    task = asyncio.create_task(
        fetch(SOURCE, dest, lambda step: halfway.set() if step.completed_bytes else None)
    )
    await asyncio.wait_for(halfway.wait(), 30)
    task.cancel()
    await asyncio.wait([task])
    server.gate.set()
    (tmp_path / "cache/part-of-another-source").write_bytes(b"x")
    assert list(dest.parent.glob("*.partial"))
    discard(SOURCE, tmp_path / "cache/other.gguf")
    assert list(dest.parent.glob("*.partial"))
    discard(SOURCE, dest)
    assert list(dest.parent.glob("*.partial")) == []
    assert (tmp_path / "cache/part-of-another-source").exists()
