"""A socket without a transport, against a real peer."""

from __future__ import annotations

import asyncio
import socket

import pytest

from hotseat.engines.connections.lean_socket import LeanSocket


async def pair() -> tuple[LeanSocket, socket.socket]:
    here, there = socket.socketpair()
    here.setblocking(False)
    return LeanSocket(here), there


async def test_bytes_that_come_while_a_wait_is_cancelled_are_received_next() -> None:
    here, there = await pair()
    waiting = asyncio.create_task(here.receive())
    await asyncio.sleep(0)
    there.send(b"abc")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await here.receive() == b"abc"
    here.close()
    there.close()


async def test_closing_ends_the_wait_of_another_task() -> None:
    here, there = await pair()
    waiting = asyncio.create_task(here.receive())
    await asyncio.sleep(0)
    here.close()
    here.close()
    with pytest.raises(OSError):
        await waiting
    assert not here.is_open
    there.close()


async def test_more_than_the_kernel_buffers_is_sent_and_received_whole() -> None:
    here, there = await pair()
    there.setblocking(False)
    other, data = LeanSocket(there), bytes(range(256)) * 40_000
    sending = asyncio.create_task(here.send(data))
    received = b""
    while len(received) < len(data):
        received += await other.receive()
    await sending
    here.close()
    assert received == data
    assert not other.is_open
    assert await other.receive() == b""
    other.close()


async def test_a_name_is_looked_up_and_a_closed_port_refuses() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    (await LeanSocket.connect_tcp("localhost", port)).close()
    listener.close()
    for host in ("localhost", "127.0.0.1"):
        with pytest.raises(OSError):
            await LeanSocket.connect_tcp(host, port)
