"""Requests and loads in Ollama's order, with children that load when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import EngineError
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.chat_template import ChatTemplate
from hotseat.embedded.models.names import parse_name
from hotseat.embedded.models.store import Manifest, ModelStore, StoredModel
from hotseat.embedded.options import load_options
from hotseat.embedded.processes.ollama_pool import OllamaPool
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.serving.wire import ApiError
from support.fake_timers import FakeTimers

CARD = ModelCard(
    family="llama",
    n_parameters=135_000_000,
    quantization="Q4_1",
    context_length=8192,
    embedding_length=576,
    chat_template=ChatTemplate(),
    n_tokens=100,
    adds_bos=True,
    fim=None,
    is_adapter=False,
    kv_bytes_per_token=0,
    can_constrain=True,
)
_PASSES = 30
"""Enough passes of the event loop for everything that needs no event of the test."""


class Process(Child):
    """A child without a process."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.ended = asyncio.Event()
        self.is_deaf = False

    @property
    def pid(self) -> int:
        return self.number

    async def wait(self) -> int:
        await self.ended.wait()
        return -9

    def kill(self) -> None:
        self.ended.set()

    def rss_bytes(self) -> int:
        return 0 if self.ended.is_set() else 1000

    async def answers(self) -> bool:
        return not self.ended.is_set() and not self.is_deaf


class Desk:
    """A pool, and requests to it by the model's name. `loading` are the loads under way."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.loads: list[str] = []
        """Every load that began, in order: the model's base and its adapters."""
        self.loading: dict[str, asyncio.Future[None]] = {}
        self.processes: list[Process] = []
        self.timers = FakeTimers()
        self.pool = OllamaPool(
            ModelStore(folder),
            None,
            start=self._start,
            clock=self.timers.clock,
            call_later=self.timers.call_later,
            **settings,
        )

    async def _start(self, spec: ChildSpec) -> Child:
        names = [path.name.removeprefix("sha256-")[0] for path in (spec.model, *spec.adapters)]
        name = "+".join(names)
        self.loads.append(name)
        self.loading[name] = asyncio.get_running_loop().create_future()
        try:
            await self.loading[name]
        finally:
            del self.loading[name]
        self.processes.append(Process(len(self.processes) + 1))
        return self.processes[-1]

    @asynccontextmanager
    async def lease(
        self, name: str, keep_alive_s: float | None = None, **options: Any
    ) -> AsyncIterator[Process]:
        load = load_options(options, CARD, n_cores=2)
        async with self.pool.lease(stored(name), CARD, load, keep_alive_s) as lease:
            assert isinstance(lease.child, Process)
            async with lease.slots:
                yield lease.child

    async def use(self, name: str, keep_alive_s: float | None = None, **options: Any) -> None:
        async with self.lease(name, keep_alive_s, **options):
            pass

    async def hold(self, name: str, until: asyncio.Event, **options: Any) -> None:
        async with self.lease(name, **options):
            await until.wait()

    async def loaded(self, name: str, keep_alive_s: float | None = None, **options: Any) -> None:
        """Use a model, whose load ends at once."""
        task = asyncio.create_task(self.use(name, keep_alive_s, **options))
        await settle()
        self.finish()
        await task

    def finish(self) -> None:
        """The load under way ends."""
        for future in self.loading.values():
            future.set_result(None)

    def names(self) -> list[str]:
        return sorted(loaded.model.name.short for loaded in self.pool.loaded())


def stored(name: str) -> StoredModel:
    """`base:alias` and `base+adapter` are models over one base."""
    base, _, adapter = name.partition(":")[0].partition("+")
    return StoredModel(
        name=parse_name(name.replace("+", "-")),
        manifest=Manifest(base=base * 64, adapters=(adapter * 64,) if adapter else ()),
        size_bytes=1,
        modified_s=0.0,
    )


async def settle() -> None:
    for _ in range(_PASSES):
        await asyncio.sleep(0)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, max_models=2)
    yield desk
    await desk.pool.close()


def start(*requests: Any) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(request) for request in requests]


