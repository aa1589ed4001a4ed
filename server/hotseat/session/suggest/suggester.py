"""Inline suggestions of one window: the newest request for a document wins.

Only models that are warm are asked. When there is no suggestion, the request's record has the
reason.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable

from hotseat.completion.answer import Answer, Stage
from hotseat.completion.route import Route
from hotseat.completion.snapshot import SelectedItem, Snapshot, take_snapshot
from hotseat.completion.timing.debounce import Debounce
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.text import Position
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState
from hotseat.session.missing_models import MissingModels
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.shared.answer_streams import AnswerStreams
from hotseat.session.shared.newest_in_place import NewestInPlace
from hotseat.session.suggest.answer_source import AnswerSource, new_counts
from hotseat.session.suggest.answer_wait import AnswerWait, StandIn
from hotseat.session.suggest.availability import Availability
from hotseat.session.suggest.completion_client import CompletionClient
from hotseat.session.suggest.early_work import EarlyWork
from hotseat.session.suggest.engine_handle import EngineHandle
from hotseat.session.suggest.in_flight_completion import GivenUp
from hotseat.session.suggest.models.known_models import window_tokens
from hotseat.session.suggest.models.model_probes import ModelProbes
from hotseat.session.suggest.models.model_silence import ModelSilence
from hotseat.session.suggest.prefetcher import Prefetcher
from hotseat.session.suggest.selected_item import selected_rest
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggestion import LastCompletion, Suggestion

log = logging.getLogger(__name__)

_IN_NAME = "the cursor is inside a name"
_WITHHELD = {
    Stage.STREAM_TRUNCATION: "its text does not belong at the cursor",
    Stage.OVERLAP: "its text follows the cursor already",
    Stage.SYNTAX_CHECK: "its text does not parse there",
}


class Suggester:
    """`link` returns the connection to the keeper, once there is one; `open_files` knows what other
    files offer as context, and which files models may not see."""

    def __init__(
        self,
        documents: DocumentStore,
        link: Callable[[], KeeperLink | None],
        open_files: OpenFileContext | None = None,
        missing: MissingModels | None = None,
        settings: SuggestSettings | None = None,
        streams: AnswerStreams | None = None,
    ) -> None:
        self._documents = documents
        self._link = link
        self._open_files = open_files
        self._missing = missing or MissingModels()
        self._settings = settings or SuggestSettings()
        self._debounce = Debounce(self._settings.debounce_s)
        self._requests = NewestInPlace()
        self._engine = EngineHandle(self._connect)
        self._streams = streams = streams or AnswerStreams()
        self._silence = ModelSilence()
        self._availability = Availability(
            link, self._missing, self._silence, streams, blob=self._weights_digest
        )
        self._probes = ModelProbes(
            link, self._availability, self._silence, streams, settings=self._settings
        )
        self._wait = AnswerWait(
            self._availability, self._silence, streams, self._probes, settings=self._settings
        )
        self._prefetcher = Prefetcher(
            lambda: self._engine.source,
            is_ready=self._availability.is_ready,
            missing=self._missing,
            settings=self._settings,
        )
        self.early = EarlyWork(
            self._engine,
            self._availability,
            self._prefetcher,
            is_secret=self._is_secret,
            end_request=self._requests.end,
            may_begin=not self._settings.debounce_s,
        )
        self._ids = itertools.count(1)
        self.counts = new_counts()
        """Requests of this window by the source of their answers, and early starts (`early`)."""
        self.last: LastCompletion | None = None
        """The record of the newest request."""
        self._closed = False

    async def aclose(self) -> None:
        """Answer the requests that wait with nothing, and those that come later too."""
        self._closed = True
        self._requests.end_all()
        await self._prefetcher.aclose()
        await self._probes.aclose()
        if self._engine.source is not None:
            await self._engine.source.aclose()

    def use_engine(self, engine: Engine) -> None:
        """Ask that engine from now on. Requests to the one before are answered with nothing."""
        old = self._engine.use(engine)
        if old is not None:
            self._requests.end_all()
            old.stop()
            self._silence.forget_all()
            self._missing.forget_all()
            self._prefetcher.start(old.aclose())

    def engine_changed(self, state: KeeperState) -> None:
        """Follow the keeper to another address, and end the waits for an engine that is down."""
        if (engine := self._engine.new_engine(self._link())) is not None:
            self.use_engine(engine)
        self._engine.engine_reported(state)
        if not state.engine.up:
            self._streams.forget_slots()

    def fim_reports(self) -> dict[str, str]:
        """Return the prompt format of each model that was asked, in words, by model name."""
        return self.client.fim_reports() if self.client is not None else {}

    def resolve(self, suggestion_id: str, outcome: str) -> None:
        """The client reports what became of a suggestion."""
        if self.last is not None and self.last.id == suggestion_id:
            self.last.outcome = outcome

    def begin(self, language: str | None) -> LastCompletion:
        """Return the record of a request that begins now; it becomes `last`."""
        began_s = time.perf_counter()
        self._debounce.asked(began_s)
        self.early.asked(began_s)
        self.counts["asked"] += 1
        self.last = LastCompletion(id=str(next(self._ids)), language=language, began_s=began_s)
        return self.last

    async def suggest(
        self,
        record: LastCompletion,
        document: Document,
        position: Position,
        roster: Roster,
        *,
        invoked: bool = False,
        selected: SelectedItem | None = None,
    ) -> Suggestion | None:
        """Return the suggestion at `position`; None for none, and `record` has the reason.

        The newest request for a document ends the one before, which then returns None. Raises
        CancelledError only if the calling task is cancelled itself. `invoked`: the user requested
        it by a command, and does not wait for a pause in the typing. `selected`: the item that is
        selected in the editor's list of completions.
        """
        self._requests.end(document.uri)
        language = record.language
        chosen = self._availability.route(language, roster)
        record.expert = chosen.wanted.name if chosen.wanted else None
        record.note = chosen.note
        if self._is_secret(document.uri):
            record.drop("secret file", "the file may hold secrets: it is not shown to models")
            return None
        if chosen.served_by is None or language is None or self._closed:
            record.drop("routing")
            return None
        record.served_by = chosen.served_by.name
        snapshot = take_snapshot(
            document,
            position,
            language,
            window_tokens=window_tokens(chosen.served_by),
            began_s=record.began_s,
            invoked=invoked,
        )
        chosen_text = selected_rest(document, snapshot.position, selected)
        if chosen_text is None:
            record.drop(Stage.PROMPT, "the selected completion does not go on from the text")
            return None
        snapshot = snapshot.after(chosen_text.rest)

        def stand_in(silent: Expert) -> Route | None:
            return self._availability.without(silent, language, roster)

        suggestion = await self._requests.run(
            document.uri,
            lambda: self._complete(snapshot, chosen, record, stand_in),
            on_ended=lambda: record.drop("superseded", outcome="superseded"),
        )
        return chosen_text.suggestion(suggestion) if suggestion is not None else None

    @property
    def client(self) -> CompletionClient | None:
        """Return the client of the engine in use; None before there is one."""
        return self._engine.source.client if self._engine.source is not None else None

    def takes(self, text: str) -> bool:
        """Return whether `text`, inserted at once, is what was suggested last, or its beginning."""
        shown = self.last.text if self.last is not None else ""
        return bool(text) and shown.startswith(text.replace("\r\n", "\n"))

    async def _complete(
        self, snapshot: Snapshot, chosen: Route, record: LastCompletion, stand_in: StandIn
    ) -> Suggestion | None:
        answered = await self._answer(snapshot, chosen, record, stand_in)
        if answered is None:
            return None
        expert, answer = answered
        self._debounce.answered()
        self._missing.found(expert)
        alternatives: tuple[str, ...] = ()
        if snapshot.invoked and answer.text and (source := self._engine.source) is not None:
            alternatives = await source.alternatives(expert, snapshot, answer.text)
        record.total_ms = (time.perf_counter() - record.began_s) * 1000
        document = self._documents.get(snapshot.uri)
        if document is None or document.revision != snapshot.revision:
            record.drop("superseded", outcome="superseded")
            return None
        if not answer.text:
            record.drop(answer.dropped_by or Stage.MODEL, _why_empty(expert, answer, record.note))
            return None
        record.outcome, record.text = "shown", answer.text
        self._prefetcher.complete_ahead(
            expert, snapshot.after(answer.text), lambda: record.outcome != "hidden"
        )
        return _suggestion(record, snapshot, expert, answer, alternatives)

    async def _answer(
        self, snapshot: Snapshot, chosen: Route, record: LastCompletion, stand_in: StandIn
    ) -> tuple[Expert, Answer] | None:
        """Return the answer with the expert that gave it; None if there is none, with the reason
        in `record`."""
        expert, source = chosen.served_by, self._engine.source
        try:
            async with self._engine.patience(self._settings.patience_s):
                while expert is not None and source is not None:
                    record.served_by, record.note = expert.name, chosen.note
                    answer = await self._wait.answer(source, expert, snapshot, record, stand_in)
                    if isinstance(answer, Answer):
                        self._count_slots(source, chosen)
                        return expert, answer
                    chosen, expert = answer, answer.served_by
                record.drop("routing")
        except GivenUp:
            record.drop("superseded", outcome="superseded")
        except TimeoutError:
            if source is not None:
                source.stop()
            too_slow = f"{record.served_by} took longer than {self._settings.patience_s:.0f} s"
            record.drop("engine", self._engine.message or too_slow, outcome="failed")
        except HotseatError as error:
            if expert is not None:
                self._missing.failed(expert, error)
            record.drop("engine", str(error), outcome="failed")
            log.warning("No suggestion from %s: %s", record.served_by, error)
        return None

    def _count_slots(self, source: AnswerSource, chosen: Route) -> None:
        """Another model stood in for a busy one: find out whether that was necessary."""
        wanted = chosen.wanted
        if wanted is not None and wanted != chosen.served_by and self._availability.is_busy(wanted):
            self._probes.count_slots(source, wanted)

    def _connect(self, engine: Engine) -> AnswerSource:
        return AnswerSource(
            CompletionClient(
                engine,
                self._documents,
                self._link,
                self._open_files,
                self._settings,
                self._silence,
            ),
            debounce=self._debounce,
            counts=self.counts,
            on_stream=self._prefetcher.stop,
            settings=self._settings,
        )

    def _weights_digest(self, expert: Expert) -> str:
        return self.client.weights_digest(expert) if self.client is not None else ""

    def _is_secret(self, uri: str) -> bool:
        return self._open_files is not None and self._open_files.is_secret(uri)


def _suggestion(
    record: LastCompletion,
    snapshot: Snapshot,
    expert: Expert,
    answer: Answer,
    alternatives: tuple[str, ...],
) -> Suggestion:
    return Suggestion(
        id=record.id,
        text=answer.text,
        position=snapshot.position,
        expert=expert.name,
        logprobs=answer.logprobs,
        mode=answer.mode,
        parses=answer.parses,
        cached=record.source == "cache",
        alternatives=alternatives,
    )


def _why_empty(expert: Expert, answer: Answer, note: str) -> str:
    """Return what the status says of an empty answer after `note`, which names a stand-in if one
    answered."""
    if answer.dropped_by is Stage.PROMPT:
        return _IN_NAME
    reason = _WITHHELD.get(answer.dropped_by) if answer.dropped_by is not None else None
    if reason is None:
        return "" if note else f"{expert.name} had nothing to say"
    return f"the {answer.dropped_by} withheld the suggestion of {expert.name}: {reason}"
