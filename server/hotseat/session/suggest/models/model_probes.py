"""Small requests that no user waits for: does a silent model answer again, and does a model take a
second request while it writes an answer?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

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
        self._streams = streams
        self._settings = settings
        self._silent: dict[ModelSpec, asyncio.Task[None]] = {}
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

        It is given the prompt of the request that it did not answer: a model that was only slow has
        read it then.
        """
        seat = expert.seat
        self._silence.mark(seat)
        if seat not in self._silent:
            task = asyncio.ensure_future(self._until_heard(source, expert, snapshot))
            self._silent[seat] = task
            task.add_done_callback(lambda _: self._silent.pop(seat, None))

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
        try:
            while self._silence.is_marked(expert.seat) and self._availability.is_warm(expert):
                await self._read(source, expert, snapshot)
                if self._silence.is_marked(expert.seat):
                    await asyncio.sleep(self._settings.probe_pause_s)
        finally:
            self._silence.heard(expert.seat)  # or it has left memory, and is not asked anyway
            if (link := self._link()) is not None:
                link.report_silence(expert.seat, is_silent=False)

    async def _read(self, source: AnswerSource, expert: Expert, snapshot: Snapshot) -> None:
        """Let the model read the prompt, for at most `probe_s`, and renew the report meanwhile."""
        reading = asyncio.ensure_future(source.client.read(expert, snapshot))
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._settings.probe_s
        try:
            while not reading.done() and (left_s := until_s - loop.time()) > 0:
                if (link := self._link()) is not None:
                    link.report_silence(expert.seat, is_silent=True)
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
