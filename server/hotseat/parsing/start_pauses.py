"""How long to wait before the worker is started again. Pure.

Owns when it was started lately: a worker that ends at once must not be started in a loop.
"""

from __future__ import annotations

from collections import deque

RECENT_S = 60.0
N_QUICK_STARTS = 5
"""So many starts within RECENT_S are at once; each further one waits twice as long."""
FIRST_PAUSE_S, MAX_PAUSE_S = 0.25, 2.0


class StartPauses:
    """Of one worker. Times are those of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._starts_s: deque[float] = deque()

    def started(self, now_s: float) -> None:
        """Note a start."""
        self._starts_s.append(now_s)

    def pause_s(self, now_s: float) -> float:
        """Return the pause before the next start; 0 unless there were several lately."""
        while self._starts_s and now_s - self._starts_s[0] > RECENT_S:
            self._starts_s.popleft()
        n_more = len(self._starts_s) - N_QUICK_STARTS
        return min(FIRST_PAUSE_S * 2**n_more, MAX_PAUSE_S) if n_more >= 0 else 0.0
