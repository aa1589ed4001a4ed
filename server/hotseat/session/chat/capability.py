"""Whether the generalist is capable: merging drafts, classifying questions and distilling facts ask
the same question here.

The roster may vouch for it (`plans: true`). Else it counts what is remembered of its weights: the
distiller gives a model five JSON tasks in idle moments. Nothing is tested while a user waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hotseat.conversation.combine.parts import is_capable
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.protocol import ModelInfo
from hotseat.storage.capable_models import CapableModelStore

DigestOf = Callable[[Expert], Awaitable[str]]
"""From an expert to `weights_digest` of its model, by the engine of now."""


class Capability:
    """What one window knows of generalists. `store` holds the results of all windows."""

    def __init__(self, store: CapableModelStore | None = None) -> None:
        self._store = store or CapableModelStore()
        self._solved: dict[str, bool] = {}
        """Results that were read or written, by digest."""

    async def of(self, roster: Roster, digest_of: DigestOf) -> bool:
        """Return whether the roster's generalist is capable. One that was not tested is not, and
        neither is one that the engine does not know."""
        generalist = roster.generalist
        if generalist is None or is_capable(roster):
            return generalist is not None
        try:
            digest = await digest_of(generalist)
        except HotseatError:
            return False
        return is_capable(roster, has_solved_tasks=await self.remembered(digest) is True)

    async def remembered(self, digest: str) -> bool | None:
        """Return whether the weights have solved the tasks; None if they were not tested."""
        if digest not in self._solved:
            solved = await asyncio.to_thread(self._store.read, digest)
            if solved is None:
                return None
            self._solved[digest] = solved
        return self._solved[digest]

    async def remember(self, digest: str, *, has_solved: bool) -> None:
        """Keep the result of the tasks."""
        self._solved[digest] = has_solved
        await asyncio.to_thread(self._store.write, digest, is_capable=has_solved)


def weights_digest(info: ModelInfo, model: str) -> str:
    """Return what stands for a model's weights and adapters: its name where the engine reports no
    digest."""
    return " ".join(filter(None, (info.blob, *info.adapters))) or model
