"""The embedded engine of one replica: its process, its models, its memory.

The engine has a runtime directory of its own, so that several run on one machine. The models' store
is shared by the replicas of a machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import filelock
import httpx
from platformdirs import user_data_path

from hotseat.domain.errors import EngineError, EngineUnavailable, HotseatError
from hotseat.domain.experts import Expert, ModelSource, ModelSpec, canonical_model_name
from hotseat.engines.pull import add_adapter, pull
from hotseat.engines.wire import engine_client
from hotseat.team.config import TeamConfig, TeamModel
from hotseat.team.seats import estimate_bytes

START_S = 30.0
_IDLE_EXIT_S = 120.0
"""Longer than the time between two of Ray's health checks, each of which is a request."""
_TIMEOUT = httpx.Timeout(300.0, connect=5.0)
OWNER_HEADER = "X-Hotseat-Owner"
"""Of the embedded engine: whose prompts may be reused."""
_RUNTIME = "HOTSEAT_RUNTIME_DIR"


def store_path() -> Path:
    """Return the folder of the models of all replicas on this machine."""
    return user_data_path("hotseat") / "team" / "models"


class TeamEngine:
    """Started by `start`, ended by `aclose`. Sets HOTSEAT_RUNTIME_DIR for its process: one only."""

    def __init__(self, config: TeamConfig, *, store: Path | None = None) -> None:
        self._config = config
        self._store = store or store_path()
        self._names = {model.name: model.names for model in config.models}
        self._process: asyncio.subprocess.Process | None = None
        self._client: httpx.AsyncClient | None = None
        self._stack = AsyncExitStack()
        self.problems: dict[str, str] = {}
        """By base model: why it cannot be used."""
        self.expected_bytes: dict[str, int] = {}

    async def start(self) -> None:
        """Start the engine and bring the models into its store. Raises HotseatError.

        A model that cannot be brought is a problem of its own: the others are served.
        """
        runtime = self._stack.enter_context(_runtime_dir())
        os.environ[_RUNTIME] = str(runtime)
        url = await self._spawn(runtime)
        self._client = await self._stack.enter_async_context(engine_client(url, timeout=_TIMEOUT))
        self._store.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._store.parent / "models.lock")
        await asyncio.to_thread(lock.acquire)  # Replicas of one machine fetch one after another.
        try:
            for model in self._config.models:
                try:
                    await self._bring(url, model)
                except (HotseatError, OSError) as error:
                    self.problems[model.name] = str(error)
        finally:
            lock.release()

    async def aclose(self) -> None:
        """End the engine's process with its children."""
        await self._stack.aclose()

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            raise EngineUnavailable("The replica's engine is not started", hint="Wait")
        return self._client

    async def check(self) -> None:
        """Raise EngineUnavailable if the engine has ended or does not answer."""
        if self._process is None or self._process.returncode is not None:
            raise EngineUnavailable("The replica's engine has ended", hint="Ray starts another")
        try:
            await self.client.get("/api/version", timeout=10)
        except httpx.HTTPError as error:
            raise EngineUnavailable(
                f"The replica's engine does not answer: {error!r}", hint="Ray starts another"
            ) from None

    async def load(self, model: str) -> None:
        """Load a base model. Cancelling it ends the load."""
        await self._post("/api/generate", {"model": model})

    async def ensure(self, model: str) -> None:
        """Do nothing: a request loads its model."""

    def prepared(self, path: str, body: bytes, developer: str) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers of a developer's request."""
        return body, {OWNER_HEADER: developer}

    async def unload(self, model: str) -> None:
        """Unload a base model and its adapters."""
        for name in self._names[model]:
            await self._post("/api/generate", {"model": name, "keep_alive": 0})

    async def size_bytes(self, model: str) -> int:
        """Return what a base model and its adapters take."""
        names = {canonical_model_name(name) for name in self._names[model]}
        try:
            loaded = (await self.client.get("/api/ps")).json()["models"]
        except (httpx.HTTPError, KeyError, json.JSONDecodeError) as error:
            raise EngineUnavailable(
                f"The engine's list of models cannot be read: {error!r}", hint="Wait"
            ) from None
        return sum(int(one["size"]) for one in loaded if one["name"] in names)

    async def _spawn(self, runtime: Path) -> str:
        command = [sys.executable, "-P", "-m", "hotseat.team.engine_child", str(os.getpid())]
        options = ["--store", str(self._store), "--idle-exit-s", str(_IDLE_EXIT_S), "--no-spare"]
        # Kept prompts would outlive their request in a file: none are kept.
        options += ["--parallel", str(self._config.parallel), "--keep-prompts", "0"]
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                *options,
                env={**os.environ, _RUNTIME: str(runtime)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise EngineError(
                f"The engine cannot be started: {error.strerror}", hint="Check the installation"
            ) from None
        self._stack.push_async_callback(_end, self._process)
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), START_S)
        except TimeoutError:
            line = b""
        text = line.decode("utf-8", "replace")
        if "listening on" not in text:
            raise EngineError(
                "The engine did not start", hint="pip install 'hotseat[embedded,team]'; see its log"
            )
        self._stack.callback(asyncio.ensure_future(_drain(self._process.stdout)).cancel)
        return text.split()[-1]

    async def _bring(self, url: str, model: TeamModel) -> None:
        """Make the model and its adapters exist in the store, and note what it may take."""
        weights = f"{model.name}-weights"
        # A local file is read again, since another may have its name; blobs are not copied twice.
        is_local = model.source.startswith("file:")
        await pull(url, weights, ModelSource(parts=(model.source,)), force=is_local)
        parameters = {"num_ctx": model.context}
        await self._post(
            "/api/create",
            {"model": model.name, "from": weights, "parameters": parameters, "stream": False},
        )
        for adapter in model.adapters:
            expert = Expert(
                name=adapter.name,
                languages=(),
                spec=ModelSpec(canonical_model_name(adapter.name)),
                adapter=str(adapter.path),
                base_model=canonical_model_name(model.name),
            )
            await add_adapter(url, expert)
        tags = (await self.client.get("/api/tags")).json()["models"]
        names = {canonical_model_name(name) for name in model.names}
        sizes = [int(one["size"]) for one in tags if one["name"] in names]
        base = min(sizes, default=0)  # An adapter's size contains the base's.
        whole = base + sum(size - base for size in sizes)
        self.expected_bytes[model.name] = estimate_bytes(whole)

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        try:
            answer = await self.client.post(path, json=body)
        except httpx.HTTPError as error:
            raise EngineUnavailable(
                f"The replica's engine does not answer: {error!r}", hint="Ray starts another"
            ) from None
        if answer.status_code >= 400:
            raise EngineError(
                f"The engine refused {path}: {answer.text[:300]}", hint="Check team.yaml"
            )


@asynccontextmanager
async def running(config: TeamConfig, *, store: Path | None = None) -> AsyncIterator[TeamEngine]:
    """Yield an engine that is ended on leaving."""
    engine = TeamEngine(config, store=store)
    try:
        await engine.start()
        yield engine
    finally:
        await engine.aclose()


@contextmanager
def _runtime_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="hs-team-"))  # mode 0700, short for sockets
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _drain(stdout: asyncio.StreamReader) -> None:
    while await stdout.read(1 << 12):
        continue
