"""Detection of an answer that repeats itself, as answers of small models do.

The text is compared as tokens (words and signs), so that white space, the numbers of a list and the
language of a fence do not hide a repetition. Code and tables repeat legitimately; there it takes
more copies than in prose. A text is a loop only while it repeats at its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hotseat.conversation.repeated_units import repeated_tail

_TOKEN = re.compile(
    r"""
      (?P<fence>  ^[ \t]*(?:(?:`{3,}|~{3,})[^\n`]*|(?:`{1,2}|~{1,2})\Z))
    | (?P<item>   ^[ \t]*(?:[#*_>]+[ \t]*)*
                  (?:(?:step|example|question|answer|option|part|note|solution|test)[ \t]+)?
                  \d+[*_]*[.):][*_]*)
    | (?P<word>   [A-Za-z0-9_\u00c0-\u024f]{1,12})
    | (?P<sign>   [^\s])
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?=\s)|(?=\n)")
_HAS_WORD = re.compile(r"[A-Za-z]{2}|[^\W\d_a-zA-Z]")
"""Brackets, numbers and single Latin letters are no words; one letter of other scripts may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A text is a loop when it ends with so many copies that take so many characters."""

    n_copies: int
    n_chars: int

    def is_met(self, n_copies: int, n_chars: int) -> bool:
        return n_copies >= self.n_copies and n_chars >= self.n_chars


PROSE = Rule(n_copies=4, n_chars=60)
LONG_PROSE = Rule(n_copies=3, n_chars=180)
VERY_LONG_PROSE = Rule(n_copies=2, n_chars=440)
PROSE_SIGNS = Rule(n_copies=4, n_chars=160)
"""Copies without a word: rules, dots, digits."""
CODE = Rule(n_copies=8, n_chars=240)
LONG_CODE = Rule(n_copies=4, n_chars=480)
CODE_SIGNS = Rule(n_copies=8, n_chars=1200)
"""Zeros of a matrix, cells of a table."""
BLOCKS = Rule(n_copies=3, n_chars=30)
"""Copies that hold a fence and something else."""
EMPTY_BLOCKS = Rule(n_copies=6, n_chars=20)
"""Half a block is a copy here: a fence."""
UNITS = (Rule(n_copies=5, n_chars=100), Rule(n_copies=3, n_chars=240))
"""So many sentences or lines in a row that say again what was said before."""
UNITS_BEGUN = Rule(n_copies=2, n_chars=60)
BEGUN = Rule(n_copies=2, n_chars=24)
"""From here on a text may become a loop."""
CHECK_CHARS = 16
"""A text that grows is looked at again after so many characters, and a twentieth of its length."""


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    begins_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """What the end of a text repeats. Its first copy ends at the character `end`."""

    end: int
    is_loop: bool
    """False: it has begun to repeat, and a good reason is still likely."""


def find_repetition(text: str, *, is_code: bool = False) -> Repetition | None:
    """Return what the end of `text` repeats: a loop, or else what may become one.

    Where it only says again in other words or in another order what was said before, the first copy
    is all of the text. `text` may end in the middle of a word. `is_code`: it is code also outside
    of blocks.
    """
    tokens = _tokens(text)[:-1]
    n_tokens = len(tokens)
    texts = [token.text for token in tokens]
    begun = None
    for period in range(1, n_tokens // 2 + 1):
        if texts[-1] != texts[-1 - period] or texts[-period:] != texts[-2 * period : -period]:
            continue
        start = _start_of_run(tokens, period)
        copy = tokens[start : start + period]
        n_chars = tokens[-1].end - tokens[start].start
        n_copies = (n_tokens - start) // period
        rules = _rules(text, tokens[:start], copy, is_code=is_code)
        if any(rule.is_met(n_copies, n_chars) for rule in rules):
            return Repetition(end=_end_of_sentence(text, copy), is_loop=True)
        if begun is None and BEGUN.is_met(n_copies, n_chars):
            begun = Repetition(end=copy[-1].end, is_loop=False)
    units = None if is_code else _repeated_units_of(text)
    return units if units is not None and units.is_loop else begun or units


def _repeated_units_of(text: str) -> Repetition | None:
    tail = repeated_tail(text)
    n_units, n_chars = tail.n_units, tail.n_chars
    is_loop = any(rule.is_met(n_units, n_chars) for rule in UNITS)
    if is_loop or UNITS_BEGUN.is_met(n_units, n_chars):
        return Repetition(end=len(text), is_loop=is_loop)
    return None


class LoopWatch:
    """Looks for a loop in a text that grows; seldom enough that a long text costs little."""

    def __init__(self, *, is_code: bool = False) -> None:
        self._is_code = is_code
        self._next_chars = CHECK_CHARS
        self._found: Repetition | None = None

    def look(self, text: str, *, is_whole: bool = False) -> Repetition | None:
        """Return what `find_repetition` found when it was last time to look."""
        if len(text) >= self._next_chars or is_whole:
            self._next_chars = len(text) + max(CHECK_CHARS, len(text) // 20)
            self._found = find_repetition(text, is_code=self._is_code)
        return self._found


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "fence":
            key = "```"
        elif kind == "item":
            key = re.sub(r"\d+", "1", match[0].strip().lower())
        else:
            key = match[0].lower()
        begins_line = "\n" in text[found[-1].end if found else 0 : match.start()] or not found
        found.append(_Token(key, match.start(), match.end(), begins_line))
    return found


def _start_of_run(tokens: Sequence[_Token], period: int) -> int:
    """Return the first index from which on the tokens repeat with that period.

    Signs that it would begin with end what is before it, on the same line.
    """
    start = len(tokens) - 2 * period
    while start > 0 and tokens[start - 1].text == tokens[start - 1 + period].text:
        start -= 1
    for first in range(start, min(start + period, len(tokens) - 2 * period + 1)):
        if tokens[first].begins_line or tokens[first].text[0].isalnum():
            return first
    return start


def _end_of_sentence(text: str, copy: Sequence[_Token]) -> int:
    """Return where the copy ends, or the sentence or line in which it ends: a loop of whole
    sentences may be found from the middle of one on."""
    start, end = copy[0].start, copy[-1].end
    is_whole = text[end - 1] in ".!?`" or text[end : end + 1] in ("", "\n")
    ending = None if is_whole else _SENTENCE_END.search(text, end, 2 * end - start)
    return ending.end() if ending is not None else end


def _rules(
    text: str, before: Sequence[_Token], copy: Sequence[_Token], *, is_code: bool
) -> tuple[Rule, ...]:
    has_word = any(_HAS_WORD.search(token.text) for token in copy)
    has_word = has_word or len({token.text for token in copy if token.text.isalpha()}) > 1
    if any(token.text == "```" for token in copy):
        return (BLOCKS, VERY_LONG_PROSE) if has_word else (EMPTY_BLOCKS,)
    is_in_block = sum(token.text == "```" for token in before) % 2 == 1
    if is_code or is_in_block or _is_in_table(text, copy):
        return (CODE, LONG_CODE) if has_word else (CODE_SIGNS,)
    return (PROSE, LONG_PROSE, VERY_LONG_PROSE) if has_word else (PROSE_SIGNS,)


def _is_in_table(text: str, copy: Sequence[_Token]) -> bool:
    """Return whether the copy begins in a row of a table, or holds one."""
    line_start = text.rfind("\n", 0, copy[0].start) + 1
    rows = text[line_start : copy[-1].end].strip("\n").split("\n")
    return any(row.lstrip().startswith("|") for row in rows)
