"""The languages at a cursor of an open document, without a tree."""

from __future__ import annotations

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.text import Position, PositionEncoding
from hotseat.syntax.regions import region_languages

_CODE_POINTS = PositionEncoding.UTF32


def languages_by_text(
    buffer: TextBuffer, line: int, column: int, file_language: str, *, uri: str
) -> tuple[str, ...]:
    """Return the languages at a cursor as a bounded piece of the text shows them."""
    here = Position(line, column)
    return region_languages(
        None,
        buffer.byte_at(line, column),
        file_language,
        text_before=lambda n: buffer.prefix(here, n, _CODE_POINTS),
        text_after=lambda n: buffer.suffix(here, n, _CODE_POINTS),
        slice_bytes=buffer.slice_bytes,
        uri=uri,
    )
