"""Prompts that are kept and restored, by real child processes."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from hotseat.embedded.api.app import create_app
from hotseat.embedded.api.state import EngineState
from hotseat.embedded.kept import store as kept_store
from hotseat.embedded.kept.families import RESTORABLE
from hotseat.embedded.kept.memory_file import MemoryFile
from hotseat.embedded.kept.store import KeptState, KeptStore
from hotseat.embedded.models.store import ModelStore
from hotseat.embedded.processes.pool import Pool
from hotseat.embedded.processes.runner import CHILD_COMMAND
from support.tiny_gguf import Shape, write_adapter, write_model

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="not applicable: only Linux has memory files"
)

MB = 1_000_000
SHAPE = Shape(n_embd=128, n_layers=4, n_heads=4, n_ff=256)
"""4 kB of KV cache a token."""
FIRST = "def alpha ( beta ) : return beta " * 12
SECOND = "SELECT which FROM that WHERE it is " * 12
THIRD = "for one in the import class while " * 12


class Engine:
    """An engine in this process, whose children are real. Its models are `m`, and others that
    `add` made."""

    def __init__(self, client: httpx.AsyncClient, kept: KeptStore, folder: Path) -> None:
        self.client, self.kept, self._folder = client, kept, folder

    async def add(self, name: str, *, architecture: str = "llama", seed: int = 1) -> None:
        path = self._folder / f"{name}.gguf"
        write_model(path, shape=SHAPE, architecture=architecture, seed=seed)
        body = {"model": name, "files": {"m.gguf": await self._upload(path)}, "stream": False}
        assert (await self.client.post("/api/create", json=body)).status_code == 200

    async def add_adapter(self, name: str, *, base: str = "m", seed: int) -> None:
        path = write_adapter(self._folder / name, shape=SHAPE, seed=seed)
        body = {"model": name, "from": base, "adapters": {"a": await self._upload(path)}}
        answer = await self.client.post("/api/create", json={**body, "stream": False})
        assert answer.status_code == 200, answer.text

    async def _upload(self, path: Path) -> str:
        content = path.read_bytes()
        digest = f"sha256:{sha256(content).hexdigest()}"
        await self.client.post(f"/api/blobs/{digest}", content=content)
        return digest

    async def ask(self, prompt: str, model: str = "m", **options: Any) -> dict[str, Any]:
        given = {"num_predict": 8, "num_thread": 1, "num_ctx": 1024, "temperature": 0, **options}
        body = {"model": model, "prompt": prompt, "raw": True, "stream": False, "logprobs": True}
        answer = await self.client.post("/api/generate", json={**body, "options": given})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def kept_after(self, n_states: int, prompt: str = "") -> None:
        """Wait until so many states are kept, and one of them covers `prompt`."""
        async with asyncio.timeout(10):
            while len(self.states) != n_states or not self.covers(prompt):
                await asyncio.sleep(0.005)

    def covers(self, prompt: str) -> bool:
        return any(state.text.startswith(prompt) for state in self.states)

    @property
    def states(self) -> list[KeptState]:
        return self.kept.states()

    async def unload(self, model: str = "m") -> None:
        await self.client.post("/api/generate", json={"model": model, "keep_alive": 0})
        async with asyncio.timeout(10):
            while model in await self._loaded():
                await asyncio.sleep(0.005)

    async def _loaded(self) -> list[str]:
        listed = (await self.client.get("/api/ps")).json()["models"]
        return [str(entry["name"]).removesuffix(":latest") for entry in listed]


@asynccontextmanager
async def running(
    folder: Path, kept: KeptStore, *, command: tuple[str, ...] = CHILD_COMMAND
) -> AsyncIterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="hs-") as sockets:
        store = ModelStore(folder / "store")
        pool = Pool(store, Path(sockets), kept=kept, command=command)
        state = EngineState(store=store, pool=pool, instance="i", n_cores=1)
        app, _ = create_app(
            state, bound_host="127.0.0.1", port=1, token="t", token_at=Path("engine.json")
        )
        try:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://127.0.0.1",
                headers={"Authorization": "Bearer t"},
                timeout=60,
            ) as client:
                engine = Engine(client, kept, folder)
                await engine.add("m")
                yield engine
        finally:
            await pool.close()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with running(tmp_path, KeptStore(64 * MB, room_bytes=lambda: 1 << 40)) as engine:
        yield engine


def logprobs(answer: dict[str, Any]) -> list[float]:
    return [entry["logprob"] for entry in answer["logprobs"]]


def assert_same(answer: dict[str, Any], cold: dict[str, Any]) -> None:
    assert answer["response"] == cold["response"]
    assert logprobs(answer) == pytest.approx(logprobs(cold), abs=1e-3)


async def test_a_prompt_is_not_read_twice_when_other_files_came_between(engine: Engine) -> None:
    cold = await engine.ask(FIRST)
    await engine.kept_after(1)
    for i, other in enumerate((SECOND, THIRD), start=2):  # Two slots: neither holds the first.
        await engine.ask(other)
        await engine.kept_after(i)
    again = await engine.ask(FIRST)
    assert again["timings"]["prompt_n"] == 1, "only the last token is computed again"
    assert_same(again, cold)


@pytest.mark.parametrize("family", sorted(RESTORABLE))
async def test_a_family_answers_as_after_a_cold_read(engine: Engine, family: str) -> None:
    await engine.add(family, architecture=family, seed=3)
    cold = await engine.ask(FIRST, family)
    warm = await engine.ask(FIRST, family)
    await engine.kept_after(1)
    await engine.unload(family)
    again = await engine.ask(FIRST, family)
    assert again["timings"]["prompt_n"] == 1
    assert_same(again, cold)
    assert logprobs(again) == logprobs(warm), "to the last digit: the same state, the same batch"
    longer = await engine.ask(FIRST + "if not that", family)
    await engine.unload(family)
    engine.kept.clear()
    assert_same(longer, await engine.ask(FIRST + "if not that", family))


async def test_each_adapter_has_states_of_its_own(engine: Engine) -> None:
    names = ["one", "two"]
    for seed, name in enumerate(names):
        await engine.add_adapter(name, seed=20 + seed)
    cold = {name: await engine.ask(FIRST, name) for name in ("m", *names)}
    await engine.kept_after(3)
    assert len({answer["response"] for answer in cold.values()}) == 3
    for name in ("m", *names):
        await engine.client.post("/api/generate", json={"model": name, "keep_alive": 0})
    await engine.unload("m")
    for name in reversed(names):
        again = await engine.ask(FIRST, name)
        assert again["timings"]["prompt_n"] == 1
        assert_same(again, cold[name])


async def test_another_adapter_or_other_options_find_nothing(engine: Engine) -> None:
    await engine.add_adapter("one", seed=20)
    await engine.ask(FIRST)
    await engine.kept_after(1)
    assert (await engine.ask(FIRST, "one"))["timings"]["cache_n"] == 0
    assert (await engine.ask(FIRST, num_ctx=512))["timings"]["cache_n"] == 0


async def test_a_child_of_another_version_finds_nothing(tmp_path: Path) -> None:
    kept = KeptStore(64 * MB, room_bytes=lambda: 1 << 40)
    async with running(tmp_path, kept) as engine:
        cold = await engine.ask(FIRST)
        await engine.kept_after(1)
        (state,) = engine.states
        copy = copied(state.file, state.size_bytes)
        kept.clear()
        kept.add(state.key._replace(version="0.0.1"), "m:latest", FIRST, copy)
        await engine.unload()
        again = await engine.ask(FIRST)
        assert again["timings"]["cache_n"] == 0
        assert_same(again, cold)


def copied(file: MemoryFile, n_bytes: int) -> MemoryFile:
    copy = MemoryFile()
    os.pwrite(int(copy.name), file.read(n_bytes), 0)
    return copy


def half(file: MemoryFile, size_bytes: int) -> MemoryFile:
    return copied(file, size_bytes // 2)


def with_a_longer_head(file: MemoryFile, size_bytes: int) -> MemoryFile:
    copy = copied(file, size_bytes)
    os.pwrite(int(copy.name), (30_000).to_bytes(4, "little"), 8)
    return copy


def of_noise(file: MemoryFile, size_bytes: int) -> MemoryFile:
    """A whole head, and no KV cache that llama.cpp could read."""
    head = file.read(2000)
    copy = MemoryFile()
    os.pwrite(int(copy.name), head + os.urandom(size_bytes - len(head)), 0)
    return copy


@pytest.mark.parametrize("damaged", [half, with_a_longer_head, of_noise])
async def test_a_damaged_state_is_dropped_and_the_prompt_read(
    engine: Engine, damaged: Callable[[MemoryFile, int], MemoryFile]
) -> None:
    cold = await engine.ask(FIRST)
    await engine.kept_after(1)
    (state,) = engine.states
    bad = damaged(state.file, state.size_bytes)
    engine.kept.clear()
    engine.kept.add(state.key, state.model, FIRST, bad)
    await engine.unload()
    again = await engine.ask(FIRST)
    assert again["timings"]["cache_n"] == 0
    assert_same(again, cold)
    await engine.kept_after(1)
    assert engine.states[0].file is not bad, "the state of this read took its place"


async def test_a_state_that_became_shorter_after_it_was_kept_is_dropped(engine: Engine) -> None:
    cold = await engine.ask(FIRST)
    await engine.kept_after(1)
    (state,) = engine.states
    with pytest.raises(OSError, match="Operation not permitted"):
        os.ftruncate(int(state.file.name), 100)
    copy = copied(state.file, state.size_bytes)
    engine.kept.clear()
    engine.kept.add(state.key, state.model, FIRST, copy)  # Not sealed, so it can be truncated.
    os.ftruncate(int(copy.name), state.size_bytes - 1)
    await engine.unload()
    assert_same(await engine.ask(FIRST), cold)


async def test_the_state_of_another_model_is_never_taken(engine: Engine) -> None:
    await engine.add("other", seed=9)
    cold = await engine.ask(FIRST, "other")
    await engine.kept_after(1)
    engine.kept.clear()
    await engine.ask(FIRST)
    await engine.kept_after(1)
    await engine.unload("other")
    again = await engine.ask(FIRST, "other")
    assert again["timings"]["cache_n"] == 0
    assert_same(again, cold)


LIMITED = """
import resource, runpy, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
runpy.run_module("hotseat.embedded.processes.child", run_name="__main__")
"""


async def test_without_memory_for_a_state_the_answer_is_as_ever(tmp_path: Path) -> None:
    """The child's write fails after 50 kB, as a full memory makes it fail."""
    command = (sys.executable, "-P", "-c", LIMITED)
    kept = KeptStore(64 * MB, room_bytes=lambda: 1 << 40)
    async with running(tmp_path, kept, command=command) as engine:
        cold = await engine.ask(FIRST)
        assert_same(await engine.ask(FIRST), cold)
        await engine.ask(SECOND)
        assert engine.states == []
        assert kept.used_bytes == 0


