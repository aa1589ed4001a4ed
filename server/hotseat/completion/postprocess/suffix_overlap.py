"""Where a suggestion meets the text after the cursor.

Owns brackets, quotes and the rest of the cursor's line: `foo(‸)` completed with `a, b)` must not
end in two brackets, `foo(‸)` completed with `bar(x)` must keep its own, and `if ‸ {` completed with
`x > 0 {` ends before the brace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotseat.completion.postprocess.bracket_scanner import (
    CLOSER_OF,
    OPENER_OF,
    Scan,
    open_quote,
    scan,
)
from hotseat.completion.postprocess.trailing_space import ended_before
from hotseat.domain.syntax import Place
from hotseat.languages.profiles import profile_of

_LOOK_BACK_CHARS = 1200
_LOOK_AHEAD_CHARS = 1500
_OPERATOR = re.compile(r"[^\w\s\"'`(){}\[\]]+")
_MEMBER = re.compile(r"\??\.\w+")
_WORD = re.compile(r"\w+")


class SuffixOverlap:
    """What the text around the cursor implies for the end of a suggestion there.

    `prefix` is the text before the cursor, at least that of its line.
    """

    def __init__(
        self, prefix: str, suffix: str, language: str | None, place: Place | None = None
    ) -> None:
        line = prefix[prefix.rfind("\n") + 1 :]
        self.quote = _quote(line, language, place)
        """What would close the string or comment that the cursor is in."""
        self._rest_of_line = suffix.partition("\n")[0]
        self._rest = self._rest_of_line.strip()
        self._language = language
        after = scan(suffix[:_LOOK_AHEAD_CHARS], language, quote=self.quote)
        self._quote_is_closed = self._quote_end(suffix, after) is not None
        opened = [token.char for token in scan(_nearby(prefix), language).opened]
        closers = [token.char for token in after.unopened]
        self._n_own = _n_own(opened, closers, is_whole=len(suffix) <= _LOOK_AHEAD_CHARS)

    def end(self, text: str, found: Scan, *, final: bool) -> int | None:
        """Return where `text` ends at the latest; None if nothing limits it.

        `found` is the scan of `text`, which is a line, perhaps still growing unless `final`.
        """
        ends = []
        if self._quote_is_closed and (at := self._quote_end(text, found)) is not None:
            ends.append(at)
        if len(found.unopened) > self._n_own:
            ends.append(found.unopened[self._n_own].start)
        if self._rest and not self.quote:
            at = next(self._meetings(text, found, final=final), None)
            if at is not None:
                ends.append(len(self.ended(text[:at])))
        return min(ends, default=None)

    def _quote_end(self, text: str, found: Scan) -> int | None:
        """Return where `text`, which begins in the cursor's string or comment, closes it."""
        first = found.tokens[0] if found.tokens else None
        if self.quote in ("", "\n") or first is None or first.kind != "text":
            return None
        at = first.end - len(self.quote)
        return at if at >= 0 and text[at : first.end] == self.quote else None

    def _meetings(self, text: str, found: Scan, *, final: bool) -> Iterator[int]:
        """Yield places outside brackets and strings where the rest of the line could follow."""
        head = self._rest[0]
        if head in OPENER_OF:
            return
        if head in CLOSER_OF:
            for token in found.tokens:
                if token.kind == "open" and token.depth == 0 and token.char == head:
                    is_joined = head != "{" or text[token.start - 1 : token.start] in (" ", "")
                    if is_joined:
                        yield token.start
            return
        pattern = next(
            (p for p in (_MEMBER, _WORD, _OPERATOR) if p.match(self._rest) is not None), None
        )
        wanted = pattern.match(self._rest) if pattern is not None else None
        if pattern is None or wanted is None:
            return
        for start, end in found.gaps(len(text)):
            for met in pattern.finditer(text, start, end):
                is_whole = final or met.end() < len(text)
                if is_whole and met.group() == wanted.group():
                    yield met.start()

    def ended(self, text: str) -> str:
        """Return `text` without the white space at its end, but with what keeps it apart from the
        rest of the line (`trailing_space.ended_before`)."""
        return ended_before(text, self._rest_of_line, quote=self.quote)

    def removed_from(self, text: str) -> str:
        """Return `text` without what already follows the cursor in its line, and as it ends
        there."""
        if not self._rest:
            return text.rstrip()
        bare = text.rstrip()
        left = self._without_overlap(bare) if bare else ""
        return self.ended(text if left == bare else left)

    def _without_overlap(self, text: str) -> str:
        for n in range(min(len(text), len(self._rest)), 0, -1):
            overlap = self._rest[:n]
            if text.endswith(overlap) and (n == len(self._rest) or not overlap.isalnum()):
                left = text[:-n]
                return text if self._needs(left, overlap) else left
        return text

    def _needs(self, left: str, overlap: str) -> bool:
        """Whether `overlap` closes what `left` or the text before the cursor opens."""
        if any(char in OPENER_OF for char in overlap):
            found = scan(left, self._language, quote=self.quote)
            return bool(found.opened) or len(found.unopened) < self._n_own
        return any(char in "\"'`" and left.count(char) % 2 for char in overlap)


def _quote(line: str, language: str | None, place: Place | None) -> str:
    if place is Place.CODE:
        return ""
    if place is Place.COMMENT:
        return "\n"
    found = open_quote(line, language)
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


def _nearby(prefix: str) -> str:
    """Return whole lines before the cursor, enough to hold what the suffix closes soon."""
    tail = prefix[-_LOOK_BACK_CHARS:]
    return tail if len(tail) == len(prefix) else tail[tail.find("\n") + 1 :]
