"""How long to wait between two lists of the engine's models: less while there is activity.

A machine may be unused for hours, and a list a second takes half a percent of a processor.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hotseat.keeper.settings import CALM_AFTER_S


class PollInterval:
    """`clock` returns monotonic seconds."""

    def __init__(
        self,
        *,
        calm_after_s: float = CALM_AFTER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._calm_after_s = calm_after_s
        self._clock = clock
        self._active_s = clock()
        self._woken = asyncio.Event()
        self._is_due = False
        """A list is due whatever the interval, also if the one before has not ended yet."""

    def note_activity(self) -> None:
        """A window wants something else, or the keeper did something to the engine.

        The shorter interval counts from now on. If all was calm, `wait` returns at once.
        """
        if self._is_calm():
            self._woken.set()
        self._active_s = self._clock()

    def look(self, *, at_once: bool = False) -> None:
        """A window works with the engine, and wants nothing else. If all was calm, `wait` returns
        at once, and all stays calm.

        `at_once`: the engine is not as the last list says, so that `wait` returns at once in any
        case, now or the next time.
        """
        self._is_due = self._is_due or at_once
        if at_once or self._is_calm():
            self._woken.set()

    async def wait(self, usual_s: float, calm_s: float) -> None:
        """Return when the next list is due: after `usual_s`, or `calm_s` without activity."""
        if not self._is_due:
            self._woken.clear()
        try:
            async with asyncio.timeout(calm_s if self._is_calm() else usual_s):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._is_due = False

    def _is_calm(self) -> bool:
        return self._clock() - self._active_s > self._calm_after_s
