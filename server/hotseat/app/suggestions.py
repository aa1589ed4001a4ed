"""Inline suggestions of one window: from the cache, from a stream under way, or from the engine.

Talks to the engine directly, on the typing path, and only to models that are warm: it never causes
a load. One completion at a time: whatever a newer request cannot use is cancelled on the wire.
Whatever goes wrong becomes "nothing" with a reason in `last`.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from hotseat.app.flight import Flight
from hotseat.app.link import KeeperLink
from hotseat.app.neighbours import Neighbours
from hotseat.app.state import KeeperState
from hotseat.completion.ask import N_PREDICT, Gather, ask
from hotseat.completion.cache import Answer, Scope, SuggestionCache, place_of
from hotseat.completion.context import window_chars
from hotseat.completion.pace import Pace
from hotseat.completion.route import Route, route
from hotseat.completion.templates import FimChoice, choose
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import EngineRejected, HotseatError
from hotseat.domain.experts import EngineKind, Expert, ModelSpec, Roster
from hotseat.domain.residency import ModelState
from hotseat.domain.text import Position
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import Chunk, GenerateRequest
from hotseat.residency.memory import DEFAULT_NUM_CTX

log = logging.getLogger(__name__)

BUSY_AFTER_S = 0.25
SHRINK = 0.6
MAX_WINDOW_TOKENS = 1280
"""Prompt and answer. A cold prompt of 1,000 tokens takes a 135M model 7 s on one core; the context
that a model is loaded with is for asking, too."""
MIN_READ_TOKENS = 16
"""Fewer say nothing of how fast a model reads."""
SMOOTHING = 0.7
PATIENCE_S = 30.0
"""Nobody waits longer for a suggestion, and the engine has something better to do."""
CONTEXT_TOKENS = 256
CONTEXT_RATE = 250.0
"""Prompt tokens a second: from there on, context is read in a second."""
READ_AHEAD_S = 5.0
"""What a slow model has not read by then is left to the first key: who only looks around should not
hear the fan. llama.cpp keeps what it had read of a prompt that was cancelled."""
AHEAD_AFTER_S = 0.3
"""Who has looked at a suggestion for so long without a key may be about to accept it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`text` goes in at `position` and replaces nothing."""

    id: str
    text: str
    position: Position
    expert: str
    logprobs: tuple[float, ...] = ()
    """Of its tokens, where the engine tells them."""
    cached: bool = False
    """Nothing was asked of the engine for it."""


@dataclass(slots=True, kw_only=True)
class LastCompletion:
    """What became of the newest request, for the status. Times in ms."""

    id: str
    language: str | None
    expert: str | None = None
    served_by: str | None = None
    outcome: str = "empty"
    """`shown`, `empty`, `superseded`, `failed`; later `accepted` or `rejected`."""
    note: str = ""
    before_engine_ms: float | None = None
    """From the request to the engine's call: ours."""
    first_token_ms: float | None = None
    """From the engine's call to its first text."""
    source: str = "engine"
    """`engine`, `cache`, or `stream`: one that was under way already."""
    engine_ms: float | None = None
    """From the engine's call to the end of what was wanted of it."""
    delay_ms: float = 0.0
    """Waited for a pause in the typing."""
    total_ms: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    text: str = ""

    def to_wire(self) -> dict[str, Any]:
        names = {
            "served_by": "servedBy",
            "before_engine_ms": "beforeEngineMs",
            "first_token_ms": "firstTokenMs",
            "engine_ms": "engineMs",
            "delay_ms": "delayMs",
            "total_ms": "totalMs",
            "n_prompt_tokens": "nPromptTokens",
            "n_cached_tokens": "nCachedTokens",
        }
        return {names.get(name, name): value for name, value in asdict(self).items()}


@dataclass(slots=True, kw_only=True)
class _Counts:
    """What one stream cost: of all requests that follow it."""

    called_s: float | None = None
    first_token_s: float | None = None
    ended_s: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    logprobs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Snapshot:
    """The document as it was at the request, taken before the first await."""

    uri: str
    version: int
    language: str
    position: Position
    prefix: str
    suffix: str
    invoked: bool
    began_s: float


