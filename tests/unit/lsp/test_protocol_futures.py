"""What the protocol keeps of handlers that have ended."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

from hotseat.lsp.main import create_server
from hotseat.session.settings import Settings


async def test_a_handler_that_has_ended_leaves_no_future() -> None:
    protocol = create_server(Settings()).protocol

    async def later() -> str:
        await asyncio.sleep(0)
        return "done"

    def at_once() -> str:
        return "done"

    def in_steps() -> Any:
        yield at_once, (), {}
        return "done"

    ended: list[Future[Any]] = []
    for n, handler in enumerate((later, at_once, in_steps)):
        protocol._execute_handler(f"{n}", handler, ended.append)
    while len(ended) < 3:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [future.result() for future in ended]
    assert protocol._request_futures == {}
