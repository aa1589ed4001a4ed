"""The last known cursor in each open document, and the language of the region there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.documents.columns import to_character
from hotseat.documents.store import Change, Document
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position, PositionEncoding
from hotseat.session.document_language import language_at

_LINE_END = re.compile(r"\r\n|\r|\n")
_START = Position(0, 0)


@dataclass(frozen=True, slots=True)
class _Key:
    """Everything that the language under a cursor depends on."""

    document: Document
    revision: int
    n_answers: int
    position: Position
    file_language: str | None
    roster: Roster


class Cursors:
    """The cursors of one window.

    Between two keys the language at one place is needed several times; it is determined once.
    """

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}
        self._file_languages: dict[str, str | None] = {}
        self._last: tuple[_Key, str | None] | None = None

    def opened(self, uri: str, language: str | None) -> None:
        """A document was opened whose file has that language."""
        self._file_languages[uri] = language

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._positions.pop(uri, None)
        self._file_languages.pop(uri, None)
        self._last = None

    def edited(self, uri: str, changes: Sequence[Change], encoding: PositionEncoding) -> None:
        """A document was edited: the cursor is after the text that was typed last."""
        if changes and (range_ := changes[-1][0]) is not None:
            self._positions[uri] = _after(range_.start, changes[-1][1], encoding)

    def moved(self, uri: str, position: Position) -> None:
        """The cursor is at `position`."""
        self._positions[uri] = position

    def position(self, uri: str) -> Position:
        """Return where the cursor was last seen; the start of a document without one."""
        return self._positions.get(uri, _START)

    def file_language(self, uri: str) -> str | None:
        """Return the language of the file as a whole."""
        return self._file_languages.get(uri)

    def language(self, document: Document, roster: Roster) -> str | None:
        """Return the language of the region under the cursor for which the roster has an expert."""
        position, of_file = self.position(document.uri), self.file_language(document.uri)
        syntax = document.syntax
        key = _Key(document, document.revision, syntax.n_answers, position, of_file, roster)
        if self._last is None or not _same(self._last[0], key):
            self._last = key, language_at(document, position, of_file, roster)
        return self._last[1]


def _same(one: _Key, other: _Key) -> bool:
    return (
        one.document is other.document
        and one.roster is other.roster
        and one.revision == other.revision
        and one.n_answers == other.n_answers
        and one.position == other.position
        and one.file_language == other.file_language
    )


def _after(start: Position, text: str, encoding: PositionEncoding) -> Position:
    lines = _LINE_END.split(text)
    n_units = to_character(lines[-1], len(lines[-1]), encoding)
    if len(lines) == 1:
        return Position(start.line, start.character + n_units)
    return Position(start.line + len(lines) - 1, n_units)
