"""Detection of an answer that repeats itself, as answers of small models do."""

from __future__ import annotations

import re

ROUNDS = 4
MIN_CHARS = 160
"""Shortest repeated text that counts: brackets and short rows repeat in good answers too."""
MAX_PERIOD = 200
_ITEM = re.compile(r"^[ \t]*\d+[.)]", re.MULTILINE)


def repeats_itself(text: str) -> bool:
    """Return whether the text ends with the same text `ROUNDS` times; numbers of a list are
    ignored."""
    tail = _ITEM.sub("-", text[-2 * ROUNDS * MAX_PERIOD :])
    for period in range(1, MAX_PERIOD + 1):
        n_chars = max(ROUNDS * period, MIN_CHARS)
        if n_chars > len(tail):
            break
        if tail[-1] == tail[-1 - period] and tail[-n_chars:-period] == tail[period - n_chars :]:
            return True
    return False
