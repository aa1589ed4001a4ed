"""A window's connection: which engine the roster, the settings or the person want, and the link to
the keeper that drives it.

Owns finding it and changing it. Knows neither what is wanted of the engine nor why.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import EngineChoice, EngineKind
from hotseat.keeper.engine_discovery import EngineAddress, address_at, find_engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.machine import budget_bytes
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.session.rosters import RosterFiles
from hotseat.session.settings import Settings

log = logging.getLogger(__name__)


def _without_keeper(message: str) -> KeeperState:
    return KeeperState(engine=EngineStatus(kind="auto", message=message))


class Connection:
    """`on_link` is called before a new link starts, to be told what is wanted; `on_state` with
    every state of the keeper, and when there is no engine to link to."""

    def __init__(
        self,
        settings: Settings,
        rosters: RosterFiles,
        *,
        on_link: Callable[[], None],
        on_state: Callable[[KeeperState], None],
    ) -> None:
        self._settings = settings
        self._rosters = rosters
        self._on_link = on_link
        self._on_state = on_state
        self.link: KeeperLink | None = None
        self._unlinked = _without_keeper("Starting")
        self.problem = ""
        """Why there can be no link, for a person; empty otherwise."""

    @property
    def state(self) -> KeeperState:
        """The keeper's, or why there is none."""
        return self.link.state if self.link is not None else self._unlinked

    async def connect(self) -> None:
        """To the roster's engine, or the setting's; the state says why when there is none. The
        roster may be another one afterwards, which fits the engine that was found."""
        try:
            address = await self._find()
            await asyncio.to_thread(self._rosters.fit, address.kind)
            await self._link_to(address)
        except HotseatError as error:
            log.error("%s", error)
            self.problem = str(error)
            self._unlinked = _without_keeper(str(error))
            self._on_state(self._unlinked)

    async def use(self, choice: str) -> EngineAddress:
        """`ollama`, `embedded`, or a URL; raises HotseatError for anything else."""
        engine = self._rosters.roster.engine
        if choice in (EngineKind.OLLAMA, EngineKind.EMBEDDED):
            if engine.kind is EngineKind.OPENAI:
                engine = EngineChoice()  # its host is no Ollama
            address = await find_engine(replace(engine, kind=EngineKind(choice)))
        elif choice.startswith(("http://", "https://")):
            address = await address_at(choice, engine)
        else:
            raise HotseatError(
                f"'{choice}' is no engine", hint="Say ollama, embedded, or the engine's URL"
            )
        await self._link_to(address)
        return address

    async def roster_was_read(self) -> None:
        """Its budget counts from now on."""
        if self.link is not None:
            self.link.set_budget(await self._budget_bytes())

    async def aclose(self) -> None:
        """Leave the keeper. `connect` finds one again."""
        if self.link is not None:
            await self.link.aclose()
            self.link = None

    async def _find(self) -> EngineAddress:
        if self._settings.engine_url is not None:
            return await address_at(self._settings.engine_url, self._rosters.roster.engine)
        return await find_engine(self._rosters.roster.engine)

    async def _link_to(self, address: EngineAddress) -> None:
        await self.aclose()
        self.problem = ""
        self.link = KeeperLink(
            address,
            budget_bytes=await self._budget_bytes(),
            keep_alive_s=self._rosters.roster.keep_alive_s,
            on_state=self._on_state,
        )
        self._on_link()
        self.link.start()

    async def _budget_bytes(self) -> int:
        if self._settings.budget_bytes is not None:
            return self._settings.budget_bytes
        return await asyncio.to_thread(budget_bytes, self._rosters.roster.budget)