async def test_one_load_at_a_time_in_the_order_of_the_requests(desk: Desk) -> None:
    tasks = start(desk.use("a"), desk.use("b"), desk.use("a"), desk.use("c"))
    for expected in (["a"], ["a", "b"], ["a", "b", "c"]):
        await settle()
        assert desk.loads == expected
        assert len(desk.loading) == 1
        desk.finish()
    await asyncio.gather(*tasks)


async def test_a_loaded_model_answers_while_another_one_loads(desk: Desk) -> None:
    await desk.loaded("a")
    loading = start(desk.use("b"))
    await settle()
    await asyncio.wait_for(desk.use("a"), 1)
    assert desk.loads == ["a", "b"]
    desk.finish()
    await asyncio.gather(*loading)


async def test_a_load_is_aborted_when_its_client_leaves_and_starts_again_for_the_next(
    desk: Desk,
) -> None:
    first, second = start(desk.use("a"), desk.use("a"))
    await settle()
    first.cancel()
    await settle()
    assert desk.loads == ["a", "a"], "the second request has a load of its own"
    desk.finish()
    await second
    assert desk.names() == ["a:latest"]


async def test_a_request_that_left_the_queue_is_not_served(desk: Desk) -> None:
    first, second, third = start(desk.use("a"), desk.use("b"), desk.use("c"))
    await settle()
    second.cancel()
    desk.finish()
    await settle()
    assert desk.loads == ["a", "c"]
    desk.finish()
    await asyncio.gather(first, third)


async def test_busy_models_are_waited_for_and_block_the_queue(desk: Desk) -> None:
    done = asyncio.Event()
    await desk.loaded("a", 600)
    await desk.loaded("b", 600)
    busy = start(desk.hold("a", done), desk.hold("b", done))
    waiting = start(desk.use("c"), desk.use("b", num_ctx=512))
    await settle()
    assert desk.loads == ["a", "b"]
    assert desk.names() == ["a:latest", "b:latest"]
    done.set()
    await settle()
    assert desk.loads == ["a", "b", "c"]
    assert desk.names() == ["b:latest"], "the first file among equals gave way"
    desk.finish()
    await settle()
    desk.finish()
    await asyncio.gather(*busy, *waiting)


async def test_a_victim_ends_even_if_the_request_for_its_place_has_left(desk: Desk) -> None:
    done = asyncio.Event()
    await desk.loaded("a", 60)
    await desk.loaded("b", 600)
    busy = start(desk.hold("a", done), desk.hold("b", done))
    await settle()
    (left,) = start(desk.use("c"))
    await settle()
    left.cancel()
    done.set()
    await asyncio.gather(*busy)
    await settle()
    assert desk.names() == ["b:latest"]
    assert desk.loads == ["a", "b"]


async def test_a_busy_victim_that_gets_a_keep_alive_blocks_the_queue(desk: Desk) -> None:
    done = asyncio.Event()
    await desk.loaded("a", 60)
    await desk.loaded("b", 600)
    busy = start(desk.hold("a", done), desk.hold("b", done))
    await settle()
    waiting = start(desk.use("c"))
    await settle()
    revived = start(desk.use("a", 90))
    done.set()
    await asyncio.gather(*busy, *revived)
    await settle()
    assert desk.names() == ["a:latest", "b:latest"]
    assert desk.loads == ["a", "b"]
    desk.timers.advance(90)
    await settle()
    assert desk.loads == ["a", "b", "c"]
    desk.finish()
    await asyncio.gather(*waiting)


async def test_one_request_at_a_time_on_a_model(desk: Desk) -> None:
    await desk.loaded("a")
    order: list[str] = []
    gates = {name: asyncio.Event() for name in "123"}

    async def answer(name: str) -> None:
        async with desk.lease("a"):
            order.append(name)
            await gates[name].wait()

    answers = start(*map(answer, "123"))
    for expected in (["1"], ["1", "2"], ["1", "2", "3"]):
        await settle()
        assert order == expected
        gates[expected[-1]].set()
    await asyncio.gather(*answers)


async def test_with_two_slots_two_answers_run_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, n_slots=2)
    await desk.loaded("a")
    done = asyncio.Event()
    holds = start(desk.hold("a", done), desk.hold("a", done))
    third = start(desk.use("a"))
    await settle()
    assert not third[0].done()
    done.set()
    await asyncio.gather(*holds, *third)
    await desk.pool.close()


