"""The event loop's timer as an argument, so that a test can run it without waiting.

Production code passes `call_later`; a test passes a function that records the calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that is due later. asyncio.TimerHandle is one."""

    def cancel(self) -> None: ...


CallLater = Callable[[float, Callable[[], None]], Timer]
"""From a delay in seconds and a function to the timer that will call it."""


def call_later(delay_s: float, work: Callable[[], None]) -> Timer:
    """Call `work` from the running event loop after `delay_s` seconds."""
    return asyncio.get_running_loop().call_later(delay_s, work)
