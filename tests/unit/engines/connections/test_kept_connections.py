"""Short questions over kept connections, against a real listener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from hotseat.engines.connections.kept_connections import KEEP_S, KeptConnections
from hotseat.engines.upstream import Address, UpstreamBroken, UpstreamSilent

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Listener:
    """Answers `n_each` requests per connection with `answer`, then closes it."""

    def __init__(self, answer: bytes, n_each: int) -> None:
        self._answer, self._n_each = answer, n_each
        self.n_connections = 0
        self.requests: list[bytes] = []
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.n_connections += 1
        self._writers.append(writer)
        for _ in range(self._n_each):
            try:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            except (asyncio.IncompleteReadError, OSError):
                break
            writer.write(self._answer)
            await writer.drain()
        writer.close()

    async def close(self) -> None:
        for writer in self._writers:
            writer.close()
        closed = (writer.wait_closed() for writer in self._writers)
        await asyncio.gather(*closed, return_exceptions=True)


@asynccontextmanager
async def listening(answer: bytes = ANSWER, n_each: int = 100) -> AsyncIterator[Listener]:
    listener = Listener(answer, n_each)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener
        await listener.close()


def kept(clock: Callable[[], float] = lambda: 0.0, silence_s: float = 5.0) -> KeptConnections:
    return KeptConnections(connect_s=5.0, silence_s=silence_s, clock=clock)


async def test_questions_share_one_connection() -> None:
    async with listening() as listener:
        connections, address = kept(), Address(port=listener.port, api_key="k")
        for _ in range(3):
            assert await connections.ask(address, "GET", "/api/ps", None) == (200, b"{}")
        connections.close()
    assert listener.n_connections == 1
    assert all(b"authorization: bearer k" in request.lower() for request in listener.requests)


async def test_questions_at_the_same_time_do_not_wait_for_each_other() -> None:
    async with listening() as listener:
        connections, address = kept(), Address(port=listener.port)
        asked = (connections.ask(address, "GET", f"/{i}", None) for i in range(4))
        assert await asyncio.gather(*asked) == [(200, b"{}")] * 4
        connections.close()
    assert listener.n_connections == 4


async def test_a_connection_that_the_engine_has_closed_costs_no_question() -> None:
    async with listening(n_each=1) as listener:
        connections, address = kept(), Address(port=listener.port)
        for _ in range(3):
            assert await connections.ask(address, "GET", "/", None) == (200, b"{}")
        connections.close()
    assert listener.n_connections == 3


async def test_a_connection_that_was_idle_for_long_is_not_used_again() -> None:
    now = [0.0]
    async with listening() as listener:
        connections, address = kept(lambda: now[0]), Address(port=listener.port)
        await connections.ask(address, "GET", "/", None)
        now[0] = KEEP_S + 1.0
        await connections.ask(address, "GET", "/", None)
        connections.close()
    assert listener.n_connections == 2


async def test_a_connection_leads_only_where_it_was_opened_to() -> None:
    async with listening() as one, listening() as other:
        connections = kept()
        await connections.ask(Address(port=one.port), "GET", "/", None)
        await connections.ask(Address(port=other.port), "GET", "/", None)
        connections.close()
    assert (len(one.requests), len(other.requests)) == (1, 1)


async def test_an_engine_that_is_gone_refuses_and_one_that_says_nothing_is_silent() -> None:
    async with listening() as listener:
        address = Address(port=listener.port)
        connections = kept()
        await connections.ask(address, "GET", "/", None)
        connections.close()
    with pytest.raises(OSError):
        await kept().ask(address, "GET", "/", None)
    async with listening(answer=b"") as mute:
        with pytest.raises(UpstreamSilent):
            await kept(silence_s=0.01).ask(Address(port=mute.port), "GET", "/", None)


@pytest.mark.parametrize(
    "answer", [b"no HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]
)
async def test_an_answer_that_breaks_off_or_is_not_http_is_reported(answer: bytes) -> None:
    async with listening(answer, n_each=1) as listener:
        with pytest.raises(UpstreamBroken):
            await kept().ask(Address(port=listener.port), "GET", "/", None)


async def test_an_answer_that_closes_by_its_own_header_is_read_to_its_end() -> None:
    answer = b"HTTP/1.0 200 OK\r\n\r\n{}"
    async with listening(answer, n_each=1) as listener:
        connections, address = kept(), Address(port=listener.port)
        for _ in range(2):
            assert await connections.ask(address, "GET", "/", None) == (200, b"{}")
        connections.close()
    assert listener.n_connections == 2
