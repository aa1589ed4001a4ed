"""A stream that several requests follow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hotseat.completion.answer import Answer
from hotseat.completion.cache import CompletionKey, CursorPlace, Scope, Typed
from hotseat.session.suggest.in_flight_completion import InFlightCompletion

GO = Scope(model="m", digest="d", template="qwen", language="go")


def key(prefix: str, suffix: str) -> CompletionKey:
    return CompletionKey(GO, CursorPlace.of(prefix, suffix))


def in_flight(
    prefix: str,
    suffix: str,
    work: Callable[[Callable[[str], None]], Awaitable[Answer]],
    *,
    linger_s: float = 60.0,
) -> InFlightCompletion:
    return InFlightCompletion(key(prefix, suffix), work, linger_s=linger_s)


class Writer:
    """A model that writes when a test asks it to."""

    def __init__(self) -> None:
        self.grown: Callable[[str], None] = lambda _: None
        self.ended = asyncio.Event()
        self.text = ""
        self.cancelled = False

    async def work(self, grown: Callable[[str], None]) -> Answer:
        self.grown = grown
        try:
            await self.ended.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return Answer(self.text)

    async def writes(self, text: str, *, ends: bool = False) -> None:
        await asyncio.sleep(0)
        self.text += text
        self.grown(self.text)
        if ends:
            self.ended.set()
        await asyncio.sleep(0)


async def test_a_follower_gets_what_is_left() -> None:
    writer = Writer()
    flight = in_flight("x = ", "", writer.work)
    assert flight.typed_on_path(key("x = co", "")) == Typed("co")
    assert flight.typed_on_path(key("x = ", ")")) is None
    rest = asyncio.ensure_future(flight.follow("co"))
    await writer.writes("comp")
    assert not rest.done()
    await writer.writes("ute()", ends=True)
    assert await rest == Answer("mpute()")


async def test_a_follower_that_types_something_else_gets_none_at_once() -> None:
    writer = Writer()
    flight = in_flight("x = ", "", writer.work)
    rest = asyncio.ensure_future(flight.follow("ca"))
    await writer.writes("comp")
    assert await rest is None
    assert flight.typed_on_path(key("x = ca", "")) is None
    assert flight.typed_on_path(key("x = comput", "")) == Typed("comput")
    flight.abort()


async def test_far_ahead_of_the_first_token_the_newer_text_is_the_better_prompt() -> None:
    flight = in_flight("x = ", "", Writer().work)
    assert flight.typed_on_path(key("x = compute", "")) is None
    flight.abort()


async def test_a_stream_without_followers_ends_soon() -> None:
    writer = Writer()
    flight = in_flight("x = ", "", writer.work, linger_s=0.0)
    rest = asyncio.ensure_future(flight.follow(""))
    await writer.writes("a")
    rest.cancel()
    await asyncio.wait([flight.task])
    assert writer.cancelled


async def test_a_stream_lives_on_for_the_key_that_continues_it() -> None:
    writer = Writer()
    flight = in_flight("x = ", "", writer.work)
    first = asyncio.ensure_future(flight.follow(""))
    await writer.writes("a")
    first.cancel()
    await asyncio.sleep(0)
    second = asyncio.ensure_future(flight.follow("a"))
    await writer.writes("b", ends=True)
    assert await second == Answer("b")


async def test_what_breaks_breaks_for_a_follower_and_leads_nowhere() -> None:
    async def broken(_grown: Callable[[str], None]) -> Answer:
        raise ValueError("broke")

    flight = in_flight("x = ", "", broken)
    with pytest.raises(ValueError, match="broke"):
        await flight.follow("")
    assert flight.typed_on_path(key("x = ", "")) is None
