"""Work of idle moments: it begins when the user rests, and ends when they act."""

from __future__ import annotations

import asyncio

from hotseat.session.shared.idle_work import AGAIN_S, IDLE_S, IdleWork
from support.fake_timers import FakeTimers


class Desk:
    def __init__(self, n_parts: int = 1) -> None:
        self.timers = FakeTimers()
        self.is_busy = False
        self.n_left = n_parts
        self.n_begun = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.work = IdleWork(
            is_busy=lambda: self.is_busy, clock=self.timers.clock, later=self.timers.call_later
        )

    async def job(self) -> bool:
        self.n_begun += 1
        await self.hold.wait()
        self.n_left -= 1
        return self.n_left > 0

    async def rest(self, seconds: float = IDLE_S) -> None:
        self.timers.advance(seconds)
        for _ in range(20):
            await asyncio.sleep(0)


async def test_all_parts_are_done_when_the_user_rests() -> None:
    desk = Desk(n_parts=3)
    desk.work.start([desk.job])
    await desk.rest(IDLE_S / 2)
    assert desk.n_begun == 0
    await desk.rest()
    assert desk.n_left == 0


async def test_a_key_puts_it_off() -> None:
    desk = Desk()
    desk.work.start([desk.job])
    await desk.rest(IDLE_S * 0.9)
    desk.work.act()
    await desk.rest(IDLE_S * 0.9)
    assert desk.n_begun == 0
    await desk.rest(IDLE_S * 0.2)
    assert desk.n_left == 0


async def test_a_key_ends_what_runs_and_it_is_done_again_later() -> None:
    desk = Desk()
    desk.hold.clear()
    desk.work.start([desk.job])
    await desk.rest()
    assert desk.n_begun == 1
    desk.work.act()
    desk.hold.set()
    await desk.rest(0)
    assert desk.n_left == 1, "it was cancelled"
    await desk.rest(2 * IDLE_S)
    assert desk.n_left == 0


async def test_nothing_is_done_while_an_answer_is_written() -> None:
    desk = Desk()
    desk.is_busy = True
    desk.work.start([desk.job])
    await desk.rest(10 * IDLE_S)
    assert desk.n_begun == 0
    desk.is_busy = False
    await desk.rest()
    assert desk.n_left == 0


async def test_a_job_that_fails_is_tried_again_later() -> None:
    desk = Desk()

    async def fails() -> bool:
        desk.n_begun += 1
        raise OSError("disk full")

    desk.work.start([fails])
    await desk.rest()
    await desk.rest(AGAIN_S)
    assert desk.n_begun == 2


async def test_new_work_is_done_after_it_had_nothing_to_do() -> None:
    desk = Desk()
    desk.work.start([desk.job])
    await desk.rest()
    desk.n_left = 1
    desk.work.wake()
    await desk.rest()
    assert desk.n_left == 0


async def test_nothing_runs_after_it_is_closed() -> None:
    desk = Desk()
    desk.hold.clear()
    desk.work.start([desk.job])
    await desk.rest()
    await desk.work.aclose()
    desk.hold.set()
    await desk.rest(10 * IDLE_S)
    assert (desk.n_begun, desk.n_left) == (1, 1)
