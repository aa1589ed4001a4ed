"""Effects and the events that end them, on a fake engine with a fake clock."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from hotseat.domain.demand import Demand, Want
from hotseat.domain.errors import EngineRejected, EngineUnavailable, HotseatError
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import BesideMemory, Measured, ResidentModel
from hotseat.engines.discovery import ollama_address
from hotseat.engines.protocol import KEEPS_PROMPTS, Engine, EngineInfo, ModelInfo
from hotseat.keeper.engine.connection import EngineConnection
from hotseat.keeper.engine.driver import EngineDriver
from hotseat.keeper.engine.owned_models import OwnedModels
from hotseat.keeper.engine.poll_interval import PollInterval
from hotseat.keeper.engine.watch import EngineWatch
from hotseat.keeper.machine import Machine
from hotseat.keeper.tasks import Tasks
from hotseat.residency.beside import BesideBounds
from hotseat.residency.messages import (
    BoundBeside,
    CancelLoad,
    DemandChanged,
    Effect,
    EngineKnown,
    Estimate,
    Estimated,
    Event,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    Observed,
    Renew,
    Unload,
    UnloadDone,
)
from hotseat.residency.pressure import MachineMemory
from hotseat.residency.scheduler import Scheduler

A = ModelSpec("a:1b")
MIB = 1024**2


class FakeEngine:
    """Loads at once, or when `gate` is set."""

    base_url = "http://elsewhere.example"
    beside = BesideMemory()

    def __init__(self) -> None:
        self.memory: set[str] = set()
        self.error: HotseatError | None = None
        self.calls: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.bound_gate = asyncio.Event()
        self.bound_gate.set()
        self.features: frozenset[str] = frozenset()

    async def version(self) -> EngineInfo:
        return EngineInfo(version="1", features=self.features)

    async def show(self, _model: str) -> ModelInfo:
        if self.error is not None:
            raise self.error
        return ModelInfo(capabilities=frozenset(), template="", size_bytes=7 * MIB)

    async def resident(self) -> tuple[ResidentModel, ...]:
        return tuple(
            ResidentModel(model=name, digest="", size_bytes=7 * MIB) for name in self.memory
        )

    async def ensure_ready(self, spec: ModelSpec, *, keep_alive_s: float) -> float:
        self.calls.append(f"load {spec.model}")
        if self.error is not None:
            raise self.error
        await self.gate.wait()
        self.memory.add(spec.model)
        return 1.5

    async def unload(self, spec: ModelSpec) -> None:
        self.calls.append(f"unload {spec.model}")
        self.memory.discard(spec.model)

    async def bound_beside(
        self, *, kept_limit_bytes: int | None = None, spare: bool | None = None, forget: str = ""
    ) -> None:
        await self.bound_gate.wait()
        self.calls.append(f"bound {kept_limit_bytes} {spare}" if not forget else f"forget {forget}")

    async def aclose(self) -> None:
        pass


class NoStore:
    def write(self, _engine: str, _measured: Any) -> None:
        pass


class Desk:
    """A driver and a watch; their events are collected."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 50.0
        self.engine = FakeEngine()
        self.events: list[Event] = []
        self.lost: list[HotseatError] = []
        self.fed = asyncio.Event()
        self.tasks = Tasks()
        self.owned = OwnedModels(folder / "owned.json")
        self.connection = EngineConnection(
            ollama_address("http://elsewhere.example"),
            may_drive=lambda: True,
            adapters={},
            open_client=lambda *_: cast("Engine", self.engine),
        )
        memory = MachineMemory(available_bytes=1, total_bytes=1)
        self.scheduler = Scheduler(
            budget_bytes=100 * MIB, keep_alive_s=60.0, known={A.key: Measured()}
        )
        self.watch = EngineWatch(
            self.connection,
            self.scheduler,
            self.owned,
            NoStore(),
            PollInterval(clock=self.clock),
            feed=self.feed,
            on_lost=self.lose,
            is_closed=lambda: False,
            before_observed=lambda: None,
            engine_key="x",
            machine=Machine(memory=lambda: memory, has_gpu=lambda: False),
            clock=self.clock,
        )
        self.driver = EngineDriver(
            self.connection,
            self.watch,
            self.owned,
            self.tasks,
            feed=self.feed,
            on_lost=self.lose,
            keep_alive_s=60.0,
            clock=self.clock,
        )

    def clock(self) -> float:
        return self.now_s

    def feed(self, event: Event) -> None:
        self.events.append(event)
        self.scheduler.handle(event, self.now_s)
        self.fed.set()

    def lose(self, error: HotseatError) -> None:
        self.lost.append(error)
        self.fed.set()

    async def until(self, kind: type[Event]) -> Any:
        async with asyncio.timeout(5):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        return event
                self.fed.clear()
                await self.fed.wait()

    def do(self, *effects: Effect) -> None:
        self.driver.carry_out(effects)


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    await desk.connection.connect()
    return desk


