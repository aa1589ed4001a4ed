"""The strings, comments and brackets that are open at the cursor.

Owns the piece of text that is looked at, and the comparison of what a suggestion leaves open with
what the text after the cursor closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from hotseat.completion.postprocess.bracket_scanner import (
    CLOSER_OF,
    OPENER_OF,
    Scan,
    open_quote,
    scan,
)
from hotseat.completion.postprocess.line_or_block import indent_width, is_comment
from hotseat.domain.syntax import Place
from hotseat.languages.profiles import profile_of

LOOK_BACK_CHARS = 3000
LOOK_AHEAD_CHARS = 2400
_QUOTES_OF_LINES = ('"""', "'''", "`", "*/")
_CODE_WORDS = (
    r"(?:(?:async|export|public|pub(?:\([^)]*\))?|static|private|protected|unsafe|default) )*"
    r"(?:def \w+\(|class \w+|func [\w(]|fn \w+|function\b|@\w+|#\[|#include|from [\w.]+ import"
    r"|(?:const|let|var|type|struct|enum|impl|trait|mod|interface|module|namespace) \w"
    r"|import [\w\"'{(*])"
)
_CODE_LINE = re.compile(_CODE_WORDS)
"""A line at the left border that is hardly ever in a string or comment."""
_INNER_LINE = re.compile(
    r"^[ \t]+(?:(?:async|export|public|pub|static|private|protected) )*"
    r"(?:def \w+\([^\n]*:|class \w+[^\n]*[:{]|(?:func [\w(]|fn \w|function\b)[^\n]*\{)\s*$",
    re.MULTILINE,
)
"""A header further in; it is hardly ever in a string or comment either."""
_TOP = re.compile(r"[^\W\d]|[@/#]")
_BEFORE_STRING = re.compile(r"(?:[=(,:+?\[&|>]|\b(?:return|case|throw|yield))\s*$")
_AFTER_STRING = (";", ")", ",", "]", "}", ".", "\n", "")
_LABEL = re.compile(r"(?:case\b[^\n]*|default|public|private|protected)\s*:")
"""Begins a part of the braces around it; many formatters put it at their indentation."""


class TextAround:
    """Of one cursor. `prefix` is the text before it, at least that of its line."""

    def __init__(
        self, prefix: str, suffix: str, language: str | None, place: Place | None = None
    ) -> None:
        line = prefix[prefix.rfind("\n") + 1 :]
        text = near_text(prefix)
        self._language = language
        self._is_before_whole = len(text) == len(prefix)
        is_known = self._is_before_whole or _CODE_LINE.match(text) is not None
        if not is_known and (inner := _INNER_LINE.search(text)) is not None:
            text, is_known = text[inner.start() :].lstrip("\n"), True
        before = scan(text, language, final=False)
        if place is None and _is_in_block_comment(text, language):
            self.quote = "*/"
        elif place is None and not is_known and _goes_on_as_string(suffix, language):
            self.quote = "`"
        else:
            self.quote = _quote(line, before, language, place, is_known=is_known)
        """What would close the string or comment that the cursor is in."""
        self._opened = [_Open(token.char, _indent_at(text, token.start)) for token in before.opened]
        if bool(before.quote) != bool(self.quote not in ("", "\n")):
            # The scan began in a string: its brackets are not those of the code.
            self._opened, self._is_before_whole = [], False
        self._indent = indent_width(line)
        self._after_text = suffix[:LOOK_AHEAD_CHARS]
        self.after = scan(self._after_text, language, quote=self.quote)
        """The scan of the text after the cursor."""
        # One that may have many lines, and is not begun and ended in the cursor's.
        self._is_long_string = (
            self.quote[:1] == '"'
            and profile_of(language).strings.spans_lines
            and not (
                open_quote(line, language) == self.quote and self.quote in suffix.partition("\n")[0]
            )
        )
        self._is_after_whole = len(suffix) <= LOOK_AHEAD_CHARS
        self._lines = tuple(self._lines_after())
        self.n_own = self._count_own()
        """How many of the brackets open at the cursor, from the innermost, nothing closes."""

    @property
    def is_text_closed(self) -> bool:
        """What follows the cursor closes the long string or comment that it is in.

        Otherwise the suggestion has to close it, and what follows is code.
        """
        at = self._after_text.find(self.quote)
        if self.quote == "*/":
            begin = self._after_text.find("/*")
            return at >= 0 and not 0 <= begin < at
        if at < 0:
            return False
        if self.quote == "`" and _is_opened_at(self._after_text, at):
            return False
        as_code = scan(self._after_text, self._language)
        is_text = self._closes(self._opened, self.after) and not self.after.quote
        if is_text or (self._closes(self._opened, as_code) and not as_code.quote):
            return is_text
        # The suggestion may also have to close some of the brackets.
        n_as_code, n_as_text = self._n_left_open(as_code), self._n_left_open(self.after)
        if n_as_code is None or n_as_text is None:
            return n_as_code is None
        return n_as_text <= n_as_code

    def _n_left_open(self, after: Scan) -> int | None:
        """Return how many of the brackets open at the cursor, from the innermost, `after` does not
        close if it closes the others in order; None if it does not, or ends in a string."""
        if after.quote:
            return None
        n_all = len(self._opened)
        opened = (self._opened[: n_all - n] for n in range(n_all + 1))
        return next((n for n, left in enumerate(opened) if self._closes(left, after)), None)

    @property
    def is_in_text(self) -> bool:
        """The cursor is in a string or a comment that may have many lines."""
        return self.quote in _QUOTES_OF_LINES or self._is_long_string

    def fits(self, text: str, *, goes_on: bool = False) -> bool:
        """Return whether the brackets close in order with the suggestion `text`.

        True where that is not known: far from the cursor brackets are not looked at. `goes_on`: the
        suggestion is the beginning of what belongs here; then the text after it is not looked at.
        """
        found = scan(text, self._language, quote=self.quote)
        opened = list(self._opened)
        for token in found.unopened:
            if not opened:
                return not self._is_before_whole
            if opened.pop().char != OPENER_OF[token.char]:
                return False
        opened += [_Open(token.char, self._indent_in(text, token.start)) for token in found.opened]
        return goes_on or self._closes(opened, self.after)

    def is_aligned(self, text: str) -> bool:
        """Return whether the first line after the cursor that a closing bracket begins is indented
        as the line that opens it, if the suggestion is `text`."""
        found = scan(text, self._language, quote=self.quote)
        opened = list(self._opened)
        for _ in found.unopened[: len(opened)]:
            opened.pop()
        opened += [_Open(token.char, self._indent_in(text, token.start)) for token in found.opened]
        for token in self.after.unopened:
            if not opened:
                break
            bracket = opened.pop()
            line = self._after_text.rfind("\n", 0, token.start) + 1
            if line and not self._after_text[line : token.start].strip():
                return indent_width(self._after_text[line : token.end]) == bracket.indent
        return True

    def _indent_in(self, text: str, at: int) -> int:
        """Return the indentation of the suggestion's line at that offset, but no more than that of
        the cursor's line: a model may write deeper ones than the document has."""
        is_first = "\n" not in text[:at]
        return self._indent if is_first else min(self._indent, _indent_at(text, at))

    def _closes(self, opened: list[_Open], after: Scan) -> bool:
        """Return whether the text after the cursor closes these brackets, and no others."""
        left = list(opened)
        for token in after.unopened:
            if not left:
                return not self._is_before_whole
            bracket = left.pop()
            if bracket.char != OPENER_OF[token.char] or self._is_left(bracket, token.start):
                return False
        if self._is_after_whole:
            return not left
        return not any(self._is_left(bracket, LOOK_AHEAD_CHARS) for bracket in left)

    def _is_left(self, bracket: _Open, before: int) -> bool:
        """Return whether a line before that offset, or the line of the closing bracket there,
        belongs to what is outside."""
        for at, width, is_inside in self._lines:
            if at > before:
                break
            if width < bracket.indent or (width == bracket.indent and not is_inside):
                return True
        return False

    def _lines_after(self) -> Iterator[tuple[int, int, bool]]:
        """Yield offset and indentation of the lines after the cursor's, without comments, and
        whether a closing bracket or a label begins them."""
        for token in self.after.tokens:
            if token.kind != "newline":
                continue
            line = self._after_text[token.end :].partition("\n")[0]
            bare = line.strip()
            if bare and bare[0] != "#" and not is_comment(line, self._language):
                is_inside = bare[0] in ")]}" or _LABEL.match(bare) is not None
                yield token.end, indent_width(line), is_inside

    def _count_own(self) -> int:
        for n in range(len(self._opened) + 1):
            if self._closes(self._opened[: len(self._opened) - n], self.after):
                return n
        opened = [bracket.char for bracket in self._opened]
        closers = [token.char for token in self.after.unopened]
        return _n_own(opened, closers, is_whole=self._is_after_whole)


