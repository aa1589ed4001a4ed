"""The syntax of one open document, parsed in this process when a question needs it.

For tools and tests, whose texts are trusted. The language server uses `parsing/remote_syntax.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hotseat.documents.buffer import Edit, TextBuffer
from hotseat.documents.piece import NewText, Piece
from hotseat.domain.syntax import Definition, Place, SyntaxErrors
from hotseat.syntax.fragment import Fragment
from hotseat.syntax.parsed_text import ParsedText
from hotseat.syntax.regions.by_text import languages_by_text
from hotseat.syntax.whole_text import syntax_errors


class Syntax:
    """The syntax of a `TextBuffer`; see `DocumentSyntax` for what the methods promise."""

    fresh, stalled, pending = True, False, False
    n_answers = 0
    fragment_s = 0.0

    def __init__(self, buffer: TextBuffer, language: str | None = None) -> None:
        self._buffer = buffer
        self._piece = Piece(buffer)
        self._text = ParsedText(b"", language)

    def set_language(self, language: str | None) -> None:
        self._piece.forget()
        self._text = ParsedText(b"", language)

    def edited(self, edit: Edit) -> None:
        self._piece.edited(edit)

    def fragment(self, before: str, after: str, language: str | None) -> Fragment:
        return Fragment(before, after, language)

    async def errors(self, text: str, language: str | None) -> SyntaxErrors | None:
        return syntax_errors(text, language)

    async def settle(self, line: int, column: int, uri: str, *, within_s: float) -> None:
        """Return at once: what is asked is parsed then."""

    def closed(self) -> None:
        self._piece.forget()

    def place_at(self, line: int, column: int) -> Place | None:
        """Return the kind of text that a cursor is in; None where the parse does not show it."""
        byte = self._buffer.byte_at(line, column)
        return self._text_around(byte).place_at(byte - self._piece.start)

    def languages_at(
        self, line: int, column: int, file_language: str, *, uri: str
    ) -> tuple[str, ...]:
        if file_language != self._text.language:
            return languages_by_text(self._buffer, line, column, file_language, uri=uri)
        byte = self._buffer.byte_at(line, column)
        return self._text_around(byte).languages_at(byte - self._piece.start, uri=uri)

    def definitions(self) -> Sequence[Definition]:
        text = self._text_around(self._piece.start)
        first_line = self._buffer.point_at(self._piece.start)[0]
        return [
            replace(found, first_line=found.first_line + first_line) for found in text.definitions()
        ]

    def _text_around(self, byte: int) -> ParsedText:
        update = self._piece.update(byte)
        if isinstance(update, NewText):
            self._text = ParsedText(update.data, self._text.language)
        elif update is not None:
            self._text.replace(update.start, update.old_end, update.data)
        return self._text
