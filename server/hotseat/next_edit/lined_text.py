"""A text in lines, and the places in it that have some tokens in a row."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from hotseat.next_edit.tokens import WORD

MAX_OCCURRENCES = 5000
MAX_LINE_CHARS = 1000
"""A longer line is not looked at: it is data, or minified."""


class LinedText:
    """A text in lines, and where each of them begins."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.text = "\n".join(lines)
        self._ends = [end + i for i, end in enumerate(accumulate(map(len, lines)))]

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a column."""
        return column + (self._ends[line - 1] + 1 if line else 0)

    def occurrences(self, run: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return line and column of each place that has these tokens in a row.

        Ends after MAX_OCCURRENCES + 1. Long lines have none.
        """
        found: list[tuple[int, int]] = []
        text = self.text
        for match in _pattern(run).finditer(text):
            start = match.start()
            if start and WORD.match(run[0]) and WORD.match(text[start - 1]):
                continue
            line = bisect_left(self._ends, start)
            if len(self.lines[line]) <= MAX_LINE_CHARS:
                found.append((line, start - (self._ends[line - 1] + 1 if line else 0)))
            if len(found) > MAX_OCCURRENCES:
                break
        return found


@lru_cache(maxsize=64)
def _pattern(run: tuple[str, ...]) -> re.Pattern[str]:
    """Begins with the first token as it is, which lets the search skip to it."""
    end = r"(?![\w$])" if WORD.match(run[-1][-1]) else ""
    return re.compile(r"[^\S\n]*".join(map(re.escape, run)) + end)


def indent_of(text: str) -> str:
    """Return the white space that a line begins with."""
    return text[: len(text) - len(text.lstrip())]
