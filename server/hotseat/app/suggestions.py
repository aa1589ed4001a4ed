"""Inline suggestions of one window: snapshot, route, prompt, stream, cut. One at a time a document.

Talks to the engine directly, on the typing path, and only to models that are warm: it never causes
a load. Whatever goes wrong becomes "nothing" with a reason in `last`.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from hotseat.app.link import KeeperLink
from hotseat.app.state import KeeperState
from hotseat.completion.context import window, window_chars
from hotseat.completion.cut import Cutter, multiline_mode
from hotseat.completion.route import Route, route
from hotseat.completion.templates import FimChoice, choose
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import EngineRejected, HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
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
PATIENCE_S = 30.0
"""Nobody waits longer for a suggestion, and the engine has something better to do."""
N_PREDICT = {"line": 48, "block": 160}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`text` goes in at `position` and replaces nothing."""

    id: str
    text: str
    position: Position
    expert: str


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
    total_ms: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    text: str = ""

    def to_wire(self) -> dict[str, Any]:
        names = {
            "served_by": "servedBy",
            "before_engine_ms": "beforeEngineMs",
            "first_token_ms": "firstTokenMs",
            "total_ms": "totalMs",
            "n_prompt_tokens": "nPromptTokens",
            "n_cached_tokens": "nCachedTokens",
        }
        return {names.get(name, name): value for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Snapshot:
    """The document as it was at the request, taken before the first await."""

    uri: str
    version: int
    language: str
    position: Position
    prefix: str
    suffix: str
    began_s: float


class Suggester:
    """`link` gives the connection to the keeper, once there is one."""

    def __init__(self, documents: DocumentStore, link: Callable[[], KeeperLink | None]) -> None:
        self._documents = documents
        self._link = link
        self._engine: OllamaEngine | None = None
        self._fim: dict[str, FimChoice] = {}
        self._window_share: dict[ModelSpec, float] = {}
        self._in_flight: dict[str, asyncio.Task[Suggestion | None]] = {}
        self._deadlines: set[asyncio.Timeout] = set()
        self._engine_message = ""
        self._background: set[asyncio.Task[Any]] = set()
        self._ids = itertools.count(1)
        self.last: LastCompletion | None = None

    async def aclose(self) -> None:
        tasks = (*self._in_flight.values(), *self._background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._engine is not None:
            await self._engine.aclose()

    def engine_changed(self, state: KeeperState) -> None:
        """Follow the keeper to another address, and learn what warm models can do."""
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
        self, document: Document, position: Position, language: str | None, roster: Roster
    ) -> Suggestion | None:
        """The newest request for a document ends the one before, which then returns None."""
        began_s = time.perf_counter()
        uri = document.uri
        if (previous := self._in_flight.pop(uri, None)) is not None:
            previous.cancel()
        last = self.last = LastCompletion(id=str(next(self._ids)), language=language)
        chosen = route(language, roster, self._is_warm)
        last.expert = chosen.wanted.name if chosen.wanted else None
        last.note = chosen.note
        if chosen.served_by is None or language is None:
            return None
        last.served_by = chosen.served_by.name
        n_chars = window_chars(_num_ctx(chosen.served_by), N_PREDICT["line"])
        position = document.clamped(position)
        snapshot = _Snapshot(
            uri=uri,
            version=document.version,
            language=language,
            position=position,
            prefix=document.prefix(position, n_chars),
            suffix=document.suffix(position, n_chars),
            began_s=began_s,
        )
        task = asyncio.ensure_future(self._complete(snapshot, chosen, last))
        self._in_flight[uri] = task
        try:
            return await task
        except asyncio.CancelledError:
            last.outcome = "superseded"
            if self._in_flight.get(uri) is not task:
                return None  # by a newer request: this one is answered, empty
            raise  # by the client
        finally:
            task.cancel()
            if self._in_flight.get(uri) is task:
                del self._in_flight[uri]

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
                    text = await self._generate_fitting(self._engine, expert, snapshot, last)
                finally:
                    self._deadlines.discard(deadline)
        except TimeoutError:
            too_slow = f"{expert.name} took longer than {PATIENCE_S:.0f} s"
            last.outcome, last.note = "failed", self._engine_message or too_slow
            return None
        except HotseatError as error:
            last.outcome, last.note = "failed", str(error)
            log.warning("No suggestion from %s: %s", expert.name, error)
            return None
        last.total_ms = (time.perf_counter() - snapshot.began_s) * 1000
        document = self._documents.get(snapshot.uri)
        if document is None or document.version != snapshot.version:
            last.outcome = "superseded"
            return None
        if not text:
            last.note = last.note or f"{expert.name} had nothing to say"
            return None
        last.outcome, last.text = "shown", text
        return Suggestion(id=last.id, text=text, position=snapshot.position, expert=expert.name)

    async def _generate_fitting(
        self, engine: OllamaEngine, expert: Expert, snapshot: _Snapshot, last: LastCompletion
    ) -> str:
        """Tokens are estimated: where a text is denser (hexadecimal, Chinese, minified code), the
        engine refuses the prompt, and the window shrinks, for the next requests too."""
        while True:
            try:
                return await self._generate(engine, expert, snapshot, last)
            except EngineRejected as error:
                share = self._window_share.get(expert.spec, 1.0) * SHRINK
                if error.status != 400 or "context" not in error.message or share < SHRINK**4:
                    raise
                self._window_share[expert.spec] = share

    async def _generate(
        self, engine: OllamaEngine, expert: Expert, snapshot: _Snapshot, last: LastCompletion
    ) -> str:
        choice = await self._fim_choice(engine, expert)
        mode = multiline_mode(snapshot.prefix, snapshot.suffix, snapshot.language)
        n_predict = N_PREDICT[mode]
        parts = window(
            snapshot.prefix,
            snapshot.suffix,
            cursor_line=snapshot.position.line,
            n_ctx=int(_num_ctx(expert) * self._window_share.get(expert.spec, 1.0)),
            n_predict=n_predict,
        )
        prompt = choice.prompt(parts.prefix, parts.suffix, path=_path(snapshot.uri))
        prefix_line = parts.prefix.rsplit("\n", 1)[-1]
        cutter = Cutter(
            prefix_line,
            parts.suffix,
            snapshot.language,
            mode,
            stop=prompt.stop,
            taken=prompt.taken,
        )
        request = GenerateRequest(
            spec=expert.spec,
            prompt=prompt.prompt,
            suffix=prompt.suffix,
            raw=prompt.raw,
            stop=prompt.stop,
            n_predict=n_predict,
        )
        called_s = time.perf_counter()
        last.before_engine_ms = (called_s - snapshot.began_s) * 1000
        with self._in_use(expert.spec):
            async with aclosing(engine.generate(request)) as chunks:
                async for chunk in chunks:
                    if last.first_token_ms is None:
                        last.first_token_ms = (time.perf_counter() - called_s) * 1000
                    _note_counts(last, chunk)
                    if cutter.feed(chunk.text)[1]:
                        break
        return cutter.finish()

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

    async def _fim_choice(self, engine: OllamaEngine, expert: Expert) -> FimChoice:
        """Known after the first request to a model: one quick question to the engine."""
        model = expert.spec.model
        if model not in self._fim:
            self._fim[model] = choose(await engine.show(model), expert.fim)
        return self._fim[model]

    def _is_warm(self, spec: ModelSpec) -> bool:
        link = self._link()
        return link is not None and link.state.state_of(spec) is ModelState.WARM

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


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


def _note_counts(last: LastCompletion, chunk: Chunk) -> None:
    if chunk.done:
        last.n_prompt_tokens = chunk.n_prompt_tokens
        last.n_cached_tokens = chunk.n_cached_tokens
