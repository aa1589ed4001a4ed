"""The pool with children that misbehave, and one with a real child that hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from hotseat.domain.errors import EngineError
from hotseat.embedded.api.app import create_app
from hotseat.embedded.api.state import EngineState
from hotseat.embedded.models.names import parse_name
from hotseat.embedded.models.store import Manifest, ModelStore, StoredModel
from hotseat.embedded.options import load_options
from hotseat.embedded.processes.model_pool import ModelPool
from hotseat.embedded.processes.pool import Pool
from hotseat.lab.gguf_file import F32, Tensor, write_gguf
from hotseat.serving.wire import ApiError
from support.tiny_gguf import write_model

HANGS = "import sys, time; sys.stdin.readline(); time.sleep(600)"
DIES = "import sys; sys.stdin.readline(); sys.exit('error: this model is haunted')"
READY = "import sys; sys.stdin.readline(); print('ready x'); sys.stdout.flush(); sys.stdin.read()"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "store")


@pytest.fixture
def sockets() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hs-") as folder:
        yield Path(folder)


@pytest.fixture
def model(store: ModelStore, tmp_path: Path) -> StoredModel:
    content = write_model(tmp_path / "m.gguf").read_bytes()
    digest = sha256(content).hexdigest()
    with store.upload(digest) as upload:
        upload.write(content)
        upload.finish()
    store.put(parse_name("m"), Manifest(base=digest))
    stored = store.get(parse_name("m"))
    assert stored is not None
    return stored


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


OTHERS: set[psutil.Process] = set()


@pytest.fixture(autouse=True)
def of_other_tests() -> None:
    """Engines that other modules' fixtures keep running are none of the pool's."""
    OTHERS.clear()
    OTHERS.update(psutil.Process().children(recursive=True))


def children() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if p not in OTHERS]


async def lease(pool: Pool, store: ModelStore, model: StoredModel) -> None:
    card = store.card(model.manifest.base)
    options = load_options({"num_thread": 1, "num_ctx": 256}, card, n_cores=1)
    async with pool.lease(model, card, options, None):
        pass


async def lease_resident(pool: Pool, store: ModelStore, model: StoredModel) -> None:
    card = store.card(model.manifest.base)
    options = load_options({"num_thread": 1, "num_ctx": 256}, card, n_cores=1)
    async with pool.lease(model, card, options, None, may_load=False):
        pass


async def test_a_request_that_may_not_load_is_refused_before_the_load(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    pool = Pool(store, sockets)
    with pytest.raises(ApiError, match=r"m:latest' is not in memory") as refused:
        await lease_resident(pool, store, model)
    assert refused.value.status == 409
    assert pool.is_empty
    assert children() == []
    await lease(pool, store, model)
    await lease_resident(pool, store, model)
    # The model is being unloaded: the request neither waits for that nor loads it again.
    unloading = asyncio.create_task(pool.unload(model))
    await asyncio.sleep(0)
    with pytest.raises(ApiError, match="is not in memory"):
        await lease_resident(pool, store, model)
    await unloading
    assert pool.is_empty


async def test_a_request_that_may_not_load_joins_a_load(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    pool = Pool(store, sockets)
    loading = asyncio.create_task(lease(pool, store, model))
    await asyncio.sleep(0)
    await lease_resident(pool, store, model)
    await loading
    assert len(children()) == 1
    await pool.close()


async def test_a_child_that_hangs_at_load_is_given_up(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    pool = Pool(store, sockets, command=python(HANGS), load_timeout_s=0.3)
    with pytest.raises(EngineError, match=r"did not load within 0\.3 s"):
        await lease(pool, store, model)
    assert pool.is_empty
    assert children() == []


async def test_a_child_that_dies_at_load_leaves_its_last_words(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    pool = Pool(store, sockets, command=python(DIES))
    with pytest.raises(EngineError, match="this model is haunted"):
        await lease(pool, store, model)
    assert pool.is_empty


async def test_a_child_killed_at_load_is_distinguished_from_one_that_failed(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    suicide = "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 9)"
    with pytest.raises(EngineError, match="killed by signal 9 while it loaded"):
        await lease(Pool(store, sockets, command=python(suicide)), store, model)


async def test_a_command_that_does_not_exist_is_an_error(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    pool = Pool(store, sockets, command=("/nonexistent/python",))
    with pytest.raises(EngineError, match="cannot be started"):
        await lease(pool, store, model)
    assert pool.is_empty


async def test_the_last_waiter_that_leaves_aborts_the_load(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    pool = Pool(store, sockets, command=python(HANGS))
    first, second = (asyncio.create_task(lease(pool, store, model)) for _ in range(2))
    await asyncio.sleep(0)
    while not children():
        await asyncio.sleep(0.01)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert len(children()) == 1
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    async with asyncio.timeout(5):
        while children() or not pool.is_empty:
            await asyncio.sleep(0.01)


async def test_a_load_cancelled_before_it_began_leaves_nothing(
    store: ModelStore, sockets: Path, model: StoredModel
) -> None:
    pool = Pool(store, sockets, command=python(HANGS))
    task = asyncio.create_task(lease(pool, store, model))
    await asyncio.sleep(0)
    await pool.close()
    with pytest.raises(EngineError, match="the load was stopped"):
        await task
    assert pool.is_empty


@asynccontextmanager
async def serving(store: ModelStore, pool: ModelPool) -> AsyncIterator[httpx.AsyncClient]:
    """The application in this process, over a real child."""
    state = EngineState(store=store, pool=pool, instance="i", n_cores=1)
    app, _ = create_app(
        state, bound_host="127.0.0.1", port=1, token="t", token_at=Path("engine.json")
    )
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://127.0.0.1",
            headers={"Authorization": "Bearer t"},
        ) as client:
            yield client
    finally:
        await pool.close()


@pytest.fixture
async def engine(
    store: ModelStore, sockets: Path, model: StoredModel
) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(store, Pool(store, sockets)) as client:
        yield client


@pytest.mark.usefixtures("model")
async def test_a_child_that_hangs_is_replaced(store: ModelStore, sockets: Path) -> None:
    body: dict[str, Any] = {"model": "m", "prompt": "a", "stream": False}
    body["options"] = {"num_predict": 4, "num_thread": 1}
    async with serving(store, Pool(store, sockets, silence_s=0.3)) as engine:
        assert (await engine.post("/api/generate", json=body)).status_code == 200
        (child,) = children()
        os.kill(child.pid, signal.SIGSTOP)
        answer = await engine.post("/api/generate", json=body)
        assert answer.status_code == 200, "the same request gets a new one"
        assert children()[0].pid != child.pid


async def test_a_model_that_llama_cpp_does_not_know_says_why(
    engine: httpx.AsyncClient, tmp_path: Path
) -> None:
    tensors: list[Tensor] = [("w", (32,), F32, bytes(128))]
    path = write_gguf(tmp_path / "odd.gguf", {"general.architecture": "nosuch"}, tensors)
    digest = sha256(path.read_bytes()).hexdigest()
    await engine.post(f"/api/blobs/sha256:{digest}", content=path.read_bytes())
    create = {"model": "odd", "files": {"a": f"sha256:{digest}"}, "stream": False}
    assert (await engine.post("/api/create", json=create)).status_code == 200
    answer = await engine.post("/api/generate", json={"model": "odd"})
    assert answer.status_code == 500
    assert "unknown model architecture: 'nosuch'" in answer.json()["error"]
    assert "Traceback" not in answer.text


async def test_format_is_refused_where_it_would_not_bind(
    engine: httpx.AsyncClient, store: ModelStore, tmp_path: Path
) -> None:
    content = write_model(tmp_path / "prefix.gguf", space_prefix=True).read_bytes()
    digest = sha256(content).hexdigest()
    await engine.post(f"/api/blobs/sha256:{digest}", content=content)
    create = {"model": "p", "files": {"p.gguf": f"sha256:{digest}"}, "stream": False}
    assert (await engine.post("/api/create", json=create)).status_code == 200
    body = {"model": "p", "prompt": "a", "format": "json", "stream": False}
    answer = await engine.post("/api/generate", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("does not support format")


IDLES = READY.replace("ready x", "ready http://127.0.0.1:1")
"""Reports that it has loaded, on a port without a listener."""


class Limited:
    """A pool of at most two models, whose children only say that they have loaded."""

    def __init__(self, store: ModelStore, folder: Path) -> None:
        self.pool = Pool(store, None, command=python(IDLES), max_models=2)
        self._store = store
        self._models: dict[str, StoredModel] = {}
        for seed, name in enumerate("abc"):
            content = write_model(folder / f"{name}.gguf", seed=seed).read_bytes()
            digest = sha256(content).hexdigest()
            with store.upload(digest) as upload:
                upload.write(content)
                upload.finish()
            store.put(parse_name(name), Manifest(base=digest))
            stored = store.get(parse_name(name))
            assert stored is not None
            self._models[name] = stored

    async def use(
        self, name: str, keep_alive_s: float = 300.0, until: asyncio.Event | None = None
    ) -> None:
        model = self._models[name]
        card = self._store.card(model.manifest.base)
        options = load_options({"num_thread": 1, "num_ctx": 256}, card, n_cores=1)
        async with self.pool.lease(model, card, options, keep_alive_s):
            if until is not None:
                await until.wait()

    def names(self) -> set[str]:
        return {loaded.model.name.model for loaded in self.pool.loaded()}


@pytest.fixture
async def limited(store: ModelStore, tmp_path: Path) -> AsyncIterator[Limited]:
    limited = Limited(store, tmp_path)
    yield limited
    await limited.pool.close()


async def test_with_a_limit_the_least_recently_used_model_gives_way(limited: Limited) -> None:
    for name in ("a", "b", "a", "c"):
        await limited.use(name)
    assert limited.names() == {"a", "c"}
    assert len(children()) == 2


async def test_with_a_limit_the_shortest_keep_alive_gives_way_first(limited: Limited) -> None:
    await limited.use("a", keep_alive_s=600)
    await limited.use("b", keep_alive_s=60)
    await limited.use("a", keep_alive_s=600)
    await limited.use("b", keep_alive_s=60)
    await limited.use("c")
    assert limited.names() == {"a", "c"}


async def test_with_a_limit_busy_models_stay_and_the_request_waits(limited: Limited) -> None:
    done = asyncio.Event()
    busy = [asyncio.create_task(limited.use(name, until=done)) for name in "ab"]
    while len(limited.names()) < 2:
        await asyncio.sleep(0.01)
    waiting = asyncio.create_task(limited.use("c"))
    await asyncio.sleep(0)
    assert limited.names() == {"a", "b"}
    done.set()
    await asyncio.gather(waiting, *busy)
    assert "c" in limited.names()
    assert len(limited.names()) == 2


async def test_the_limit_holds_for_requests_that_come_together(limited: Limited) -> None:
    await asyncio.gather(*(limited.use(name) for name in "abcabcba"))
    assert len(limited.names()) <= 2
    assert len(children()) <= 2


async def test_a_request_that_stops_waiting_for_room_leaves_nothing(limited: Limited) -> None:
    done = asyncio.Event()
    busy = [asyncio.create_task(limited.use(name, until=done)) for name in "ab"]
    while len(limited.names()) < 2:
        await asyncio.sleep(0.01)
    waiting = asyncio.create_task(limited.use("c"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    done.set()
    await asyncio.gather(*busy)
    assert limited.names() == {"a", "b"}
