"""HTTP to one engine, whatever it speaks: quick questions, long ones apart, and answers in lines.

Owns kept connections for everything that is quick, and a connection of its own for each stream and
each load, so that no keystroke can cancel one. Only an engine on another machine, or with TLS, is
asked by httpx. An embedded engine is reached by its Unix socket, or proves itself on each
connection (`token.EngineKey` knows which). What goes wrong on the way becomes an exception of ours;
what the engine itself answers is for the caller. On loopback the environment's proxies are ignored:
with HTTP_PROXY set, 127.0.0.1 would not be reached.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from hotseat.domain.errors import EngineGarbled, EngineSilent, EngineUnavailable
from hotseat.engines.connections.kept_connections import KeptConnections
from hotseat.engines.token import EngineKey
from hotseat.engines.transport import EngineTransport
from hotseat.engines.upstream import (
    AFTER_S,
    Address,
    Spare,
    Upstream,
    UpstreamBroken,
    UpstreamSilent,
    UpstreamUnproven,
)
from hotseat.machine import network
from hotseat.machine.network import is_loopback

QUICK_S = 5.0
CONNECT_S = 1.0
# Time between two tokens, or to the first: prompt evaluation of a full window on a slow CPU.
STREAM_SILENCE_S = 120.0
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WireSettings:
    """The times of one engine's connections."""

    quick_s: float = QUICK_S
    """For each part of a quick answer."""
    stream_silence_s: float = STREAM_SILENCE_S
    """Longest time without a byte of a streamed answer."""
    spare_after_s: float = AFTER_S
    """From a request until the next connection is opened."""


WIRE_DEFAULTS = WireSettings()

_Ask = Callable[[Address, bytes | None], Awaitable[tuple[int, bytes]]]
"""Asks the engine at an address, with content for a POST; returns status and content."""

Refused = Callable[[int, bytes], object]
"""Raises what an answer of that status (400 and above) and content means."""


class Key(Protocol):
    """Knows how to connect, and the bearer token that goes along; see `token.EngineKey`."""

    async def current(self) -> Address: ...

    async def other(self, refused: str) -> str: ...

    def doubt(self) -> None: ...

    def unproven(self) -> EngineUnavailable: ...


class FixedKey:
    """The same address and token whatever happens; an empty token for none."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        self._address = Address(host=host, port=port, api_key=token)

    async def current(self) -> Address:
        return self._address

    async def other(self, refused: str) -> str:
        return ""

    def doubt(self) -> None:
        pass

    def unproven(self) -> EngineUnavailable:
        raise AssertionError("no proof is asked for")


@asynccontextmanager
async def engine_client(
    engine_url: str, *, timeout: httpx.Timeout
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield an httpx client that sends the engine's token.

    Raises EngineUnavailable when the listener is not the engine that it should be; requests raise
    httpx's errors.
    """
    url = engine_url.rstrip("/")
    key = EngineKey(url)
    headers = _authorization((await key.current()).api_key)
    async with httpx.AsyncClient(
        headers=headers, timeout=timeout, **_client_args(url, key)
    ) as client:
        try:
            yield client
        except UpstreamUnproven:
            raise key.unproven() from None


def _client_args(url: str, key: Key) -> dict[str, Any]:
    """Return httpx's arguments for a client of the engine at `url`."""
    is_here = is_loopback(url)
    return {
        "base_url": url,
        "trust_env": not is_here,
        # Without TLS nothing is verified, and reading the certificates takes 30 ms each time.
        "verify": urlsplit(url).scheme == "https",
        "transport": EngineTransport(key.current) if is_here and _is_plain(url) else None,
        "event_hooks": {"request": [_check_host]},
    }


async def _check_host(request: httpx.Request) -> None:
    """Raise EngineUnavailable before a request to a host that is not allowed, by proxy or not."""
    network.check_host(request.url.host)


def _is_plain(url: str) -> bool:
    return urlsplit(url).scheme == "http"


