"""Requests to the engine by Ollama's API, as their bodies are, and its answers line by line."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Protocol

import httpx

from hotseat.domain.errors import EngineGarbled, EngineRejected
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import ModelInfo
from hotseat.engines.token import EngineKey
from hotseat.engines.wire import Wire

WHOLE_TIMEOUT = httpx.Timeout(600.0, connect=1.0)
"""For an answer that is not streamed: its first byte comes after its last token."""
_HINT = "Run `hotseat doctor` for details"


class EngineRelay(Protocol):
    """The way to an engine, with Ollama's routes and bodies. Methods raise EngineError."""

    async def aclose(self) -> None: ...

    async def info(self, model: str) -> ModelInfo: ...

    def known_info(self, model: str) -> ModelInfo | None: ...

    async def show(self, model: str) -> dict[str, Any]: ...

    def lines(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]: ...


class Relay:
    """One engine at `url`. Every method raises EngineError."""

    def __init__(self, url: str) -> None:
        self._engine = OllamaEngine(url)
        self._wire = Wire(url, key=EngineKey(url), hint=_HINT)
        self._infos: dict[str, ModelInfo] = {}

    async def aclose(self) -> None:
        await self._engine.aclose()
        await self._wire.aclose()

    async def info(self, model: str) -> ModelInfo:
        """Return what the engine says of the model; asked for once while the engine stays."""
        if model not in self._infos:
            self._infos[model] = await self._engine.show(model)
        return self._infos[model]

    def known_info(self, model: str) -> ModelInfo | None:
        """Return what the engine said of the model; None if it was not asked."""
        return self._infos.get(model)

    async def show(self, model: str) -> dict[str, Any]:
        """Return the answer of /api/show."""
        return _checked(*await self._wire.ask("POST", "/api/show", {"model": model}))

    async def lines(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the answer's lines; one if it is not streamed. Closing it cancels the request."""
        if not body.get("stream", False):
            yield _checked(*await self._wire.ask_apart(path, body, WHOLE_TIMEOUT))
            return
        has_ended = False
        async with aclosing(self._wire.lines(path, body, _checked)) as lines:
            async for text in lines:
                line = _checked(200, text)
                has_ended = bool(line.get("done"))
                yield line
        if not has_ended:
            raise EngineGarbled("The engine broke off in the middle of an answer", hint=_HINT)


def _checked(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content) if content.strip() else {}
    except (ValueError, RecursionError):
        answer = None
    error = answer.get("error") if isinstance(answer, dict) else None
    if status >= 400 or error:
        raise EngineRejected(str(error or f"the engine answered HTTP {status}"), status=status)
    if not isinstance(answer, dict):
        raise EngineGarbled("The engine's answer is not JSON", hint=_HINT)
    return answer