class Suggester:
    """`link` gives the connection to the keeper, once there is one; `neighbours` what other files
    have to say, and which ones nobody may see."""

    def __init__(
        self,
        documents: DocumentStore,
        link: Callable[[], KeeperLink | None],
        neighbours: Neighbours | None = None,
    ) -> None:
        self._documents = documents
        self._link = link
        self._neighbours = neighbours
        self._n_context: dict[ModelSpec, int] = {}
        self._engine: OllamaEngine | None = None
        self._fim: dict[str, FimChoice] = {}
        self._digests: dict[str, str] = {}
        self._window_share: dict[ModelSpec, float] = {}
        self._reading: dict[ModelSpec, float] = {}
        """Prompt tokens that each model reads a second, lately."""
        self._cache = SuggestionCache()
        self._pace = Pace()
        self._waiting: dict[str, asyncio.Task[Suggestion | None]] = {}
        self._flight: Flight | None = None
        self._counts = _Counts()
        self._ahead: asyncio.Task[None] | None = None
        """Work that nobody waits for: the first to give way."""
        self._deadlines: set[asyncio.Timeout] = set()
        self._engine_message = ""
        self._background: set[asyncio.Task[Any]] = set()
        self._ids = itertools.count(1)
        self.counts = {"asked": 0, "fromCache": 0, "fromStream": 0, "fromEngine": 0}
        """Requests of this window, by where their answers came from."""
        self.last: LastCompletion | None = None

    async def aclose(self) -> None:
        tasks = [*self._waiting.values(), *self._background]
        tasks += [task for task in (self._ahead, self._flight and self._flight.task) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._engine is not None:
            await self._engine.aclose()

    def engine_changed(self, state: KeeperState) -> None:
        """Follow the keeper to another address."""
        url = state.engine.url
        if url and (self._engine is None or self._engine.base_url != url):
            if self._engine is not None:
                self._start(self._engine.aclose())
            self._engine = OllamaEngine(url)
            self._fim.clear()
        self._engine_message = state.engine.message
        # Whoever waits for an engine that hangs is let go. A new keeper that has not looked yet
        # has no message.
        if not state.engine.up and state.engine.message:
            for deadline in self._deadlines:
                if not deadline.expired():
                    deadline.reschedule(asyncio.get_running_loop().time())

    def fim_reports(self) -> dict[str, str]:
        """How each model is asked, as far as it is known: by model name."""
        return {model: choice.report for model, choice in self._fim.items()}

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
        """The newest request for a document ends the one before, which then returns None.

        `invoked`: the person asked by hand, and is not kept waiting for a pause in the typing.
        """
        began_s = time.perf_counter()
        uri = document.uri
        self._pace.asked(began_s)
        self.counts["asked"] += 1
        if (previous := self._waiting.pop(uri, None)) is not None:
            previous.cancel()
        last = self.last = LastCompletion(id=str(next(self._ids)), language=language)
        chosen = route(language, roster, self._is_warm)
        last.expert = chosen.wanted.name if chosen.wanted else None
        last.note = chosen.note
        if self._neighbours is not None and self._neighbours.is_secret(uri):
            last.note = "the file may hold secrets: it is not shown to models"
            return None
        if chosen.served_by is None or language is None:
            return None
        last.served_by = chosen.served_by.name
        snapshot = self._snapshot(document, position, language, chosen.served_by, invoked, began_s)
        task = asyncio.ensure_future(self._complete(snapshot, chosen, last))
        self._waiting[uri] = task
        try:
            return await task
        except asyncio.CancelledError:
            last.outcome = "superseded"
            if self._waiting.get(uri) is not task:
                return None  # by a newer request: this one is answered, empty
            raise  # by the client
        finally:
            task.cancel()
            if self._waiting.get(uri) is task:
                del self._waiting[uri]

    def warm_up(
        self, document: Document, position: Position, language: str | None, roster: Roster
    ) -> bool:
        """Let the model read what stands before the cursor, so that the first key finds it read.

        False while it cannot, or while a completion reads the same anyway.
        """
        expert = roster.expert_for(language)
        if expert is None or language is None or not self._is_warm(expert.spec) or self._busy:
            return False
        snapshot = self._snapshot(
            document, position, language, expert, invoked=False, began_s=time.perf_counter()
        )
        if not snapshot.prefix.strip():
            return False
        if self._neighbours is not None and self._neighbours.is_secret(document.uri):
            return False
        self._begin_ahead(self._read_ahead(expert, snapshot))
        return True

    def _snapshot(
        self,
        document: Document,
        position: Position,
        language: str,
        expert: Expert,
        invoked: bool,
        began_s: float,
    ) -> _Snapshot:
        n_chars = window_chars(_num_ctx(expert), N_PREDICT["line"])
        position = document.clamped(position)
        return _Snapshot(
            uri=document.uri,
            version=document.version,
            language=language,
            position=position,
            prefix=document.prefix(position, n_chars),
            suffix=document.suffix(position, n_chars),
            invoked=invoked,
            began_s=began_s,
        )

    async def _complete(
        self, snapshot: _Snapshot, chosen: Route, last: LastCompletion
    ) -> Suggestion | None:
        expert = chosen.served_by
        if expert is None or self._engine is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S) as deadline:
                self._deadlines.add(deadline)
                try:
                    answer = await self._answer(self._engine, expert, snapshot, last)
                finally:
                    self._deadlines.discard(deadline)
        except TimeoutError:
            self._stop_flight()
            too_slow = f"{expert.name} took longer than {PATIENCE_S:.0f} s"
            last.outcome, last.note = "failed", self._engine_message or too_slow
            return None
        except HotseatError as error:
            last.outcome, last.note = "failed", str(error)
            log.warning("No suggestion from %s: %s", expert.name, error)
            return None
        self._pace.answered()
        last.total_ms = (time.perf_counter() - snapshot.began_s) * 1000
        document = self._documents.get(snapshot.uri)
        if document is None or document.version != snapshot.version:
            last.outcome = "superseded"
            return None
        text = answer.text
        if not text:
            last.note = last.note or f"{expert.name} had nothing to say"
            return None
        last.outcome, last.text = "shown", text
        self._begin_ahead(self._complete_ahead(expert, snapshot, text))
        return Suggestion(
            id=last.id,
            text=text,
            position=snapshot.position,
            expert=expert.name,
            logprobs=answer.logprobs,
            cached=last.source == "cache",
        )

    async def _answer(
        self, engine: OllamaEngine, expert: Expert, snapshot: _Snapshot, last: LastCompletion
    ) -> Answer:
        """What to insert: known already, about to be known, or asked for."""
        scope = await self._scope(engine, expert, snapshot.language)
        prefix, suffix = snapshot.prefix, snapshot.suffix
        known = self._cache.find(scope, prefix, suffix)
        if known is not None and (known.text or not snapshot.invoked):
            last.source = "cache"
            self.counts["fromCache"] += 1
            return known
        flight = self._flight
        if flight is not None and (typed := flight.leads_to(scope, prefix, suffix)) is not None:
            last.source = "stream"
            rest = await self._follow(flight, typed, snapshot, last)
            if rest is not None:
                self.counts["fromStream"] += 1
                return Answer(rest, self._counts.logprobs)
        self._stop_flight()
        last.source = "engine"
        if delay_s := self._pace.delay_s(prefix[-1:], invoked=snapshot.invoked):
            await asyncio.sleep(delay_s)
            last.delay_ms = delay_s * 1000
        self.counts["fromEngine"] += 1
        counts = self._counts = _Counts()
        flight = self._flight = Flight(
            scope,
            place_of(prefix, suffix),
            lambda grown: self._fly(engine, expert, scope, snapshot, counts, grown),
        )
        text = await self._follow(flight, "", snapshot, last)
        return Answer(text or "", counts.logprobs)

    async def _follow(
        self, flight: Flight, typed: str, snapshot: _Snapshot, last: LastCompletion
    ) -> str | None:
        counts = self._counts
        rest = await flight.follow(typed)
        if counts.called_s is not None:
            last.before_engine_ms = max(0.0, counts.called_s - snapshot.began_s) * 1000
            if counts.first_token_s is not None:
                last.first_token_ms = (counts.first_token_s - counts.called_s) * 1000
            if counts.ended_s is not None:
                last.engine_ms = (counts.ended_s - counts.called_s) * 1000
        last.n_prompt_tokens = counts.n_prompt_tokens
        last.n_cached_tokens = counts.n_cached_tokens
        return rest

    async def _fly(
        self,
        engine: OllamaEngine,
        expert: Expert,
        scope: Scope,
        snapshot: _Snapshot,
        counts: _Counts,
        grown: Callable[[str], None],
    ) -> str:
        text = await self._generate_fitting(engine, expert, snapshot, counts, grown)
        answer = Answer(text, counts.logprobs)
        self._cache.put(scope, place_of(snapshot.prefix, snapshot.suffix), answer)
        return text

    # --- what nobody waits for ---

    @property
    def _busy(self) -> bool:
        return self._flight is not None and not self._flight.task.done()

    def _begin_ahead(self, work: Coroutine[Any, Any, None]) -> None:
        self._stop_ahead()
        self._ahead = self._start(work)

    def _stop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None

    def _stop_flight(self) -> None:
        """Nobody can use what is under way: one completion at a time."""
        self._stop_ahead()
        if self._flight is not None and not self._flight.task.done():
            self._pace.overtaken()
            self._flight.abort()
        self._flight = None

    async def _complete_ahead(self, expert: Expert, snapshot: _Snapshot, text: str) -> None:
        """What comes behind the suggestion, for whoever accepts it."""
        await asyncio.sleep(AHEAD_AFTER_S)
        engine = self._engine
        if engine is None or self._busy or not self._is_warm(expert.spec):
            return
        prefix = snapshot.prefix + text
        scope = await self._scope(engine, expert, snapshot.language)
        if self._cache.find(scope, prefix, snapshot.suffix) is not None:
            return
        n_lines = text.count("\n")
        behind = replace(
            snapshot,
            prefix=prefix,
            position=Position(snapshot.position.line + n_lines, snapshot.position.character),
        )
        await self._quietly(self._fly(engine, expert, scope, behind, _Counts(), lambda _: None))

    async def _read_ahead(self, expert: Expert, snapshot: _Snapshot) -> None:
        if (engine := self._engine) is not None:
            generation = self._generate_fitting(
                engine, expert, snapshot, _Counts(), lambda _: None, n_predict=1
            )
            await self._quietly(generation, READ_AHEAD_S)

    async def _quietly(self, work: Awaitable[str], within_s: float = PATIENCE_S) -> None:
        try:
            async with asyncio.timeout(within_s):
                await work
        except (HotseatError, TimeoutError) as error:
            log.debug("Nothing was computed ahead: %s", error)

    # --- the engine ---

    async def _generate_fitting(
        self,
        engine: OllamaEngine,
        expert: Expert,
        snapshot: _Snapshot,
        counts: _Counts,
        grown: Callable[[str], None],
        *,
        n_predict: int | None = None,
    ) -> str:
        """Tokens are estimated: where a text is denser (hexadecimal, Chinese, minified code), the
        engine refuses the prompt, and the window shrinks, for the next requests too."""
        while True:
            try:
                return await self._generate(
                    engine, expert, snapshot, counts, grown, n_predict=n_predict
                )
            except EngineRejected as error:
                share = self._window_share.get(expert.spec, 1.0) * SHRINK
                if error.status != 400 or "context" not in error.message or share < SHRINK**4:
                    raise
                self._window_share[expert.spec] = share

    async def _generate(
        self,
        engine: OllamaEngine,
        expert: Expert,
        snapshot: _Snapshot,
        counts: _Counts,
        grown: Callable[[str], None],
        *,
        n_predict: int | None,
    ) -> str:
        n_context = self._context_tokens(expert.spec)
        question = ask(
            await self._fim_choice(engine, expert),
            prefix=snapshot.prefix,
            suffix=snapshot.suffix,
            language=snapshot.language,
            cursor_line=snapshot.position.line,
            path=_path(snapshot.uri),
            n_ctx=int(_num_ctx(expert) * self._window_share.get(expert.spec, 1.0)),
            tokens_per_s=self._reading.get(expert.spec),
            gather=self._gather(snapshot, n_context),
            n_context=n_context,
        )
        request = GenerateRequest(
            spec=expert.spec,
            prompt=question.prompt.prompt,
            suffix=question.prompt.suffix,
            raw=question.prompt.raw,
            stop=question.prompt.stop,
            n_predict=n_predict or question.n_predict,
            logprobs=n_predict is None,
        )
        logprobs: list[tuple[int, float]] = []
        n_chars = 0
        cutter = question.cutter
        counts.called_s = time.perf_counter()
        with self._in_use(expert.spec):
            async with aclosing(engine.generate(request)) as chunks:
                async for chunk in chunks:
                    now_s = time.perf_counter()
                    counts.first_token_s = counts.first_token_s or now_s
                    if chunk.n_prompt_tokens is not None:
                        counts.n_prompt_tokens = chunk.n_prompt_tokens
                        counts.n_cached_tokens = chunk.n_cached_tokens
                        self._note_reading(expert.spec, chunk)
                    logprobs += [(n_chars, logprob) for logprob in chunk.logprobs]
                    n_chars += len(chunk.text)
                    shown, ended = cutter.feed(chunk.text)
                    if ended or now_s - counts.first_token_s > question.generation_s:
                        break
                    grown(shown)
                counts.ended_s = time.perf_counter()
        text = cutter.finish()
        counts.logprobs = tuple(logprob for begin, logprob in logprobs if begin < len(text))
        return text

    def _gather(self, snapshot: _Snapshot, n_tokens: int) -> Gather | None:
        neighbours, document = self._neighbours, self._documents.get(snapshot.uri)
        if neighbours is None or document is None:
            return None
        line = snapshot.position.line
        return lambda first, last: neighbours.context(
            document, snapshot.language, line=line, shown=(first, last), n_tokens=n_tokens
        )

    def _context_tokens(self, spec: ModelSpec) -> int:
        """What of the prompt other files get: none where the model reads slowly. Decided once for a
        model: with each change the whole prompt would be read anew."""
        if (known := self._n_context.get(spec)) is not None:
            return known
        rate = self._reading.get(spec)
        link = self._link()
        if rate is None:
            tells = link is not None and link.state.engine.kind == EngineKind.EMBEDDED
            return 0 if tells else CONTEXT_TOKENS
        self._n_context[spec] = CONTEXT_TOKENS if rate >= CONTEXT_RATE else 0
        return self._n_context[spec]

    def _note_reading(self, spec: ModelSpec, chunk: Chunk) -> None:
        if chunk.n_cached_tokens is None:
            return  # an engine that does not tell how much it read
        n_read = (chunk.n_prompt_tokens or 0) - chunk.n_cached_tokens
        if n_read >= MIN_READ_TOKENS and chunk.prompt_eval_ms:
            rate = 1000 * n_read / chunk.prompt_eval_ms
            self._reading[spec] = rate + SMOOTHING * (self._reading.get(spec, rate) - rate)

    @contextmanager
    def _in_use(self, spec: ModelSpec) -> Iterator[None]:
        """Tell the keeper that the model works for us, when it takes longer than a moment."""
        link = self._link()
        begun = False

        def begin() -> None:
            nonlocal begun
            if link is not None:
                link.begin_use(spec)
                begun = True

        timer = asyncio.get_running_loop().call_later(BUSY_AFTER_S, begin)
        try:
            yield
        finally:
            timer.cancel()
            if begun and link is not None:
                link.end_use(spec)

    async def _scope(self, engine: OllamaEngine, expert: Expert, language: str) -> Scope:
        choice = await self._fim_choice(engine, expert)
        return Scope(
            model=expert.spec.key,
            digest=self._digests.get(expert.spec.model, ""),
            template=choice.template.family if choice.template else choice.mode,
            language=language,
        )

    async def _fim_choice(self, engine: OllamaEngine, expert: Expert) -> FimChoice:
        """Known after the first request to a model: one quick question to the engine."""
        model = expert.spec.model
        if model not in self._fim:
            info = await engine.show(model)
            self._fim[model], self._digests[model] = choose(info, expert.fim), info.blob
        return self._fim[model]

    def _is_warm(self, spec: ModelSpec) -> bool:
        link = self._link()
        return link is not None and link.state.state_of(spec) is ModelState.WARM

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task


def _num_ctx(expert: Expert) -> int:
    num_ctx = expert.spec.option("num_ctx")
    return min(num_ctx if isinstance(num_ctx, int) else DEFAULT_NUM_CTX, MAX_WINDOW_TOKENS)


def _path(uri: str) -> str:
    """The last parts of the path: what a model has seen in its training, and no home directory."""
    try:
        path = urlsplit(uri).path
    except ValueError:  # `file://[`
        return ""
    return "/".join(unquote(path).split("/")[-2:])
