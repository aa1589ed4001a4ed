"""When the status of a window goes to the editor: soon after it may have changed, not too often."""

from __future__ import annotations

import time
from collections.abc import Callable

from hotseat.keeper.state import KeeperState
from hotseat.session.shared.timers import CallLater, Timer, call_later

INTERVAL_S = 0.1
"""A status costs a millisecond, and a keystroke causes several changes."""
TYPING_INTERVAL_S = 1.0
"""While the user only types on: what each key changes are counts and the record of a completion."""


class StatusPublisher:
    """Calls `publish` at most once per `interval_s`, however often the status changes, and once per
    `typing_interval_s` while only typing changes it.

    `clock` returns seconds on the clock that `later` counts in.
    """

    def __init__(
        self,
        publish: Callable[[], None],
        *,
        interval_s: float = INTERVAL_S,
        typing_interval_s: float = TYPING_INTERVAL_S,
        clock: Callable[[], float] = time.monotonic,
        later: CallLater = call_later,
    ) -> None:
        self._publish = publish
        self._interval_s = interval_s
        self._typing_interval_s = typing_interval_s
        self._clock = clock
        self._call_later = later
        self._timer: Timer | None = None
        self._due_s = 0.0
        self._published_s = float("-inf")
        self._keeper: KeeperState | None = None

    def publish_soon(self) -> None:
        """Publish within `interval_s`, together with all changes until then."""
        self._publish_within(self._interval_s)

    def keeper_reported(self, state: KeeperState) -> None:
        """The keeper's state came. It does so after each look at the engine, twice a second and
        more while the user types, and mostly without news."""
        before, self._keeper = self._keeper, state
        if before is None or state.is_news_after(before):
            self.publish_soon()
        else:
            self.publish_typing()

    def publish_typing(self) -> None:
        """The user only types on: publish within `interval_s`, but not within `typing_interval_s`
        of the last time."""
        left_s = self._published_s + self._typing_interval_s - self._clock()
        self._publish_within(max(self._interval_s, left_s))

    def _publish_within(self, interval_s: float) -> None:
        due_s = self._clock() + interval_s
        if self._timer is not None:
            if self._due_s <= due_s:
                return
            self._timer.cancel()
        self._due_s = due_s
        self._timer = self._call_later(interval_s, self._publish_now)

    def publish_if_due(self) -> None:
        """Publish now if it is due within half an interval.

        The caller has a moment to spare: the engine works on a completion, and a status that is
        due a little later would delay the answer.
        """
        if self._timer is not None and self._due_s - self._clock() < self._interval_s / 2:
            self._publish_now()

    def _publish_now(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._published_s = self._clock()
        self._publish()
