"""Questions about an open document that need documents/ and languages/ together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

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
    """Of the file as a whole."""
    buffer = document.buffer
    return language_of(
        document.uri,
        document.language_id,
        buffer.head_lines(N_FIRST_LINES),
        buffer.tail_lines(_MODELINES),
    )


def host_of_document(document: Document, file_language: str | None) -> str | None:
    """What most of the file is in: a template of HTML is HTML, as far as experts go."""
    return file_language and host_language(file_language, document.uri)


def language_at(
    document: Document,
    position: Position,
    file_language: str | None,
    roster: Roster | None = None,
) -> str | None:
    """Of the region at `position`: the innermost, or with a roster the one whose expert is to
    answer, so that a region that nobody serves better than its host causes no switch."""
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
    """The letters, digits and underscores that end at `position`, and where they begin."""
    found = _WORD_AT_END.search(document.prefix(position, _WORD_CHARS))
    word = found.group() if found else ""
    line, column = document.buffer.to_column(position, document.encoding)
    return word, document.buffer.to_position(line, column - len(word), document.encoding)


def grammar_of(language: str | None) -> Language | None:
    """The first call for a language imports its grammar (1 to 18 ms): at opening, not at a key."""
    return grammar(language)


def workspace_path(uri: str, workspace: Path | None) -> str:
    """As git names it: relative to the workspace, with "/"; whole for what lies elsewhere."""
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:  # a URI that is none
        return uri
    return path if workspace is None else path.removeprefix(f"{workspace.as_posix()}/")
