"""When the roster's files are read again: at the start, on request, and when one of them or the
user's trust changes on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from hotseat.domain.experts import Roster
from hotseat.session.rosters import Signature

LOOK_INTERVAL_S = 0.5
"""Between two looks at the files: a few `stat` calls, in a thread. A change counts when it has
stayed the same for one interval, so that no half-written file is read."""
MAX_UNSETTLED = 2
"""For so many looks in a row a file may change before it is read all the same."""


class Rosters(Protocol):
    """The parts of `RosterFiles` that updates use. `read` and `signature` read from the disk."""

    @property
    def roster(self) -> Roster: ...

    def read(self) -> None: ...

    def signature(self) -> Signature: ...

    def is_changed(self, signature: Signature) -> bool: ...


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
        look_interval_s: float = LOOK_INTERVAL_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rosters = rosters
        self._connection = connection
        self._on_read = on_read
        self._on_applied = on_applied
        self._look_interval_s = look_interval_s
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
        """Read the files again. Everything takes effect at once, another engine too: nothing may be
        sent to the engine of a roster that is no longer trusted."""
        before = self._rosters.roster
        await asyncio.to_thread(self._rosters.read)
        now = self._rosters.roster
        if _of_the_keeper(before) != _of_the_keeper(now):
            self._on_read()  # the new engine must not be sent what the new roster calls secret
            await self._connection.aclose()
            await self._connection.connect()
        await self._was_read()

    async def follow_files(self) -> None:
        """Read the files again each time one of them, or the trust in the workspace, has changed on
        disk, by whatever program. Never ends."""
        seen: Signature | None = None
        n_unsettled = 0
        while True:
            await self._sleep(self._look_interval_s)
            now = await asyncio.to_thread(self._rosters.signature)
            if not self._rosters.is_changed(now):
                seen, n_unsettled = None, 0
            elif now != seen and n_unsettled < MAX_UNSETTLED:
                seen, n_unsettled = now, n_unsettled + 1
            else:
                await self.reload()

    async def _was_read(self) -> None:
        self._on_read()
        await self._connection.roster_was_read()
        self._on_applied()


def _of_the_keeper(roster: Roster) -> tuple[object, ...]:
    """Return what a keeper is made with; another one is needed when it changes."""
    return roster.engine, roster.keep_alive_s, roster.keep_prompts_bytes
