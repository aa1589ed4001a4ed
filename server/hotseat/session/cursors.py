"""Where the cursor was last seen in each open document, and which language is under it."""

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
class _Look:
    """Whatever the language under a cursor depends on."""

    document: Document
    revision: int
    fresh: bool
    position: Position
    file_language: str | None
    roster: Roster


class Cursors:
    """Of one window. Between two keys the same place is asked about several times, and looked at
    once."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}
        self._file_languages: dict[str, str | None] = {}
        self._looked: tuple[_Look, str | None] | None = None

    def opened(self, uri: str, language: str | None) -> None:
        self._file_languages[uri] = language

    def closed(self, uri: str) -> None:
        self._positions.pop(uri, None)
        self._file_languages.pop(uri, None)
        self._looked = None

    def edited(self, uri: str, changes: Sequence[Change], encoding: PositionEncoding) -> None:
        """The cursor stands behind what was typed last."""
        if changes and (range_ := changes[-1][0]) is not None:
            self._positions[uri] = _behind(range_.start, changes[-1][1], encoding)

    def moved(self, uri: str, position: Position) -> None:
        self._positions[uri] = position

    def position(self, uri: str) -> Position:
        return self._positions.get(uri, _START)

    def file_language(self, uri: str) -> str | None:
        """Of the file as a whole."""
        return self._file_languages.get(uri)

    def language(self, document: Document, roster: Roster) -> str | None:
        """Of the region under the cursor, as far as the roster tells regions apart."""
        position, of_file = self.position(document.uri), self.file_language(document.uri)
        syntax = document.syntax
        look = _Look(document, document.revision, syntax.fresh, position, of_file, roster)
        if self._looked is None or not _same(self._looked[0], look):
            self._looked = look, language_at(document, position, of_file, roster)
        return self._looked[1]


def _same(one: _Look, other: _Look) -> bool:
    return (
        one.document is other.document
        and one.roster is other.roster
        and one.revision == other.revision
        and one.fresh == other.fresh
        and one.position == other.position
        and one.file_language == other.file_language
    )


def _behind(start: Position, text: str, encoding: PositionEncoding) -> Position:
    lines = _LINE_END.split(text)
    n_units = to_character(lines[-1], len(lines[-1]), encoding)
    if len(lines) == 1:
        return Position(start.line, start.character + n_units)
    return Position(start.line + len(lines) - 1, n_units)
