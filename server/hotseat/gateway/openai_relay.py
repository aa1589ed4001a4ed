"""Requests to an engine with OpenAI's API, in Ollama's form on this side."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from hotseat.domain.errors import EngineGarbled, EngineRejected
from hotseat.engines.openai import OpenAIEngine, RefusedFields
from hotseat.engines.openai_server import OpenAIServer
from hotseat.engines.protocol import ModelInfo
from hotseat.gateway.openai_engine_answer import AnswerLines, joined
from hotseat.gateway.openai_engine_request import openai_request

_UNKNOWN = frozenset({"tools", "vision", "insert", "embedding"})
"""What such a server does not report of a model: the server refuses what it cannot do."""

log = logging.getLogger("hotseat.gateway")


class OpenAIRelay:
    """One server at `url`; `key_env` names the variable with its key. Methods raise EngineError."""

    def __init__(self, url: str, key_env: str) -> None:
        self._engine = OpenAIEngine(url, key_env=key_env)
        self._server = OpenAIServer(url, key_env)
        self._refused = RefusedFields()
        self._infos: dict[str, ModelInfo] = {}

    async def aclose(self) -> None:
        await self._engine.aclose()
        await self._server.aclose()

    async def info(self, model: str) -> ModelInfo:
        """Return what is known of the model; asked for once while the engine stays."""
        if model not in self._infos:
            info = await self._engine.show(model)
            self._infos[model] = replace(info, capabilities=info.capabilities | _UNKNOWN)
        return self._infos[model]

    def known_info(self, model: str) -> ModelInfo | None:
        """Return what is known of the model; None if it was not asked for."""
        return self._infos.get(model)

    async def show(self, model: str) -> dict[str, Any]:
        """Return what /api/show would, as far as the server reports it."""
        info = await self.info(model)
        length = {"openai.context_length": info.n_ctx} if info.n_ctx else {}
        return {
            "capabilities": sorted(info.capabilities - {"chat"}),
            "details": {"format": "", "family": "openai", "families": ["openai"]},
            "model_info": {"general.architecture": "openai", **length},
            "template": info.template,
            "modelfile": "",
            "parameters": "",
        }

    async def lines(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the answer's lines; one if it is not streamed. Closing it cancels the request."""
        if path == "/api/embed":
            yield await self._embeddings(body)
            return
        name = str(body["model"])
        info = await self.info(name)
        model = await self._engine.model_id(name)
        route, request = openai_request(path, body, model, info.n_ctx)
        streams, found = bool(body.get("stream")), []
        async with aclosing(self._answer(route, request, path == "/api/chat")) as lines:
            async for line in lines:
                if streams:
                    yield line
                else:
                    found.append(line)
        if not streams:
            yield joined(found)

    async def _answer(
        self, route: str, request: dict[str, Any], is_chat: bool
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Ask once more without an optional field that the server refuses."""
        while True:
            has_begun = False
            try:
                body = self._refused.without(request)
                async with aclosing(self._events(route, body, is_chat)) as lines:
                    async for line in lines:
                        has_begun = True
                        yield line
                return
            except EngineRejected as error:
                field = None if has_begun else self._refused.learn(error, request)
                if field is None:
                    raise
                log.warning("the engine refuses '%s': left out from now on", field)

    async def _events(
        self, route: str, body: dict[str, Any], is_chat: bool
    ) -> AsyncGenerator[dict[str, Any], None]:
        answer, has_ended = AnswerLines(is_chat=is_chat), False
        async with aclosing(self._server.events(route, body)) as events:
            async for event in events:
                has_ended = not event
                if has_ended:
                    break
                if (line := answer.read(event)) is not None:
                    yield line
        if not has_ended and not answer.finish:
            raise EngineGarbled("The engine broke off in the middle of an answer")
        yield answer.last()

    async def _embeddings(self, body: dict[str, Any]) -> dict[str, Any]:
        given = body.get("input")
        model = await self._engine.model_id(str(body["model"]))
        request = {"model": model, "input": given}
        if body.get("dimensions"):
            request["dimensions"] = body["dimensions"]
        answer = await self._server.ask("POST", "/v1/embeddings", request)
        try:
            entries = sorted(answer["data"], key=lambda entry: int(entry["index"]))
            vectors = [list(map(float, entry["embedding"])) for entry in entries]
            n_tokens = int((answer.get("usage") or {}).get("prompt_tokens") or 0)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise EngineGarbled("The server's vectors are not in OpenAI's form") from None
        return {"embeddings": vectors, "prompt_eval_count": n_tokens}