async def test_an_alias_shares_the_runner_under_the_name_that_loaded_it(desk: Desk) -> None:
    await desk.loaded("a:one")
    await desk.use("a:two")
    assert desk.names() == ["a:one"]
    assert desk.loads == ["a"]


async def test_another_adapter_over_the_base_loads_it_again(desk: Desk) -> None:
    await desk.loaded("a+1")
    await desk.loaded("a+2")
    assert desk.names() == ["a-2:latest"]
    await desk.loaded("a")
    assert desk.loads == ["a+1", "a+2", "a"]
    assert desk.names() == ["a:latest"]


async def test_other_options_load_the_model_again_after_its_answers(desk: Desk) -> None:
    await desk.loaded("a", num_ctx=1024)
    done = asyncio.Event()
    busy = start(desk.hold("a", done, num_ctx=1024))
    await settle()
    again = start(desk.use("a", num_ctx=512))
    await settle()
    assert desk.loads == ["a"]
    done.set()
    await asyncio.gather(*busy)
    await settle()
    desk.finish()
    await asyncio.gather(*again)
    assert desk.loads == ["a", "a"]
    assert [loaded.options.n_ctx for loaded in desk.pool.loaded()] == [512]


async def test_a_model_ends_with_its_keep_alive(desk: Desk) -> None:
    await desk.loaded("a", 60)
    await desk.loaded("b")
    desk.timers.advance(40)
    await desk.use("a")
    desk.timers.advance(59)
    await settle()
    assert desk.names() == ["a:latest", "b:latest"]
    assert [loaded.model.name.model for loaded in desk.pool.loaded()] == ["b", "a"]
    desk.timers.advance(1)
    await settle()
    assert desk.names() == ["b:latest"]
    desk.timers.advance(300)
    await settle()
    assert desk.pool.is_empty


async def test_unloading_ends_an_idle_model_and_not_one_that_loads(desk: Desk) -> None:
    await desk.loaded("a")
    loading = start(desk.use("b"))
    await settle()
    for name in "ab":
        await desk.pool.unload(stored(name))
    await settle()
    assert desk.names() == []
    desk.finish()
    await asyncio.gather(*loading)
    assert desk.names() == ["b:latest"]


async def test_a_dead_runner_is_listed_until_it_is_asked_for(desk: Desk) -> None:
    await desk.loaded("a")
    desk.processes[0].kill()
    await settle()
    (listed,) = desk.pool.loaded()
    assert (listed.model.name.short, listed.size_bytes) == ("a:latest", 1000)
    await desk.loaded("a")
    assert desk.loads == ["a", "a"]


async def test_a_runner_that_does_not_answer_is_loaded_again(desk: Desk) -> None:
    await desk.loaded("a")
    desk.processes[0].is_deaf = True
    await desk.loaded("a")
    assert desk.loads == ["a", "a"]
    assert desk.processes[0].ended.is_set()


async def test_a_load_that_fails_is_an_error_of_its_request_only(desk: Desk) -> None:
    first, second = start(desk.use("a"), desk.use("b"))
    await settle()
    desk.loading["a"].set_exception(EngineError("haunted"))
    await settle()
    with pytest.raises(EngineError, match="haunted"):
        await first
    desk.finish()
    await second
    assert desk.names() == ["b:latest"]


async def test_too_many_waiting_requests_are_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path, max_pending=1)
    tasks = start(desk.use("a"))
    await settle()
    tasks += start(desk.use("b"))
    await settle()
    with pytest.raises(ApiError, match="maximum pending requests exceeded") as refused:
        await desk.use("c")
    assert refused.value.status == 503
    await desk.pool.close()
    for task in tasks:
        with suppress(EngineError):
            await task


async def test_closing_ends_what_runs_and_refuses_what_waits(desk: Desk) -> None:
    done = asyncio.Event()
    await desk.loaded("a")
    busy = start(desk.hold("a", done))
    waiting = start(desk.use("b"), desk.use("c"))
    await settle()
    await desk.pool.close()
    for task in waiting:
        with pytest.raises(EngineError, match="the load was stopped"):
            await task
    assert desk.pool.is_empty
    assert all(process.ended.is_set() for process in desk.processes)
    done.set()
    await asyncio.gather(*busy)
