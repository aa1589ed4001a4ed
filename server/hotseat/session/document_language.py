"""The language of an open document and of a region in it: `documents` and `languages` together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotseat.documents.store import Document
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position
from hotseat.languages.detect import N_FIRST_LINES, language_of
from hotseat.languages.grammars import grammar
from hotseat.languages.regions import HOSTS, region_languages
from hotseat.languages.regions.templates import host_language

if TYPE_CHECKING:
    from tree_sitter import Language

_MODELINES = 5
_WORD_AT_END = re.compile(r"\w*\Z")
_WORD_CHARS = 100


def language_of_document(document: Document) -> str | None:
    """Return the language of the file as a whole."""
    buffer = document.buffer
    return language_of(
        document.uri,
        document.language_id,
        buffer.head_lines(N_FIRST_LINES),
        buffer.tail_lines(_MODELINES),
    )


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
    if file_language not in HOSTS:
        return file_language
    byte = document.byte_at(position)
    languages = region_languages(
        document.syntax.tree_at(byte),
        byte,
        file_language,
        text_before=lambda n: document.prefix(position, n),
        text_after=lambda n: document.suffix(position, n),
        slice_bytes=document.buffer.slice_bytes,
        uri=document.uri,
    )
    return languages[0] if roster is None else roster.language_for(languages)


def word_before(document: Document, position: Position) -> tuple[str, Position]:
    """Return the letters, digits and underscores that end at `position`, and where they begin."""
    found = _WORD_AT_END.search(document.prefix(position, _WORD_CHARS))
    word = found.group() if found else ""
    line, column = document.buffer.to_column(position, document.encoding)
    return word, document.buffer.to_position(line, column - len(word), document.encoding)


def grammar_of(language: str | None) -> Language | None:
    """Return the grammar of a language.

    The first call for a language imports the grammar, which takes 1 to 18 ms. It belongs in the
    opening of a document, not on the typing path.
    """
    return grammar(language)
