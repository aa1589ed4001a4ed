"""Three editor windows on one real engine in one budget, whose keepers are killed and stopped."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from hotseat.keeper.read_state import keeper_states
from support.engine_process import EngineProcess, create_model, running_engine
from support.lsp_client import LspClient, expert_in
from support.tiny_gguf import SLOW, write_model

pytestmark = pytest.mark.slow

LANGUAGES = {"go": "a.go", "python": "b.py", "sql": "c.sql", "rust": "d.rs"}
N_ROUNDS = 9
# A process start, a load and a heartbeat, on two cores that other tests keep busy.
PATIENCE_S = 30.0


@dataclass
class Sampler:
    """What the engine held, looked at all the time."""

    engine: EngineProcess
    largest_bytes: int = 0
    doubles: list[list[str]] = field(default_factory=list)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Sampler]:
        async with self.engine.async_client() as client:
            task = asyncio.create_task(self._look(client))
            yield self
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _look(self, client: httpx.AsyncClient) -> None:
        while True:
            models = (await client.get("/api/ps")).json()["models"]
            names = [model["name"] for model in models]
            if len(set(names)) != len(names):
                self.doubles.append(names)
            self.largest_bytes = max(self.largest_bytes, sum(m["size"] for m in models))
            await asyncio.sleep(0.02)


@pytest.fixture(params=["hotseat", pytest.param("ollama", marks=pytest.mark.extra)])
def engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[EngineProcess]:
    with running_engine(tmp_path, "--schedule", request.param) as engine:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(engine.runtime))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.setenv("HOME", str(tmp_path))
        yield engine


def models_in(engine: EngineProcess, folder: Path) -> int:
    """Makes one model per language; returns the bytes that one takes when it is loaded."""
    with engine.client(timeout=60) as client:
        for seed, language in enumerate(LANGUAGES):
            path = write_model(folder / f"{language}.gguf", shape=SLOW, seed=seed)
            create_model(client, f"tiny-{language}", path)
        ask: dict[str, Any] = {"model": "tiny-go", "options": {"num_ctx": 512, "num_thread": 1}}
        client.post("/api/generate", json=ask).raise_for_status()
        size = client.get("/api/ps").json()["models"][0]["size"]
        client.post("/api/generate", json={**ask, "keep_alive": 0}).raise_for_status()
        return int(size)


async def open_window(stack: AsyncExitStack, url: str, roster: Path, folder: Path) -> LspClient:
    arguments = ["--roster", str(roster), "--engine-url", url]
    window = await stack.enter_async_context(LspClient(arguments, cwd=folder))
    await window.initialize()
    for language, name in LANGUAGES.items():
        window.open((folder / name).as_uri(), language, "x = 1\n")
    return window


async def until_warm_everywhere(windows: list[LspClient], expert: str) -> None:
    """All windows show the expert warm, and the same state of every other."""

    def agreed() -> bool:
        states = [{e["name"]: e["state"] for e in w.status.get("experts", ())} for w in windows]
        return all(state == states[0] for state in states) and states[0].get(expert) == "warm"

    try:
        async with asyncio.timeout(PATIENCE_S):
            while not agreed():
                await asyncio.sleep(0.02)
    except TimeoutError:
        seen = [[(e["name"], e["state"], e["error"]) for e in w.status["experts"]] for w in windows]
        raise AssertionError(f"{expert} is not warm in every window: {seen}") from None


async def focus(windows: list[LspClient], at: int, folder: Path, language: str) -> None:
    for i, window in enumerate(windows):
        window.notify("hotseat/didChangeWindowFocus", {"focused": i == at})
    uri = (folder / LANGUAGES[language]).as_uri()
    windows[at].notify("textDocument/didFocus", {"textDocument": {"uri": uri}})
    await until_warm_everywhere(windows, language)


async def keeper_of(windows: list[LspClient]) -> int:
    """Which window keeps."""
    pids = [window.process.pid for window in windows]
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for state in await keeper_states():
                if state.keeper_pid in pids:
                    return pids.index(state.keeper_pid)
            await asyncio.sleep(0.02)


@pytest.mark.extra
async def test_windows_share_one_budget_whatever_happens_to_keepers(
    engine: EngineProcess, tmp_path: Path
) -> None:
    size_bytes = models_in(engine, tmp_path)
    budget_bytes = int(size_bytes * 2.7)
    roster = tmp_path / "experts.yaml"
    experts = "".join(
        f"  - {{name: {language}, languages: [{language}], model: tiny-{language}, fim: none}}\n"
        for language in LANGUAGES
    )
    roster.write_text(
        f"budget: {budget_bytes}\noptions: {{num_ctx: 512, num_thread: 1}}\nexperts:\n{experts}"
    )
    chance = random.Random(5)
    sampler = Sampler(engine)
    async with AsyncExitStack() as stack, sampler.watching():
        windows = [await open_window(stack, engine.url, roster, tmp_path) for _ in range(3)]
        for round_ in range(N_ROUNDS):
            at = chance.randrange(len(windows))
            language = chance.choice(list(LANGUAGES))
            await focus(windows, at, tmp_path, language)
            keeper = await keeper_of(windows)
            if round_ % 3 == 1:
                windows[keeper].process.kill()
                await windows[keeper].process.wait()
                del windows[keeper]
                windows.append(await open_window(stack, engine.url, roster, tmp_path))
            elif round_ % 3 == 2:
                await served_while_stopped(windows, keeper, tmp_path, language)
        n_loaded = engine.process.pid and len(engine.children())
    assert sampler.doubles == []
    assert sampler.largest_bytes <= budget_bytes
    assert n_loaded == 2, "the budget has room for two models, and they are used"


async def served_while_stopped(
    windows: list[LspClient], keeper: int, folder: Path, language: str
) -> None:
    """A stopped keeper holds up nobody: the others get suggestions, and another expert."""
    others = [window for window in windows if window is not windows[keeper]]
    uri = (folder / LANGUAGES[language]).as_uri()
    os.kill(windows[keeper].process.pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(2.0):
            await others[0].complete(uri, 0, 5)
        # One that has just taken over does not know what is there before its first look.
        status = await others[0].until_status(
            lambda said: expert_in(said, language).get("state") == "warm"
        )
        absent = [name for name in LANGUAGES if expert_in(status, name).get("state") != "warm"]
        await focus(others, 0, folder, absent[0])
    finally:
        os.kill(windows[keeper].process.pid, signal.SIGCONT)
    await until_warm_everywhere(windows, absent[0])
    assert await keeper_of(windows) != keeper
