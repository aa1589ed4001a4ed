"""Waiting for a model: the demand, the notes to the user, and the limits."""

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
from hotseat.session.chat.model_waiting import ModelWaiting, WaitLimits

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
WEB = Want(expert="web", spec=ModelSpec("web:1b"), probability=1.0, demanded=True)
LIMITS = WaitLimits(load_s=60.0, engine_start_s=25.0, engine_lost_s=5.0, stuck_s=15.0)
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
        self.now_s = 100.0
        self.waiting = ModelWaiting(
            lambda: cast(KeeperLink | None, self.link),
            self._changed,
            lambda: self.problem,
            limits=LIMITS,
            clock=lambda: self.now_s,
        )
        self.entered = asyncio.Event()

    def _changed(self) -> None:
        self.n_changes += 1

    def says(self, state: KeeperState) -> None:
        assert self.link is not None
        self.link.state = state
        self.waiting.keeper_state_changed()

    def passes(self, seconds: float) -> None:
        self.now_s += seconds
        self.waiting.keeper_state_changed()

    async def hold(self) -> None:
        async with self.waiting.held(GO, self.notes.append):
            self.entered.set()
            await asyncio.Event().wait()


async def until(condition: object) -> None:
    """A few turns of the event loop."""
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_until_it_is_warm_nothing_else_pushes_for_a_load() -> None:
    desk = Desk(model(ModelState.ABSENT))
    others = merge_wants([WEB])
    assert desk.waiting.with_awaited(others) == others
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: desk.notes == ["waiting for go"])
    asked, web = desk.waiting.with_awaited(others).wants
    assert (asked.expert, asked.demanded, web.demanded) == ("go", True, False)
    desk.says(model(ModelState.LOADING))
    await until(lambda: desk.notes[-1] == "go is loading")
    assert not desk.entered.is_set()
    desk.says(model(ModelState.WARM))
    await asyncio.wait_for(desk.entered.wait(), 5)
    assert all(want.demanded for want in desk.waiting.with_awaited(others).wants)
    n_changes = desk.n_changes
    await ended(task)
    assert desk.link is not None
    assert desk.link.in_use == []
    assert desk.waiting.with_awaited(others) == others
    assert desk.n_changes > n_changes


async def test_two_who_wait_for_one_model_both_hold_it() -> None:
    desk = Desk(model(ModelState.WARM))
    one, other = asyncio.ensure_future(desk.hold()), asyncio.ensure_future(desk.hold())
    assert desk.link is not None
    link = desk.link
    await until(lambda: len(link.in_use) == 2)
    await ended(one)
    assert link.in_use == [GO.spec]
    assert desk.waiting.with_awaited(Demand()).want_for(GO.spec) is not None
    await ended(other)
    assert desk.waiting.with_awaited(Demand()) == Demand()


async def test_an_old_failure_is_forgiven_and_a_new_one_reported() -> None:
    old = model(ModelState.FAILED, error="out of memory", state_s=60.0)
    desk = Desk(old)
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: bool(desk.notes))
    assert desk.link is not None
    assert desk.link.retried == [GO.spec]
    desk.says(model(ModelState.LOADING))
    await until(lambda: "go is loading" in desk.notes)
    desk.now_s += 1.0
    desk.says(model(ModelState.FAILED, error="no such file", state_s=0.0))
    with pytest.raises(EngineError, match="go cannot be loaded: no such file"):
        await task
    assert desk.link.in_use == []


async def test_where_nothing_moves_it_gives_up() -> None:
    desk = Desk(model(ModelState.ABSENT))
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: desk.notes == ["waiting for go"])
    desk.passes(LIMITS.stuck_s + 1)
    with pytest.raises(EngineError, match="no room in memory for go"):
        await task


async def test_models_that_are_writing_answers_will_make_room() -> None:
    """An agent's answer often takes longer than a wait without any progress may."""
    desk = Desk(model(ModelState.ABSENT))
    busy = ModelStatus(expert="sql", spec=ModelSpec("sql:1b"), state=ModelState.WARM, n_answers=1)
    answering = replace(desk.link.state, models=(*desk.link.state.models, busy))  # type: ignore[union-attr]
    desk.says(answering)
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: desk.notes == ["waiting for go"])
    desk.passes(LIMITS.stuck_s + 1)
    await turns()
    assert not task.done()
    desk.says(model(ModelState.ABSENT))
    await turns()
    assert not task.done(), "the answer has only just ended"
    desk.passes(LIMITS.stuck_s + 1)
    with pytest.raises(EngineError, match="no room in memory for go"):
        await task


async def test_a_load_that_lasts_too_long_is_given_up() -> None:
    desk = Desk(model(ModelState.LOADING))
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: desk.notes == ["go is loading"])
    desk.passes(LIMITS.stuck_s + 1)
    await turns()
    assert not task.done(), "a load may take longer than a wait for room"
    desk.passes(LIMITS.load_s)
    with pytest.raises(EngineError, match="still loading after 76 s"):
        await task


async def test_a_model_larger_than_the_budget_is_refused() -> None:
    desk = Desk(model(ModelState.ABSENT, size_bytes=2000))
    with pytest.raises(EngineError, match="more than the whole budget"):
        await desk.hold()


