"""Virtual time: what happens when, in order."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class Agenda:
    """`now_s` is the virtual clock. What is due at the same time happens in the order of entry."""

    def __init__(self, now_s: float) -> None:
        self.now_s = now_s
        self._entries: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def at(self, when_s: float, what: Callable[[], None]) -> None:
        """Enter what is to happen at `when_s`."""
        heapq.heappush(self._entries, (when_s, next(self._order), what))

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        self.at(self.now_s + seconds, what)

    def wait_until(self, when_s: float) -> None:
        """Let everything happen that is due before `when_s`."""
        while self._entries and self._entries[0][0] < when_s:
            self.now_s, _, what = heapq.heappop(self._entries)
            what()
        self.now_s = when_s
