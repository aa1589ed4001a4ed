"""Parts of a file that are similar to what is being written: windows of lines, compared by names.

Owns the windows of one file and the way back from a name to them, so that a file of a thousand
lines is compared without reading it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain

from hotseat.completion.context.identifiers import names_in
from hotseat.documents.buffer import TextBuffer
from hotseat.documents.truncation import MAX_LINE_CHARS

WINDOW_LINES = 40
STEP_LINES = 20
"""Windows overlap by half."""
MAX_LINES = 5000
EVERYWHERE = 0.6
"""A name in more of a file's windows than that counts as in all of them."""
MIN_WINDOWS_EVERYWHERE = 8
MIN_COMMON = 3
"""A window with fewer names in common is alike by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    first_line: int
    score: float
    """Jaccard, from 0 to 1."""


class Windows:
    """The windows of one file, as it was when they were made."""

    def __init__(self) -> None:
        self._first_line = 0
        self._n_names: list[int] = []
        self._windows_of: dict[str, list[int]] = {}
        self._everywhere: set[str] = set()
        """Names in most windows: they do not distinguish windows, and cost the most to count."""

    def build(self, buffer: TextBuffer, begin: int = 0) -> Iterator[None]:
        """Index the lines from `begin` on, step by step; the text may not change in between."""
        self._first_line = begin
        n_lines = min(buffer.n_lines, MAX_LINES)
        previous = self._block(buffer, begin, n_lines)
        for i, first_line in enumerate(range(begin, n_lines, STEP_LINES)):
            yield
            following = self._block(buffer, first_line + STEP_LINES, n_lines)
            if i > 0 and first_line + STEP_LINES >= n_lines:
                break  # the rest is the second half of the window before
            names = previous | following
            self._n_names.append(len(names))
            for name in names:
                self._windows_of.setdefault(name, []).append(i)
            previous = following
        if len(self._n_names) >= MIN_WINDOWS_EVERYWHERE:
            most = EVERYWHERE * len(self._n_names)
            self._everywhere = {n for n, windows in self._windows_of.items() if len(windows) > most}
            for name in self._everywhere:
                del self._windows_of[name]

    def best(self, names: Set[str]) -> Match | None:
        """Return the window that has most in common with `names`; the first of equals."""
        found = self._windows_of.keys() & names
        n_common = Counter(chain.from_iterable(self._windows_of[name] for name in found))
        n_everywhere = len(self._everywhere & names)
        best, best_score = 0, 0.0
        n_wanted = len(names)
        for i, n in n_common.items():
            n += n_everywhere
            score = n / (self._n_names[i] + n_wanted - n)
            if n >= MIN_COMMON and (score > best_score or (score == best_score and i < best)):
                best, best_score = i, score
        if not best_score:
            return None
        return Match(first_line=self._first_line + best * STEP_LINES, score=best_score)

    def score(self, line: int, names: Set[str]) -> float:
        """Return the score of the better of the two windows that hold the line."""
        last = (line - self._first_line) // STEP_LINES
        windows = [i for i in (last - 1, last) if 0 <= i < len(self._n_names)]
        best = 0.0
        n_everywhere = len(self._everywhere & names)
        for i in windows:
            n = n_everywhere + sum(i in self._windows_of.get(name, ()) for name in names)
            best = max(best, n / max(1, self._n_names[i] + len(names) - n))
        return best

    @staticmethod
    def _block(buffer: TextBuffer, first_line: int, n_lines: int) -> set[str]:
        stop = min(first_line + STEP_LINES, n_lines)
        return set(names_of(buffer.line(i) for i in range(first_line, stop)))


def names_of(lines: Iterable[str]) -> list[str]:
    """Return the names in the lines, each cut to a bounded length."""
    return names_in("\n".join(line[:MAX_LINE_CHARS] for line in lines))
