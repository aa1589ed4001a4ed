"""When the roster's files are read again: at the start, on request, and when trust changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from hotseat.domain.experts import Roster

TRUST_INTERVAL_S = 2.0
"""How soon `hotseat trust` takes effect in open windows: a small file is read, in a thread."""


class Rosters(Protocol):
    """The parts of `RosterFiles` that updates use. `read` and `is_trust_old` read from the disk."""

    @property
    def roster(self) -> Roster: ...

    def read(self) -> None: ...

    def is_trust_old(self) -> bool: ...


class RosterConnection(Protocol):
    """The parts of `Connection` that depend on the roster."""

    async def roster_was_read(self) -> None: ...

    async def aclose(self) -> None: ...

    async def connect(self) -> None: ...


class RosterUpdates:
    """`on_read` is called when the files were read, `on_applied` after the keeper got the budget.

    `sleep` waits for so many seconds.
    """

    def __init__(
        self,
        rosters: Rosters,
        connection: RosterConnection,
        *,
        on_read: Callable[[], None],
        on_applied: Callable[[], None],
        trust_interval_s: float = TRUST_INTERVAL_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rosters = rosters
        self._connection = connection
        self._on_read = on_read
        self._on_applied = on_applied
        self._trust_interval_s = trust_interval_s
        self._sleep = sleep

    async def start(self) -> None:
        """Read the files, connect to the engine that they name, then apply the roster.

        It is applied after connecting, because the roster may depend on the engine that was found.
        """
        await asyncio.to_thread(self._rosters.read)
        self._on_read()
        await self._connection.connect()
        await self._was_read()

    async def reload(self) -> None:
        """Read the files again.

        A changed engine or keep-alive takes effect after a restart or `hotseat trust`, everything
        else at once.
        """
        await asyncio.to_thread(self._rosters.read)
        await self._was_read()

    async def follow_trust(self) -> None:
        """Read the files again each time `hotseat trust` changes the workspace's trust. Never ends.

        A changed engine takes effect at once too: nothing may be sent to the engine of a roster
        that is no longer trusted.
        """
        while True:
            await self._sleep(self._trust_interval_s)
            if await asyncio.to_thread(self._rosters.is_trust_old):
                await self._trust_has_changed()

    async def _trust_has_changed(self) -> None:
        before = self._rosters.roster
        await asyncio.to_thread(self._rosters.read)
        now = self._rosters.roster
        reconnects = (before.engine, before.keep_alive_s) != (now.engine, now.keep_alive_s)
        if reconnects:
            self._on_read()  # the new engine must not be sent what the new roster calls secret
            await self._connection.aclose()
            await self._connection.connect()
        await self._was_read()

    async def _was_read(self) -> None:
        self._on_read()
        await self._connection.roster_was_read()
        self._on_applied()