async def test_an_estimate_is_answered_with_bytes(desk: Desk) -> None:
    desk.do(Estimate(A, None))
    event = await desk.until(Estimated)
    assert event.size_bytes > 7 * MIB


async def test_a_load_is_measured_before_it_is_done(desk: Desk) -> None:
    desk.do(Load(A))
    assert (await desk.until(LoadDone)) == LoadDone(A, 1.5)
    observed = [event for event in desk.events if isinstance(event, Observed)]
    assert [model.model for model in observed[-1].resident] == ["a:1b"]
    assert observed[-1].ours == {"a:1b"}


async def test_a_load_that_fails_says_why(desk: Desk) -> None:
    desk.engine.error = EngineRejected("no such file", status=500)
    desk.do(Load(A))
    event = await desk.until(LoadFailed)
    assert "no such file" in event.error


async def test_an_engine_that_is_gone_ends_no_load_but_is_lost(desk: Desk) -> None:
    desk.engine.error = EngineUnavailable("gone")
    desk.do(Load(A))
    async with asyncio.timeout(5):
        await desk.fed.wait()
    assert [str(error) for error in desk.lost] == ["gone"]
    assert not [event for event in desk.events if isinstance(event, LoadFailed)]


async def test_a_cancelled_load_leaves_nothing_in_memory(desk: Desk) -> None:
    desk.engine.gate.clear()
    desk.do(Load(A))
    await asyncio.sleep(0)
    desk.do(CancelLoad(A))
    assert (await desk.until(LoadCancelled)) == LoadCancelled(A)
    assert desk.engine.calls == ["load a:1b", "unload a:1b"]


async def loaded(desk: Desk) -> None:
    """A model that was loaded by the plan."""
    want = Want(expert="a", spec=A, probability=1.0, demanded=True)
    desk.feed(EngineKnown())
    desk.feed(Observed(desk.now_s, ()))
    desk.feed(DemandChanged(Demand(wants=(want,))))
    desk.feed(Estimated(A, 7 * MIB))
    desk.do(Load(A))
    await desk.until(LoadDone)
    desk.engine.calls.clear()


async def test_a_renewal_loads_no_model_that_has_left_memory(desk: Desk) -> None:
    await loaded(desk)
    desk.engine.memory.clear()
    desk.do(Renew(A))
    async with asyncio.timeout(5):
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)
    assert desk.engine.calls == []


async def test_a_renewal_ends_before_the_unload_begins(desk: Desk) -> None:
    await loaded(desk)
    desk.engine.gate.clear()
    desk.do(Renew(A))
    async with asyncio.timeout(5):
        while not desk.engine.calls:
            await asyncio.sleep(0)
    desk.do(Unload(A))
    await asyncio.sleep(0)
    assert desk.engine.calls == ["load a:1b"]
    desk.engine.gate.set()
    await desk.until(UnloadDone)
    assert desk.engine.calls == ["load a:1b", "unload a:1b"]
    assert desk.engine.memory == set()


async def test_a_model_that_came_back_by_our_request_is_ours_again(desk: Desk) -> None:
    desk.do(Load(A))
    await desk.until(LoadDone)
    engine = cast("Engine", desk.engine)
    desk.engine.memory.clear()
    await desk.watch.observe(engine)
    desk.now_s += 1.0
    desk.watch.note_use("a:1b", desk.now_s - 0.5, desk.now_s)
    desk.engine.memory.add("a:1b")
    await desk.watch.observe(engine)
    assert desk.scheduler.ledger.owned() == desk.owned.names() == {"a:1b"}


async def test_a_model_that_came_back_without_one_is_not(desk: Desk) -> None:
    desk.do(Load(A))
    await desk.until(LoadDone)
    engine = cast("Engine", desk.engine)
    desk.engine.memory.clear()
    await desk.watch.observe(engine)
    desk.now_s += 1.0
    desk.engine.memory.add("a:1b")
    await desk.watch.observe(engine)
    assert desk.events[-1] == Observed(51.0, await engine.resident(), frozenset())


BOUNDS = BesideBounds(kept_limit_bytes=5 * MIB, spare=False)


async def test_a_load_waits_until_what_is_kept_beside_the_models_has_made_room(desk: Desk) -> None:
    desk.engine.bound_gate.clear()
    desk.do(BoundBeside(BOUNDS), Load(A))
    for _ in range(5):
        await asyncio.sleep(0)
    assert desk.engine.calls == []
    desk.engine.bound_gate.set()
    await desk.until(LoadDone)
    assert desk.engine.calls == [f"bound {5 * MIB} False", "load a:1b"]


@pytest.mark.parametrize("is_by_hand", [True, False])
async def test_only_an_unload_by_hand_frees_the_kept_prompts_too(
    desk: Desk, is_by_hand: bool
) -> None:
    desk.engine.features = frozenset({KEEPS_PROMPTS})
    await desk.connection.connect()
    desk.engine.memory.add(A.model)
    desk.do(Unload(A, is_by_hand=is_by_hand))
    await desk.until(UnloadDone)
    assert ("forget a:1b" in desk.engine.calls) is is_by_hand
