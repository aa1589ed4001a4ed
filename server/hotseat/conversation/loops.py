"""An answer that goes round in circles, as small models' do."""

from __future__ import annotations

import re

ROUNDS = 4
MIN_CHARS = 160
"""Of the same, over and over: brackets and short rows repeat honestly."""
MAX_PERIOD = 200
_ITEM = re.compile(r"^[ \t]*\d+[.)]", re.MULTILINE)


def goes_round(text: str) -> bool:
    """Whether it ends with the same text again and again; the numbers of a list do not count."""
    tail = _ITEM.sub("-", text[-2 * ROUNDS * MAX_PERIOD :])
    for period in range(1, MAX_PERIOD + 1):
        n_chars = max(ROUNDS * period, MIN_CHARS)
        if n_chars > len(tail):
            break
        if tail[-1] == tail[-1 - period] and tail[-n_chars:-period] == tail[period - n_chars :]:
            return True
    return False
