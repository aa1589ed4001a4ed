"""A clock and timers that move only when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class FakeTimer:
    due_s: float
    work: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeTimers:
    """Pass `clock` and `call_later` to the part under test, and move the time with `advance`."""

    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s
        self._timers: list[FakeTimer] = []

    def clock(self) -> float:
        return self.now_s

    def call_later(self, delay_s: float, work: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(self.now_s + delay_s, work)
        self._timers.append(timer)
        return timer

    @property
    def waiting(self) -> list[FakeTimer]:
        """Timers that have neither run nor been cancelled, the next one first."""
        self._timers = [timer for timer in self._timers if not timer.is_cancelled]
        return sorted(self._timers, key=lambda timer: timer.due_s)

    def advance(self, seconds: float) -> None:
        """Let time pass, and run what is due at its time."""
        end_s = self.now_s + seconds
        while (waiting := self.waiting) and waiting[0].due_s <= end_s + 1e-9:
            timer = waiting[0]
            self._timers.remove(timer)
            self.now_s = max(self.now_s, timer.due_s)
            timer.work()
        self.now_s = end_s
