"""What becomes of the suggestions of one window: follows them, and records the outcomes.

Owns the tracker, the store and the task that writes. Whatever comes from the editor is answered
from memory at once; the store is touched in a thread, in batches. Without a store (disk full, file
of another user) suggestions go on, the log reports it once, and the newest outcomes are kept in
memory until they can be written.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from hotseat.completion.filter.acceptance import Look
from hotseat.completion.filter.features import Features
from hotseat.completion.filter.outcome_tracker import Ended, OutcomeTracker
from hotseat.completion.filter.retention import MAX_CHARS, retained_share
from hotseat.completion.filter.score import Verdict
from hotseat.documents.store import Change, Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.text import Position
from hotseat.storage.outcome_store import OutcomeRow, OutcomeStore

log = logging.getLogger(__name__)

TICK_S = 1.0
WRITE_EVERY_S = 15.0
MAX_WAITING = 500
"""Outcomes that wait to be written; more are dropped."""
_READ_BYTES = MAX_CHARS * 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A suggestion as it went to the editor, or would have gone."""

    suggestion_id: str
    uri: str
    position: Position
    text: str
    expert: str
    model: str
    shown_ms: float | None = None
    """From the request to the answer."""
    first_token_ms: float | None = None
    cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is known of a suggestion from the beginning. No text."""

    at_s: float
    expert: str
    model: str
    shown_ms: float | None
    first_token_ms: float | None
    cached: bool
    hidden: bool
    score: float
    features: Features


class Outcomes:
    """Use `start` and `aclose`. `store` None is the user's own."""

    def __init__(
        self,
        documents: DocumentStore,
        store: OutcomeStore | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._documents = documents
        self._store = store or OutcomeStore()
        self._clock = clock
        self._tracker: OutcomeTracker[_Facts] = OutcomeTracker(documents.encoding)
        self._waiting: list[Ended[_Facts]] = []
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._complained = False
        self.active_s = float("-inf")
        """When the last edit was, on the clock of `time.monotonic`."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        """Write down what is known by now."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        now_s = time.monotonic()
        self._keep(self._tracker.tick(self._text, now_s))
        self._keep(self._tracker.finish(now_s))
        await self.write()

    # --- from the editor ---

    def shown(self, shown: Shown, features: Features, verdict: Verdict, now_s: float) -> None:
        """A suggestion goes to the editor, or is hidden by the filter's verdict."""
        document = self._documents.get(shown.uri)
        if document is None or not shown.text:
            return
        facts = _Facts(
            at_s=self._clock(),
            expert=shown.expert,
            model=shown.model,
            shown_ms=shown.shown_ms,
            first_token_ms=shown.first_token_ms,
            cached=shown.cached,
            hidden=not verdict.shown,
            score=verdict.score,
            features=features,
        )
        self._tracker.shown(
            facts,
            suggestion_id=shown.suggestion_id,
            uri=shown.uri,
            position=_inside(document, shown.position),
            text=shown.text,
            look=_look(document),
            now_s=now_s,
            visible=verdict.shown,
        )
        self._wake.set()

    def nothing(self, now_s: float) -> None:
        """A request was answered without a suggestion, which clears the screen."""
        self._tracker.nothing(now_s)

    def edited(self, uri: str, changes: Sequence[Change], now_s: float) -> None:
        """After the changes were made in the document."""
        self.active_s = now_s
        document = self._documents.get(uri)
        if document is not None and not self._tracker.is_idle:
            self._tracker.edited(uri, changes, look=_look(document), now_s=now_s)

    def cursor(self, uri: str | None, position: Position | None, now_s: float) -> None:
        """The cursor is there; None for a place that was not reported."""
        self._tracker.cursor(uri, position, now_s)

    def resolved(self, suggestion_id: str, outcome: str, now_s: float) -> None:
        """The client reports `accepted` or `rejected`."""
        self._tracker.resolved(suggestion_id, outcome, now_s)

    def closed(self, uri: str, now_s: float) -> None:
        """Before the document is gone."""
        self._tracker.closed(uri, now_s)

    # --- beside it ---

    def tick(self, now_s: float) -> None:
        """What is over goes to those that wait to be written."""
        self._keep(self._tracker.tick(self._text, now_s))

    async def write(self) -> None:
        """In a thread; never raises. A batch that cannot be written waits for the next call."""
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        try:
            await asyncio.to_thread(self._write, batch)
        except HotseatError as error:
            self._waiting = [*batch, *self._waiting][-MAX_WAITING:]
            if not self._complained:
                log.warning("%s", error)
            self._complained = True
        else:
            self._complained = False
        if self._store.warning:
            log.warning("%s", self._store.warning)
            self._store.warning = ""

    async def _run(self) -> None:
        written_s = time.monotonic()
        while True:
            if self._tracker.is_idle and not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            await asyncio.sleep(TICK_S)
            now_s = time.monotonic()
            self.tick(now_s)
            if now_s - written_s >= WRITE_EVERY_S:
                written_s = now_s
                await self.write()

    def _write(self, batch: Sequence[Ended[_Facts]]) -> None:
        self._store.write([_row(ended) for ended in batch], self._clock())

    def _keep(self, ended: Sequence[Ended[_Facts]]) -> None:
        self._waiting = [*self._waiting, *ended][-MAX_WAITING:]

    def _text(self, uri: str, start: Position, end: Position) -> str | None:
        document = self._documents.get(uri)
        if document is None:
            return None
        first, last = document.byte_at(start), document.byte_at(end)
        return document.buffer.slice_bytes(first, min(last, first + _READ_BYTES))


def _look(document: Document) -> Look:
    def look(position: Position, n_chars: int) -> tuple[str, str]:
        line, column = document.buffer.to_column(position, document.encoding)
        return document.buffer.line(line)[:column], document.suffix(position, n_chars)

    return look


def _inside(document: Document, position: Position) -> Position:
    """Where the text is, for a position beyond its line."""
    line, column = document.buffer.to_column(position, document.encoding)
    return document.buffer.to_position(line, column, document.encoding)


def _row(ended: Ended[_Facts]) -> OutcomeRow:
    facts = ended.facts
    return OutcomeRow(
        at_s=int(facts.at_s),
        expert=facts.expert,
        model=facts.model,
        outcome=ended.outcome.value,
        how=ended.how.value,
        hidden=facts.hidden,
        n_taken=ended.n_taken,
        n_typed=ended.n_typed,
        visible_ms=round(ended.visible_s * 1000),
        kept_share=None if ended.retained is None else round(retained_share(*ended.retained), 3),
        shown_ms=facts.shown_ms,
        first_token_ms=facts.first_token_ms,
        cached=facts.cached,
        score=round(facts.score, 4),
        **asdict(facts.features),
    )
