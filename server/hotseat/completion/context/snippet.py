"""Snippets of open files: what they are, what they cost, and the budget that they share.

Owns the estimate of a snippet's tokens, with what a template or a comment writes around it, and
that no snippet leaves this room with a secret in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.documents.truncation import size_bytes
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
"""Rank, URI, name, line or number: what a snippet is, whatever its text is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextSnippet:
    """A snippet of a prompt, with its key and its cost."""

    key: Key
    snippet: Snippet
    n_tokens: int
    """Estimated, with what is written around it."""


def make_snippet(key: Key, path: str, text: str) -> ContextSnippet:
    """Return the snippet of a text that fits, with its secrets masked."""
    n_lines = text.count("\n") + 1
    size = size_bytes(text) + overhead_bytes(path) + n_lines * _OVERHEAD_LINE_BYTES
    return ContextSnippet(
        key=key,
        snippet=Snippet(path=path, text=masked(text)),
        n_tokens=-(-size // BYTES_PER_TOKEN),
    )


def first_lines(key: Key, path: str, text: str, n_tokens: int) -> ContextSnippet | None:
    """Return the first lines of a text, as many as fit into `n_tokens`; None for none."""
    lines = text.split("\n")
    n_lines = n_fitting(lines, n_tokens * BYTES_PER_TOKEN - overhead_bytes(path))
    text = "\n".join(lines[:n_lines]).rstrip()
    return make_snippet(key, path, text) if text.strip() else None


def n_fitting(lines: Sequence[str], n_bytes: int) -> int:
    """Return how many of the first lines fit."""
    for i, line in enumerate(lines):
        n_bytes -= size_bytes(line) + 1 + _OVERHEAD_LINE_BYTES
        if n_bytes < 0:
            return i
    return len(lines)


def overhead_bytes(path: str) -> int:
    """Return what a snippet of that path costs beside its lines."""
    return _OVERHEAD_BYTES + size_bytes(path)


@lru_cache(maxsize=512)
def masked(text: str) -> str:
    """As `mask`; the same texts come again and again."""
    return mask(text)
