"""Work of the lowest priority: done while the user does nothing, and dropped when they act.

Jobs run one after the other, a part at a time. Each must bear being cancelled at any await: what it
had not finished it does again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from hotseat.domain.errors import HotseatError
from hotseat.session.shared.timers import CallLater, Timer, call_later

log = logging.getLogger(__name__)

IDLE_S = 5.0
"""So long after the last key or question the user counts as idle."""
AGAIN_S = 60.0
"""After a job has failed, or had nothing to do."""
Job = Callable[[], Awaitable[bool]]
"""Does a part, in a second or so. Returns whether there is more to do now."""


class IdleWork:
    """Use `start`, `act` at everything that the user does, `wake` for new work, and `aclose`.

    `is_busy` returns whether an answer is being written. `clock` returns monotonic seconds.
    """

    def __init__(
        self,
        *,
        is_busy: Callable[[], bool],
        idle_s: float = IDLE_S,
        clock: Callable[[], float] = time.monotonic,
        later: CallLater = call_later,
    ) -> None:
        self._is_busy = is_busy
        self._idle_s = idle_s
        self._clock = clock
        self._later = later
        self._jobs: Sequence[Job] = ()
        self._acted_s = float("-inf")
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_open = False
        self._complained = ""

    def start(self, jobs: Sequence[Job]) -> None:
        """Do the jobs whenever the user is idle, the first ones first."""
        self._jobs = jobs
        self._is_open = bool(jobs)
        self.wake()

    def act(self) -> None:
        """The user does something: end the work at once. Costs next to nothing when none runs."""
        self._acted_s = self._clock()
        if self._task is not None:
            self._task.cancel()

    def wake(self) -> None:
        """There is new work."""
        if self._task is None:
            self._wait(self._idle_s)

    async def aclose(self) -> None:
        """End the work."""
        self._is_open = False
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _wait(self, delay_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._is_open:
            self._timer = self._later(delay_s, self._is_due)

    def _is_due(self) -> None:
        self._timer = None
        left_s = self._acted_s + self._idle_s - self._clock()
        if left_s > 0 or self._is_busy():
            self._wait(max(left_s, self._idle_s / 5))
            return
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    async def _run(self) -> None:
        for job in self._jobs:
            try:
                while await job():
                    if self._is_busy():
                        return
            except (HotseatError, OSError, ValueError) as error:
                if str(error) != self._complained:
                    log.warning("Work in an idle moment failed: %s", error)
                self._complained = str(error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if task.cancelled():
            self._wait(self._idle_s)
            return
        if (error := task.exception()) is not None:
            log.error("Work in an idle moment failed", exc_info=error)
        self._wait(self._idle_s if self._is_busy() else AGAIN_S)
