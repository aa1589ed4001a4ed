"""Repetition in a model's output, which is frequent in small models."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_REPEATS = 3
"""The same line, or the same two or three lines, so often in a row are a loop."""
LONG_CHARS = 10
"""A line of that length is a loop at its second time."""
SHORT_CHARS = 3
"""Shorter lines are closing brackets and the like, which may repeat."""
_PERIODS = ((range(1, 4), 40), (range(4, 10), 10), (range(10, 41), 4), (range(41, 241), 2))
"""Lengths, and how many rounds of them are a loop: at least 40 characters of the same."""
_LINE_LOOP = re.compile(r"(\w.{9,39}?)\1{3}|(\w.{3,8}?)\2{9}|(\w.{0,2}?)\3{39}|(\w.{40,239}?)\4")
_WORD = re.compile(r"[^\W\d_]{4}")
"""A round with a word in it is kept once; `1000000…` is dropped."""
_DANGLING = " \t,;+-*/|&=.([{<_"
_DANGLING_WORD = re.compile(r"\s(?:and|or|not)$")


def before_line_loop(line: str) -> str | None:
    """Return the part of a line before its second round; None if it has no loop.

    Empty if the rounds have no word. A loop is known by its end, so that a line
    that is still growing is cut where the whole one is.
    """
    if _LINE_LOOP.search(line) is None:
        return None
    ends = [
        (end, period, rounds)
        for periods, rounds in _PERIODS
        for period in periods
        if (end := _loop_end(line, period, rounds)) is not None
    ]
    if not ends:
        return None
    end, period, rounds = min(ends)
    start = end - period * rounds
    first = line[start : start + period]
    n = next(n for n in range(1, period + 1) if first == first[:n] * (period // n))
    if not _WORD.search(first):
        return ""
    once = line[: start + n]
    for quote in "\"'`":
        if once.count(quote) % 2:
            once = once[: once.rfind(quote)]
    return _DANGLING_WORD.sub("", once.rstrip(_DANGLING)).rstrip(_DANGLING)


def before_loop(lines: Sequence[str]) -> int | None:
    """Return how many lines to keep if the last ones are a loop: those up to its first round."""
    bare = [(i, line.strip()) for i, line in enumerate(lines) if line.strip()]
    if len(bare) > 1 and bare[-1][1] == bare[-2][1] and len(bare[-1][1]) >= LONG_CHARS:
        return bare[-2][0] + 1
    for period in (1, 2, 3):
        rounds = bare[-period * MAX_REPEATS :]
        texts = [text for _, text in rounds]
        if len(texts) < period * MAX_REPEATS or max(map(len, texts)) <= SHORT_CHARS:
            continue
        if texts == texts[:period] * MAX_REPEATS:
            return rounds[period - 1][0] + 1
    return None


def _loop_end(line: str, period: int, rounds: int) -> int | None:
    """Return where the first `rounds` of that length end that begin with a word."""
    n_same = 0
    for i in range(period, len(line)):
        n_same = n_same + 1 if line[i] == line[i - period] else 0
        start = i + 1 - period * rounds
        if n_same >= period * (rounds - 1) and start >= 0 and _is_word(line[start]):
            return i + 1
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
