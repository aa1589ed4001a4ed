"""How often the engine is observed."""

from __future__ import annotations

import asyncio

import pytest

from hotseat.keeper.engine.poll_interval import PollInterval

NEVER_S = 1000.0


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_often_as_long_as_there_is_activity(clock: Clock) -> None:
    poll = PollInterval(calm_after_s=30.0, clock=clock)
    clock.now_s = 30.0
    async with asyncio.timeout(5):
        await poll.wait(0.0, NEVER_S)


async def test_when_all_is_calm_it_waits_for_activity(clock: Clock) -> None:
    poll = PollInterval(calm_after_s=30.0, clock=clock)
    clock.now_s = 31.0
    wait = asyncio.create_task(poll.wait(0.0, NEVER_S))
    for _turn in range(3):
        await asyncio.sleep(0)
    assert not wait.done()
    poll.note_activity()
    async with asyncio.timeout(5):
        await wait
        await poll.wait(0.0, NEVER_S)


async def test_typing_alone_causes_one_list_and_not_one_each_second(clock: Clock) -> None:
    poll = PollInterval(calm_after_s=30.0, clock=clock)
    clock.now_s = 31.0
    wait = asyncio.create_task(poll.wait(0.0, NEVER_S))
    await asyncio.sleep(0)
    poll.look()
    async with asyncio.timeout(5):
        await wait
    next_wait = asyncio.create_task(poll.wait(0.0, NEVER_S))
    for _turn in range(3):
        await asyncio.sleep(0)
    assert not next_wait.done()
    next_wait.cancel()


async def test_a_failed_request_causes_a_list_at_once_whatever_the_interval(clock: Clock) -> None:
    poll = PollInterval(calm_after_s=30.0, clock=clock)
    wait = asyncio.create_task(poll.wait(NEVER_S, NEVER_S))
    await asyncio.sleep(0)
    poll.look(at_once=True)
    async with asyncio.timeout(5):
        await wait
        poll.look(at_once=True)  # while that list is made
        await poll.wait(NEVER_S, NEVER_S)
    wait = asyncio.create_task(poll.wait(NEVER_S, NEVER_S))
    for _turn in range(3):
        await asyncio.sleep(0)
    assert not wait.done()
    wait.cancel()


async def test_activity_during_activity_causes_no_additional_list(clock: Clock) -> None:
    poll = PollInterval(calm_after_s=30.0, clock=clock)
    wait = asyncio.create_task(poll.wait(NEVER_S, NEVER_S))
    await asyncio.sleep(0)
    poll.note_activity()
    for _turn in range(3):
        await asyncio.sleep(0)
    assert not wait.done()
    wait.cancel()
