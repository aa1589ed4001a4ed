"""How long to wait between two looks at the engine: little while something goes on, else longer.

Nobody may be at the machine for hours, and a look a second takes half a percent of a processor.
"""

from __future__ import annotations

import asyncio
import time

CALM_AFTER_S = 30.0


class Looks:
    """`stir` when somebody wants something else, or something was done to the engine."""

    def __init__(self) -> None:
        self._stirred_s = time.monotonic()
        self._woken = asyncio.Event()

    def stir(self) -> None:
        """A look is due within the shorter time from now on; at once, if all was calm."""
        if self._is_calm():
            self._woken.set()
        self._stirred_s = time.monotonic()

    async def pause(self, usual_s: float, calm_s: float) -> None:
        """Until the next look is due."""
        self._woken.clear()
        try:
            async with asyncio.timeout(calm_s if self._is_calm() else usual_s):
                await self._woken.wait()
        except TimeoutError:
            pass

    def _is_calm(self) -> bool:
        return time.monotonic() - self._stirred_s > CALM_AFTER_S
