"""Clients take turns, and a client that leaves gives its place to the next."""

from __future__ import annotations

import asyncio

from hotseat.serving.turns import Turns


class Desk:
    def __init__(self) -> None:
        self.turns = Turns()
        self.began: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}

    def ask(self, client: str, name: str) -> asyncio.Task[None]:
        self.ends[name] = asyncio.Event()

        async def request() -> None:
            async with self.turns.taken("model", client, 1):
                self.began.append(name)
                await self.ends[name].wait()

        return asyncio.create_task(request())


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_clients_take_turns() -> None:
    desk = Desk()
    names = ("a1", "a2", "a3", "b1")
    tasks = [desk.ask(name[0], name) for name in names]
    await settle()
    assert desk.began == ["a1"]
    for name in ("a1", "a2", "b1", "a3"):
        desk.ends[name].set()
        await settle()
    await asyncio.gather(*tasks)
    assert desk.began == ["a1", "a2", "b1", "a3"]


async def test_one_that_leaves_while_it_waits_blocks_no_other() -> None:
    desk = Desk()
    first, leaving, last = (desk.ask(name, name) for name in "abc")
    await settle()
    leaving.cancel()
    await settle()
    desk.ends["a"].set()
    await settle()
    assert desk.began == ["a", "c"]
    desk.ends["c"].set()
    await asyncio.gather(first, last)


async def test_one_that_leaves_in_the_moment_of_its_turn_gives_it_on() -> None:
    desk = Desk()
    first, leaving, last = (desk.ask(name, name) for name in "abc")
    await settle()
    desk.ends["a"].set()
    await asyncio.sleep(0)  # the first ends, and the turn is given
    leaving.cancel()
    await settle()
    assert "c" in desk.began
    desk.ends["b"].set()
    desk.ends["c"].set()
    await asyncio.gather(first, last)
    await asyncio.gather(leaving, return_exceptions=True)
