"""Questions about an open document that need documents/ and languages/ together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hotseat.documents.store import Document
from hotseat.domain.text import Position
from hotseat.languages.detect import language_of
from hotseat.languages.grammars import grammar
from hotseat.languages.regions import HOSTS, region_language

if TYPE_CHECKING:
    from tree_sitter import Language

_MODELINES = 5


def language_of_document(document: Document) -> str | None:
    """Of the file as a whole."""
    buffer = document.buffer
    return language_of(
        document.uri,
        document.language_id,
        buffer.head_lines(_MODELINES),
        buffer.tail_lines(_MODELINES),
    )


def language_at(document: Document, position: Position, file_language: str | None) -> str | None:
    """Of the region at `position`."""
    if file_language not in HOSTS:
        return file_language
    byte = document.byte_at(position)
    return region_language(
        document.syntax.tree_at(byte),
        byte,
        file_language,
        text_before=lambda n: document.prefix(position, n),
        slice_bytes=document.buffer.slice_bytes,
    )


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
