"""Work that a keystroke causes and the completion that follows it does not need.

An editor asks for a completion right after a key. Attention, outcomes, context and status hear of
the key once that request is on its way to the engine, or as soon as anything builds on them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from hotseat.session.shared.timers import CallLater, call_later

DELAY_S = 0.008
"""From a key to the work that it put off: by then the request is on its way to the engine."""


class AfterKeyQueue:
    """Runs work in the order in which it was added, `delay_s` after the first of it.

    `on_idle` is called after each such run. Whatever reads state that the work writes calls
    `catch_up` first.
    """

    def __init__(
        self,
        on_idle: Callable[[], None],
        *,
        delay_s: float = DELAY_S,
        later: CallLater = call_later,
    ) -> None:
        self._on_idle = on_idle
        self._delay_s = delay_s
        self._call_later = later
        self._work: deque[Callable[[], None]] = deque()

    def add(self, work: Callable[[], None]) -> None:
        """Run `work` after the delay, or at the next `catch_up`."""
        if not self._work:
            self._call_later(self._delay_s, self._on_time)
        self._work.append(work)

    def catch_up(self) -> None:
        """Run now what was added and has not run yet."""
        while self._work:
            self._work.popleft()()

    def _on_time(self) -> None:
        self.catch_up()
        self._on_idle()
