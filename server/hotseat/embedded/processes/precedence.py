"""Which processes pause: those that write an answer, while another one completes what a user types.

Two models that compute at once on cores that do not suffice for both slow each other down, and a
completion is waited for with every key. Pauses are bounded, so that an answer keeps half of the
time in the long run. Owns no process: `Pausable` is what it needs of one.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

MAX_PAUSED_S = 2.5
"""By which the time that answers were paused may exceed the time that they had since. Then they go
on until both are equal: a client that completes without a break gets half of the time."""
_SOON_S = 0.001
_OTHERS_THREADS = 1
"""The language server and the engine, which carry a completion to the editor."""


class Pausable(Protocol):
    """A process that can be stopped between two instructions, and continued."""

    @property
    def n_threads(self) -> int:
        """Return the number of threads that compute."""

    def pause(self) -> bool:
        """Stop it; return whether it can be stopped without outliving this process."""

    def resume(self) -> None:
        """Continue it, if it was stopped."""


CallLater = Callable[[float, Callable[[], None]], asyncio.TimerHandle]


def _call_later(delay_s: float, work: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(delay_s, work)


class Precedence:
    """Completions before answers, where `n_cores` do not suffice for both."""

    def __init__(
        self,
        n_cores: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater = _call_later,
    ) -> None:
        self._n_cores = n_cores
        self._clock = clock
        self._call_later = call_later
        self._answering: Counter[Pausable] = Counter()
        self._completing: Counter[Pausable] = Counter()
        self._paused: set[Pausable] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._owed_s = 0.0
        """The time that answers were paused, less what they had since; never negative."""
        self._counted_s = 0.0
        """The time up to which `_owed_s` counts."""
        self._rests = False
        """Answers go on although another process completes."""

    @contextmanager
    def answer(self, process: Pausable) -> Iterator[None]:
        """While this is held, the process writes an answer."""
        with self._counted(self._answering, process):
            yield

    @contextmanager
    def completion(self, process: Pausable) -> Iterator[None]:
        """While this is held, the process completes what a user types."""
        with self._counted(self._completing, process):
            yield

    @contextmanager
    def _counted(self, requests: Counter[Pausable], process: Pausable) -> Iterator[None]:
        requests[process] += 1
        self._update()
        try:
            yield
        finally:
            requests[process] -= 1
            if not requests[process]:
                del requests[process]
            self._update()

    def _update(self) -> None:
        now_s = self._clock()
        passed_s, self._counted_s = now_s - self._counted_s, now_s
        self._owed_s = max(0.0, self._owed_s + (passed_s if self._paused else -passed_s))
        if self._owed_s >= MAX_PAUSED_S - _SOON_S:
            self._rests = True
        elif self._owed_s <= _SOON_S:
            self._rests = False
        self._pause(set() if self._rests else {p for p in self._answering if self._gives_way(p)})
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._paused:
            self._timer = self._call_later(MAX_PAUSED_S - self._owed_s, self._update)
        elif self._rests and self._completing:
            self._timer = self._call_later(self._owed_s, self._update)

    def _pause(self, wanted: set[Pausable]) -> None:
        for process in self._paused - wanted:
            process.resume()
        self._paused &= wanted
        for process in wanted - self._paused:
            if process.pause():
                self._paused.add(process)

    def _gives_way(self, process: Pausable) -> bool:
        if not self._completing or process in self._completing:
            return False
        n_threads = process.n_threads + sum(one.n_threads for one in self._completing)
        return n_threads + _OTHERS_THREADS > self._n_cores
