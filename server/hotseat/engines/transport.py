"""httpx to an engine on this machine: by its Unix socket, or by TCP with a proof.

`EngineTransport` is httpx's own transport but for the way a connection is opened, which httpx does
not let one choose for each connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpcore
import httpx

from hotseat.engines.proof import Challenge
from hotseat.engines.upstream import PROOF_PATIENCE_S, Address, UpstreamUnproven
from hotseat.machine import network

Locate = Callable[[], Awaitable[Address]]
"""Returns how to connect now; may raise HotseatError."""
_READ_BYTES = 1 << 16
_KEEPALIVE_S = 5.0  # As httpx.

_ERRORS = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
)


class EngineTransport(httpx.AsyncBaseTransport):
    """Connects to where `locate` says. Raises httpx's errors, UpstreamUnproven, and what `locate`
    raises."""

    def __init__(
        self, locate: Locate, *, max_connections: int = 32, max_keepalive_connections: int = 8
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=max_connections,
            max_keepalive_connections=max_keepalive_connections,
            keepalive_expiry=_KEEPALIVE_S,
            network_backend=_Backend(locate),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        assert isinstance(request.stream, httpx.AsyncByteStream)
        with _as_httpx():
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Stream(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._pool.__aexit__(exc_type, exc_value, traceback)


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for piece in self._response.aiter_stream():
                yield piece

    async def aclose(self) -> None:
        with _as_httpx():
            await self._response.aclose()


class _Backend(httpcore.AsyncNetworkBackend):
    """Opens connections to where `locate` says, whatever host and port the URL has."""

    def __init__(self, locate: Locate) -> None:
        self._locate = locate
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._locate()
        if address.socket:
            stream = await self._inner.connect_unix_socket(address.socket, timeout)
        else:
            network.check_host(address.host)
            stream = await self._inner.connect_tcp(address.host, address.port, timeout)
        if address.proof_key:
            try:
                async with asyncio.timeout(PROOF_PATIENCE_S):
                    await _demand_proof(address, stream)
            except BaseException as error:
                await stream.aclose()
                if isinstance(error, TimeoutError):
                    raise httpcore.ReadTimeout from None
                raise
        return stream

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _demand_proof(address: Address, stream: httpcore.AsyncNetworkStream) -> None:
    challenge = Challenge(address.proof_key, address.authority, address.port)
    await stream.write(challenge.request)
    is_right = None
    while is_right is None:
        is_right = challenge.receive(await stream.read(_READ_BYTES))
    if not is_right:
        raise UpstreamUnproven


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        for theirs, ours in _ERRORS:
            if isinstance(error, theirs):
                raise ours(str(error)) from error
        raise
