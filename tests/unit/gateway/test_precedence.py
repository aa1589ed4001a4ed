"""Which requests leave room for an older one; with a clock of the test's."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec
from hotseat.gateway.precedence import PATIENCE_S, OldestFirst

GO, SQL, CSS = ModelSpec("go:1b"), ModelSpec("sql:1b"), ModelSpec("css:1b")


class Place:
    """The requests, and what the test decides: the time, and which models are loading."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.loading: set[ModelSpec] = set()
        self.requests = OldestFirst(self.loading.__contains__, lambda: self.now_s)
        self.open = AsyncExitStack()

    async def run(self, seat: ModelSpec) -> AsyncExitStack:
        """A request for a model in memory: close what is returned to end it."""
        stack = await self.wait(seat)
        self.begin()
        return stack

    async def wait(self, seat: ModelSpec) -> AsyncExitStack:
        """A request for a model that is not in memory yet."""
        stack = AsyncExitStack()
        self.begin = await stack.enter_async_context(self.requests.admitted(seat))
        return stack


async def test_a_request_that_waited_for_long_holds_back_newer_ones_for_one_model() -> None:
    place = Place()
    await place.run(GO)
    await place.run(GO)
    sql = await place.run(SQL)
    await place.wait(CSS)
    css_begins = place.begin
    place.now_s = PATIENCE_S - 1
    assert not place.requests.is_held_back(SQL, place.now_s), "most models become free by then"
    place.now_s = PATIENCE_S + 1
    newer = asyncio.create_task(place.run(SQL))
    await asyncio.sleep(0)
    assert not newer.done(), "its model has the fewest requests: it will be free first"
    assert not place.requests.is_held_back(GO, place.now_s), "one model is enough"
    await sql.aclose()
    css_begins()
    await newer


async def test_older_requests_are_never_held_back() -> None:
    place = Place()
    await place.run(GO)
    place.now_s = 1.0
    await place.wait(CSS)
    place.now_s = 100.0
    assert not place.requests.is_held_back(GO, 0.5), "or two could wait for each other"
    assert place.requests.is_held_back(GO, 1.5)


async def test_a_slow_load_holds_nothing_back() -> None:
    place = Place()
    await place.run(GO)
    await place.wait(CSS)
    place.now_s = 60.0
    newer = asyncio.create_task(place.run(GO))
    await asyncio.sleep(0)
    assert not newer.done()
    place.loading.add(CSS)
    place.requests.look_again()
    await newer


async def test_a_request_that_is_given_up_holds_nothing_back() -> None:
    place = Place()
    await place.run(GO)
    gives_up = await place.wait(CSS)
    place.now_s = 60.0
    newer = asyncio.create_task(place.run(GO))
    await asyncio.sleep(0)
    await gives_up.aclose()
    await newer


async def test_a_load_waits_for_a_short_answer_whose_model_is_needed_less() -> None:
    """Three agents with two seats: each load evicted the idle model, which the next agent needed,
    because the other one was at work for another moment."""
    place = Place()
    await answered(place, 1.0)
    await place.run(GO)
    place.now_s += 0.25

    def wait_s(least_idle: float, since_s: float = place.now_s, load_s: float = 2.0) -> float:
        return place.requests.worth_waiting_s(
            CSS, since_s, chances={GO: 0.2}, least_idle=least_idle, load_s=load_s
        )

    assert wait_s(0.9) == 0.75, "until the answer ends, as long as answers usually take"
    assert wait_s(0.5) == 0.0, "the load that it would save is not worth it"
    assert wait_s(0.9, load_s=0.5) == 0.0, "as little as one that is quick"
    assert wait_s(0.9, since_s=place.now_s - PATIENCE_S) == 0.0, "it has waited for long"
    place.now_s += 1.0
    assert wait_s(0.9) == 0.0, "an answer that takes longer than usual may take much longer"


async def test_a_request_that_waits_for_an_answers_end_goes_on_with_it() -> None:
    place = Place()
    await answered(place, 60.0)
    running = await place.run(GO)
    asked: list[float] = []

    def wait_s(since_s: float) -> float:
        asked.append(since_s)
        return 60.0 if len(asked) == 1 else 0.0

    async def wait() -> None:
        async with place.requests.admitted(CSS, wait_s):
            pass

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    await running.aclose()
    await waiting
    assert asked == [60.0, 60.0], "with the time at which it came"


async def answered(place: Place, seconds: float) -> None:
    """A request that took so long."""
    request = await place.run(SQL)
    place.now_s += seconds
    await request.aclose()


async def test_the_oldest_request_decides_which_model_is_loaded_first() -> None:
    place = Place()
    wants = tuple(
        Want(expert=spec.model, spec=spec, probability=1.0, demanded=True, awaited=True)
        for spec in (CSS, GO, SQL)
    )
    await place.wait(SQL)
    place.now_s = 1.0
    await place.wait(CSS)
    found = {want.spec: want.probability for want in place.requests.ordered(wants)}
    assert found[SQL] > found[CSS]
    assert found[GO] == 1.0, "no request of the gateway's waits for it"
