"""A team's server (`hotseat team serve`) as an `Engine`: Ollama's API with a key of the developer.

The server decides what is in its memory: all its models count as resident, with the bytes that they
take there, and nothing is loaded or unloaded from here. What the user may need next is sent as a
hint, which the server may ignore.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from hotseat.domain.errors import (
    EngineGarbled,
    EngineRejected,
    EngineUnavailable,
    ModelNotFound,
)
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ResidentModel
from hotseat.engines.capabilities import TEAM, flags
from hotseat.engines.ollama import OLLAMA_DEFAULTS, OllamaEngine, OllamaSettings
from hotseat.engines.protocol import ChatRequest, Chunk, EngineInfo, GenerateRequest
from hotseat.engines.wire import FixedKey

MARK = "hotseat_team"
"""The key of a team's own fields in answers of Ollama's API."""
PROBABILITY = "hotseat_probability"
"""In a load request: how likely it is that the model is asked next; 1 unless given."""
MAX_NAMED = 8


class TeamClient(OllamaEngine):
    """`key_env` names the environment variable with the developer's key.

    The URL was checked by `discovery.team_address`: it has TLS, or is on this machine.
    """

    def __init__(
        self, base_url: str, *, key_env: str, settings: OllamaSettings = OLLAMA_DEFAULTS
    ) -> None:
        key = os.environ.get(key_env, "").strip() if key_env else ""
        super().__init__(
            base_url,
            settings=settings,
            key=FixedKey(base_url, key),
            unreachable="Is the network up? `hotseat doctor` checks the server",
        )
        self._key_env = key_env
        self._lacks_key = not key
        self._names: tuple[str, ...] = ()

    async def version(self) -> EngineInfo:
        if self._lacks_key:
            named = self._key_env or "No variable"
            raise EngineUnavailable(
                f"{named}, which should hold your key of {self.base_url}, is not set",
                hint="Set `key_env` in experts.yaml, and that variable where the editor is started",
            )
        answer = await self._quick("GET", "/api/version")
        if not isinstance(answer.get(MARK), str):
            raise EngineGarbled(
                f"{self.base_url} does not answer like a team's server",
                hint="Check the host in experts.yaml: `hotseat team serve` prints it",
            )
        return EngineInfo(**flags(TEAM), version=f"team {answer[MARK]}")

    async def models(self) -> tuple[str, ...]:
        await self.resident()
        return self._names

    async def resident(self) -> tuple[ResidentModel, ...]:
        """Return all its models; `server_bytes` are 0 for those that it would have to load."""
        answer = await self._quick("GET", "/api/ps")
        with self._garbled("/api/ps"):
            held = {str(one["name"]): int(one["size"]) for one in answer["models"]}
            self._names = tuple(canonical_model_name(str(n)) for n in answer[MARK]["names"])
        return tuple(
            ResidentModel(model=name, digest="", size_bytes=0, server_bytes=held.get(name, 0))
            for name in self._names
        )

    async def ensure_ready(self, spec: ModelSpec, *, keep_alive_s: float) -> float:
        """At once for what it has. There is no keep-alive."""
        if canonical_model_name(spec.model) not in await self.models():
            raise self._missing(spec.model)
        return 0.0

    async def unload(self, spec: ModelSpec) -> None:
        """Do nothing: other developers use it."""

    async def expect(self, probabilities: Mapping[ModelSpec, float]) -> None:
        """Send each as a load request without a prompt."""
        for spec, probability in probabilities.items():
            body = {"model": spec.model, "stream": False, PROBABILITY: round(probability, 3)}
            await self._quick("POST", "/api/generate", body)

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        async with aclosing(super().generate(replace(request, resident_only=False))) as chunks:
            async for chunk in chunks:
                yield chunk

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        async with aclosing(super().chat(replace(request, resident_only=False))) as chunks:
            async for chunk in chunks:
                yield chunk

    def _missing(self, model: str) -> ModelNotFound:
        there = [name.removesuffix(":latest") for name in self._names]
        more = ", …" if len(there) > MAX_NAMED else ""
        names = ", ".join(there[:MAX_NAMED]) + more or "no model"
        hint = f"The server at {self.base_url} has {names}: name one of its models in experts.yaml"
        return ModelNotFound(model, hint=hint)

    async def _quick(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            return await super()._quick(method, path, body)
        except EngineRejected as error:
            if error.status != 401:
                raise
            raise EngineRejected(
                f"{self.base_url} does not accept the key in {self._key_env}",
                status=401,
                hint="Ask for another: `hotseat team key NAME` makes one on the server",
            ) from None
