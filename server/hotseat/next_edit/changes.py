"""What a hunk changed, token by token: which token was replaced by which, and where.

A hunk is a run of lines that became other lines. Lines are compared one to one where their number
is the same, else by the tokens of the whole hunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from hotseat.next_edit.tokens import Token, is_word, tokens_of

MAX_HUNK_LINES = 64
MAX_HUNK_TOKENS = 1500
"""A larger hunk comes from a formatter or a paste: comparing it would take too long."""
MAX_RUN = 6
"""Tokens of a run that is replaced by a run of another length."""
Placed = tuple[int, int, Token]
"""Row, index in the line, token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines [first_line, first_line + len(old)) of the text before became the lines `new`."""

    first_line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Tokens of one line that others replaced. Rows count from the hunk's first line."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    old_row: int
    old_index: int
    """Of the first token, among those of its line."""
    old_start: int
    """Column in the old line."""
    new_row: int
    new_index: int

    @property
    def is_one(self) -> bool:
        """One token replaced by one."""
        return len(self.old) == len(self.new) == 1


def replaced_tokens(hunk: Hunk) -> list[Replaced]:
    """Return what the hunk replaces, in order: words one for one where their numbers agree, else
    the run as a whole. Nothing of a large hunk."""
    return _replaced_tokens(hunk.old, hunk.new)


@lru_cache(maxsize=1024)
def _replaced_tokens(old: tuple[str, ...], new: tuple[str, ...]) -> list[Replaced]:
    """Cached: the hunks before the newest one are compared again for every offer."""
    if not old or not new or max(len(old), len(new)) > MAX_HUNK_LINES:
        return []
    if len(old) == len(new):
        found = []
        for row, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                found += _compare([(row, before)], [(row, after)])
        return found
    return _compare(list(enumerate(old)), list(enumerate(new)))


def _compare(old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]) -> list[Replaced]:
    before, after = list(_placed(old)), list(_placed(new))
    if max(len(before), len(after)) > MAX_HUNK_TOKENS:
        return []
    matcher = SequenceMatcher(
        None, [t.text for _, _, t in before], [t.text for _, _, t in after], autojunk=False
    )
    found = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag != "replace":
            continue
        if i_end - i == j_end - j:
            pairs = [
                (n, n + 1, m, m + 1) for n, m in zip(range(i, i_end), range(j, j_end), strict=True)
            ]
        elif max(i_end - i, j_end - j) <= MAX_RUN:
            pairs = [(i, i_end, j, j_end)]
        else:
            continue
        for a, a_end, b, b_end in pairs:
            one = _replaced(before[a:a_end], after[b:b_end])
            if one is not None:
                found.append(one)
    return found


def _replaced(old: Sequence[Placed], new: Sequence[Placed]) -> Replaced | None:
    """Return the value for two runs; None if one is in several lines, or has no word."""
    if any(row != old[0][0] for row, _, _ in old) or any(row != new[0][0] for row, _, _ in new):
        return None
    words = [any(is_word(token.text) for _, _, token in run) for run in (old, new)]
    if not all(words):
        return None
    return Replaced(
        old=tuple(token.text for _, _, token in old),
        new=tuple(token.text for _, _, token in new),
        old_row=old[0][0],
        old_index=old[0][1],
        old_start=old[0][2].start,
        new_row=new[0][0],
        new_index=new[0][1],
    )


def _placed(lines: Sequence[tuple[int, str]]) -> Iterator[Placed]:
    for row, line in lines:
        for index, token in enumerate(tokens_of(line)):
            yield row, index, token
