"""A keeper that is stopped is noticed."""

from __future__ import annotations

import asyncio

from hotseat.keeper.keeper_watchdog import KeeperWatchdog
from hotseat.keeper.settings import LinkSettings

NEVER_S = 1000.0


class Line:
    """A connection, with what the watchdog did to it."""

    def __init__(self, *, answer_s: float, probe_s: float = NEVER_S, late_s: float = 1.0) -> None:
        self.pinged, self.stopped = asyncio.Event(), asyncio.Event()
        settings = LinkSettings(answer_s=answer_s, probe_s=probe_s, late_s=late_s)
        self.watchdog = KeeperWatchdog(
            send_ping=self.pinged.set, on_stopped=self.stopped.set, settings=settings
        )


async def test_a_keeper_that_does_not_answer_is_stopped() -> None:
    line = Line(answer_s=0.001)
    line.watchdog.expect_answer()
    async with asyncio.timeout(5):
        await line.stopped.wait()


async def test_any_message_is_an_answer() -> None:
    line = Line(answer_s=NEVER_S)
    line.watchdog.expect_answer()
    line.watchdog.message_received()
    assert line.watchdog._answer_timer is None


async def test_a_silent_keeper_is_asked() -> None:
    line = Line(answer_s=0.001, probe_s=0.001)
    line.watchdog.start()
    async with asyncio.timeout(5):
        await line.pinged.wait()
        await line.stopped.wait()
    line.watchdog.stop()


async def test_a_window_that_was_stopped_itself_waits_again() -> None:
    line = Line(answer_s=0.001, late_s=-1.0)  # every timer counts as late
    line.watchdog.expect_answer()
    await asyncio.sleep(0.01)
    assert not line.stopped.is_set()
    line.watchdog.stop()


async def test_a_keeper_in_the_same_process_is_only_late() -> None:
    stopped = asyncio.Event()
    watchdog = KeeperWatchdog(
        send_ping=lambda: None,
        on_stopped=stopped.set,
        is_here=lambda: True,
        settings=LinkSettings(answer_s=0.001),
    )
    watchdog.expect_answer()
    await asyncio.sleep(0.01)
    assert not stopped.is_set()
    watchdog.stop()
