"""When the roster is read again, and what follows in which order."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hotseat.domain.experts import EngineChoice, Roster
from hotseat.session.roster_updates import RosterUpdates
from hotseat.session.rosters import Signature

FIRST = Roster()
OTHER_ENGINE = replace(FIRST, engine=EngineChoice(host="http://other:1"))
OTHER_LANGUAGES = replace(FIRST, disabled_languages=frozenset({"go"}))


class Desk:
    """Rosters, a connection and a clock that record what is done with them, in its order."""

    def __init__(self, *read: Roster) -> None:
        self.roster = FIRST
        self.done: list[str] = []
        self.slept_s: list[float] = []
        self.to_see: list[int] = []
        self.on_disk = self.was_read = 0
        self._to_read = list(read)
        self.updates = RosterUpdates(
            self,
            self,
            on_read=lambda: self.done.append("on_read"),
            on_applied=lambda: self.done.append("on_applied"),
            look_interval_s=0.5,
            sleep=self._sleep,
        )

    def read(self) -> None:
        self.done.append("read")
        self.was_read = self.on_disk
        if self._to_read:
            self.roster = self._to_read.pop(0)

    def signature(self) -> Signature:
        if self.to_see:
            self.on_disk = self.to_see.pop(0)
        return ((self.on_disk,),)

    def is_changed(self, signature: Signature) -> bool:
        return signature != ((self.was_read,),)

    async def roster_was_read(self) -> None:
        self.done.append("budget")

    async def aclose(self) -> None:
        self.done.append("leave the keeper")

    async def connect(self) -> None:
        self.done.append("connect")

    async def _sleep(self, seconds: float) -> None:
        if not self.to_see:
            raise asyncio.CancelledError
        self.slept_s.append(seconds)

    async def follow(self, *seen: int) -> None:
        """Look at the files once for each of `seen`, a number for what is on disk then."""
        self.to_see = list(seen)
        await asyncio.gather(self.updates.follow_files(), return_exceptions=True)


async def test_the_keeper_gets_the_budget_before_the_demand() -> None:
    desk = Desk(OTHER_LANGUAGES)
    await desk.updates.reload()
    assert desk.done == ["read", "on_read", "budget", "on_applied"]


async def test_files_that_are_the_same_are_not_read() -> None:
    desk = Desk(OTHER_LANGUAGES)
    await desk.follow(0, 0, 0)
    assert desk.slept_s == [0.5, 0.5, 0.5]
    assert desk.done == []


async def test_a_change_is_read_once_when_it_has_settled() -> None:
    desk = Desk(OTHER_LANGUAGES)
    await desk.follow(0, 1, 1, 1, 1)
    assert desk.done == ["read", "on_read", "budget", "on_applied"]


async def test_a_file_that_is_replaced_for_a_moment_is_not_read_half() -> None:
    desk = Desk(OTHER_LANGUAGES)
    await desk.follow(1, 0, 0)
    assert desk.done == []


async def test_a_file_that_is_written_all_the_time_is_read_within_two_seconds() -> None:
    desk = Desk(OTHER_LANGUAGES)
    await desk.follow(1, 2, 3)
    assert desk.done.count("read") == 1


async def test_the_engine_of_a_roster_that_no_longer_counts_is_left_first() -> None:
    desk = Desk(OTHER_ENGINE)
    await desk.follow(1, 1)
    first = ["read", "on_read", "leave the keeper", "connect"]
    assert desk.done == [*first, "on_read", "budget", "on_applied"]
