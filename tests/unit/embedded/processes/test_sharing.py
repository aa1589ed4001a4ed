"""Turns and slots of one base with several adapters, on a clock of the test's own."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from hotseat.embedded.processes.sharing import SLICE_S, RunPermit, Sharing

GO, SQL = ("go",), ("sql",)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sharing(clock: Clock) -> Sharing:
    return Sharing(["go", "sql"], [(), GO, SQL], slots_each=2, clock=clock)


class Request:
    """One request for a turn, that the test ends when it likes."""

    def __init__(self, sharing: Sharing, voice: tuple[str, ...], *, answer: bool) -> None:
        self._stack = AsyncExitStack()
        self._turn = sharing.turn(voice, urgent=not answer, yields=answer)
        self._entered = asyncio.ensure_future(self._stack.enter_async_context(self._turn))

    async def runs(self) -> bool:
        for _ in range(5):
            await asyncio.sleep(0)
        return self._entered.done()

    @property
    def turn(self) -> RunPermit:
        return self._entered.result()

    async def end(self) -> None:
        if not self._entered.done():
            self._entered.cancel()
            await asyncio.gather(self._entered, return_exceptions=True)
        await self._stack.aclose()


async def test_a_completion_elsewhere_makes_an_answer_give_way_at_once(sharing: Sharing) -> None:
    answer = Request(sharing, GO, answer=True)
    assert await answer.runs()
    assert not answer.turn.should_yield
    completion = Request(sharing, SQL, answer=False)
    assert not await completion.runs()
    assert answer.turn.should_yield
    await answer.end()
    again = Request(sharing, GO, answer=True)
    assert await completion.runs()
    assert not await again.runs(), "the answer continues after the completion"
    await completion.end()
    assert await again.runs()


async def test_requests_of_one_voice_run_together(sharing: Sharing) -> None:
    answer = Request(sharing, GO, answer=True)
    completion = Request(sharing, GO, answer=False)
    assert await answer.runs()
    assert await completion.runs()
    assert not answer.turn.should_yield


async def test_two_answers_take_turns(sharing: Sharing, clock: Clock) -> None:
    one, other = Request(sharing, GO, answer=True), Request(sharing, SQL, answer=True)
    assert await one.runs()
    assert not await other.runs()
    assert not one.turn.should_yield
    clock.now_s = SLICE_S
    assert one.turn.should_yield


async def test_a_completion_is_never_asked_to_give_way(sharing: Sharing, clock: Clock) -> None:
    completion = Request(sharing, GO, answer=False)
    assert await completion.runs()
    waiting = Request(sharing, (), answer=False)
    assert not await waiting.runs()
    clock.now_s = 10 * SLICE_S
    assert not completion.turn.should_yield
    await completion.end()
    assert await waiting.runs()


async def test_an_answer_does_not_join_while_others_give_way_to_a_completion(
    sharing: Sharing,
) -> None:
    answer = Request(sharing, GO, answer=True)
    completion = Request(sharing, SQL, answer=False)
    late = Request(sharing, GO, answer=True)
    assert await answer.runs()
    assert not await late.runs()
    await answer.end()
    assert await completion.runs()


async def test_a_request_that_stops_waiting_delays_no_other(sharing: Sharing) -> None:
    answer = Request(sharing, GO, answer=True)
    assert await answer.runs()
    completion = Request(sharing, SQL, answer=False)
    assert not await completion.runs()
    await completion.end()
    assert not answer.turn.should_yield


def test_every_request_names_every_adapter(sharing: Sharing) -> None:
    assert sharing.lora(SQL) == [{"id": 0, "scale": 0.0}, {"id": 1, "scale": 1.0}]
    assert sharing.lora(()) == [{"id": 0, "scale": 0.0}, {"id": 1, "scale": 0.0}]


def test_slots_are_never_shared_between_adapters(sharing: Sharing) -> None:
    with (
        sharing.slots.take(GO, "a") as one,
        sharing.slots.take(GO, "a") as two,
        sharing.slots.take(SQL, "a") as sql,
    ):
        assert len({one, two, sql}) == 3
        with sharing.slots.take(GO, "a") as third:
            assert third in (one, two), "a third waits for one of its own"


def test_the_slot_that_computed_the_most_of_it_is_taken_again(sharing: Sharing) -> None:
    with sharing.slots.take(GO, "package main\nfunc a") as code:
        pass
    with sharing.slots.take(GO, "Question: what") as question:
        pass
    assert code != question
    with sharing.slots.take(GO, "package main\nfunc ab") as again:
        assert again == code
    with sharing.slots.take(GO, "Question: why") as again:
        assert again == question