@pytest.mark.parametrize("message", ["No engine answers at http://x", CONNECTING, ""])
async def test_an_engine_that_is_not_there(message: str) -> None:
    """One that is lost has less time than one that may be starting."""
    desk = Desk(KeeperState(engine=replace(UP, up=False, message=message)))
    task = asyncio.ensure_future(desk.hold())
    await until(lambda: desk.notes == ["waiting for the engine"])
    desk.passes(LIMITS.engine_lost_s + 1)
    if message in ("", CONNECTING):
        await turns()
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
    desk.waiting.keeper_state_changed()
    with pytest.raises(EngineUnavailable, match="changed meanwhile"):
        await task


async def test_without_a_keeper_for_good_no_request_waits() -> None:
    desk = Desk(model(ModelState.ABSENT))
    desk.link, desk.problem = None, "the runtime directory /x cannot be made"
    with pytest.raises(EngineUnavailable, match="/x cannot be made"):
        await desk.hold()
    assert desk.notes == []


async def test_experts_that_come_next_are_announced_in_order_and_not_demanded() -> None:
    desk = Desk(model(ModelState.WARM))
    sql = Expert(name="sql", languages=("sql",), spec=ModelSpec("sql:1b"))
    css = Expert(name="css", languages=("css",), spec=ModelSpec("css:1b"))
    with desk.waiting.expecting([GO, sql, css]):
        async with desk.waiting.held(GO, desk.notes.append):
            wants = desk.waiting.with_awaited(Demand(wants=(WEB,))).wants
            by_name = {want.expert: want for want in wants}
            assert by_name["go"].demanded
            assert not by_name["sql"].demanded
            assert by_name["sql"].probability > by_name["css"].probability
            assert not by_name["web"].demanded  # its model would take the place of the next expert
        wants = desk.waiting.with_awaited(Demand(wants=(WEB,))).wants
        by_name = {want.expert: want for want in wants}
        assert "go" not in by_name
        # Between two parts the next one is awaited: the one after it may not take its seat.
        assert by_name["sql"].awaited
        assert not by_name["css"].demanded
        assert by_name["web"].probability < by_name["css"].probability
    assert desk.waiting.with_awaited(Demand(wants=(WEB,))) == Demand(wants=(WEB,))


async def test_what_the_plan_of_a_sequence_evicts_is_not_hoped_for() -> None:
    """Room for two: html comes last, so it makes room for sql while go writes."""
    sql = Expert(name="sql", languages=("sql",), spec=ModelSpec("sql:1b"))
    html = Expert(name="html", languages=("html",), spec=ModelSpec("html:1b"))
    states = [(GO, ModelState.WARM), (html, ModelState.WARM), (sql, ModelState.ABSENT)]
    models = tuple(
        ModelStatus(expert=one.name, spec=one.spec, state=state, size_bytes=400)
        for one, state in states
    )
    desk = Desk(KeeperState(engine=UP, models=models, budget_bytes=1000))
    with desk.waiting.expecting([GO, sql, GO, sql, html]):
        async with desk.waiting.held(GO, desk.notes.append):
            wants = desk.waiting.with_awaited(Demand()).wants
            assert [(want.expert, want.demanded) for want in wants] == [
                ("go", True),
                ("sql", False),
            ]
            # Its size is remembered, though the keeper no longer reports what is not wanted.
            desk.says(KeeperState(engine=UP, models=models[:2], budget_bytes=1000))
            wants = desk.waiting.with_awaited(Demand()).wants
            assert [want.expert for want in wants] == ["go", "sql"]


@pytest.mark.parametrize(("until_used", "left"), [(True, ["sql"]), (False, ["go", "sql"])])
async def test_an_expert_that_is_asked_again_within_a_step_is_expected_as_before(
    until_used: bool, left: list[str]
) -> None:
    desk = Desk(model(ModelState.WARM))
    sql = Expert(name="sql", languages=("sql",), spec=ModelSpec("sql:1b"))
    with desk.waiting.expecting([GO, GO, sql], until_used=until_used):
        held = desk.waiting.held
        async with held(GO, desk.notes.append), held(GO, desk.notes.append):
            pass
        assert [want.expert for want in desk.waiting.with_awaited(Demand()).wants] == ["go", "sql"]
        async with desk.waiting.held(GO, desk.notes.append):
            pass  # once more, as after a try that failed
        assert [want.expert for want in desk.waiting.with_awaited(Demand()).wants] == left


async def test_a_model_that_is_kept_is_in_use_and_nothing_is_loaded_for_it() -> None:
    desk = Desk(model(ModelState.WARM))
    assert desk.link is not None
    with desk.waiting.kept(GO) as is_in_memory:
        assert is_in_memory
        assert desk.link.in_use == [GO.spec]
        assert desk.waiting.with_awaited(Demand()) == Demand()
    assert desk.link.in_use == []
    desk.says(model(ModelState.UNLOADING))
    with desk.waiting.kept(GO) as is_in_memory:
        assert not is_in_memory
        assert desk.link.in_use == []
