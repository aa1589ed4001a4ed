"""Which parts of a text are code, which strings, which comments: by the language's marks alone.

Linear in the text: one regular expression of the language's comment and string syntax. A quote that
is not closed on its line counts as code.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from hotseat.domain.syntax import Place
from hotseat.languages.profiles import profile_of
from hotseat.languages.tables import BLOCK_COMMENTS, LINE_COMMENTS

_DOUBLE, _SINGLE = r'"(?:\\.|[^"\\\n])*"', r"'(?:\\.|[^'\\\n])*'"
_TRIPLE = r'"""(?:\\.|[^\\])*?(?:"""|\Z)|' + r"'''(?:\\.|[^\\])*?(?:'''|\Z)"
_CHARACTER = r"'(?:\\[^\n]{1,6}|[^'\\\n])'"
_BACKTICK = {"raw": r"`[^`]*(?:`|\Z)", "escaped": r"`(?:\\.|[^`\\])*(?:`|\Z)"}
PROSE = frozenset({"restructuredtext", "asciidoc", "latex", "html", "xml", "markdown", "plaintext"})
"""Quotes delimit no strings there, and everything counts as code."""


class TextKinds:
    """The kinds of one text's parts."""

    def __init__(self, text: str, language: str | None) -> None:
        pattern = _pattern(language)
        found = list(pattern.finditer(text)) if pattern is not None else []
        self._found = found
        self._starts = [one.start() for one in found]

    def at(self, offset: int) -> Place:
        """Return the kind of the text at an offset."""
        i = bisect_right(self._starts, offset) - 1
        if i < 0 or offset >= self._found[i].end():
            return Place.CODE
        return Place.COMMENT if self._found[i].lastgroup == "comment" else Place.STRING


@cache
def _pattern(language: str | None) -> re.Pattern[str] | None:
    profile = profile_of(language)
    if language in PROSE:
        return None
    comments = []
    if language in BLOCK_COMMENTS:
        opening, closing = map(re.escape, BLOCK_COMMENTS[language or ""])
        comments.append(rf"{opening}[\s\S]*?(?:{closing}|\Z)")
    if (token := LINE_COMMENTS.get(language or "")) is not None:
        before = r"(?<![^\s;])" if token == "#" else ""
        comments.append(rf"{before}{re.escape(token)}[^\n]*")
    strings = []
    syntax = profile.strings
    if syntax.has_triple:
        strings.append(_TRIPLE)
    if syntax.backtick is not None:
        strings.append(_BACKTICK[syntax.backtick])
    if syntax.has_quotes:
        strings += [_DOUBLE, _CHARACTER if syntax.is_character_quote else _SINGLE]
    parts = []
    if comments:
        parts.append(f"(?P<comment>{'|'.join(comments)})")
    if strings:
        parts.append(f"(?P<string>{'|'.join(strings)})")
    return re.compile("|".join(parts), re.DOTALL) if parts else None
