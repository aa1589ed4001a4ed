"""Tokens of one line: words, numbers and single marks. White space separates and is no token."""

from __future__ import annotations

import re
from typing import NamedTuple

TOKEN = re.compile(r"\d+(?:\.\d+)+|[\w$]+|[^\w\s]")
WORD = re.compile(r"[\w$]")


class Token(NamedTuple):
    """`start` is its column, in code points."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The column after it."""
        return self.start + len(self.text)


def tokens_of(line: str) -> list[Token]:
    """Return the tokens of a line."""
    return [Token(found.group(), found.start()) for found in TOKEN.finditer(line)]


def is_word(text: str) -> bool:
    """Return whether a token is a name or a number, not a mark."""
    return WORD.match(text) is not None
