"""Waiting for a model: what the keeper is told, what is said meanwhile, when it is given up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.errors import EngineError, EngineUnavailable
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.keeper.link import CONNECTING, KeeperLink
from hotseat.keeper.state import EngineStatus, KeeperState, ModelStatus
from hotseat.session.chat import model_waiting as module
from hotseat.session.chat.model_waiting import Warmth

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
WEB = Want(expert="web", spec=ModelSpec("web:1b"), probability=1.0, demanded=True)
UP = EngineStatus(kind="ollama", url="http://x", version="1", up=True)


def model(state: ModelState, **more: object) -> KeeperState:
    status = ModelStatus(expert="go", spec=GO.spec, state=state)
    return KeeperState(engine=UP, models=(replace(status, **more),), budget_bytes=1000)  # type: ignore[arg-type]


class FakeLink:
    def __init__(self, state: KeeperState) -> None:
        self.state = state
        self.in_use: list[ModelSpec] = []
        self.retried: list[ModelSpec] = []

    def begin_use(self, spec: ModelSpec) -> None:
        self.in_use.append(spec)

    def end_use(self, spec: ModelSpec) -> None:
        self.in_use.remove(spec)

    def retry(self, spec: ModelSpec) -> None:
        self.retried.append(spec)


class Desk:
    def __init__(self, state: KeeperState) -> None:
        self.link: FakeLink | None = FakeLink(state)
        self.n_changes = 0
        self.notes: list[str] = []
        self.problem = ""
        self.warmth = Warmth(
            lambda: cast(KeeperLink | None, self.link), self._changed, lambda: self.problem
        )
        self.entered = asyncio.Event()

    def _changed(self) -> None:
        self.n_changes += 1

    def says(self, state: KeeperState) -> None:
        assert self.link is not None
        self.link.state = state
        self.warmth.keeper_said()

    async def hold(self) -> None:
        async with self.warmth.held(GO, self.notes.append):
            self.entered.set()
            await asyncio.Event().wait()


async def until(condition: object) -> None:
    """A few turns of the event loop."""
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_until_it_is_warm_nothing_else_pushes_for_a_load() -> None:
    desk = Desk(model(ModelState.ABSENT))
    others = merge_wants([WEB])
    assert desk.warmth.demanded(others) == others
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: desk.notes == ["waiting for go"])
    asked, web = desk.warmth.demanded(others).wants
    assert (asked.expert, asked.demanded, web.demanded) == ("go", True, False)
    desk.says(model(ModelState.LOADING))
    await until(lambda: desk.notes[-1] == "go is loading")
    assert not desk.entered.is_set()
    desk.says(model(ModelState.WARM))
    await asyncio.wait_for(desk.entered.wait(), 5)
    assert all(want.demanded for want in desk.warmth.demanded(others).wants)
    n_changes = desk.n_changes
    await ended(task)
    assert desk.link is not None
    assert desk.link.in_use == []
    assert desk.warmth.demanded(others) == others
    assert desk.n_changes > n_changes


async def test_two_who_wait_for_one_model_both_hold_it() -> None:
    desk = Desk(model(ModelState.WARM))
    one, other = asyncio.ensure_future(desk.hold()), asyncio.ensure_future(desk.hold())
    assert desk.link is not None
    link = desk.link
    await until(lambda: len(link.in_use) == 2)
    await ended(one)
    assert link.in_use == [GO.spec]
    assert desk.warmth.demanded(Demand()).want_for(GO.spec) is not None
    await ended(other)
    assert desk.warmth.demanded(Demand()) == Demand()


async def test_an_old_failure_is_forgiven_and_a_new_one_told() -> None:
    old = model(ModelState.FAILED, error="out of memory", state_s=60.0)
    desk = Desk(old)
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: bool(desk.notes))
    assert desk.link is not None
    assert desk.link.retried == [GO.spec]
    desk.says(model(ModelState.LOADING))
    await until(lambda: "go is loading" in desk.notes)
    desk.says(model(ModelState.FAILED, error="no such file", state_s=0.0))
    with pytest.raises(EngineError, match="go cannot be loaded: no such file"):
        await task
    assert desk.link.in_use == []


async def test_where_nothing_moves_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STUCK_S", 0.0)
    monkeypatch.setattr(module, "LOOK_S", 0.001)
    desk = Desk(model(ModelState.ABSENT))
    with pytest.raises(EngineError, match="no room in memory for go"):
        await desk.hold()


async def test_a_load_that_lasts_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOAD_PATIENCE_S", 0.0)
    monkeypatch.setattr(module, "LOOK_S", 0.001)
    desk = Desk(model(ModelState.LOADING))
    with pytest.raises(EngineError, match="still loading"):
        await desk.hold()


async def test_a_model_larger_than_the_budget_is_refused() -> None:
    desk = Desk(model(ModelState.ABSENT, size_bytes=2000))
    with pytest.raises(EngineError, match="more than the whole budget"):
        await desk.hold()


@pytest.mark.parametrize("message", ["No engine answers at http://x", CONNECTING, ""])
async def test_an_engine_that_is_not_there(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    """One that is lost has less time than one that may be starting."""
    monkeypatch.setattr(module, "LOST_PATIENCE_S", 0.0)
    monkeypatch.setattr(module, "LOOK_S", 0.001)
    desk = Desk(KeeperState(engine=replace(UP, up=False, message=message)))
    task = asyncio.ensure_future(desk.hold())
    if message in ("", CONNECTING):
        await until(lambda: desk.notes == ["waiting for the engine"])
        desk.says(model(ModelState.WARM))
        await asyncio.wait_for(desk.entered.wait(), 5)
        await ended(task)
    else:
        with pytest.raises(EngineUnavailable, match="No engine answers"):
            await task


async def test_an_engine_that_is_changed_meanwhile() -> None:
    desk = Desk(model(ModelState.LOADING))
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: bool(desk.notes))
    desk.link = FakeLink(model(ModelState.WARM))
    desk.warmth.keeper_said()
    with pytest.raises(EngineUnavailable, match="changed meanwhile"):
        await task


async def test_without_a_keeper_for_good_nobody_waits() -> None:
    desk = Desk(model(ModelState.ABSENT))
    desk.link, desk.problem = None, "the runtime directory /x cannot be made"
    with pytest.raises(EngineUnavailable, match="/x cannot be made"):
        await desk.hold()
    assert desk.notes == []
