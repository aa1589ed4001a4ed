"""Answers of one engine: from the cache, from the stream that runs, or from a new stream.

Owns the cache and the stream: there is one completion at a time, and a newer request that cannot
use it cancels it on the wire.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hotseat.completion.answer import Answer, Stage
from hotseat.completion.cache import CompletionKey, CursorPlace, SuggestionCache, Typed
from hotseat.completion.snapshot import Snapshot
from hotseat.completion.timing.debounce import Debounce
from hotseat.domain.experts import Expert
from hotseat.session.suggest.completion_client import CompletionClient, OnText
from hotseat.session.suggest.in_flight_completion import InFlightCompletion
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggestion import LastCompletion, StreamCounts

Counts = dict[str, int]
"""Requests of a window, by key their answers came from."""


def new_counts() -> Counts:
    """Return the counts of a window that has had no request yet, under the status's names."""
    return {"asked": 0, "fromCache": 0, "fromStream": 0, "fromEngine": 0, "early": 0}


class AnswerSource:
    """`on_stream` is called before each new stream, and when one is stopped."""

    def __init__(
        self,
        client: CompletionClient,
        *,
        debounce: Debounce,
        counts: Counts,
        on_stream: Callable[[], None],
        settings: SuggestSettings,
    ) -> None:
        self.client = client
        self._debounce = debounce
        self._counts = counts
        self._on_stream = on_stream
        self._settings = settings
        self._cache = SuggestionCache()
        self._stream: InFlightCompletion | None = None

    @property
    def is_busy(self) -> bool:
        """A completion is being computed that a request has asked for, or will."""
        return self._stream is not None and self._stream.is_running

    async def answer(self, expert: Expert, snapshot: Snapshot, last: LastCompletion) -> Answer:
        """Return what to insert, and note in `last` key it came from.

        Raises HotseatError, and GivenUp when the stream is stopped meanwhile.
        """
        key = await self._key(expert, snapshot)
        known = self._cache.find(key)
        if known is not None and (known.text or not snapshot.invoked):
            last.source = "cache"
            self._counts["fromCache"] += 1
            return known
        if (rest := await self._from_stream(key, last)) is not None:
            self._counts["fromStream"] += 1
            return rest
        self.stop()
        if snapshot.is_in_name:  # what is typed through passes such places
            last.source = "none"
            return Answer("", dropped_by=Stage.PROMPT)
        last.source = "engine"
        last_char = snapshot.prefix[-1:]
        if delay_s := self._debounce.delay_s(last_char, invoked=snapshot.invoked):
            await asyncio.sleep(delay_s)
            last.delay_ms += delay_s * 1000
        self._counts["fromEngine"] += 1
        stream = self._start(key, expert, snapshot)
        answer = await stream.follow("")
        last.note_stream(stream.counts)
        return answer or Answer("")

    async def begin_early(
        self, expert: Expert, snapshot: Snapshot, on_begin: Callable[[], None]
    ) -> None:
        """Start a stream for the request that the editor is about to send; it waits `early_s`.

        Nothing happens if the answer is known or being computed, or if the next request would be
        delayed. `on_begin` is called before the stream starts.
        """
        key = await self._key(expert, snapshot)
        if (
            self._debounce.delay_s(snapshot.prefix[-1:], invoked=False)
            or self._cache.find(key) is not None
            or self._typed_on_path(key) is not None
            or snapshot.is_in_name
        ):
            return
        on_begin()
        self.stop()
        self._counts["early"] += 1
        self._start(key, expert, snapshot).linger(self._settings.early_s)

    async def compute_ahead(self, expert: Expert, snapshot: Snapshot) -> None:
        """Compute an answer that no request waits for, if it is not in the cache."""
        key = await self._key(expert, snapshot)
        if self._cache.find(key) is None:
            await self._compute(key, expert, snapshot, StreamCounts(), lambda _: None)

    def stop(self) -> None:
        """Stop the stream, and the work ahead: there is one completion at a time."""
        self._on_stream()
        if self._stream is not None and self._stream.is_running:
            self._debounce.overtaken()
            self._stream.abort()
        self._stream = None

    async def aclose(self) -> None:
        """Stop, and close the connection to the engine."""
        if self._stream is not None:
            self._stream.abort()
            await asyncio.gather(self._stream.task, return_exceptions=True)
        await self.client.engine.aclose()

    async def _key(self, expert: Expert, snapshot: Snapshot) -> CompletionKey:
        scope = await self.client.scope(expert, snapshot.language)
        return CompletionKey(scope, CursorPlace.of(snapshot.prefix, snapshot.suffix))

    def _typed_on_path(self, key: CompletionKey) -> Typed | None:
        if self._stream is None:
            return None
        return self._stream.typed_on_path(key)

    async def _from_stream(self, key: CompletionKey, last: LastCompletion) -> Answer | None:
        """Return the answer of the stream that runs; None if it leads to another text."""
        stream, typed = self._stream, self._typed_on_path(key)
        if stream is None or typed is None:
            return None
        last.source = "stream"
        followed_s = time.perf_counter()
        rest = await stream.follow(*typed)
        last.note_stream(stream.counts)
        if rest is None:
            last.delay_ms = (time.perf_counter() - followed_s) * 1000
        return rest

    def _start(self, key: CompletionKey, expert: Expert, snapshot: Snapshot) -> InFlightCompletion:
        self.client.look()
        counts = StreamCounts()
        stream = self._stream = InFlightCompletion(
            key,
            lambda on_text: self._compute(key, expert, snapshot, counts, on_text),
            counts=counts,
            linger_s=self._settings.linger_s,
        )
        return stream

    async def _compute(
        self,
        key: CompletionKey,
        expert: Expert,
        snapshot: Snapshot,
        counts: StreamCounts,
        on_text: OnText,
    ) -> Answer:
        answer = await self.client.compute_answer(expert, snapshot, counts, on_text)
        self._cache.put(key, answer)
        return answer
