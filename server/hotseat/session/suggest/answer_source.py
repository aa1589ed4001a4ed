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

N_ALTERNATIVES = 2
"""Besides the first suggestion. VS Code shows them by Alt+] and Alt+[."""
ALTERNATIVES_TEMPERATURE = 0.8
"""llama.cpp's and Ollama's default."""

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
        self._ahead: InFlightCompletion | None = None
        """Computed for a text that the user may come to; it becomes `_stream` when a request
        comes that it answers."""

    @property
    def is_busy(self) -> bool:
        """A completion is being computed that a request has asked for, or will."""
        return self._stream is not None and self._stream.is_running

    async def answer(self, expert: Expert, snapshot: Snapshot, last: LastCompletion) -> Answer:
        """Return what to insert, and note in `last` where it came from.

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
            or snapshot.is_in_name
        ):
            return
        if self._typed_on_path(key) is not None:  # the request will follow it
            if self._stream is not None and not self._stream.n_followers:
                self._stream.linger(self._settings.early_s)
            return
        on_begin()
        self.stop()
        self._counts["early"] += 1
        self._start(key, expert, snapshot).linger(self._settings.early_s)

    async def compute_ahead(self, expert: Expert, snapshot: Snapshot) -> None:
        """Compute an answer that no request waits for, if it is not in the cache."""
        key = await self._key(expert, snapshot)
        if self._cache.find(key) is not None or self._typed_on_path(key) is not None:
            return
        if self._ahead is not None:
            self._ahead.abort()
        stream = self._ahead = self._new_stream(key, expert, snapshot)
        try:
            await asyncio.wait([stream.task])
            if not stream.task.cancelled():
                stream.task.result()
        finally:
            if self._ahead is stream:
                self._ahead = None
                stream.abort()

    async def alternatives(self, expert: Expert, snapshot: Snapshot, first: str) -> tuple[str, ...]:
        """Return up to `N_ALTERNATIVES` other texts for the place where `first` is suggested.

        They are sampled, and those that come within `alternatives_s` count. Nothing is cached, and
        the failures of the engine are no answers.
        """
        tasks = [
            asyncio.ensure_future(
                self.client.compute_answer(
                    expert, snapshot, StreamCounts(), temperature=ALTERNATIVES_TEMPERATURE
                )
            )
            for _ in range(N_ALTERNATIVES)
        ]
        try:
            await asyncio.wait(tasks, timeout=self._settings.alternatives_s)
            answers = [task.result().text for task in tasks if _has_answer(task)]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return tuple(dict.fromkeys(text for text in answers if text.strip() and text != first))

    def stop(self) -> None:
        """Stop the stream, and the work ahead: there is one completion at a time."""
        self._on_stream()
        if self._ahead is not None:
            self._ahead.abort()
            self._ahead = None
        if self._stream is not None and self._stream.is_running:
            self._debounce.overtaken()
            self._stream.abort()
        self._stream = None

    async def aclose(self) -> None:
        """Stop, and close the connection to the engine."""
        for stream in (self._stream, self._ahead):
            if stream is not None:
                stream.abort()
                await asyncio.gather(stream.task, return_exceptions=True)
        await self.client.engine.aclose()

    async def _key(self, expert: Expert, snapshot: Snapshot) -> CompletionKey:
        scope = await self.client.scope(expert, snapshot.language)
        return CompletionKey(scope, CursorPlace.of(snapshot.prefix, snapshot.suffix))

    def _typed_on_path(self, key: CompletionKey) -> Typed | None:
        """Return what was typed since the stream that leads to `key` began; None without one. If it
        was computed ahead, it is `_stream` from now on."""
        if self._stream is not None:
            typed = self._stream.typed_on_path(key)
            if typed is not None:
                return typed
        if self._ahead is None or (typed := self._ahead.typed_on_path(key)) is None:
            return None
        if self._stream is not None:
            self._stream.abort()
        self._stream, self._ahead = self._ahead, None
        return typed

    async def _from_stream(self, key: CompletionKey, last: LastCompletion) -> Answer | None:
        """Return the answer of the stream that runs; None if it leads to another text."""
        typed = self._typed_on_path(key)
        stream = self._stream  # may only now be the one that was computed ahead
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
        stream = self._stream = self._new_stream(key, expert, snapshot)
        return stream

    def _new_stream(
        self, key: CompletionKey, expert: Expert, snapshot: Snapshot
    ) -> InFlightCompletion:
        counts = StreamCounts()
        return InFlightCompletion(
            key,
            lambda on_text: self._compute(key, expert, snapshot, counts, on_text),
            counts=counts,
            linger_s=self._settings.linger_s,
        )

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


def _has_answer(task: asyncio.Task[Answer]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
