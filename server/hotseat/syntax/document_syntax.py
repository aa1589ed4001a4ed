"""The syntax of one open document: implements `documents/syntax.py` with a `SlicedParser`.

Owns the questions that other rooms ask, answered as plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hotseat.documents.buffer import Edit, TextBuffer
from hotseat.domain.syntax import Definition, Place
from hotseat.domain.text import Position, PositionEncoding
from hotseat.syntax import places
from hotseat.syntax.definitions import definitions
from hotseat.syntax.grammars import grammar
from hotseat.syntax.regions import region_languages
from hotseat.syntax.sliced_parser import SlicedParser

_CODE_POINTS = PositionEncoding.UTF32


class Syntax:
    """The syntax of a `TextBuffer`; see `DocumentSyntax` for what the methods promise."""

    def __init__(self, buffer: TextBuffer, language: str | None = None) -> None:
        self._buffer = buffer
        self._language = language
        self._parser = SlicedParser(buffer, grammar(language))

    @property
    def fresh(self) -> bool:
        return self._parser.fresh

    @property
    def stalled(self) -> bool:
        return self._parser.stalled

    @property
    def pending(self) -> bool:
        return self._parser.pending

    @property
    def has_old_trees(self) -> bool:
        return bool(self._parser.retired)

    def set_language(self, language: str | None) -> None:
        self._language = language
        self._parser.set_grammar(grammar(language))

    def edited(self, edit: Edit) -> None:
        self._parser.edited(edit)

    def step(
        self, deadline: Callable[[], bool], spent_s: Callable[[], float] = lambda: 0.0
    ) -> bool:
        return self._parser.step(deadline, spent_s)

    def free_old_trees(self) -> None:
        self._parser.retired.clear()

    def place_at(self, line: int, column: int) -> Place | None:
        byte = self._buffer.byte_at(line, column)
        return places.place_at(self._parser.tree_at(byte), byte, self._buffer.slice_bytes)

    def languages_at(
        self, line: int, column: int, file_language: str, *, uri: str
    ) -> tuple[str, ...]:
        buffer, here = self._buffer, Position(line, column)
        byte = buffer.byte_at(line, column)
        is_parsed_as_such = file_language == self._language
        return region_languages(
            self._parser.tree_at(byte) if is_parsed_as_such else None,
            byte,
            file_language,
            text_before=lambda n: buffer.prefix(here, n, _CODE_POINTS),
            text_after=lambda n: buffer.suffix(here, n, _CODE_POINTS),
            slice_bytes=buffer.slice_bytes,
            uri=uri,
        )

    def definitions(self) -> Iterator[Definition | None]:
        tree = self._parser.tree
        if self._parser.fresh and tree is not None:
            yield from definitions(tree, self._buffer, self._language)
