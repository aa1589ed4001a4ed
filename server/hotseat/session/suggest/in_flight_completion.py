"""One completion under way, which several requests may follow one after the other.

The request that began it may be cancelled by the next key; if that key is what the model was about
to write, the next request goes on with the same stream, and the engine does not start anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hotseat.completion.cache import Answer, Place, Scope, typed_since

LINGER_S = 0.2
"""A stream that nobody follows lives on for the key that may continue it: editors cancel the old
request before they send the new one."""

BLIND_CHARS = 3
"""What may be typed before the first token: further on, the newer text is the better prompt."""


class GivenUp(Exception):
    """A completion was stopped by the server: nobody is to wait for it any longer.

    Not a CancelledError, which would say that the one who waits is cancelled.
    """


class InFlightCompletion:
    """`work` runs at once; it calls the function that it is given with the text so far, and returns
    the answer in the end. What it raises, `follow` raises; GivenUp when it was stopped."""

    def __init__(
        self,
        scope: Scope,
        place: Place,
        work: Callable[[Callable[[str], None]], Awaitable[Answer]],
    ) -> None:
        self.scope = scope
        self.place = place
        self._text = ""
        self._changed = asyncio.Event()
        self._n_followers = 0
        self._lingering: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[Answer] = asyncio.ensure_future(work(self._grown))
        self.task.add_done_callback(self._ended)

    def leads_to(self, scope: Scope, prefix: str, suffix: str) -> str | None:
        """What was typed since, if the text so far agrees with it; None otherwise, and when it has
        ended: then the cache knows it, or it broke."""
        if self.task.done() or scope != self.scope:
            return None
        typed = typed_since(self.place, prefix, suffix)
        return typed if typed is not None and self._agrees(typed) else None

    async def follow(self, typed: str) -> Answer | None:
        """What is left behind `typed` in the end; None as soon as the text says otherwise, or when
        all of it is typed. Raises GivenUp when the flight is stopped meanwhile."""
        self._n_followers += 1
        if self._lingering is not None:
            self._lingering.cancel()
        try:
            while self._agrees(typed):
                if self.task.done():
                    if self.task.cancelled():
                        raise GivenUp
                    rest = self.task.result().behind(len(typed))
                    return rest if rest.text or not typed else None
                self._changed.clear()
                await self._changed.wait()
            return None
        finally:
            self._n_followers -= 1
            if not self._n_followers and not self.task.done():
                self.linger(LINGER_S)

    def linger(self, for_s: float) -> None:
        """Go on for so long without anybody who follows."""
        self._lingering = asyncio.get_running_loop().call_later(for_s, self._abandon)

    def abort(self) -> None:
        """Close the stream: the engine stops."""
        if self._lingering is not None:
            self._lingering.cancel()
        self.task.cancel()

    def _agrees(self, typed: str) -> bool:
        if not self.task.done():
            if not self._text and len(typed) > BLIND_CHARS:
                return False
            return self._text.startswith(typed) or typed.startswith(self._text)
        if self.task.cancelled() or self.task.exception() is not None:
            return True  # `follow` raises it
        return self.task.result().text.startswith(typed)

    def _grown(self, text: str) -> None:
        self._text = text
        self._changed.set()

    def _ended(self, task: asyncio.Task[Answer]) -> None:
        if not task.cancelled():
            task.exception()  # looked at, though nobody may be left to follow
        self._changed.set()

    def _abandon(self) -> None:
        if not self._n_followers:
            self.task.cancel()
