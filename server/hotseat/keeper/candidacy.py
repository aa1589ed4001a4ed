"""A window's part in the election: it becomes the keeper if the lock is free, and gives it back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from filelock import FileLock, Timeout

from hotseat.keeper.election import Election
from hotseat.keeper.keeper import Keeper

log = logging.getLogger(__name__)

MakeKeeper = Callable[[int], Keeper]
"""From the generation to a keeper that has not been started."""


class Candidacy:
    """Holds the keeper of this process and its lock, while it is the keeper.

    Nothing is forked while the lock is held without exec: a forked child would hold it on.
    """

    def __init__(self, election: Election, make_keeper: MakeKeeper) -> None:
        self._election = election
        self._make_keeper = make_keeper
        self._keeper: Keeper | None = None
        self._lock: FileLock | None = None

    @property
    def is_keeper(self) -> bool:
        return self._keeper is not None

    @property
    def is_active(self) -> bool:
        """It is the keeper, and has not stepped down."""
        return self._keeper is not None and not self._keeper.stepped_down

    def keeps(self, generation: int) -> bool:
        """Return whether this process is the keeper, of the generation that counts now."""
        return self.is_active and self._election.generation() == generation

    async def stand(self, generation: int) -> bool:
        """Become the keeper of that generation. Return False if another process is.

        Raises OSError if the keeper cannot listen at its socket.
        """
        await self.withdraw()
        lock = FileLock(self._election.lock_path(generation), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            return False
        keeper = self._make_keeper(generation)
        starting = asyncio.create_task(keeper.start())
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Interrupted, it would listen on for ever, and hold the lock: windows that connect to
            # it would never get an engine.
            await asyncio.wait([starting])
            if starting.exception() is None:
                await keeper.aclose()
            lock.release()
            raise
        except OSError:
            log.exception("The keeper cannot listen at %s", self._election.socket_path(generation))
            lock.release()
            raise
        self._election.tidy(generation)
        self._keeper, self._lock = keeper, lock
        return True

    async def withdraw(self) -> None:
        """Stop keeping, if this process does, and release the lock."""
        if self._keeper is not None:
            await self._keeper.aclose()
            self._keeper = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
