"""At most one request for each key, in the tasks of the callers."""

from __future__ import annotations

import asyncio

import pytest

from hotseat.session.shared.newest_in_place import NewestInPlace


class Desk:
    def __init__(self) -> None:
        self.requests = NewestInPlace()
        self.go_on = asyncio.Event()
        self.log: list[str] = []

    def begin(self, name: str, key: str = "key") -> asyncio.Task[str | None]:
        async def work() -> str:
            self.log.append(f"{name} begins")
            await self.go_on.wait()
            return name

        run = self.requests.run(key, work, on_ended=lambda: self.log.append(f"{name} ended"))
        return asyncio.ensure_future(run)


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_newer_request_ends_the_older_one_which_returns_none() -> None:
    desk = Desk()
    first = desk.begin("first")
    await turns()
    second = desk.begin("second")
    await turns()
    assert first.done()
    desk.go_on.set()
    assert (await first, await second) == (None, "second")
    assert desk.log == ["first begins", "second begins", "first ended"]
    assert first.cancelling() == 0, "the task of the caller can go on"


async def test_requests_of_other_keys_run_beside_it() -> None:
    desk = Desk()
    tasks = desk.begin("a", "one"), desk.begin("b", "other")
    await turns()
    desk.go_on.set()
    assert (await tasks[0], await tasks[1]) == ("a", "b")


async def test_a_request_is_ended_without_a_newer_one() -> None:
    desk = Desk()
    tasks = desk.begin("a", "one"), desk.begin("b", "other")
    await turns()
    desk.requests.end_all()
    desk.requests.end_all()
    assert (await tasks[0], await tasks[1]) == (None, None)


async def test_a_cancelled_caller_is_cancelled() -> None:
    desk = Desk()
    task = desk.begin("first")
    await turns()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert desk.log == ["first begins", "first ended"]


@pytest.mark.parametrize("is_newer_first", [True, False])
async def test_a_cancelled_caller_is_cancelled_even_if_a_newer_request_came(
    is_newer_first: bool,
) -> None:
    desk = Desk()
    first = desk.begin("first")
    await turns()
    if not is_newer_first:
        first.cancel()
    second = desk.begin("second")
    if is_newer_first:
        await asyncio.sleep(0)
        first.cancel()
    desk.go_on.set()
    await asyncio.wait([first])
    # A request that was over when its caller was cancelled has returned.
    assert first.cancelled() or (is_newer_first and first.result() is None)
    assert await second == "second"


async def test_an_error_reaches_the_caller_and_the_next_request_runs() -> None:
    desk = Desk()

    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await desk.requests.run("key", broken)
    desk.go_on.set()
    assert await desk.begin("next") == "next"


async def test_work_that_ends_in_an_error_when_it_is_ended_leaves_its_task_as_it_was() -> None:
    desk = Desk()

    async def work() -> None:
        try:
            await desk.go_on.wait()
        except asyncio.CancelledError:
            raise ValueError("broken") from None

    async def caller() -> str:
        try:
            await desk.requests.run("key", work)
        except ValueError:
            await asyncio.sleep(0)
            return "goes on"
        return "ended"

    task = asyncio.ensure_future(caller())
    await turns()
    desk.requests.end("key")
    assert await task == "goes on"


async def test_a_time_limit_inside_is_still_one() -> None:
    desk = Desk()

    async def work() -> str:
        try:
            async with asyncio.timeout(0.0):
                await desk.go_on.wait()
        except TimeoutError:
            return "late"
        return "in time"

    assert await desk.requests.run("key", work) == "late"
