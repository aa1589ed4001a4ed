"""What the user reads until the first token of an answer: what is waited for, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from hotseat.session.chat.part import OnPart, Part

TICK_S = 1.0


class AnswerProgress:
    """The waiting of one question or edit. `sleep` waits for that many seconds."""

    def __init__(
        self, on_part: OnPart, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._on_part = on_part
        self._sleep = sleep
        self.is_waiting = False
        """Whether no text has come yet, inside `ticking`."""

    def note(self, text: str) -> None:
        """Report what is waited for, in words."""
        self._on_part(Part(note=text))

    def text_came(self) -> None:
        """The model writes: there is nothing to wait for until `ticking` begins again."""
        self.is_waiting = False

    @asynccontextmanager
    async def ticking(self) -> AsyncIterator[None]:
        """Report each second of the waiting, inside the `with` block and until `text_came`."""
        self.is_waiting = True
        ticker = asyncio.ensure_future(self._tick())
        try:
            yield
        finally:
            self.is_waiting = False
            ticker.cancel()

    async def _tick(self) -> None:
        waited_s = 0
        while True:
            await self._sleep(TICK_S)
            waited_s += 1
            if self.is_waiting:
                self._on_part(Part(waited_s=waited_s))
