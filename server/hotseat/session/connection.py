"""A window's connection to the keeper of the engine that the roster, the settings or the user want.

Finds the engine, and changes to another one. Knows nothing of demand or of models.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import EngineChoice
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import EngineAddress, address_at, chosen_engine, find_engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.machine import budget_bytes
from hotseat.keeper.settings import LINK_DEFAULTS
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.session.rosters import RosterFiles
from hotseat.session.settings import Settings
from hotseat.session.status import decision_json
from hotseat.session.takeover import Takeover

log = logging.getLogger(__name__)


async def wanted_engine(choice: EngineChoice, engine_url: str | None) -> EngineAddress:
    """Return the address of the engine at `engine_url`, or without it of the roster's `choice`.

    Raises HotseatError.
    """
    if engine_url is not None:
        return await address_at(engine_url, choice)
    return await find_engine(choice)


def _without_keeper(message: str) -> KeeperState:
    return KeeperState(engine=EngineStatus(kind="auto", message=message))


class Connection:
    """Use `connect` and `aclose`.

    `on_link` is called before a new link starts, so that it can be given the demand. `on_state` is
    called with each state of the keeper, and with a substitute if there is no engine to connect to.
    """

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
        self._n_chosen = 0
        """How often the user has chosen an engine."""
        self._linking = asyncio.Lock()
        self.link: KeeperLink | None = None
        self._unlinked = _without_keeper("Starting")
        self.problem = ""
        """An error message if there can be no link; else empty."""
        self._takeover: Takeover | None = None
        """For a team's server with a fallback."""
        self._takeover_task: asyncio.Task[None] | None = None

    @property
    def state(self) -> KeeperState:
        """Return the keeper's state, or a substitute that says why there is no keeper."""
        state = self.link.state if self.link is not None else self._unlinked
        return self._takeover.seen(state) if self._takeover is not None else state

    async def decisions(self) -> list[dict[str, Any]]:
        """Return the JSON of `hotseat/events`: the keeper's last decisions, oldest first.

        Raises EngineUnavailable if the keeper does not answer.
        """
        if self.link is None:
            return []
        return [decision_json(d) for d in await self.link.decisions()]

    def loading(self) -> dict[str, float]:
        """Return the experts whose models load now, with the seconds since each load began."""
        models = self.state.models
        return {m.expert: m.state_s for m in models if m.state is ModelState.LOADING}

    async def connect(self) -> None:
        """Connect to the engine of the settings or the roster. `problem` says why if that fails.

        The roster may be another one afterwards: one that fits the engine that was found. An engine
        that the user has chosen already, or chooses meanwhile, is kept.
        """
        n_chosen = self._n_chosen
        try:
            address = await wanted_engine(self._rosters.roster.engine, self._settings.engine_url)
            await asyncio.to_thread(self._rosters.fit, address)
            async with self._linking:
                is_chosen = self.link is not None or self._n_chosen != n_chosen
            if not is_chosen:
                self._prepare_takeover(address)
                await self._link_to(address)
        except HotseatError as error:
            log.error("%s", error)
            self.problem = str(error)
            self._unlinked = _without_keeper(str(error))
            self._on_state(self._unlinked)

    async def use(self, choice: str) -> EngineAddress:
        """Connect to `ollama`, `embedded` or a URL. Raises HotseatError for anything else."""
        address = await chosen_engine(choice, self._rosters.roster.engine)
        self._n_chosen += 1
        await self._end_takeover()
        await self._link_to(address)
        return address

    async def roster_was_read(self) -> None:
        """The roster was read: send its budget to the keeper."""
        if self.link is not None:
            self.link.set_budget(await self._budget_bytes())

    async def aclose(self) -> None:
        """Leave the keeper. `connect` may be called again."""
        await self._end_takeover()
        async with self._linking:
            await self._unlink()

    def _prepare_takeover(self, address: EngineAddress) -> None:
        """Let the roster's local engine take over while a team's server cannot be reached."""
        fallback = self._rosters.roster.engine.fallback
        if fallback is None or not address.kind.has_fallback:
            return

        async def local() -> EngineAddress:
            return await find_engine(EngineChoice(kind=fallback))

        self._takeover = Takeover(address, local=local, switch=self._switch_to)
        self._takeover_task = asyncio.create_task(self._takeover.run())

    async def _switch_to(self, address: EngineAddress) -> None:
        await asyncio.to_thread(self._rosters.fit, address)
        await self._link_to(address)

    async def _end_takeover(self) -> None:
        task, self._takeover_task, self._takeover = self._takeover_task, None, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _state_came(self, state: KeeperState) -> None:
        self._on_state(state if self._takeover is None else self._takeover.seen(state))

    async def _unlink(self) -> None:
        if self.link is not None:
            await self.link.aclose()
            self.link = None

    async def _link_to(self, address: EngineAddress) -> None:
        async with self._linking:
            await self._link_alone_to(address)

    async def _link_alone_to(self, address: EngineAddress) -> None:
        """Two at once would leave a link that nothing closes."""
        await self._unlink()
        self.problem = ""
        keep_prompts_bytes = self._rosters.roster.keep_prompts_bytes
        keeper = replace(LINK_DEFAULTS.keeper, keep_prompts_bytes=keep_prompts_bytes)
        self.link = KeeperLink(
            address,
            budget_bytes=await self._budget_bytes(),
            keep_alive_s=self._rosters.roster.keep_alive_s,
            on_state=self._state_came,
            settings=replace(LINK_DEFAULTS, keeper=keeper),
        )
        self._on_link()
        self.link.start()

    async def _budget_bytes(self) -> int:
        if self._settings.budget_bytes is not None:
            return self._settings.budget_bytes
        return await asyncio.to_thread(budget_bytes, self._rosters.roster.budget)
