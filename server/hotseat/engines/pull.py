"""Bringing a model into an engine: from its own library, from a source, or as an adapter on a base.

The same calls for Ollama and the embedded engine: `/api/pull`, `/api/blobs`, `/api/create`. Options
are never baked into a model: they go along with each request (domain/experts.py). Owns no display
and no choice of what to pull.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from hotseat.domain.errors import (
    EngineGarbled,
    EngineRejected,
    EngineUnavailable,
    SourceError,
)
from hotseat.domain.experts import Expert, ModelSource, canonical_model_name
from hotseat.engines.sources import Progress, ProgressSink, discard, downloads_dir, fetch, sha256_of
from hotseat.engines.token import TOKEN_HINT
from hotseat.engines.wire import engine_client
from hotseat.machine import network

# A daemon may say nothing while it verifies or converts gigabytes.
_TIMEOUT = httpx.Timeout(300.0, connect=5.0)
_UPLOAD_BYTES = 1 << 20


async def pull(
    engine_url: str,
    wanted: Expert | str,
    source: ModelSource | None = None,
    progress: ProgressSink = lambda step: None,
    *,
    force: bool = False,
) -> None:
    """Make the engine have `wanted`: an expert with all it needs, or a model by name.

    A model that comes from a source and is already there is left alone unless `force`: the name
    may hold the user's own model. Raises EngineError and SourceError. May be cancelled; what was
    fetched is kept and used again.
    """
    async with engine_client(engine_url, timeout=_TIMEOUT) as client:
        engine = _Engine(client, engine_url, progress)
        if isinstance(wanted, str):
            await _model(engine, canonical_model_name(wanted), source, force=force)
            return
        weights = wanted.base_model or wanted.spec.model
        await _model(engine, weights, source or wanted.source, force=force)
        if wanted.adapter is not None:
            await _adapter(engine, wanted)


async def add_adapter(
    engine_url: str, expert: Expert, progress: ProgressSink = lambda step: None
) -> None:
    """Make the engine have an expert's adapter, as it is on disk now, over a base that is there.

    Raises EngineError, and SourceError when the adapter's file cannot be read.
    """
    async with engine_client(engine_url, timeout=_TIMEOUT) as client:
        await _adapter(_Engine(client, engine_url, progress), expert)


async def _adapter(engine: _Engine, expert: Expert) -> None:
    path = Path(expert.adapter or "")
    digest = await engine.upload(path)
    what = {"from": expert.base_model, "adapters": {path.name: digest}}
    await engine.create(expert.spec.model, what)


async def _model(engine: _Engine, model: str, source: ModelSource | None, *, force: bool) -> None:
    if source is None:
        await engine.pull(model)
        return
    name = f"{model.rpartition('/')[2].replace(':', '-')}.gguf"
    dest = downloads_dir() / name
    if not force and await engine.has(model):
        engine.report("already there")
    elif source.sha256 is not None and await engine.has_blob(f"sha256:{source.sha256}"):
        await engine.create(model, {"files": {name: f"sha256:{source.sha256}"}})
    else:
        path = await fetch(source, dest, engine.progress)
        digest = await engine.upload(path, sha256=source.sha256)
        await engine.create(model, {"files": {name: digest}})
    # The engine has it now: a second copy of a large file is of no use. An earlier pull may have
    # left one: it is kept when the engine refuses to create the model.
    await asyncio.to_thread(discard, source, dest)


class _Engine:
    """The three calls, each with errors of its own."""

    def __init__(self, client: httpx.AsyncClient, url: str, progress: ProgressSink) -> None:
        self.client = client
        self.url = url
        self.progress = progress

    def report(self, status: str) -> None:
        self.progress(Progress(status=status))

    async def has(self, model: str) -> bool:
        async with self._reaching():
            answer = await self.client.post("/api/show", json={"model": model})
        if answer.status_code == 404:
            return False
        self._check(answer)
        return True

    async def has_blob(self, digest: str) -> bool:
        async with self._reaching():
            answer = await self.client.head(f"/api/blobs/{digest}")
        if answer.status_code == 404:
            return False
        self._check(answer)
        return True

    async def pull(self, model: str) -> None:
        network.check_download(model)
        try:
            await self._stream("/api/pull", {"model": model})
        except EngineRejected as error:
            message = f"{model} could not be pulled: {error.message}"
            if "hotseat pull" in error.message:
                # The embedded engine sends people to this very command.
                message = f"{model} has no source, and the embedded engine has no library"
            raise EngineRejected(
                message,
                status=error.status,
                hint=error.hint or _library_hint(error.message),
            ) from None

    async def create(self, model: str, what: dict[str, Any]) -> None:
        self.report(f"creating {model}")
        await self._stream("/api/create", {"model": model, **what})

    async def upload(self, path: Path, *, sha256: str | None = None) -> str:
        """The blob's digest, `sha256:…`. Raises SourceError when the file cannot be read."""
        hexdigest = sha256 or await sha256_of(
            path, status=f"checking {path.name}", progress=self.progress
        )
        digest = f"sha256:{hexdigest}"
        if await self.has_blob(digest):
            return digest
        size = path.stat().st_size
        async with self._reaching():
            answer = await self.client.post(
                f"/api/blobs/{digest}",
                content=self._content(path, size),
                headers={"Content-Length": str(size)},
            )
        self._check(answer)
        return digest

    async def _content(self, path: Path, size: int) -> AsyncIterator[bytes]:
        sent_bytes = 0
        status = f"handing {path.name} to the engine"
        try:
            with path.open("rb") as file:
                while chunk := await asyncio.to_thread(file.read, _UPLOAD_BYTES):
                    yield chunk
                    sent_bytes += len(chunk)
                    self.progress(
                        Progress(status=status, completed_bytes=sent_bytes, total_bytes=size)
                    )
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}", hint="Check the file") from None

    async def _stream(self, path: str, body: dict[str, Any]) -> None:
        """Report each status line; return at `success`."""
        done = False
        async with (
            self._reaching(),
            self.client.stream("POST", path, json={**body, "stream": True}) as answer,
        ):
            if answer.status_code >= 400:
                await answer.aread()
                self._check(answer)
            async for text in answer.aiter_lines():
                if not text.strip():
                    continue
                line = self._line(text, path)
                if "error" in line:
                    raise EngineRejected(str(line["error"]), status=200)
                status = str(line.get("status", ""))
                done = done or status == "success"
                self.progress(
                    Progress(
                        status=status,
                        completed_bytes=_count(line.get("completed")),
                        total_bytes=_count(line.get("total")),
                    )
                )
        if not done:
            raise EngineGarbled(
                f"{self.url} broke off in the middle of {path}", hint="Run the command again"
            )

    def _line(self, text: str, path: str) -> dict[str, Any]:
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if not isinstance(line, dict):
            raise EngineGarbled(
                f"{self.url}{path} answers something that is not Ollama's API",
                hint="Check the engine's address",
            )
        return line

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code < 400:
            return
        try:
            reason = str(answer.json()["error"])
        except (ValueError, KeyError, TypeError):
            reason = answer.text.strip()[:200] or f"HTTP status {answer.status_code}"
        hint = TOKEN_HINT if answer.status_code == 401 else ""
        raise EngineRejected(reason, status=answer.status_code, hint=hint)

    @asynccontextmanager
    async def _reaching(self) -> AsyncIterator[None]:
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise EngineUnavailable(
                f"no engine answers at {self.url}", hint="Start the engine, or give --engine-url"
            ) from None
        except httpx.TimeoutException:
            raise EngineUnavailable(
                f"{self.url} stopped answering", hint="Run the command again"
            ) from None
        except httpx.TransportError as error:
            raise EngineGarbled(
                f"the connection to {self.url} broke: {error}", hint="Run the command again"
            ) from None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _library_hint(message: str) -> str:
    if "file does not exist" in message or "not found" in message:
        return "Check the name: it is neither in your roster nor in Ollama's library"
    if "hotseat pull" in message:
        return (
            "Start Ollama, give the model a `source:` in experts.yaml, or use a roster whose "
            "models have one: --roster starter"
        )
    return "Check the network of the machine where the engine runs"
