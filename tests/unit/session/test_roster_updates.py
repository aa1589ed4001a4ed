"""When the roster is read again, and what follows in which order."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hotseat.domain.experts import EngineChoice, Roster
from hotseat.session.roster_updates import RosterUpdates

FIRST = Roster()
OTHER_ENGINE = replace(FIRST, engine=EngineChoice(host="http://other:1"))
OTHER_LANGUAGES = replace(FIRST, disabled_languages=frozenset({"go"}))


class Desk:
    """Rosters, a connection and a clock that record what is done with them, in its order."""

    def __init__(self, *read: Roster) -> None:
        self.roster = FIRST
        self.done: list[str] = []
        self.slept_s: list[float] = []
        self._to_read = list(read)
        self.updates = RosterUpdates(
            self,
            self,
            on_read=lambda: self.done.append("on_read"),
            on_applied=lambda: self.done.append("on_applied"),
            trust_interval_s=2.0,
            sleep=self._sleep,
        )

    def read(self) -> None:
        self.done.append("read")
        if self._to_read:
            self.roster = self._to_read.pop(0)

    def is_trust_old(self) -> bool:
        return len(self.slept_s) == 2

    async def roster_was_read(self) -> None:
        self.done.append("budget")

    async def aclose(self) -> None:
        self.done.append("leave the keeper")

    async def connect(self) -> None:
        self.done.append("connect")

    async def _sleep(self, seconds: float) -> None:
        if len(self.slept_s) == 3:
            raise asyncio.CancelledError
        self.slept_s.append(seconds)

    async def follow_trust(self) -> None:
        await asyncio.gather(self.updates.follow_trust(), return_exceptions=True)


async def test_the_keeper_gets_the_budget_before_the_demand() -> None:
    desk = Desk(OTHER_LANGUAGES)
    await desk.updates.reload()
    assert desk.done == ["read", "on_read", "budget", "on_applied"]


async def test_nothing_is_read_while_the_trust_is_the_same() -> None:
    desk = Desk(OTHER_LANGUAGES)
    await desk.follow_trust()
    assert desk.slept_s == [2.0, 2.0, 2.0]
    assert desk.done == ["read", "on_read", "budget", "on_applied"]


async def test_the_engine_of_a_roster_that_is_no_longer_trusted_is_left_first() -> None:
    desk = Desk(OTHER_ENGINE)
    await desk.follow_trust()
    first = ["read", "on_read", "leave the keeper", "connect"]
    expected = [*first, "on_read", "budget", "on_applied"]
    assert desk.done == expected
