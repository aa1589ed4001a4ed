"""One request inside a replica: room for its model, then the engine's answer, piece by piece."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from typing import NamedTuple, Protocol

import httpx

from hotseat.domain.errors import HotseatError
from hotseat.serving.wire import ApiError
from hotseat.team.config import TeamConfig
from hotseat.team.hints import idle_needed_s
from hotseat.team.residence import Residence

log = logging.getLogger("hotseat.team")

UNAVAILABLE = 503
WITHOUT_MEMORY = ("/api/show",)
"""What is answered without the model in memory."""
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
    replica: str = ""
    resident: tuple[tuple[str, int], ...] = ()
    """The base models in the replica's memory, with their bytes."""
    loads: int = 0
    """Models that the replica has loaded since its start."""


class Memory(NamedTuple):
    """What one replica has in memory: the same fields of a Head, without an answer."""

    replica: str = ""
    resident: tuple[tuple[str, int], ...] = ()
    loads: int = 0


Piece = Head | bytes


class ReplicaEngine(Protocol):
    """The engine of a replica. A unit is what is in memory together (`TeamConfig.unit_of`)."""

    problems: dict[str, str]
    """By unit: why it cannot be used."""

    @property
    def client(self) -> httpx.AsyncClient: ...

    async def load(self, model: str) -> None:
        """Load a unit, for a hint. Cancelling it ends the load. Raises HotseatError."""

    async def ensure(self, model: str) -> None:
        """Load a unit before a request that does not load it itself. Raises HotseatError."""

    def prepared(self, path: str, body: bytes, developer: str) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers by which prompts are reused only within the developer.
        Raises ApiError for a path that the engine does not answer."""


class Forwarding:
    """Answers the requests that reach one replica."""

    def __init__(self, config: TeamConfig, engine: ReplicaEngine, residence: Residence) -> None:
        self._config = config
        self._engine = engine
        self._residence = residence
        self._hint: tuple[str, asyncio.Task[None]] | None = None
        """The model that is loaded for a hint; one at a time."""
        self._measuring: set[asyncio.Task[None]] = set()
        self._measured_at_s: dict[str, float] = {}

    async def ask(
        self, name: str, path: str, body: bytes, developer: str
    ) -> AsyncGenerator[Piece, None]:
        """Yield a Head, then the engine's bytes. `path` and `body` are of the engine's API.

        Nothing of a body is logged. Closing the generator cancels the request in the engine, which
        reuses prompts only within one developer.
        """
        base = self._config.unit_of(name)
        if base is None:
            yield Head(404, message=f"model '{name}' not found")
            return
        if (problem := self._engine.problems.get(base)) is not None:
            yield Head(UNAVAILABLE, message=f"'{base}' cannot be used: {problem}")
            return
        try:
            if path in WITHOUT_MEMORY:
                async for piece in self._forward(path, body, developer):
                    yield piece
                return
            if not self._residence.has(base):
                await self._end_hint(base)
            async with self._residence.held(base):
                await self._engine.ensure(base)
                async for piece in self._forward(path, body, developer):
                    if isinstance(piece, Head):
                        self._measure(base)
                    yield piece
        except ApiError as error:
            yield Head(error.status, message=error.message)
        except HotseatError as error:
            yield Head(UNAVAILABLE, message=str(error))
        except httpx.HTTPError as error:
            message = f"the engine ended or was silent: {type(error).__name__}"
            yield Head(UNAVAILABLE, message=message)

    async def expect(self, base: str, probability: float) -> None:
        """Load a model that may be asked next, if there is room or one is long unused.

        Returns at the end of the load. The first request that needs memory ends it.
        """
        if self._hint is not None or base in self._engine.problems:
            return
        task = asyncio.create_task(self._load(base, probability))
        self._hint = base, task
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            self._hint = None

    async def _load(self, base: str, probability: float) -> None:
        try:
            idle_s = idle_needed_s(probability)
            async with self._residence.held_for_hint(base, idle_s=idle_s) as has_seat:
                if has_seat:
                    await self._engine.load(base)
                    await self._residence.measure(base)
        except (HotseatError, ApiError) as error:
            log.info("The hint for %s: %s", base, error)

    async def _end_hint(self, base: str) -> None:
        """End a load that only a hint wants: a request needs memory. One of `base` goes on."""
        if self._hint is not None and self._hint[0] != base:
            self._hint[1].cancel()
            await asyncio.wait([self._hint[1]])

    async def _forward(self, path: str, body: bytes, developer: str) -> AsyncGenerator[Piece, None]:
        body, headers = self._engine.prepared(path, body, developer)
        headers["Content-Type"] = "application/json"
        async with self._engine.client.stream(
            "POST", path, content=body, headers=headers
        ) as answer:
            pieces = answer.aiter_raw()
            first = await anext(pieces, b"")
            media_type = answer.headers.get("content-type", "application/json")
            yield Head(answer.status_code, media_type, content=first)
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