class Wire:
    """To `base_url`. `hint` says what to do if there is no answer. Every method raises
    EngineUnavailable or EngineGarbled."""

    def __init__(
        self, base_url: str, *, key: Key, hint: str, settings: WireSettings = WIRE_DEFAULTS
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._settings = settings
        self._hint = hint
        self._key = key
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(settings.quick_s, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8),
            **_client_args(self.base_url, key),
        )
        self._base_path = urlsplit(self.base_url).path
        self._kept: KeptConnections | None = None
        self._spare: Spare | None = None
        """Both None: no lean connections (another machine, or TLS)."""
        if is_loopback(base_url) and _is_plain(base_url):
            self._kept = KeptConnections(connect_s=CONNECT_S, silence_s=settings.quick_s)
            self._spare = Spare(
                key.current,
                silence_s=settings.stream_silence_s,
                after_s=settings.spare_after_s,
            )

    async def aclose(self) -> None:
        if self._spare is not None:
            await self._spare.aclose()
        if self._kept is not None:
            self._kept.close()
        await self._client.aclose()

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        """Status and content of a quick answer."""
        kept = self._kept
        if kept is None:
            return await self._request(_by_httpx(self._client, method, path), body)
        target = self._base_path + path
        return await self._request(
            lambda address, content: kept.ask(address, method, target, content), body
        )

    async def ask_apart(
        self, path: str, body: dict[str, Any], timeout: httpx.Timeout
    ) -> tuple[int, bytes]:
        """The same for a POST that may take minutes. Cancelling it closes its connection."""
        if self._kept is not None:
            apart = KeptConnections(connect_s=CONNECT_S, silence_s=timeout.read or QUICK_S)
            target = self._base_path + path
            try:
                return await self._request(
                    lambda address, content: apart.ask(address, "POST", target, content), body
                )
            finally:
                apart.close()
        args = _client_args(self.base_url, self._key)
        async with httpx.AsyncClient(timeout=timeout, **args) as client:
            return await self._request(_by_httpx(client, "POST", path), body)

    async def _address(self) -> Address:
        address = await self._key.current()
        if self._client.is_closed:  # Meanwhile.
            raise EngineUnavailable(f"The connection to {self.base_url} was closed")
        return address

    async def lines(
        self, path: str, body: dict[str, Any], refused: Refused
    ) -> AsyncGenerator[bytes, None]:
        """Yield the lines of a streamed answer that are not empty, each with its line end.

        The last one may have none. Closing the generator cancels the request on the wire.
        """
        lines = self._httpx_lines if self._spare is None else self._lean_lines
        async with self._translated(), aclosing(lines(path, to_json(body), refused)) as stream:
            async for line in stream:
                yield line

    async def _request(self, ask: _Ask, body: dict[str, Any] | None) -> tuple[int, bytes]:
        """Ask, and once more if the engine refuses the token and there is another one."""
        async with self._translated():
            content = None if body is None else to_json(body)
            address = await self._address()
            try:
                status, answer = await ask(address, content)
            except UpstreamUnproven:
                if not await self._key.other(address.api_key):
                    raise
            else:
                if status != 401 or not await self._key.other(address.api_key):
                    return status, answer
            return await ask(await self._address(), content)

    async def _lean_lines(
        self, path: str, content: bytes, refused: Refused
    ) -> AsyncGenerator[bytes, None]:
        """For an engine on this machine: a keystroke waits for every millisecond of this."""
        address = await self._address()
        upstream, status = await self._begin(path, content)
        try:
            if status == 401 and await self._key.other(address.api_key):
                upstream.close()
                upstream, status = await self._begin(path, content)
            if status >= 400:
                refused(status, await upstream.read())
            splitter = _LineSplitter()
            while piece := await upstream.data():
                for line in splitter.lines(piece):
                    yield line
            if splitter.rest:
                yield splitter.rest
        finally:
            upstream.leave()

    async def _begin(self, path: str, content: bytes) -> tuple[Upstream, int]:
        """The request on the spare connection, or on a new one, and the answer's status."""
        assert self._spare is not None
        address = await self._address()
        try:
            spare = self._spare.take()
            self._spare.prepare()
            if spare is not None:
                return spare, await self._send(spare, address, path, content)
        except UpstreamBroken:  # The engine had closed it: another may listen there by now.
            self._spare.prepare()
            self._key.doubt()
            address = await self._address()
        silence_s = self._settings.stream_silence_s
        try:
            upstream = await Upstream.connect(address, silence_s=silence_s)
        except UpstreamUnproven:
            if not await self._key.other(address.api_key):
                raise
            address = await self._address()
            upstream = await Upstream.connect(address, silence_s=silence_s)
        return upstream, await self._send(upstream, address, path, content)

    async def _send(self, upstream: Upstream, address: Address, path: str, content: bytes) -> int:
        try:
            await upstream.send(address, self._base_path + path, content)
            return await upstream.status()
        except BaseException:
            upstream.close()  # which the engine sees, and stops
            raise

    async def _httpx_lines(
        self, path: str, content: bytes, refused: Refused
    ) -> AsyncGenerator[bytes, None]:
        """For any other: with TLS, and the environment's proxies."""
        timeout = httpx.Timeout(self._settings.stream_silence_s, connect=CONNECT_S)
        headers = _headers((await self._address()).api_key)
        async with self._client.stream(
            "POST", path, content=content, headers=headers, timeout=timeout
        ) as response:
            if response.status_code == 401:
                self._key.doubt()
            if response.status_code >= 400:
                refused(response.status_code, await response.aread())
            splitter = _LineSplitter()
            async for piece in response.aiter_bytes():
                for line in splitter.lines(piece):
                    yield line
            if splitter.rest:
                yield splitter.rest

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        """The transport's exceptions as ours."""
        try:
            yield
        except UpstreamUnproven:
            self._key.doubt()
            raise self._key.unproven() from None
        except (httpx.ConnectError, httpx.ConnectTimeout, OSError) as error:
            self._key.doubt()
            raise EngineUnavailable(
                f"No engine answers at {self.base_url}", hint=self._hint
            ) from error
        except (
            httpx.ReadTimeout,
            httpx.WriteTimeout,
            httpx.PoolTimeout,
            UpstreamSilent,
        ) as error:
            raise EngineSilent(
                f"The engine at {self.base_url} stopped answering",
                hint="It may be overloaded; `hotseat doctor` tests it",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, UpstreamBroken) as error:
            self._key.doubt()
            raise EngineGarbled(f"The connection to {self.base_url} broke: {error}") from error


