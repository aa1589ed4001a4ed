"""A model's file cannot take the memory or the time of the machine."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from hotseat.lab.gguf_file import Q8_0, Tensor, write_gguf
from support.engine_process import EngineProcess, create_model, put_blob, running_engine, until
from support.tiny_gguf import UNKNOWN, Shape, write_adapter, write_model

pytestmark = pytest.mark.slow

ONE: list[Tensor] = [("w", (32, 2), Q8_0, bytes(68))]
LOAD_ENDS_S = 120.0
"""Both limits are of processor time and memory; a busy machine takes longer."""
MEMORY_BYTES = 2 << 30
LOOPS = "{% for i in range(1000000) %}{% for j in range(1000000) %}{% endfor %}{% endfor %}"
TEMPLATES = {
    "endless": LOOPS,
    "large": "{{ 'a' * 2000000000 }}",
    "doubling": (
        "{% set n = namespace(x='a' * 1000000) %}"
        "{% for i in range(100) %}{% set n.x = n.x + n.x %}{% endfor %}"
    ),
}


class Peak:
    """The most memory that the engine's processes had together, as seen by a look at a time."""

    def __init__(self, engine: EngineProcess) -> None:
        self._engine = engine
        self.peak_bytes = 0

    def look(self) -> None:
        with suppress(psutil.Error):  # A process has just ended.
            self.peak_bytes = max(self.peak_bytes, self._engine.tree_rss_bytes())


async def watched(request: Coroutine[Any, Any, httpx.Response], peak: Peak) -> httpx.Response:
    task = asyncio.create_task(request)
    while not (await asyncio.wait({task}, timeout=0.1))[0]:
        peak.look()
    return task.result()


@pytest.mark.parametrize(
    ("kind", "schedule"),
    # Each takes the time limit of a load: one of each schedule is enough for every run.
    [
        ("endless", "hotseat"),
        ("large", "ollama"),
        *(
            pytest.param(kind, "hotseat", marks=pytest.mark.extra)
            for kind in TEMPLATES
            if kind != "endless"
        ),
    ],
)
@pytest.mark.one_in_ci
async def test_a_template_without_end_fails_the_load(
    tmp_path: Path, kind: str, schedule: str
) -> None:
    with running_engine(tmp_path, "--schedule", schedule) as engine:
        with engine.client(timeout=30) as client:
            path = write_model(tmp_path / "m.gguf", template=UNKNOWN + TEMPLATES[kind])
            create_model(client, "m", path)
        peak = Peak(engine)
        body = {"model": "m", "prompt": "a", "raw": True, "stream": False}
        async with engine.async_client(timeout=LOAD_ENDS_S) as loading:
            answer = await watched(loading.post("/api/generate", json=body), peak)
        assert answer.status_code == 500
        assert "the model was not loaded, because it took more than" in answer.json()["error"]
        assert peak.peak_bytes < MEMORY_BYTES
        until(lambda: not engine.children(), within_s=5, what="its process has ended")


def blobs(engine: EngineProcess) -> set[str]:
    return {path.name for path in (engine.store / "blobs").iterdir()}


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_refused_and_replaced_models_leave_no_blob(tmp_path: Path) -> None:
    with running_engine(tmp_path) as engine, engine.client(timeout=30) as client:
        first, second = (write_model(tmp_path / f"{i}.gguf", seed=i) for i in (1, 2))
        create_model(client, "m", first)
        garbage = tmp_path / "garbage.gguf"
        garbage.write_bytes(b"GGUF" + bytes(100))
        adapter = write_adapter(tmp_path / "adapter.gguf", shape=Shape(n_embd=32))
        refused: list[dict[str, object]] = [
            {"files": {"x": put_blob(client, garbage)}},
            {"from": "m", "adapters": {"x": put_blob(client, adapter)}},
            {"files": {"x": put_blob(client, second)}, "template": "{{ if }}"},
        ]
        for body in refused:
            answer = client.post("/api/create", json={"model": "bad", "stream": False, **body})
            assert answer.status_code == 400
        assert blobs(engine) == {f"sha256-{digest_of(first)}"}
        create_model(client, "m", second)
        assert blobs(engine) == {f"sha256-{digest_of(second)}"}


@pytest.mark.extra
def test_metadata_neither_breaks_show_nor_stays_in_memory(tmp_path: Path) -> None:
    metadata: dict[str, Any] = {
        "general.architecture": "llama",
        "numbers.nan": float("nan"),
        "numbers.inf": float("inf"),
        "numbers.all": [float("nan"), 1.0],
        **{f"text.{i}": "x" * (1 << 20) for i in range(50)},
    }
    with running_engine(tmp_path) as engine, engine.client(timeout=30) as client:
        before_bytes = engine.tree_rss_bytes()
        for i in range(5):
            path = write_gguf(tmp_path / "m.gguf", {**metadata, "general.name": str(i)}, ONE)
            create_model(client, f"m{i}", path)
            for verbose in (False, True):
                body = {"model": f"m{i}", "verbose": verbose}
                answer = client.post("/api/show", json=body)
                shown = json.loads(answer.content, parse_constant=pytest.fail)
                assert shown["model_info"]["numbers.nan"] is None
                assert len(answer.content) < 10_000_000
        assert engine.tree_rss_bytes() - before_bytes < 150_000_000
