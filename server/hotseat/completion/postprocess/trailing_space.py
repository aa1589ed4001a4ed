"""How a suggestion ends where text follows the cursor in its line.

Owns one question: whether the white space at the suggestion's end is part of it. Before a word it
is, for without it two words become one, which often still parses: `return notvalue`.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = frozenset("$@\"'`")
"""Beside names and numbers: they begin a name, a decorator or a string, and join what stands before
them (`f"x"`, `a$b`) or read badly at it (`not"x"`)."""
_OPENERS = frozenset("([{")
"""In a string or a comment, the space before them is text as well."""
_LONE_CLOSER = re.compile(r"(?:\"\"\"|'''|[\"'`])[\s)\]};,]*")
"""A quote that nothing but brackets follows ends a string that began in a line above."""


def ended_before(text: str, rest: str, *, quote: str = "") -> str:
    """Return `text` without the white space at its end, except for spaces and tabs that keep it
    apart from a `rest` that begins with a word.

    `rest` is what follows the cursor in its line, with the white space at its beginning; `quote` is
    what would close the string or comment that the cursor is in. White space alone is nothing.
    """
    bare = text.rstrip()
    if not bare or not begins_word(rest, quote=quote):
        return bare
    space = text[len(bare) :]
    return bare + space[: len(space) - len(space.lstrip(" \t"))]


def begins_word(rest: str, *, quote: str = "") -> bool:
    """Return whether text put right before `rest` becomes one word with it."""
    if not rest:
        return False
    if quote and rest.startswith(quote):
        return False
    first = rest[0]
    if quote and first in _OPENERS:
        return True
    if first in _SIGNS:
        return _LONE_CLOSER.fullmatch(rest) is None
    if first.isascii():
        return first.isalnum() or first == "_"
    # Of other scripts all that is no white space and no punctuation; opening quotes begin a word.
    kind = unicodedata.category(first)
    return kind == "Pi" or not (first.isspace() or kind[0] in "PZC")


def splits_word(left: str, rest: str) -> bool:
    """Return whether the end of `left` and the beginning of `rest` make one name or number."""
    return _is_of_name(left[-1:]) and _is_of_name(rest[:1])


def _is_of_name(char: str) -> bool:
    return char == "_" or char.isalnum()
