"""A server with OpenAI's API: its key, its errors, and its events one by one. Knows no models."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx

from hotseat.domain.errors import EngineGarbled, EngineRejected, EngineUnavailable
from hotseat.engines.openai_wire import read_answer, read_event
from hotseat.engines.wire import FixedKey, Wire

ORDER_TIMEOUT = httpx.Timeout(300.0, connect=1.0)


class OpenAIServer:
    """At `base_url`; `key_env` names the environment variable with its key, if it wants one.

    Every method raises EngineUnavailable, EngineRejected or EngineGarbled.
    """

    def __init__(self, base_url: str, key_env: str) -> None:
        key = os.environ.get(key_env, "").strip() if key_env else ""
        hint = "Start the server, or run `hotseat doctor`"
        self._wire = Wire(base_url, key=FixedKey(base_url, key), hint=hint)
        self.base_url = self._wire.base_url
        self._key_env = key_env
        self._lacks_key = bool(key_env and not key)

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """A quick answer."""
        self._check_key()
        return self._checked(*await self._wire.ask(method, path, body))

    async def optional(self, path: str) -> dict[str, Any]:
        """Return what only some servers answer; empty for the others."""
        try:
            return await self.ask("GET", path)
        except (EngineRejected, EngineGarbled):
            return {}

    async def order(self, path: str, body: dict[str, Any]) -> None:
        """Something that takes its time, and is answered with a sentence, not with JSON."""
        self._check_key()
        status, content = await self._wire.ask_apart(path, body, ORDER_TIMEOUT)
        if status >= 400:
            self._checked(status, content)

    async def events(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Of a streamed answer; {} is its end, which some leave out. Closing it hangs up."""
        self._check_key()
        async with aclosing(self._wire.lines(path, body, self._checked)) as lines:
            async for line in lines:
                if (event := read_event(line)) is not None:
                    yield event

    def shape(self, path: str, what: str = "OpenAI's API") -> str:
        """Return the error message for an answer of another shape."""
        return f"{self.base_url}{path} does not answer as {what} does"

    def _checked(self, status: int, content: bytes) -> dict[str, Any]:
        hint = ""
        if status in (401, 403):
            hint = f"Is the key in {self._key_env} right?"
            if not self._key_env:
                hint = "It wants a key: name the variable that holds it as `key_env`"
        return read_answer(status, content, hint=hint)

    def _check_key(self) -> None:
        if self._lacks_key:
            raise EngineUnavailable(
                f"{self._key_env}, which should hold the key of {self.base_url}, is not set",
                hint="Set that environment variable where the editor is started",
            )
