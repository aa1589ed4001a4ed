"""While a team's server cannot be reached, a local engine takes over; the server returns by itself.

Decides when to change the engine; `Connection` changes it. Only one `run` at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from hotseat.domain.errors import HotseatError
from hotseat.engines.discovery import EngineAddress, open_engine
from hotseat.keeper.state import KeeperState

log = logging.getLogger(__name__)

AFTER_S = 2.0
"""For so long the server has not answered: a server that is started again is not left."""
RETURN_S = 1.5
"""Between two looks for the server, so that it is used again within two seconds of its return."""


class Switch(Protocol):
    """Uses another engine. Raises HotseatError if it cannot."""

    def __call__(self, address: EngineAddress) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeoverTimes:
    after_s: float = AFTER_S
    return_s: float = RETURN_S


async def responds(server: EngineAddress) -> bool:
    """Return whether the server answers and accepts the key."""
    engine = open_engine(server, server.url)
    try:
        await engine.version()
    except HotseatError:
        return False
    finally:
        await engine.aclose()
    return True


class Takeover:
    """`server` is the team's. `local` finds the engine that takes over."""

    def __init__(
        self,
        server: EngineAddress,
        *,
        local: Callable[[], Awaitable[EngineAddress]],
        switch: Switch,
        is_back: Callable[[EngineAddress], Awaitable[bool]] = responds,
        times: TakeoverTimes = TakeoverTimes(),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._server = server
        self._local = local
        self._switch = switch
        self._is_back = is_back
        self._times = times
        self._sleep = sleep
        self._down = asyncio.Event()
        self._reason = ""
        self.is_local = False
        """The local engine is in use."""

    def seen(self, state: KeeperState) -> KeeperState:
        """Take note of a state of the engine in use, and return it as the user is to see it."""
        engine = state.engine
        if self.is_local:
            own = f". The local engine: {engine.message}" if engine.message else ""
            text = (
                f"{self._reason or 'The server does not answer'}. A local engine answers until "
                f"{self._server.url} is back{own}"
            )
            return replace(state, engine=replace(engine, message=text))
        if engine.url in ("", self._server.url):
            if engine.up:
                self._down.clear()
            elif engine.message and state.keeper_pid:
                self._reason = engine.message
                self._down.set()
        return state

    async def run(self) -> None:
        """Change the engine each time the server is lost and is back. Never ends by itself."""
        while True:
            await self._down.wait()
            await self._sleep(self._times.after_s)
            if not self._down.is_set():
                continue
            if await self._take_over():
                while not await self._is_back(self._server):
                    await self._sleep(self._times.return_s)
                await self._give_back()

    async def _take_over(self) -> bool:
        try:
            address = await self._local()
            self.is_local = True  # The first state of the local engine has the reason.
            await self._switch(address)
        except HotseatError as error:
            self.is_local = False
            log.error("No local engine takes over: %s", error)
            await self._sleep(self._times.return_s)
            return False
        log.warning("%s: the local engine takes over", self._reason)
        return True

    async def _give_back(self) -> None:
        self.is_local = False
        self._down.clear()
        await self._switch(self._server)
        log.info("%s is back", self._server.url)
