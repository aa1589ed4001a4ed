"""A text in utf-8 and its tree, which is parsed again after changes.

Owns the bytes and the tree. A parse of bytes cannot be interrupted, and some texts take minutes or
gigabytes: the process that holds it must be expendable (`parsing/worker.py`), or the text trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hotseat.domain.syntax import Definition, DefinitionLimits, NameUse, Place
from hotseat.syntax import places
from hotseat.syntax.definitions import DEFAULT_LIMITS, definitions
from hotseat.syntax.grammars import grammar
from hotseat.syntax.name_uses import name_uses
from hotseat.syntax.parse_guard import has_too_many_levels
from hotseat.syntax.regions import region_languages

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree

_MAX_UTF8 = 4
"""Bytes of one code point."""


class ParsedText:
    """One text. Offsets are bytes; each question parses what has changed."""

    def __init__(self, data: bytes, language: str | None) -> None:
        self.data = data
        self.language = language
        self._tree: Tree | None = None
        self._is_parsed = False
        self._parser: Parser | None = None

    def replace(self, start: int, old_end: int, data: bytes) -> None:
        """Put `data` in place of the bytes [start, old_end). Raises ValueError beyond the text."""
        if not 0 <= start <= old_end <= len(self.data):
            raise ValueError(f"no bytes {start} to {old_end} in a text of {len(self.data)}")
        old, self._is_parsed = self.data, False
        new_end = start + len(data)
        self.data = b"".join((old[:start], data, old[old_end:]))
        if self._tree is not None:
            self._tree.edit(
                start,
                old_end,
                new_end,
                _point(old, start),
                _point(old, old_end),
                _point(self.data, new_end),
            )

    def parse(self) -> None:
        """Parse the present text; nothing happens if it is parsed, or has no grammar."""
        if self._is_parsed:
            return
        self._is_parsed = True
        found = grammar(self.language)
        if found is None or has_too_many_levels(self.data, found):
            self._tree = None
            return
        if self._parser is None:
            from tree_sitter import Parser  # here, because it costs 17 ms of every start

            self._parser = Parser(found)
        self._tree = (
            self._parser.parse(self.data)
            if self._tree is None
            else self._parser.parse(self.data, self._tree)
        )

    def languages_at(self, byte: int, *, uri: str) -> tuple[str, ...]:
        """Return the languages at an offset: the innermost first, that of the text last."""
        self.parse()
        return region_languages(
            self._tree,
            byte,
            self.language,
            text_before=lambda n: self._decoded(byte - _MAX_UTF8 * n, byte)[-n:],
            text_after=lambda n: self._decoded(byte, byte + _MAX_UTF8 * n)[:n],
            slice_bytes=self._decoded,
            uri=uri,
        )

    def place_at(self, byte: int) -> Place | None:
        """Return the kind of text at an offset; None where the tree does not show it."""
        self.parse()
        return places.place_at(self._tree, byte, self._decoded)

    def uses(self, offsets: Sequence[int]) -> list[NameUse] | None:
        """Return how the tokens at some offsets are used; None without a tree."""
        self.parse()
        return None if self._tree is None else name_uses(self._tree, offsets)

    def definitions(self, limits: DefinitionLimits = DEFAULT_LIMITS) -> Iterator[Definition]:
        """Yield the definitions of the text."""
        self.parse()
        if self._tree is not None:
            lines = self.data.decode("utf-8", "replace").split("\n")

            def line_at(i: int) -> str:
                return lines[i].removesuffix("\r") if 0 <= i < len(lines) else ""

            for found in definitions(self._tree, line_at, self.language, limits):
                if found is not None:
                    yield found

    def _decoded(self, start: int, end: int) -> str:
        return self.data[max(0, start) : max(0, end)].decode("utf-8", "replace")


def _point(data: bytes, byte: int) -> tuple[int, int]:
    """Return row and column in bytes of an offset."""
    return data.count(b"\n", 0, byte), byte - data.rfind(b"\n", 0, byte) - 1
