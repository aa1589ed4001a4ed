"""When to ask the engine: at once, or only when the typing pauses.

Pure: the time is an argument. A request that a newer one overtakes before its answer is wasted
work. As long as requests get their answers there is no delay at all; when several in a row are
overtaken, the next waits for a pause, as long as the user's own rhythm makes it.
"""

from __future__ import annotations

MIN_DELAY_S = 0.05
MAX_DELAY_S = 0.4
PAUSE_INTERVALS = 1.5
"""A user who has not typed for one and a half of their intervals has paused."""
PATIENT_AFTER = 2
"""Requests overtaken in a row."""
_SMOOTHING = 0.3
_LONGEST_INTERVAL_S = 1.0
_TURNING_POINTS = frozenset(" \t\n.,;:()[]{}=<>\"'`/")


class Debounce:
    """The delays of one window's requests. `least_s`: the user's own, for every request that was
    not made by hand."""

    def __init__(self, least_s: float = 0.0) -> None:
        self._least_s = least_s
        self._interval_s = 0.2
        self._asked_s: float | None = None
        self._n_overtaken = 0

    def asked(self, now_s: float) -> None:
        """Note that a request came."""
        if self._asked_s is not None and now_s - self._asked_s < _LONGEST_INTERVAL_S:
            self._interval_s += _SMOOTHING * (now_s - self._asked_s - self._interval_s)
        self._asked_s = now_s

    def answered(self) -> None:
        """Note that a request got its answer."""
        self._n_overtaken = 0

    def overtaken(self) -> None:
        """Note that a request to the engine was dropped for a newer one."""
        self._n_overtaken += 1

    def delay_s(self, last_char: str, *, invoked: bool) -> float:
        """Return how long to wait before the engine is asked; 0 if the user `invoked` the request.

        After punctuation and space it is half as long: users stop to think there.
        """
        if invoked:
            return 0.0
        if self._n_overtaken < PATIENT_AFTER:
            return self._least_s
        delay_s = min(MAX_DELAY_S, max(MIN_DELAY_S, PAUSE_INTERVALS * self._interval_s))
        return max(self._least_s, delay_s / 2 if last_char in _TURNING_POINTS else delay_s)
