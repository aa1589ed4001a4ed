"""The answer to one request to the worker, as something that can be awaited for a bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hotseat.parsing.process import WorkerProcess
from hotseat.parsing.quarantine import Failure
from hotseat.parsing.wire import Answer


async def awaited_answer(
    process: WorkerProcess,
    method: str,
    arguments: tuple[object, ...],
    *,
    answered: Callable[[Answer], None],
    failed: Callable[[Failure], None],
    is_late: Callable[[], None],
    within_s: float,
) -> Answer | None:
    """Send a request to the worker, which must be open; return its answer.

    None after `is_late`, if there is none within `within_s` seconds, and if the worker ends.
    `answered`, or `failed` if the worker ended because of the request, is called however late.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Answer | None] = loop.create_future()

    def on_answer(answer: Answer) -> None:
        answered(answer)
        if not future.done():
            future.set_result(answer)

    def on_loss(failure: Failure | None) -> None:
        if failure is not None:
            failed(failure)
        if not future.done():
            future.set_result(None)

    def on_timeout() -> None:
        if not future.done():
            is_late()
            future.set_result(None)

    process.send(method, arguments, on_answer, on_loss)
    timer = loop.call_later(within_s, on_timeout)
    try:
        return await future
    finally:
        timer.cancel()
