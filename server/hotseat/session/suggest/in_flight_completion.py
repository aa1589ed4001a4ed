"""One completion that is being computed, which several requests may follow one after the other.

The request that began it may be cancelled by the next key. If that key is what the model was about
to write, the next request goes on with the same stream, and the engine does not start again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hotseat.completion.answer import Answer
from hotseat.completion.cache import CompletionKey, Typed, before_closers
from hotseat.session.suggest.suggestion import StreamCounts

BLIND_CHARS = 3
"""What may be typed before the first token: further on, the newer text is the better prompt."""


class GivenUp(Exception):
    """A completion was stopped by the server: no request should wait for it any longer.

    Not a CancelledError, which would mean that the task that waits is cancelled itself.
    """


class InFlightCompletion:
    """`work` starts at once; it calls the function that it gets with the text so far, and returns
    the answer. `follow` raises what it raises, and GivenUp when it was stopped.

    `linger_s` is how long it goes on without followers.
    """

    def __init__(
        self,
        key: CompletionKey,
        work: Callable[[Callable[[str], None]], Awaitable[Answer]],
        *,
        linger_s: float,
        counts: StreamCounts | None = None,
    ) -> None:
        self.key = key
        self.counts = counts or StreamCounts()
        """Shared by all requests that follow it."""
        self._linger_s = linger_s
        self._text = ""
        self._changed = asyncio.Event()
        self._n_followers = 0
        self._lingering: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[Answer] = asyncio.ensure_future(self._run(work))
        self.task.add_done_callback(self._ended)

    @property
    def n_followers(self) -> int:
        return self._n_followers

    @property
    def is_running(self) -> bool:
        return not self.task.done()

    def typed_on_path(self, key: CompletionKey) -> Typed | None:
        """Return what was typed since it began, if the text so far agrees with it; else None.

        None also when it has ended: then the cache knows the answer, or it failed.
        """
        typed = key.typed_since(self.key) if self.is_running else None
        return typed if typed is not None and self._agrees(typed.text) else None

    async def follow(self, typed: str, closers: str = "") -> Answer | None:
        """Return what is left after `typed` when the stream has ended, up to the `closers` that
        the editor has added after the cursor.

        None as soon as the text differs from `typed`, or when all of it is typed. Raises GivenUp
        when the completion is stopped meanwhile.
        """
        self._n_followers += 1
        if self._lingering is not None:
            self._lingering.cancel()
        try:
            while self._agrees(typed):
                if self.task.done():
                    if self.task.cancelled():
                        raise GivenUp
                    rest = self.task.result().after_typing(len(typed))
                    if closers:
                        rest = rest.first_chars(before_closers(rest.text, closers) or 0)
                    return rest if rest.text or not typed else None
                self._changed.clear()
                await self._changed.wait()
            return None
        finally:
            self._n_followers -= 1
            if not self._n_followers and self.is_running:
                self.linger(self._linger_s)

    def linger(self, for_s: float) -> None:
        """Go on for so long without a follower."""
        if self._lingering is not None:
            self._lingering.cancel()
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

    async def _run(self, work: Callable[[Callable[[str], None]], Awaitable[Answer]]) -> Answer:
        try:
            return await work(self._grown)
        finally:
            self._changed.set()  # one turn of the event loop before the task's callbacks

    def _grown(self, text: str) -> None:
        self._text = text
        self._changed.set()

    def _ended(self, task: asyncio.Task[Answer]) -> None:
        if not task.cancelled():
            task.exception()  # retrieved, though there may be no follower left
        self._changed.set()

    def _abandon(self) -> None:
        if not self._n_followers:
            self.task.cancel()
