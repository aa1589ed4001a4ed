"""When the engine is asked which models it has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from hotseat.domain.errors import EngineGarbled
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import ollama_address
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus, KeeperState, ModelStatus
from hotseat.session.shared.engine_follower import EngineFollower
from hotseat.session.shared.installed_models import InstalledModels
from hotseat.session.shared.timers import Timer

UP = KeeperState(engine=EngineStatus(kind="ollama", url="http://x:1", up=True))


class FakeEngine:
    def __init__(self) -> None:
        self.has: tuple[str, ...] = ("go:1b", "web")
        self.n_asked = 0
        self.fails = False
        self.is_closed = False

    async def models(self) -> tuple[str, ...]:
        self.n_asked += 1
        if self.fails:
            raise EngineGarbled("not a list")
        return self.has

    async def aclose(self) -> None:
        self.is_closed = True


class FakeLink:
    def __init__(self) -> None:
        self.address = ollama_address("http://x:1")
        self.state = UP
        self.retried: list[ModelSpec] = []

    def retry(self, spec: ModelSpec) -> None:
        self.retried.append(spec)


class FakeTimer:
    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Desk:
    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.link = FakeLink()
        self.lists: list[frozenset[str] | None] = []
        self.timers: list[FakeTimer] = []
        self.is_incomplete = False
        self.installed = InstalledModels(
            listed=self.lists.append,
            is_incomplete=lambda: self.is_incomplete,
            follower=EngineFollower(lambda _address, _url: cast("Engine", self.engine)),
            later=self._later,
        )

    def _later(self, _delay_s: float, work: Callable[[], None]) -> Timer:
        self.timers.append(FakeTimer(work))
        return self.timers[-1]

    async def report(self, state: KeeperState) -> None:
        self.link.state = state
        self.installed.keeper_reported(cast("KeeperLink", self.link))
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def with_model(state: ModelState) -> KeeperState:
    return replace(UP, models=(ModelStatus(expert="go", spec=ModelSpec("go:1b"), state=state),))


async def test_it_is_asked_once_and_again_when_a_model_came_or_failed() -> None:
    desk = Desk()
    await desk.report(UP)
    await desk.report(replace(UP, used_bytes=5))
    await desk.report(with_model(ModelState.LOADING))
    assert (desk.engine.n_asked, desk.lists) == (1, [frozenset({"go:1b", "web:latest"})])
    await desk.report(with_model(ModelState.FAILED))
    assert desk.engine.n_asked == 2
    assert desk.timers == [], "nothing is missing"


async def test_it_is_asked_at_intervals_while_a_model_is_missing() -> None:
    desk = Desk()
    desk.is_incomplete = True
    await desk.report(UP)
    (timer,) = desk.timers
    desk.is_incomplete = False
    timer.work()
    await asyncio.sleep(0)
    assert (desk.engine.n_asked, len(desk.timers)) == (2, 1)
    await desk.installed.aclose()
    assert desk.engine.is_closed


async def test_a_model_that_was_pulled_in_a_terminal_is_tried_at_once() -> None:
    desk = Desk()
    desk.is_incomplete = True
    desk.engine.has = ("web",)
    await desk.report(with_model(ModelState.FAILED))
    assert desk.link.retried == [], "the engine does not have it"
    desk.engine.has = ("web", "go:1b")
    desk.timers[-1].work()
    await asyncio.sleep(0)
    assert desk.link.retried == [ModelSpec("go:1b")]
    desk.timers[-1].work()
    await asyncio.sleep(0)
    assert len(desk.link.retried) == 1, "it has other reasons to fail now"


async def test_an_engine_that_is_away_or_takes_no_models_lacks_none() -> None:
    desk = Desk()
    await desk.report(UP)
    await desk.report(replace(UP, engine=replace(UP.engine, up=False)))
    await desk.report(replace(UP, engine=replace(UP.engine, can_pull=False)))
    assert desk.lists[1:] == [None]
    assert desk.engine.n_asked == 1


async def test_a_list_that_cannot_be_read_is_asked_for_again() -> None:
    desk = Desk()
    desk.engine.fails = True
    await desk.report(UP)
    assert desk.lists == []
    assert len(desk.timers) == 1
