"""The language of an open document and of a region in it: `documents` and `languages` together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hotseat.documents.store import Document
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position
from hotseat.languages.detect import N_FIRST_LINES, N_LAST_LINES, file_name, language_of
from hotseat.syntax.regions import HOSTS
from hotseat.syntax.regions.templates import host_language

_WORD_AT_END = re.compile(r"\w*\Z")
_WORD_CHARS = 100


def language_of_document(document: Document, others: Iterable[Document] = ()) -> str | None:
    """Return the language of the file as a whole.

    `others` are open documents: those in the file's folder decide of a header that may be C or C++.
    """
    buffer = document.buffer
    return language_of(
        document.uri,
        document.language_id,
        buffer.head_lines(N_FIRST_LINES),
        buffer.tail_lines(N_LAST_LINES),
        frozenset(file_name(d.uri) for d in others if _folder(d.uri) == _folder(document.uri)),
    )


def _folder(uri: str) -> str:
    return uri.rpartition("/")[0]


def host_of_document(document: Document, file_language: str | None) -> str | None:
    """Return the language of most of the file: that of a template for HTML is HTML."""
    return file_language and host_language(file_language, document.uri)


def language_at(
    document: Document,
    position: Position,
    file_language: str | None,
    roster: Roster | None = None,
) -> str | None:
    """Return the language of the innermost region at `position`.

    With a roster, return the language whose expert answers there: a region that has no expert of
    its own has the language of the region around it, so that it causes no switch.
    """
    if file_language is None or file_language not in HOSTS:
        return file_language
    line, column = document.buffer.to_column(position, document.encoding)
    languages = document.syntax.languages_at(line, column, file_language, uri=document.uri)
    return languages[0] if roster is None else roster.language_for(languages)


def word_before(document: Document, position: Position) -> tuple[str, Position]:
    """Return the letters, digits and underscores that end at `position`, and where they begin."""
    found = _WORD_AT_END.search(document.prefix(position, _WORD_CHARS))
    word = found.group() if found else ""
    line, column = document.buffer.to_column(position, document.encoding)
    return word, document.buffer.to_position(line, column - len(word), document.encoding)
