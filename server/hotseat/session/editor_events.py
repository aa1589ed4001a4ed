"""What the editor reports: documents, focus, visible files and the cursor.

Each call returns at once. The text of an edit is in place when `changed` returns; what the next
completion does not need is put off (`AfterKeyQueue`). Knows nothing of LSP.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from hotseat.documents.store import Change, Document, DocumentStore, Outcome
from hotseat.domain.events import (
    Closed,
    CursorMoved,
    Edited,
    Focused,
    Opened,
    VisibleChanged,
    WindowFocused,
)
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position
from hotseat.session.after_key_queue import AfterKeyQueue
from hotseat.session.attention_loop import AttentionLoop
from hotseat.session.cursors import Cursors
from hotseat.session.document_language import host_of_document, language_of_document
from hotseat.session.next_edit.recorder import EditRecorder
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.suggest.acceptance import Outcomes
from hotseat.session.suggest.suggester import Suggester

SETTLE_S = 0.004
"""The longest wait of a completion for the region at its cursor. A small file is parsed in one."""


class EditorEvents:
    """The events of one window. `roster` returns that of now; `clock` returns monotonic seconds."""

    def __init__(
        self,
        documents: DocumentStore,
        *,
        roster: Callable[[], Roster],
        cursors: Cursors,
        attention: AttentionLoop,
        after_key: AfterKeyQueue,
        open_files: OpenFileContext,
        suggester: Suggester,
        outcomes: Outcomes,
        edits: EditRecorder | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._documents = documents
        self._roster = roster
        self._cursors = cursors
        self._attention = attention
        self._after_key = after_key
        self._open_files = open_files
        self._suggester = suggester
        self._outcomes = outcomes
        self._edits = edits or EditRecorder(is_on=False)
        self._clock = clock

    def opened(self, uri: str, language_id: str, version: int, text: str) -> None:
        """A document was opened; `language_id` is the editor's."""
        self._after_key.catch_up()
        self._documents.open(uri, language_id, version, text)
        document = self._documents.get(uri)
        assert document is not None
        language = language_of_document(document, self._documents)
        self._cursors.opened(uri, language)
        document.syntax.set_language(language)
        self._after_key.add(partial(self._edits.opened, document))
        self._attention.attend(Opened(uri, host_of_document(document, language)))

    def changed(self, uri: str, version: int | None, changes: Sequence[Change]) -> Outcome:
        """A document was edited: on the typing path. Return what became of the edit."""
        self._after_key.catch_up()
        outcome = self._documents.change(uri, version, changes)
        document = self._documents.get(uri)
        if document is None:
            return outcome
        self._cursors.edited(uri, changes, self._documents.encoding)
        self._after_key.add(partial(self._note_edit, document, tuple(changes), self._clock()))
        is_typed = is_one_character(changes) or self._suggester.takes(inserted_text(changes))
        if is_typed and self._suggester.early.keyed():
            # Not put off: the rest of the editor's pause is about as long as an engine takes.
            position = self._cursors.position(uri)
            language = self.language_at_cursor(document)
            self._suggester.early.begin_early(document, position, language, self._roster())
        return outcome

    def closed(self, uri: str) -> Outcome:
        """A document was closed. Return whether it was open."""
        self._after_key.catch_up()
        self._cursors.closed(uri)
        self._outcomes.closed(uri, self._clock())
        self._open_files.closed(uri)
        self._edits.closed(uri)
        self._attention.attend(Closed(uri))
        return self._documents.close(uri)

    def focused(self, uri: str | None) -> None:
        """The user turned to a document, or to something that is none."""
        self._after_key.catch_up()
        self._attention.attend(Focused(uri))
        self._outcomes.cursor(uri, None, self._clock())
        if uri is not None and (document := self._documents.get(uri)) is not None:
            self._attention.attend(CursorMoved(uri, self.language_at_cursor(document)))

    def visible(self, uris: Sequence[str]) -> None:
        """These documents are on the screen, and no others."""
        self._after_key.catch_up()
        self._attention.attend(VisibleChanged(tuple(uris)))

    def cursor_moved(self, uri: str, position: Position) -> None:
        """The cursor is at `position` of an open document."""
        self._after_key.catch_up()
        if (document := self._documents.get(uri)) is not None:
            self._cursors.moved(uri, position)
            self._note_cursor(document, position, self._clock())

    def window_focused(self, focused: bool) -> None:
        """The window got or lost the focus of the desktop."""
        self._after_key.catch_up()
        self._attention.attend(WindowFocused(focused))

    def completion_asked(self, document: Document, position: Position, now_s: float) -> None:
        """The editor asked for a completion there, so the cursor is there: on the typing path."""
        self._cursors.moved(document.uri, position)
        self._after_key.add(partial(self._note_cursor, document, position, now_s))

    def language_at_cursor(self, document: Document) -> str | None:
        """Return the language of the region where the cursor was last seen."""
        return self._cursors.language(document, self._roster())

    async def settle(self, document: Document) -> None:
        """Wait a moment for the region where the cursor was last seen, if typing may change it."""
        position = self._cursors.position(document.uri)
        line, column = document.buffer.to_column(position, document.encoding)
        await document.syntax.settle(line, column, document.uri, within_s=SETTLE_S)

    def parsed(self, document: Document) -> None:
        """A document was parsed: the region at the cursor may be another one."""
        self._open_files.index_soon()
        if document.uri == self._attention.state.focused:
            self.update_region()

    def update_region(self) -> None:
        """Determine the region under the cursor again, after a new tree or a new roster."""
        document = self._documents.get(self._attention.state.focused or "")
        if document is not None:
            self._attention.attend(CursorMoved(document.uri, self.language_at_cursor(document)))

    def _note_edit(self, document: Document, changes: tuple[Change, ...], now_s: float) -> None:
        self._outcomes.edited(document.uri, changes, now_s)
        self._open_files.changed(document.uri, changes)
        self._edits.changed(document.uri, changes)
        self._attention.attend(Edited(document.uri, self.language_at_cursor(document)))

    def _note_cursor(self, document: Document, position: Position, now_s: float) -> None:
        self._outcomes.cursor(document.uri, position, now_s)
        self._attention.attend(CursorMoved(document.uri, self.language_at_cursor(document)))


def inserted_text(changes: Sequence[Change]) -> str:
    """Return the text of a change that only inserts, in one place; empty for other changes."""
    (range_, text), *more = changes or ((None, ""),)
    return text if range_ is not None and range_.start == range_.end and not more else ""


def is_one_character(changes: Sequence[Change]) -> bool:
    """Return whether the user typed one character in one place.

    A line break does not count: the editor's own indentation follows it as another edit.
    """
    text = inserted_text(changes)
    return len(text) == 1 and text != "\n"
