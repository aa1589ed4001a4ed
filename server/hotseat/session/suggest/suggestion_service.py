"""Requests of the editor for a suggestion: compute, filter, and record what became of each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from hotseat.completion.snapshot import SelectedItem
from hotseat.documents.store import DocumentStore
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position
from hotseat.session.after_key_queue import AfterKeyQueue
from hotseat.session.editor_events import EditorEvents
from hotseat.session.suggest.acceptance import Outcomes
from hotseat.session.suggest.suggester import Suggester
from hotseat.session.suggest.suggestion import Suggestion
from hotseat.session.suggest.suggestion_filter import SuggestionFilter

log = logging.getLogger(__name__)


class SuggestionService:
    """The suggestions of one window. `roster` returns that of now.

    `on_change` is called when the status may have changed, `on_invoked` with the language for which
    the user asks by a command; `clock` returns monotonic seconds.
    """

    def __init__(
        self,
        documents: DocumentStore,
        *,
        roster: Callable[[], Roster],
        events: EditorEvents,
        after_key: AfterKeyQueue,
        suggester: Suggester,
        suggestion_filter: SuggestionFilter,
        outcomes: Outcomes,
        on_change: Callable[[], None],
        on_invoked: Callable[[str | None], None] = lambda language: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._documents = documents
        self._roster = roster
        self._events = events
        self._after_key = after_key
        self._suggester = suggester
        self._suggestion_filter = suggestion_filter
        self._outcomes = outcomes
        self._on_change = on_change
        self._on_invoked = on_invoked
        self._clock = clock
        self._n_asked = 0

    async def suggest(
        self,
        uri: str,
        position: Position,
        *,
        invoked: bool = False,
        selected: SelectedItem | None = None,
        revision: int | None = None,
    ) -> Suggestion | None:
        """Return the text to insert there. None for no text; the status then gives the reason.

        `invoked`: the user asked by a command, so the filter hides nothing. `selected`: the item
        that is selected in the editor's list of completions. `revision`: that of the document when
        the request arrived; a text that has changed since gets no suggestion.
        """
        document = self._documents.get(uri)
        if document is None or (revision is not None and revision != document.revision):
            return None
        asked_s = self._clock()
        self._n_asked = n_asked = self._n_asked + 1
        self._events.completion_asked(document, position, asked_s)
        revision = document.revision
        await self._events.settle(document)
        language = self._events.language_at_cursor(document)
        if invoked:
            self._on_invoked(language)
        record = self._suggester.begin(language)
        try:
            is_same = self._documents.get(uri) is document
            if not is_same or document.revision != revision:
                record.drop("superseded", outcome="superseded")
                return None
            suggestion = await self._suggester.suggest(
                record,
                document,
                position,
                self._roster(),
                invoked=invoked,
                selected=selected,
            )
            if suggestion is not None:
                return self._suggestion_filter.filtered(
                    suggestion,
                    document,
                    self._roster(),
                    record,
                    asked_s=asked_s,
                    invoked=invoked,
                )
            if n_asked == self._n_asked:
                self._after_key.add(partial(self._outcomes.nothing, self._clock()))
            return None
        finally:
            log.debug(
                "textDocument/inlineCompletion id=%s ms=%.1f source=%s stage=%s",
                record.id,
                (self._clock() - asked_s) * 1000,
                record.source if record.served_by else "none",
                record.stage,
            )
            self._on_change()

    def resolved(self, suggestion_id: str, outcome: str) -> None:
        """The client reports what became of a suggestion: `accepted` or `rejected`."""
        self._after_key.catch_up()
        self._suggester.resolve(suggestion_id, outcome)
        if outcome == "rejected":
            self._suggestion_filter.rejected(suggestion_id)
        self._outcomes.resolved(suggestion_id, outcome, self._clock())
        self._on_change()
