"""One request inside a replica: room for its model, then the engine's answer, piece by piece."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from typing import NamedTuple

import httpx

from hotseat.domain.errors import HotseatError
from hotseat.serving.wire import ApiError
from hotseat.team.config import TeamConfig
from hotseat.team.engine import TeamEngine
from hotseat.team.residence import Residence

log = logging.getLogger("hotseat.team")

UNAVAILABLE = 503
MEASURE_S = 2.0
"""Between two measurements of a model's memory, which grows with its first prompts."""


class Head(NamedTuple):
    """The first piece of every answer. `message` says what went wrong, if the replica answers
    itself; then no other piece follows.

    The answer's first bytes are part of it: each piece takes Ray about a millisecond.
    """

    status: int
    media_type: str = ""
    message: str = ""
    content: bytes = b""


Piece = Head | bytes


class Forwarding:
    """Answers the requests that reach one replica."""

    def __init__(self, config: TeamConfig, engine: TeamEngine, residence: Residence) -> None:
        self._config = config
        self._engine = engine
        self._residence = residence
        self._measuring: set[asyncio.Task[None]] = set()
        self._measured_at_s: dict[str, float] = {}

    async def ask(self, name: str, path: str, body: bytes) -> AsyncGenerator[Piece, None]:
        """Yield a Head, then the engine's bytes. `path` and `body` are of the engine's API.

        Nothing of a body is logged. Closing the generator cancels the request in the engine.
        """
        base = self._config.base_of(name)
        if base is None:
            yield Head(404, message=f"model '{name}' not found")
            return
        if (problem := self._engine.problems.get(base)) is not None:
            yield Head(UNAVAILABLE, message=f"'{base}' cannot be used: {problem}")
            return
        try:
            async with self._residence.held(base):
                async for piece in self._forward(base, path, body):
                    yield piece
        except ApiError as error:
            yield Head(error.status, message=error.message)
        except HotseatError as error:
            yield Head(UNAVAILABLE, message=str(error))
        except httpx.HTTPError as error:
            message = f"the engine ended or was silent: {type(error).__name__}"
            yield Head(UNAVAILABLE, message=message)

    async def _forward(self, base: str, path: str, body: bytes) -> AsyncGenerator[Piece, None]:
        headers = {"Content-Type": "application/json"}
        async with self._engine.client.stream(
            "POST", path, content=body, headers=headers
        ) as answer:
            pieces = answer.aiter_raw()
            first = await anext(pieces, b"")
            media_type = answer.headers.get("content-type", "application/json")
            yield Head(answer.status_code, media_type, content=first)
            self._measure(base)
            async for piece in pieces:
                yield piece

    def _measure(self, base: str) -> None:
        """Measure beside the answer, which does not wait for it; not at each answer."""
        now_s = time.monotonic()
        if now_s - self._measured_at_s.get(base, -MEASURE_S) < MEASURE_S:
            return
        self._measured_at_s[base] = now_s
        task = asyncio.create_task(self._measured(base))
        self._measuring.add(task)
        task.add_done_callback(self._measuring.discard)

    async def _measured(self, base: str) -> None:
        try:
            await self._residence.measure(base)
        except HotseatError as error:
            log.warning("%s", error.message)
