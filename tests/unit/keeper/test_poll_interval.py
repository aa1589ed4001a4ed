"""How often the engine is looked at."""

from __future__ import annotations

import asyncio
import time

import pytest

from hotseat.keeper.poll_interval import CALM_AFTER_S, Looks

NEVER_S = 1000.0


@pytest.fixture
def now_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    return clock


async def test_often_as_long_as_something_goes_on(now_s: list[float]) -> None:
    looks = Looks()
    now_s[0] = CALM_AFTER_S
    async with asyncio.timeout(5):
        await looks.pause(0.0, NEVER_S)


async def test_when_all_is_calm_it_waits_for_whoever_comes(now_s: list[float]) -> None:
    looks = Looks()
    now_s[0] = CALM_AFTER_S + 1
    pause = asyncio.create_task(looks.pause(0.0, NEVER_S))
    for _turn in range(3):
        await asyncio.sleep(0)
    assert not pause.done()
    looks.stir()
    async with asyncio.timeout(5):
        await pause
        await looks.pause(0.0, NEVER_S)


async def test_who_comes_while_something_goes_on_causes_no_look(now_s: list[float]) -> None:
    looks = Looks()
    pause = asyncio.create_task(looks.pause(NEVER_S, NEVER_S))
    await asyncio.sleep(0)
    looks.stir()
    for _turn in range(3):
        await asyncio.sleep(0)
    assert not pause.done()
    pause.cancel()
