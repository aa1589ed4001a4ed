"""At most one request for each key, and the newest wins."""

from __future__ import annotations

import asyncio

import pytest

from hotseat.session.shared.newest_requests import NewestRequests


class Desk:
    def __init__(self) -> None:
        self.requests = NewestRequests()
        self.log: list[str] = []
        self.go_on = asyncio.Event()

    async def work(self, name: str) -> None:
        self.log.append(f"{name} begins")
        try:
            await self.go_on.wait()
            self.log.append(f"{name} is done")
        finally:
            await asyncio.sleep(0)  # it takes a moment to close a stream
            self.log.append(f"{name} ends")

    def begin(self, name: str, key: str = "key") -> asyncio.Task[None]:
        return asyncio.ensure_future(self.requests.run(key, lambda: self.work(name)))


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_newer_request_begins_when_the_older_one_has_ended() -> None:
    desk = Desk()
    first = desk.begin("first")
    await turns()
    second = desk.begin("second")
    await turns()
    assert first.done()
    assert first.exception() is None, "the caller of the older one gets no error"
    desk.go_on.set()
    await second
    expected = ["first begins", "first ends", "second begins", "second is done", "second ends"]
    assert desk.log == expected
    assert "key" not in desk.requests


async def test_of_many_at_once_only_the_newest_begins() -> None:
    desk = Desk()
    tasks = [desk.begin(str(n)) for n in range(5)]
    desk.go_on.set()
    await asyncio.gather(*tasks)
    assert [line for line in desk.log if line.endswith("done")] == ["4 is done"]


async def test_other_keys_run_beside_it() -> None:
    desk = Desk()
    tasks = [desk.begin("a", "one"), desk.begin("b", "other")]
    await turns()
    assert desk.log == ["a begins", "b begins"]
    assert "one" in desk.requests
    desk.go_on.set()
    await asyncio.gather(*tasks)


async def test_a_cancelled_caller_is_told_so_and_its_work_ends() -> None:
    desk = Desk()
    task = desk.begin("first")
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await turns()
    assert desk.log == ["first begins", "first ends"]
    assert "key" not in desk.requests


async def test_an_error_reaches_the_caller_and_the_next_request_runs() -> None:
    desk = Desk()

    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await desk.requests.run("key", broken)
    desk.go_on.set()
    await desk.begin("next")
    assert "next is done" in desk.log


async def test_closing_ends_all() -> None:
    desk = Desk()
    tasks = [desk.begin("a", "one"), desk.begin("b", "other")]
    await turns()
    await desk.requests.aclose()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert all(task.cancelled() for task in tasks)
    assert {"a ends", "b ends"} <= set(desk.log)


async def test_a_request_that_is_ended_without_a_newer_one_returns_none() -> None:
    desk = Desk()
    first = desk.begin("first")
    await turns()
    desk.requests.end_all()
    await asyncio.wait_for(first, 5)
    assert "key" not in desk.requests


async def test_a_caller_that_was_cancelled_hears_it_even_if_a_newer_request_came() -> None:
    desk = Desk()
    first = desk.begin("first")
    await turns()
    first.cancel()
    second = desk.begin("second")
    with pytest.raises(asyncio.CancelledError):
        await first
    desk.go_on.set()
    await second