class _Open(NamedTuple):
    """A bracket left open before the cursor."""

    char: str
    indent: int
    """Of its line."""


def _indent_at(text: str, at: int) -> int:
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return indent_width(text[begin : end if end >= 0 else len(text)])


@lru_cache(maxsize=4)  # one suggestion asks twice
def near_text(prefix: str) -> str:
    """Return the end of the text before the cursor, from a line on that begins something."""
    if len(prefix) <= LOOK_BACK_CHARS:
        return prefix
    lines = prefix[-LOOK_BACK_CHARS:].split("\n")[1:] or [prefix[-LOOK_BACK_CHARS:]]
    starts = [i for i, line in enumerate(lines[:-1]) if _CODE_LINE.match(line)]
    starts = starts or [i for i, line in enumerate(lines[:-1]) if _TOP.match(line)]
    after_blank = [i for i in starts if i > 0 and not lines[i - 1].strip()]
    return "\n".join(lines[next(iter(after_blank or starts), 0) :])


def _quote(
    line: str, before: Scan, language: str | None, place: Place | None, *, is_known: bool
) -> str:
    if before.quote == "`" and profile_of(language).strings.backtick == "escaped":
        return "`"  # code in `${}` too: it is part of the string
    if place is Place.CODE:
        return ""
    if place is Place.COMMENT:
        return before.quote if before.quote == "*/" else "\n"
    found = open_quote(line, language)
    if before.quote and (is_known or place is Place.STRING):
        return before.quote
    if place is Place.STRING and not found:
        return '"""' if profile_of(language).strings.has_triple else "`"
    return found


