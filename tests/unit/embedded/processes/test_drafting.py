"""Edits are drafted in a process of their own, and no drafted log-probability is ever reported."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from hotseat.embedded.models.names import parse_name
from hotseat.embedded.models.store import Manifest, ModelStore
from hotseat.embedded.processes.drafting import DraftingPair
from hotseat.embedded.processes.pool import Pool
from support.tiny_gguf import write_model
from unit.embedded.processes.test_pool import serving

OPTIONS = {"num_predict": 24, "num_thread": 1, "num_ctx": 256, "temperature": 0.0}
DRAFTED = {**OPTIONS, "draft_num_predict": 16}
Children = Callable[[], list[psutil.Process]]
PROMPT = "a b c d e f g h i j " * 4


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "store")


@pytest.fixture
def sockets() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hs-") as folder:
        yield Path(folder)


@pytest.fixture
def model(store: ModelStore, tmp_path: Path) -> None:
    content = write_model(tmp_path / "m.gguf").read_bytes()
    digest = sha256(content).hexdigest()
    with store.upload(digest) as upload:
        upload.write(content)
        upload.finish()
    store.put(parse_name("m"), Manifest(base=digest))


@pytest.fixture(autouse=True)
def children() -> Callable[[], list[psutil.Process]]:
    """Return a function that lists the processes that the test has started."""
    before = set(psutil.Process().children(recursive=True))
    return lambda: [p for p in psutil.Process().children(recursive=True) if p not in before]


def pair(store: ModelStore, sockets: Path, *, has_room: bool = True) -> DraftingPair:
    (sockets / "d").mkdir()
    return DraftingPair(
        Pool(store, sockets), Pool(store, sockets / "d", n_slots=1), has_room=lambda _: has_room
    )


async def generated(engine: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    body = {"model": "m", "prompt": PROMPT, "raw": True, "stream": False, **fields}
    answer = await engine.post("/api/generate", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("model")
async def test_no_drafted_log_probability_is_reported(
    store: ModelStore, sockets: Path, children: Children
) -> None:
    async with serving(store, pair(store, sockets)) as engine:
        plain = await generated(engine, options=OPTIONS, logprobs=True)
        assert len(children()) == 1
        edit = await generated(engine, options=DRAFTED)
        assert len(children()) == 2, "an edit is drafted in a second process"
        assert edit["response"] == plain["response"]
        for _ in range(2):  # also after the second process has learned the text
            asked = await generated(engine, options=DRAFTED, logprobs=True)
            found = [token["logprob"] for token in asked["logprobs"]]
            assert found == pytest.approx([t["logprob"] for t in plain["logprobs"]], abs=1e-3)
            assert 0.0 not in found
        shown = (await engine.get("/api/ps")).json()["models"]
        assert [entry["model"] for entry in shown] == ["m:latest"]
        assert shown[0]["size"] > psutil.Process(children()[0].pid).memory_info().rss / 2
        await generated(engine, keep_alive=0, prompt="")
        assert children() == []


@pytest.mark.usefixtures("model")
async def test_without_room_and_for_completions_there_is_one_process(
    store: ModelStore, sockets: Path, children: Children
) -> None:
    async with serving(store, pair(store, sockets, has_room=False)) as engine:
        await generated(engine, options=DRAFTED)
        assert len(children()) == 1


@pytest.mark.usefixtures("model")
async def test_reading_a_completions_prompt_starts_no_second_process(
    store: ModelStore, sockets: Path, children: Children
) -> None:
    async with serving(store, pair(store, sockets)) as engine:
        await generated(engine, options=DRAFTED, prompt="")
        await generated(engine, options=DRAFTED, resident_only=True)
        assert len(children()) == 1
        version = (await engine.get("/api/version")).json()
        assert "drafts" in version["hotseat"]["features"]
