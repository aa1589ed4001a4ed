"""Pieces of context: what they are, what they cost, and the place that they are for.

Owns the estimate of a piece's tokens, with what a template or a comment writes around it, and that
no piece leaves here with a secret in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from hotseat.completion.context.imports import shown_path
from hotseat.completion.context.truncation import cut_lines, size_bytes
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.documents.store import Document
from hotseat.privacy.redact import mask

_OVERHEAD_BYTES = 16
_OVERHEAD_LINE_BYTES = 4
"""What a template or a comment writes around a snippet, and before each of its lines."""


class Rank(IntEnum):
    """In the order of the prompt: what changes least comes first."""

    IMPORTS = 0
    CHUNK = 1
    EDIT = 2
    DEFINITION = 3


Key = tuple[Rank, str, str, int]
"""Rank, URI, name, line or number: what a piece is, whatever its text is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextSnippet:
    """A snippet, and what it is."""

    key: Key
    snippet: Snippet
    n_tokens: int
    """Estimated, with what is written around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextQuery:
    """The cursor's line, and the lines of its document that are in the prompt anyway."""

    document: Document
    language: str | None
    line: int
    first_line: int
    last_line: int

    @property
    def uri(self) -> str:
        return self.document.uri

    def lines_above(self, n: int) -> list[str]:
        buffer = self.document.buffer
        stop = min(self.line, buffer.n_lines)
        return cut_lines([buffer.line(i) for i in range(max(0, stop - n), stop)])


def make_piece(key: Key, text: str) -> ContextSnippet:
    """Of a text that fits; its secrets are masked."""
    path = shown_path(key[1])
    n_lines = text.count("\n") + 1
    size = size_bytes(text) + overhead_bytes(key[1]) + n_lines * _OVERHEAD_LINE_BYTES
    return ContextSnippet(
        key=key,
        snippet=Snippet(path=path, text=masked(text)),
        n_tokens=-(-size // BYTES_PER_TOKEN),
    )


def fitting(key: Key, text: str, n_tokens: int) -> ContextSnippet | None:
    """The first lines of a text, as many as the budget has room for."""
    lines = text.split("\n")
    n_lines = n_fitting(lines, n_tokens * BYTES_PER_TOKEN - overhead_bytes(key[1]))
    text = "\n".join(lines[:n_lines]).rstrip()
    return make_piece(key, text) if text.strip() else None


def n_fitting(lines: Sequence[str], n_bytes: int) -> int:
    """How many of the first lines fit."""
    for i, line in enumerate(lines):
        n_bytes -= size_bytes(line) + 1 + _OVERHEAD_LINE_BYTES
        if n_bytes < 0:
            return i
    return len(lines)


def overhead_bytes(uri: str) -> int:
    return _OVERHEAD_BYTES + size_bytes(shown_path(uri))


@lru_cache(maxsize=512)
def masked(text: str) -> str:
    """As `mask`; the same pieces come again and again."""
    return mask(text)
