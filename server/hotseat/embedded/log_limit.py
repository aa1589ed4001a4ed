"""A limit for what one place in the code may write to the log.

A line that repeats without a limit fills the disk: the log lies in the runtime directory, which is
often in memory.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

MAX_LINES = 60
MAX_TRACEBACKS = 5
"""Per place and `PERIOD_S`."""
PERIOD_S = 60.0
MAX_CHARS = 2000
"""A message is cut to this length."""


class LogLimit(logging.Filter):
    """Drops the lines of a place in the code beyond `max_lines` in `period_s`.

    The next line from there that passes says how many were left out. The number of places is that
    of the calls in the code, so the table stays small whatever is logged.
    """

    def __init__(
        self,
        *,
        max_lines: int = MAX_LINES,
        max_tracebacks: int = MAX_TRACEBACKS,
        period_s: float = PERIOD_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._max_lines = max_lines
        self._max_tracebacks = max_tracebacks
        self._period_s = period_s
        self._clock = clock
        self._places: dict[tuple[str, int], tuple[float, int]] = {}
        """Place → start of its period, and its lines since then."""

    def filter(self, record: logging.LogRecord) -> bool:
        place = (record.pathname, record.lineno)
        now_s = self._clock()
        began_s, n_lines = self._places.get(place, (now_s, 0))
        limit = self._max_tracebacks if record.exc_info else self._max_lines
        n_dropped = 0
        if now_s - began_s >= self._period_s:
            n_dropped = max(0, n_lines - limit)
            began_s, n_lines = now_s, 0
        self._places[place] = (began_s, n_lines + 1)
        if n_lines >= limit:
            return False
        text = record.getMessage()
        if len(text) > MAX_CHARS:
            text = f"{text[:MAX_CHARS]}…"
        if n_dropped:
            text = f"{text} ({n_dropped} more lines like this were left out)"
        record.msg, record.args = text, ()
        return True
