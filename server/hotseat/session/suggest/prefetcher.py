"""Work that no request waits for: reading a prompt ahead, computing the next answer, an early
start.

Owns that work. It gives way to every new stream, and its failures are debug lines of the log.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from hotseat.completion.cache import CursorPlace
from hotseat.completion.snapshot import Snapshot
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert
from hotseat.session.missing_models import MissingModels
from hotseat.session.suggest.answer_source import AnswerSource
from hotseat.session.suggest.suggest_settings import SuggestSettings

log = logging.getLogger(__name__)


class Prefetcher:
    """`source` returns the current source of answers, and `is_ready` whether an expert is warm."""

    def __init__(
        self,
        source: Callable[[], AnswerSource | None],
        *,
        is_ready: Callable[[Expert], bool],
        missing: MissingModels,
        settings: SuggestSettings,
    ) -> None:
        self._source = source
        self._is_ready = is_ready
        self._missing = missing
        self._settings = settings
        self._ahead: asyncio.Task[None] | None = None
        self._completing: tuple[Expert, str, CursorPlace] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def is_completing(self, uri: str) -> bool:
        """Return whether an answer for that document is being computed ahead."""
        return self._completing is not None and self._completing[1] == uri

    def read_ahead(self, expert: Expert, snapshot: Snapshot) -> None:
        """Have the model read the prompt, so that the next answer comes sooner."""
        if (source := self._source()) is not None:
            work = partial(source.client.read, expert, snapshot)
            self._begin(self._quietly(expert, work, self._settings.read_ahead_s))

    def complete_ahead(
        self, expert: Expert, snapshot: Snapshot, is_wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Compute the answer for the text as it will be once a suggestion is accepted.

        Work that has begun for the same text goes on: typing the suggestion's own characters leads
        to the same text. `is_wanted` is asked before the engine is.
        """
        place = CursorPlace.of(snapshot.prefix, snapshot.suffix)
        completing = (expert, snapshot.uri, place)
        if self._completing == completing:
            return
        self._begin(self._complete_ahead(self._source(), expert, snapshot, is_wanted))
        self._completing = completing

    def begin_early(self, expert: Expert, snapshot: Snapshot, on_begin: Callable[[], None]) -> None:
        """Start the stream of a request that is about to come."""
        if (source := self._source()) is not None:
            work = partial(source.begin_early, expert, snapshot, on_begin)
            self.start(self._quietly(expert, work, self._settings.patience_s))

    def stop(self) -> None:
        """Cancel what is computed ahead; an early start goes on."""
        self._completing = None
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work`, and hold its task until it ends."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def aclose(self) -> None:
        """Cancel everything, and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self.stop()
        self._ahead = self.start(work)

    async def _complete_ahead(
        self,
        source: AnswerSource | None,
        expert: Expert,
        snapshot: Snapshot,
        is_wanted: Callable[[], bool],
    ) -> None:
        shown_for_s = self._settings.ahead_after_s
        since_s = time.perf_counter() - snapshot.began_s
        await asyncio.sleep(max(shown_for_s, self._settings.ahead_after_request_s - since_s))
        is_idle = source is not None and source is self._source() and not source.is_busy
        if source is None or not is_idle or not is_wanted() or not self._is_ready(expert):
            self._completing = None
            return
        work = partial(source.compute_ahead, expert, snapshot)
        await self._quietly(expert, work, self._settings.patience_s)

    async def _quietly(
        self, expert: Expert, work: Callable[[], Awaitable[object]], within_s: float
    ) -> None:
        try:
            async with asyncio.timeout(within_s):
                await work()
        except TimeoutError:
            log.debug("Nothing was computed ahead: %s was too slow", expert.name)
        except HotseatError as error:
            self._missing.failed(expert, error)
            log.debug("Nothing was computed ahead: %s", error)