async def test_without_a_file_descriptor_nothing_is_kept(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left() -> MemoryFile:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(kept_store, "MemoryFile", none_left)
    cold = await engine.ask(FIRST)
    await engine.ask(SECOND)
    assert engine.states == []
    assert_same(await engine.ask(FIRST), cold)


async def test_what_is_kept_stays_below_its_bound_and_a_lower_one_holds_at_once(
    tmp_path: Path,
) -> None:
    kept = KeptStore(4 * MB, room_bytes=lambda: 1 << 40)
    async with running(tmp_path, kept) as engine:
        prompts = [f"class import {i} " * 30 + SECOND for i in range(6)]
        for prompt in prompts:
            await engine.ask(prompt)
            async with asyncio.timeout(10):
                while not engine.covers(prompt):
                    await asyncio.sleep(0.005)
            assert kept.used_bytes <= 4 * MB
        assert len(engine.states) < len(prompts)
        assert engine.covers(prompts[-2]), "there is room for more than one"
        last_bytes = engine.states[-1].size_bytes
        bounds = {"kept_limit_bytes": last_bytes}
        answer = await engine.client.post("/api/hotseat/beside", json=bounds)
        assert answer.json()["kept_bytes"] == kept.used_bytes == last_bytes
        assert engine.covers(prompts[-1]), "the most recently used one stays"
        assert len(engine.states) == 1
        await engine.client.post("/api/hotseat/beside", json={"kept_limit_bytes": 0})
        assert kept.used_bytes == 0


async def test_a_machine_without_free_memory_keeps_nothing(tmp_path: Path) -> None:
    kept = KeptStore(64 * MB, room_bytes=lambda: 0)
    async with running(tmp_path, kept) as engine:
        await engine.ask(FIRST)
        await engine.ask(SECOND)
        assert engine.states == []


async def test_an_answer_that_shifted_its_context_is_not_kept(engine: Engine) -> None:
    await engine.ask(FIRST, num_ctx=512, num_predict=400)
    await engine.ask(SECOND, num_ctx=512)
    await engine.kept_after(1, SECOND)


async def test_a_prompt_that_grew_is_saved_after_a_rest_in_place_of_the_shorter_one(
    engine: Engine,
) -> None:
    await engine.ask(FIRST)
    await engine.kept_after(1)
    grown = FIRST + THIRD[: len(FIRST) // 2]
    await engine.ask(grown)
    assert len(engine.states) == 1
    await engine.kept_after(1, grown)


async def test_a_prompt_that_grew_is_saved_before_another_file_takes_its_slot(
    engine: Engine,
) -> None:
    await engine.ask(FIRST)
    await engine.kept_after(1)
    grown = FIRST + THIRD[: len(FIRST) // 2]
    await engine.ask(grown)
    await engine.ask(SECOND)
    await engine.ask(THIRD)
    await engine.kept_after(3, grown)


async def test_a_process_that_ends_in_the_middle_leaves_no_file_open(engine: Engine) -> None:
    before = open_memory_files()
    asking = asyncio.create_task(engine.ask(FIRST + THIRD, num_predict=400))
    async with asyncio.timeout(10):
        while open_memory_files() == before:  # The save waits for the end of the answer.
            await asyncio.sleep(0.002)
    for child in psutil.Process().children():
        if "hotseat.embedded.processes.child" in child.cmdline():
            child.kill()
    await asyncio.gather(asking, return_exceptions=True)
    await engine.unload()
    async with asyncio.timeout(10):
        while open_memory_files() != before + len(engine.states):
            await asyncio.sleep(0.005)


def open_memory_files() -> int:
    links = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            links.append(os.readlink(link))
    return sum("hotseat-kept-prompt" in link for link in links)


async def test_a_deleted_model_leaves_no_state(engine: Engine) -> None:
    await engine.ask(FIRST)
    await engine.kept_after(1)
    await engine.client.request("DELETE", "/api/delete", json={"model": "m"})
    assert engine.states == []


async def test_forgetting_frees_the_prompts_of_one_model(engine: Engine) -> None:
    await engine.add("other", seed=9)
    await engine.ask(FIRST)
    await engine.ask(FIRST, "other")
    await engine.kept_after(2)
    await engine.client.post("/api/hotseat/beside", json={"forget": "m"})
    assert [state.model for state in engine.states] == ["other:latest"]


async def test_the_list_of_models_says_what_prompts_cost_and_what_is_kept(engine: Engine) -> None:
    await engine.ask(FIRST)
    await engine.kept_after(1)
    beside = (await engine.client.get("/api/ps")).json()["hotseat"]
    assert beside["kept_bytes"] == engine.kept.used_bytes > 0
    (prompts,) = beside["prompts"]
    assert prompts["model"] == "m:latest"
    assert prompts["states"] == 1
    assert prompts["read_ms"] > 0
