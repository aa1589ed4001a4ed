"""The strings, comments and brackets that are open at the cursor.

Owns the piece of text that is looked at, and the comparison of what a suggestion leaves open with
what the text after the cursor closes.
"""

from __future__ import annotations

import re

from hotseat.completion.postprocess.bracket_scanner import (
    CLOSER_OF,
    OPENER_OF,
    Scan,
    open_quote,
    scan,
)
from hotseat.domain.syntax import Place
from hotseat.languages.profiles import profile_of

LOOK_BACK_CHARS = 3000
LOOK_AHEAD_CHARS = 2400
_TOP = re.compile(r"[^\W\d]|[@/#]")


class TextAround:
    """Of one cursor. `prefix` is the text before it, at least that of its line."""

    def __init__(
        self, prefix: str, suffix: str, language: str | None, place: Place | None = None
    ) -> None:
        line = prefix[prefix.rfind("\n") + 1 :]
        self._before_text = near_text(prefix)
        self._is_before_whole = len(self._before_text) == len(prefix)
        before = scan(self._before_text, language, final=False)
        self.quote = _quote(line, before, language, place, is_whole=self._is_before_whole)
        """What would close the string or comment that the cursor is in."""
        self.after = scan(suffix[:LOOK_AHEAD_CHARS], language, quote=self.quote)
        self._is_after_whole = len(suffix) <= LOOK_AHEAD_CHARS
        self._opened = [token.char for token in before.opened]
        self._closers = [token.char for token in self.after.unopened]
        self.n_own = _n_own(self._opened, self._closers, is_whole=self._is_after_whole)
        """How many of the brackets open at the cursor, from the innermost, nothing closes."""

    def fits(self, found: Scan) -> bool:
        """Return whether the brackets close in order with a suggestion, whose scan is `found`.

        True where that is not known: far from the cursor brackets are not looked at.
        """
        opened = list(self._opened)
        for token in found.unopened:
            if not opened:
                return not self._is_before_whole
            if opened.pop() != OPENER_OF[token.char]:
                return False
        opened += [token.char for token in found.opened]
        for closer in self._closers:
            if not opened:
                return not self._is_before_whole
            if opened.pop() != OPENER_OF[closer]:
                return False
        return not (opened and self._is_after_whole and self._is_before_whole)


def near_text(prefix: str) -> str:
    """Return the end of the text before the cursor, from a line on that begins something."""
    if len(prefix) <= LOOK_BACK_CHARS:
        return prefix
    lines = prefix[-LOOK_BACK_CHARS:].split("\n")[1:] or [prefix[-LOOK_BACK_CHARS:]]
    starts = [i for i, line in enumerate(lines[:-1]) if _TOP.match(line)]
    after_blank = [i for i in starts if i > 0 and not lines[i - 1].strip()]
    return "\n".join(lines[next(iter(after_blank or starts), 0) :])


def _quote(
    line: str, before: Scan, language: str | None, place: Place | None, *, is_whole: bool
) -> str:
    if place is Place.CODE:
        return ""
    if place is Place.COMMENT:
        return before.quote if before.quote == "*/" else "\n"
    found = open_quote(line, language)
    if before.quote and (is_whole or place is Place.STRING):
        return before.quote
    if place is Place.STRING and not found:
        return '"""' if profile_of(language).strings.has_triple else "`"
    return found


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