class _LineSplitter:
    """The lines of a text that comes in pieces. `rest` has no line end yet."""

    def __init__(self) -> None:
        self.rest = b""

    def lines(self, piece: bytes) -> list[bytes]:
        """Return the lines that `piece` completes, with their line ends, without empty ones."""
        *whole, self.rest = (self.rest + piece).split(b"\n")
        return [line + b"\n" for line in whole if line.strip()]


def _by_httpx(client: httpx.AsyncClient, method: str, path: str) -> _Ask:
    async def ask(address: Address, content: bytes | None) -> tuple[int, bytes]:
        headers = _headers(address.api_key)
        response = await client.request(method, path, content=content, headers=headers)
        return response.status_code, response.content

    return ask


def _headers(token: str) -> dict[str, str]:
    return _JSON | _authorization(token)


def _authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


@contextmanager
def garbled(what: str) -> Iterator[None]:
    """Reading an answer of another shape is EngineGarbled, whatever breaks first. `what` says which
    answer, and how it should have been."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise EngineGarbled(what, hint="Check the host in experts.yaml") from error


def to_json(body: dict[str, Any]) -> bytes:
    """Half a surrogate pair, which an editor's text may hold and no UTF-8 can, goes as U+FFFD."""
    text = json.dumps(body, ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
