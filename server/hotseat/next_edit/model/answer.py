"""What a model's answer may change: some lines of the window that it was shown, and no more.

An answer that rewrites the window, leaves it, undoes the last edit, or is prose is no offer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MIN_KEPT = 0.5
"""Share of the window's lines that stay."""
MAX_NEW_LINES = 10
"""By which the window may grow."""
_PROSE = re.compile(
    r"^\s*(?:```|(?:here (?:is|are)|here's|sure[,!.]|certainly|of course|i (?:have|'ve|will|can)"
    r"|the (?:updated|following|code)|note:|explanation|this (?:code|change|function))\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLines:
    """Lines [first, first + n) of the window become `lines`; n is at least 1."""

    first: int
    n: int
    lines: tuple[str, ...]


def window_answer(answer: str, window: Sequence[str]) -> list[str]:
    """Return the lines of an answer that is the whole window, which ends with as many empty lines
    as `window`: models write more or fewer."""
    lines = answer.replace("\r\n", "\n").rstrip("\n").split("\n")
    n_text = len(window)
    while n_text and not window[n_text - 1]:
        n_text -= 1
    return [*lines, *window[n_text:]]


def changed_lines(
    window: Sequence[str],
    lines: Sequence[str],
    *,
    before: Sequence[str],
    control_tokens: Sequence[str],
) -> ChangedLines | None:
    """Return what an answer changes; None if it changes nothing, or more than it may.

    `window` is what the model was shown, `before` the same lines before the last edits.
    """
    if not window or list(lines) == list(window) or list(lines) == list(before):
        return None
    if any(token in line for line in lines for token in control_tokens):
        return None
    if any(_PROSE.match(line) and line not in window for line in lines):
        return None
    if len(lines) > len(window) + MAX_NEW_LINES:
        return None
    matcher = SequenceMatcher(None, list(window), list(lines), autojunk=False)
    kept = sum(size for _, _, size in matcher.get_matching_blocks())
    if kept < MIN_KEPT * len(window) or not _keeps_ends(window, lines):
        return None
    return _smallest(window, lines)


def _keeps_ends(window: Sequence[str], lines: Sequence[str]) -> bool:
    """Return whether the answer begins and ends where the window does: one that was cut off, or
    that goes on after it, does not. Windows of fewer than four lines have no such ends."""
    if len(window) < 4:
        return True
    return bool(lines) and lines[0] == window[0] and lines[-1] == window[-1]


def _smallest(window: Sequence[str], lines: Sequence[str]) -> ChangedLines:
    first = 0
    while first < min(len(window), len(lines)) and window[first] == lines[first]:
        first += 1
    end, new_end = len(window), len(lines)
    while end > first and new_end > first and window[end - 1] == lines[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    if end == first:  # only insertions: the line before or after is part of it
        if first > 0:
            first -= 1
        else:
            end, new_end = end + 1, new_end + 1
    return ChangedLines(first=first, n=end - first, lines=tuple(lines[first:new_end]))
