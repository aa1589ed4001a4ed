"""Inline suggestions of one window: from the cache, from a stream under way, or from the engine.

One completion at a time: whatever a newer request cannot use is cancelled on the wire. Only models
that are warm are asked. Whatever goes wrong becomes "nothing" with a reason in `last`.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from hotseat.completion.cache import Answer, Scope, SuggestionCache, place_of
from hotseat.completion.route import Route, route
from hotseat.completion.timing.client_debounce import EditorPause
from hotseat.completion.timing.debounce import Pace
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.residency import ModelState
from hotseat.domain.text import Position
from hotseat.engines.discovery import EngineAddress, open_engine
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState
from hotseat.keeper.tasks import is_cancelled
from hotseat.session.missing_models import MissingModels
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.snapshot import Snapshot, snapshot_of
from hotseat.session.suggest.completion_client import Generator
from hotseat.session.suggest.in_flight_completion import Flight, GivenUp
from hotseat.session.suggest.suggestion import LastCompletion, StreamCounts, Suggestion

log = logging.getLogger(__name__)

PATIENCE_S = 30.0
"""Nobody waits longer for a suggestion, and the engine has something better to do."""
READ_AHEAD_S = 5.0
"""What a slow model has not read by then is left to the first key: who only looks around should not
hear the fan. llama.cpp keeps what it had read of a prompt that was cancelled."""
EARLY_S = 0.3
"""How long a completion that was begun before its request waits for it."""
AHEAD_AFTER_S = 0.3
"""Who has looked at a suggestion for so long without a key may be about to accept it."""


class Suggester:
    """`link` gives the connection to the keeper, once there is one; `neighbours` what other files
    have to say, and which ones nobody may see."""

    def __init__(
        self,
        documents: DocumentStore,
        link: Callable[[], KeeperLink | None],
        neighbours: OpenFileContext | None = None,
        missing: MissingModels | None = None,
    ) -> None:
        self._documents = documents
        self._link = link
        self._neighbours = neighbours
        self._missing = missing or MissingModels()
        self._generator: Generator | None = None
        self._place: tuple[EngineAddress, str] | None = None
        """Where its engine is."""
        self._cache = SuggestionCache()
        self._pace = Pace()
        self._editor_pause = EditorPause()
        self._waiting: dict[str, asyncio.Task[Suggestion | None]] = {}
        self._flight: Flight | None = None
        self._counts = StreamCounts()
        """Of `_flight`, for all requests that follow it."""
        self._ahead: asyncio.Task[None] | None = None
        """Work that nobody waits for: the first to give way."""
        self._completing_ahead: str | None = None
        """The document for which `_ahead` makes a whole completion."""
        self._deadlines: set[asyncio.Timeout] = set()
        self._engine_message = ""
        self._background: set[asyncio.Task[Any]] = set()
        self._ids = itertools.count(1)
        self.counts = {"asked": 0, "fromCache": 0, "fromStream": 0, "fromEngine": 0, "early": 0}
        """Requests of this window, by where their answers came from; and how many completions were
        begun before they were asked for."""
        self.last: LastCompletion | None = None
        self._closed = False

    async def aclose(self) -> None:
        """Requests that wait are answered, empty; so are those that come later."""
        self._closed = True
        tasks = [*self._waiting.values(), *self._background]
        tasks += [task for task in (self._ahead, self._flight and self._flight.task) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._generator is not None:
            await self._generator.engine.aclose()

    def use_engine(self, engine: Engine) -> None:
        """Ask that one from now on. What is known of models, and what they said, is of the engine
        that has them."""
        if self._generator is not None:
            for uri in list(self._waiting):
                self._end_waiting(uri)
            self._stop_flight()
            self._cache = SuggestionCache()
            self._missing.forget_all()
            self._start(self._generator.engine.aclose())
        self._generator = Generator(engine, self._documents, self._link, self._neighbours)

    def engine_changed(self, state: KeeperState) -> None:
        """Follow the keeper to another address."""
        link, url = self._link(), state.engine.url
        if link is not None and url and (link.address, url) != self._place:
            self._place = (link.address, url)
            self.use_engine(open_engine(*self._place))
        self._engine_message = state.engine.message
        # Whoever waits for an engine that hangs is let go. A new keeper that has not looked yet
        # has no message.
        if not state.engine.up and state.engine.message:
            for deadline in self._deadlines:
                if not deadline.expired():
                    deadline.reschedule(asyncio.get_running_loop().time())

    def fim_reports(self) -> dict[str, str]:
        """How each model is asked, as far as it is known: by model name."""
        return self._generator.fim_reports() if self._generator is not None else {}

    def resolve(self, suggestion_id: str, outcome: str) -> None:
        """The client says what became of a suggestion."""
        if self.last is not None and self.last.id == suggestion_id:
            self.last.outcome = outcome

    async def suggest(
        self,
        document: Document,
        position: Position,
        language: str | None,
        roster: Roster,
        *,
        invoked: bool = False,
    ) -> Suggestion | None:
        """The newest request for a document ends the one before, which then returns None, as every
        request does that is given up here. CancelledError comes out only when the task that called
        is cancelled itself.

        `invoked`: the person asked by hand, and is not kept waiting for a pause in the typing.
        """
        began_s = time.perf_counter()
        uri = document.uri
        self._pace.asked(began_s)
        self._editor_pause.asked(began_s)
        self.counts["asked"] += 1
        self._end_waiting(uri)
        last = self.last = LastCompletion(id=str(next(self._ids)), language=language)
        chosen = route(language, roster, self._obstacle)
        last.expert = chosen.wanted.name if chosen.wanted else None
        last.note = chosen.note
        if self._is_secret(uri):
            last.note = "the file may hold secrets: it is not shown to models"
            return None
        if chosen.served_by is None or language is None or self._closed:
            return None
        last.served_by = chosen.served_by.name
        snapshot = snapshot_of(
            document, position, language, chosen.served_by, began_s=began_s, invoked=invoked
        )
        task = asyncio.ensure_future(self._complete(snapshot, chosen, last))
        self._waiting[uri] = task
        try:
            return await task
        except asyncio.CancelledError:
            last.outcome = "superseded"
            if is_cancelled():
                raise  # by the client
            return None
        finally:
            task.cancel()
            if self._waiting.get(uri) is task:
                del self._waiting[uri]

    def keyed(self) -> bool:
        """A character was typed. Whether to `begin_early`: the editor will ask, but waits first."""
        self._editor_pause.keyed(time.perf_counter())
        return self._editor_pause.is_time_to_begin

    def begin_early(
        self, document: Document, position: Position, language: str | None, roster: Roster
    ) -> None:
        """Ask the engine now what the editor is about to ask; its request finds the stream."""
        expert = route(language, roster, self._obstacle).served_by
        if expert is None or language is None or self._is_secret(document.uri):
            return
        snapshot = snapshot_of(document, position, language, expert, began_s=time.perf_counter())
        self._start(self._quietly(expert, self._early(expert, snapshot)))

    def warm_up(
        self, document: Document, position: Position, language: str | None, roster: Roster
    ) -> bool:
        """Let the model read what stands before the cursor, so that the first key finds it read.

        False while it cannot, or while a completion reads the same anyway.
        """
        expert = roster.expert_for(language)
        if expert is None or language is None or self._obstacle(expert) or self._busy:
            return False
        if self._completing_ahead == document.uri:
            return True  # it has been read, and what comes next is on the way
        snapshot = snapshot_of(document, position, language, expert, began_s=time.perf_counter())
        if not snapshot.prefix.strip() or self._is_secret(document.uri):
            return False
        self._begin_ahead(self._read_ahead(expert, snapshot))
        return True

    async def _complete(
        self, snapshot: Snapshot, chosen: Route, last: LastCompletion
    ) -> Suggestion | None:
        expert, generator = chosen.served_by, self._generator
        if expert is None or generator is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S) as deadline:
                self._deadlines.add(deadline)
                try:
                    answer = await self._answer(generator, expert, snapshot, last)
                finally:
                    self._deadlines.discard(deadline)
        except GivenUp:
            last.outcome = "superseded"
            return None
        except TimeoutError:
            self._stop_flight()
            too_slow = f"{expert.name} took longer than {PATIENCE_S:.0f} s"
            last.outcome, last.note = "failed", self._engine_message or too_slow
            return None
        except HotseatError as error:
            self._missing.failed(expert, error)
            last.outcome, last.note = "failed", str(error)
            log.warning("No suggestion from %s: %s", expert.name, error)
            return None
        self._pace.answered()
        self._missing.found(expert)
        last.total_ms = (time.perf_counter() - snapshot.began_s) * 1000
        document = self._documents.get(snapshot.uri)
        if document is None or document.version != snapshot.version:
            last.outcome = "superseded"
            return None
        if not answer.text:
            last.note = last.note or f"{expert.name} had nothing to say"
            return None
        last.outcome, last.text = "shown", answer.text
        behind = snapshot.after(answer.text)
        self._begin_ahead(self._complete_ahead(generator, expert, behind), behind.uri)
        return Suggestion(
            id=last.id,
            text=answer.text,
            position=snapshot.position,
            expert=expert.name,
            logprobs=answer.logprobs,
            mode=answer.mode,
            parses=answer.parses,
            cached=last.source == "cache",
        )

    async def _answer(
        self, generator: Generator, expert: Expert, snapshot: Snapshot, last: LastCompletion
    ) -> Answer:
        """What to insert: known already, about to be known, or asked for."""
        scope = await generator.scope(expert, snapshot.language)
        prefix, suffix = snapshot.prefix, snapshot.suffix
        known = self._cache.find(scope, prefix, suffix)
        if known is not None and (known.text or not snapshot.invoked):
            last.source = "cache"
            self.counts["fromCache"] += 1
            return known
        flight = self._flight
        if flight is not None and (typed := flight.leads_to(scope, prefix, suffix)) is not None:
            last.source = "stream"
            followed_s = time.perf_counter()
            rest = await flight.follow(typed)
            last.note_stream(self._counts, snapshot.began_s)
            if rest is not None:
                self.counts["fromStream"] += 1
                return rest
            last.delay_ms = (time.perf_counter() - followed_s) * 1000
        self._stop_flight()
        last.source = "engine"
        if delay_s := self._pace.delay_s(prefix[-1:], invoked=snapshot.invoked):
            await asyncio.sleep(delay_s)
            last.delay_ms += delay_s * 1000
        self.counts["fromEngine"] += 1
        flight, counts = self._take_off(generator, expert, scope, snapshot)
        answer = await flight.follow("")
        last.note_stream(counts, snapshot.began_s)
        return answer or Answer("")

    async def _early(self, expert: Expert, snapshot: Snapshot) -> None:
        if (generator := self._generator) is None:
            return
        scope = await generator.scope(expert, snapshot.language)
        prefix, suffix = snapshot.prefix, snapshot.suffix
        flight = self._flight
        if (
            self._pace.delay_s(prefix[-1:], invoked=False)
            or self._cache.find(scope, prefix, suffix) is not None
            or (flight is not None and flight.leads_to(scope, prefix, suffix) is not None)
        ):
            return
        self._end_waiting(snapshot.uri)
        self._stop_flight()
        self.counts["early"] += 1
        flight, _counts = self._take_off(generator, expert, scope, snapshot)
        flight.linger(EARLY_S)

    def _take_off(
        self, generator: Generator, expert: Expert, scope: Scope, snapshot: Snapshot
    ) -> tuple[Flight, StreamCounts]:
        if (link := self._link()) is not None:
            link.look()
        counts = self._counts = StreamCounts()
        flight = self._flight = Flight(
            scope,
            place_of(snapshot.prefix, snapshot.suffix),
            lambda grown: self._fly(generator, expert, scope, snapshot, counts, grown),
        )
        return flight, counts

    async def _fly(
        self,
        generator: Generator,
        expert: Expert,
        scope: Scope,
        snapshot: Snapshot,
        counts: StreamCounts,
        grown: Callable[[str], None],
    ) -> Answer:
        answer = await generator.answer(expert, snapshot, counts, grown)
        self._cache.put(scope, place_of(snapshot.prefix, snapshot.suffix), answer)
        return answer

    def _end_waiting(self, uri: str) -> None:
        """An older request for the document is answered, empty."""
        if (previous := self._waiting.pop(uri, None)) is not None:
            previous.cancel()

    @property
    def _busy(self) -> bool:
        return self._flight is not None and not self._flight.task.done()

    def _stop_flight(self) -> None:
        """Nobody can use what is under way: one completion at a time."""
        self._stop_ahead()
        if self._flight is not None and not self._flight.task.done():
            self._pace.overtaken()
            self._flight.abort()
        self._flight = None

    def _obstacle(self, expert: Expert) -> str:
        """Why it cannot answer now; else empty."""
        link = self._link()
        if link is None or link.state.state_of(expert.seat) is not ModelState.WARM:
            return "is not warm yet"
        hint = self._missing.hint(expert)
        return f"is not there: {hint}" if hint else ""

    def _is_secret(self, uri: str) -> bool:
        return self._neighbours is not None and self._neighbours.is_secret(uri)

    # --- what nobody waits for ---

    def _begin_ahead(self, work: Coroutine[Any, Any, None], completing: str | None = None) -> None:
        self._stop_ahead()
        self._ahead, self._completing_ahead = self._start(work), completing

    def _stop_ahead(self) -> None:
        self._completing_ahead = None
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None

    async def _complete_ahead(self, generator: Generator, expert: Expert, behind: Snapshot) -> None:
        """What comes behind the suggestion, for whoever accepts it."""
        await asyncio.sleep(AHEAD_AFTER_S)
        if generator is not self._generator or self._busy or self._obstacle(expert):
            return
        scope = await generator.scope(expert, behind.language)
        if self._cache.find(scope, behind.prefix, behind.suffix) is None:
            counts = StreamCounts()
            flight = self._fly(generator, expert, scope, behind, counts, lambda _: None)
            await self._quietly(expert, flight)

    async def _read_ahead(self, expert: Expert, snapshot: Snapshot) -> None:
        if self._generator is not None:
            await self._quietly(expert, self._generator.read(expert, snapshot), READ_AHEAD_S)

    async def _quietly(
        self, expert: Expert, work: Awaitable[object], within_s: float = PATIENCE_S
    ) -> None:
        try:
            async with asyncio.timeout(within_s):
                await work
        except TimeoutError:
            log.debug("Nothing was computed ahead: %s was too slow", expert.name)
        except HotseatError as error:
            self._missing.failed(expert, error)
            log.debug("Nothing was computed ahead: %s", error)

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task
