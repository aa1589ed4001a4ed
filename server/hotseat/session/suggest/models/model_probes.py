"""Small requests that no user waits for: does a silent model answer again, and does a model take a
second request while it writes an answer?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from hotseat.completion.snapshot import Snapshot
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.engines.protocol import GenerateRequest
from hotseat.keeper.link import KeeperLink
from hotseat.session.shared.answer_streams import AnswerStreams, goes_on
from hotseat.session.suggest.answer_source import AnswerSource
from hotseat.session.suggest.availability import Availability
from hotseat.session.suggest.models.model_silence import ModelSilence
from hotseat.session.suggest.suggest_settings import SuggestSettings

log = logging.getLogger(__name__)

OPEN_CHECK_S = 0.25
"""Between two looks whether a request to a silent model is still open."""
PROBE_PROMPT = "\n"
"""Read in a moment by any model."""


class ModelProbes:
    """`link` returns the connection to the keeper. Models that do not answer are reported there."""

    def __init__(
        self,
        link: Callable[[], KeeperLink | None],
        availability: Availability,
        silence: ModelSilence,
        streams: AnswerStreams,
        *,
        settings: SuggestSettings,
    ) -> None:
        self._link = link
        self._availability = availability
        self._silence = silence
        silence.on_heard = self._note_heard
        self._streams = streams
        self._settings = settings
        self._silent: dict[ModelSpec, asyncio.Task[None]] = {}
        self._heard: dict[ModelSpec, asyncio.Event] = {}
        self._slots: asyncio.Task[None] | None = None

    async def aclose(self) -> None:
        """Cancel all probes, and wait for their end."""
        tasks = [*self._silent.values(), *([self._slots] if self._slots is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def watch_silent(self, source: AnswerSource, expert: Expert, snapshot: Snapshot) -> None:
        """Mark the model as one that does not answer, in this window and with the keeper, until it
        answers.

        When no other request to it is open, and after `probe_s` in any case, it is given the prompt
        of the one that it did not answer: a model that was only slow has read it then.
        """
        seat = expert.seat
        self._silence.mark(seat)
        if seat not in self._silent:
            task = asyncio.ensure_future(self._until_heard(source, expert, snapshot))
            self._silent[seat] = task
            task.add_done_callback(lambda _: self._silent.pop(seat, None))

    def _note_heard(self, seat: ModelSpec) -> None:
        """The model answers again: end its watch."""
        if (heard := self._heard.get(seat)) is not None:
            heard.set()

    def count_slots(self, source: AnswerSource, expert: Expert) -> None:
        """Find out whether the model takes a second request while it writes an answer, unless the
        engine reports it or it was learned lately."""
        engine = self._availability.engine()
        if engine is None or engine.n_slots is not None or self._slots is not None:
            return
        if self._streams.learned_slots(engine.url) is None:
            self._slots = asyncio.ensure_future(self._count(source, expert, engine.url))
            self._slots.add_done_callback(self._counted)

    def _counted(self, _task: asyncio.Task[None]) -> None:
        self._slots = None

    async def _until_heard(self, source: AnswerSource, expert: Expert, snapshot: Snapshot) -> None:
        seat = expert.seat
        heard = self._heard[seat] = asyncio.Event()
        loop, renew_at_s = asyncio.get_running_loop(), 0.0
        # A probe would take the time of a request that is open. But those of a user who types on
        # are too short for an engine that replaces a process only after a longer one.
        yields_until_s = loop.time() + self._settings.probe_s
        try:
            while not heard.is_set() and self._availability.is_warm(expert):
                if loop.time() >= renew_at_s:
                    self._report(seat, is_silent=True)
                    renew_at_s = loop.time() + self._settings.renew_silence_s
                pause_s = OPEN_CHECK_S
                if not self._silence.is_open(seat) or loop.time() >= yields_until_s:
                    await self._read(source, expert, snapshot)
                    pause_s = self._settings.probe_pause_s
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), pause_s)
        finally:
            del self._heard[seat]
            self._silence.heard(seat)  # or it has left memory, and is not asked anyway
            self._report(seat, is_silent=False)

    def _report(self, seat: ModelSpec, *, is_silent: bool) -> None:
        if (link := self._link()) is not None:
            link.report_silence(seat, is_silent=is_silent)

    async def _read(self, source: AnswerSource, expert: Expert, snapshot: Snapshot) -> None:
        """Let the model read the prompt, for at most `probe_s`, and renew the report meanwhile."""
        reading = asyncio.ensure_future(source.client.read(expert, snapshot))
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._settings.probe_s
        try:
            while not reading.done() and (left_s := until_s - loop.time()) > 0:
                self._report(expert.seat, is_silent=True)
                renew_s = min(left_s, self._settings.renew_silence_s)
                await asyncio.wait({reading}, timeout=renew_s)
            if reading.done():
                reading.result()
        except HotseatError as error:
            log.debug("%s does not answer yet: %s", expert.name, error)
        finally:
            reading.cancel()

    async def _count(self, source: AnswerSource, expert: Expert, engine_url: str) -> None:
        answers = self._streams.of(self._availability.runner(expert))
        if not answers:
            return  # another window's, which cannot be watched from here
        request = GenerateRequest(
            spec=expert.spec, prompt=PROBE_PROMPT, n_predict=1, resident_only=True
        )
        try:
            async with asyncio.timeout(self._settings.slot_wait_s):
                async for _ in source.client.engine.generate(request):
                    break
        except TimeoutError:
            if await goes_on(answers):
                self._streams.learn_slots(engine_url, len(answers))
            return
        except HotseatError as error:
            log.debug("The slots of %s cannot be counted: %s", expert.name, error)
            return
        if await goes_on(answers):
            self._streams.learn_slots(engine_url, len(answers) + 1)
