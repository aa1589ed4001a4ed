"""The keeper's connection to its engine: opened, checked before every change, and given up."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Protocol

from hotseat.domain.errors import EngineSilent, EngineUnavailable, HotseatError
from hotseat.domain.experts import Adapter
from hotseat.engines.discovery import EngineAddress, open_engine, start_embedded
from hotseat.engines.protocol import Engine, EngineInfo

log = logging.getLogger(__name__)

UNKNOWN = EngineInfo(version="")
"""Before the engine has answered for the first time."""


class OpenEngine(Protocol):
    """`discovery.open_engine`."""

    def __call__(
        self, address: EngineAddress, url: str, adapters: Mapping[str, Adapter] | None = None
    ) -> Engine: ...


class StartEngine(Protocol):
    """`discovery.start_embedded`."""

    def __call__(self, *, was_silent: bool) -> Awaitable[str]: ...


class EngineConnection:
    """`may_drive` is asked before everything that is done to the engine.

    `adapters` are those that the engine may load, by model name.
    """

    def __init__(
        self,
        address: EngineAddress,
        *,
        may_drive: Callable[[], bool],
        adapters: Mapping[str, Adapter],
        open_client: OpenEngine = open_engine,
        start_engine: StartEngine = start_embedded,
    ) -> None:
        self._address = address
        self._may_drive = may_drive
        self._adapters = adapters
        self._open_client = open_client
        self._start_engine = start_engine
        self._info: EngineInfo | None = None
        self._was_silent = False
        """The engine was given up because it did not answer: it may hang."""
        self.engine: Engine | None = None
        self.message = ""
        """Why the engine is not up; empty while it is."""

    @property
    def address(self) -> EngineAddress:
        """With the URL of the engine that is connected."""
        if self.engine is None:
            return self._address
        return replace(self._address, url=self.engine.base_url)

    @property
    def answer(self) -> EngineInfo | None:
        """What the engine answered last; None before it did for the first time."""
        return self._info

    @property
    def info(self) -> EngineInfo:
        return self._info or UNKNOWN

    def note_slots(self, n_slots: int | None) -> None:
        """Note how many requests a model takes at a time, if the engine does not report it."""
        if self._info is not None and self._info.n_slots is None and n_slots is not None:
            self._info = replace(self._info, n_slots=n_slots)

    def live(self) -> Engine:
        """Return the engine. Call it right before every change to what the engine holds.

        Raises EngineUnavailable if there is no engine, or another keeper drives it now.
        """
        self.check_drives()
        if self.engine is None:
            raise EngineUnavailable("The engine is not running yet")
        return self.engine

    def check_drives(self) -> None:
        """Raise EngineUnavailable if another keeper drives the engine now. Ask also while there is
        no engine: the keeper must step down, or its own window would never follow the other one."""
        if not self._may_drive():
            raise EngineUnavailable("Another window drives the engine now")

    async def connect(self) -> EngineInfo:
        """Start the engine if need be, and connect to it. Raises EngineError."""
        url = self._address.url
        if self._address.can_start:
            url = await self._start_engine(was_silent=self._was_silent)
        engine = self._open_client(self._address, url, self._adapters)
        try:
            info = await engine.version()
        except BaseException:
            await engine.aclose()
            raise
        self._info, self.engine, self.message = info, engine, ""
        self._was_silent = False
        log.info("Keeping %s (%s)", url, info.version)
        return info

    def lose(self, error: HotseatError) -> Coroutine[Any, Any, None] | None:
        """Give the engine up. Return what closes the client, if there is one."""
        message = str(error)
        self._was_silent = isinstance(error, EngineSilent) and self._address.can_start
        if self._was_silent:
            message = f"{error.message}. If it hangs, it is ended and started again"
        if message != self.message:
            log.warning("Engine lost: %s", message)
        self.message = message
        engine, self.engine = self.engine, None
        return engine.aclose() if engine is not None else None

    async def aclose(self) -> None:
        """Close the client. What is in memory stays there for the next keeper."""
        if self.engine is not None:
            await self.engine.aclose()
