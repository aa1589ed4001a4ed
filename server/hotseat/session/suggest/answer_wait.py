"""The wait for one expert's answer, which ends early if another expert can answer instead.

A model that is warm may not answer: its process hangs, or its only slot writes the answer to a
question. Then this module says who stands in, and finds out when the model answers again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from hotseat.completion.answer import Answer
from hotseat.completion.route import Route
from hotseat.completion.snapshot import Snapshot
from hotseat.domain.experts import Expert
from hotseat.session.shared.answer_streams import AnswerStreams
from hotseat.session.suggest.answer_source import AnswerSource
from hotseat.session.suggest.availability import Availability
from hotseat.session.suggest.models.model_probes import ModelProbes
from hotseat.session.suggest.models.model_silence import ModelSilence
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggestion import LastCompletion

log = logging.getLogger(__name__)

MIN_WAIT_S = 0.01
"""Between two checks."""
StandIn = Callable[[Expert], Route | None]
"""From the expert that does not answer to the route without it; None if no other can answer."""


class AnswerWait:
    """The waits of one window's completions."""

    def __init__(
        self,
        availability: Availability,
        silence: ModelSilence,
        streams: AnswerStreams,
        probes: ModelProbes,
        *,
        settings: SuggestSettings,
    ) -> None:
        self._availability = availability
        self._silence = silence
        self._streams = streams
        self._probes = probes
        self._settings = settings

    async def answer(
        self,
        source: AnswerSource,
        expert: Expert,
        snapshot: Snapshot,
        record: LastCompletion,
        stand_in: StandIn,
    ) -> Answer | Route:
        """Return the expert's answer, or the route to a stand-in.

        Raises HotseatError, and GivenUp when the stream is stopped meanwhile.
        """
        # The first call for a model learns which weights it has, and so which process serves it.
        await source.client.scope(expert, snapshot.language)
        if self._availability.occupation(expert) and (other := stand_in(expert)) is not None:
            return other
        watch = _Watch(lambda: self._check(source, expert, snapshot, stand_in))
        try:
            async with asyncio.timeout(None) as wait:
                watch.start(wait, self._limit_s(expert))
                return await source.answer(expert, snapshot, record)
        except TimeoutError:
            if watch.stand_in is None:
                raise
            return watch.stand_in
        finally:
            watch.stop()

    def _check(
        self, source: AnswerSource, expert: Expert, snapshot: Snapshot, stand_in: StandIn
    ) -> Route | float:
        """Return the route to a stand-in if the model has been silent for too long; else the
        seconds until the next check."""
        left_s = self._limit_s(expert) - self._silence.quiet_s(expert.seat)
        if left_s > 0:
            return left_s
        self._note_silence(source, expert, snapshot)
        return stand_in(expert) or self._settings.silent_after_s

    def _limit_s(self, expert: Expert) -> float:
        """Return for how long the model may be silent.

        Where the number of slots is known, one is free: the request is being read, if slowly.
        """
        if self._availability.is_flowing(expert) and self._availability.known_slots() is None:
            return self._settings.slot_wait_s
        return self._settings.silent_after_s

    def _note_silence(self, source: AnswerSource, expert: Expert, snapshot: Snapshot) -> None:
        """Record why the model does not answer: no free slot, or no sign of life."""
        if self._availability.is_flowing(expert):
            engine = self._availability.engine()
            answers = self._streams.of(self._availability.runner(expert))
            if engine is not None and engine.n_slots is None and answers:
                self._streams.learn_slots(engine.url, len(answers))
        elif self._availability.is_warm(expert) and not self._silence.is_marked(expert.seat):
            log.warning(
                "%s has not answered for %.0f s", expert.name, self._settings.silent_after_s
            )
            self._probes.watch_silent(source, expert, snapshot)


class _Watch:
    """Ends a wait as soon as `check` returns the route to a stand-in."""

    def __init__(self, check: Callable[[], Route | float]) -> None:
        self._check = check
        self._timer: asyncio.TimerHandle | None = None
        self.stand_in: Route | None = None

    def start(self, wait: asyncio.Timeout, delay_s: float) -> None:
        """Check for the first time after `delay_s`. `wait` ends when a stand-in is found."""
        loop = asyncio.get_running_loop()

        def run() -> None:
            found = self._check()
            if isinstance(found, Route):
                self.stand_in = found
                wait.reschedule(loop.time())
            else:
                self.start(wait, found)

        self._timer = loop.call_later(max(delay_s, MIN_WAIT_S), run)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
