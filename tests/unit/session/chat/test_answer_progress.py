"""What the user reads until the first token: seconds, while they pass."""

from __future__ import annotations

import asyncio

from hotseat.session.chat.answer_progress import TICK_S, AnswerProgress
from hotseat.session.chat.part import Part


class Clock:
    def __init__(self) -> None:
        self.slept_s = 0.0
        self._ticks: asyncio.Queue[None] = asyncio.Queue()

    async def sleep(self, seconds: float) -> None:
        await self._ticks.get()
        self.slept_s += seconds

    async def pass_s(self, n: int) -> None:
        for _ in range(n):
            self._ticks.put_nowait(None)
        for _ in range(2 * n + 2):
            await asyncio.sleep(0)


async def test_seconds_are_reported_until_the_first_text() -> None:
    clock = Clock()
    parts: list[Part] = []
    progress = AnswerProgress(parts.append, sleep=clock.sleep)
    async with progress.ticking():
        progress.note("go is loading")
        await clock.pass_s(2)
        assert parts == [Part(note="go is loading"), Part(waited_s=1), Part(waited_s=2)]
        progress.text_came()
        await clock.pass_s(2)
        assert len(parts) == 3
    assert clock.slept_s == 4 * TICK_S


async def test_each_waiting_begins_at_zero_and_ends_with_its_block() -> None:
    clock = Clock()
    parts: list[Part] = []
    progress = AnswerProgress(parts.append, sleep=clock.sleep)
    for _ in range(2):
        async with progress.ticking():
            await clock.pass_s(1)
    await clock.pass_s(1)
    assert parts == [Part(waited_s=1), Part(waited_s=1)]