def _is_opened_at(text: str, at: int) -> bool:
    """Return whether the backtick at that offset looks like the beginning of a string of its own,
    which is not in a `${}` of another."""
    inserted = text[:at].rpartition("${")
    if inserted[1] and inserted[2].count("}") <= inserted[2].count("{"):
        return False
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return bool(_BEFORE_STRING.search(line)) and text[at + 1 : at + 2] not in _AFTER_STRING


def _goes_on_as_string(suffix: str, language: str | None) -> bool:
    """Return whether the first backtick of the text after a cursor looks like the end of a string.

    For a cursor so far inside a string that its beginning is not looked at.
    """
    at = suffix.find("`", 0, LOOK_AHEAD_CHARS)
    if at < 0 or not profile_of(language).strings.backtick:
        return False
    is_end = suffix[at + 1 : at + 2] in _AFTER_STRING
    return is_end and not _BEFORE_STRING.search(suffix[:at].rpartition("\n")[2])


def _is_in_block_comment(text: str, language: str | None) -> bool:
    """Return whether a comment that begins a line of `text` is open at its end.

    Unlike a quote, `/*` says this wherever the text begins: it hardly ever begins a line of a
    string.
    """
    begin = text.rfind("/*")
    if begin <= text.rfind("*/") or profile_of(language).block_comment != ("/*", "*/"):
        return False
    return not text[text.rfind("\n", 0, begin) + 1 : begin].strip()


def _n_own(opened: list[str], closers: list[str], *, is_whole: bool) -> int:
    """Return how many of the brackets open at the cursor, from the innermost, nothing after it
    closes.

    Both lists may lack their far end; `is_whole`: that of `closers` is there.
    """
    for n in range(len(opened)):
        left = [CLOSER_OF[char] for char in reversed(opened[: len(opened) - n])]
        if is_whole and len(closers) < len(left):
            continue
        n_both = min(len(left), len(closers))
        if left[:n_both] == closers[:n_both]:
            return n
    return len(opened)
