"""HTTP to one engine, whatever it speaks: quick questions, long ones apart, and answers in lines.

Owns one pooled client for everything that is quick, and a connection of its own for each stream and
each load, so that no keystroke can cancel one. What goes wrong on the way becomes an exception of
ours; what the engine itself answers is for the caller. On loopback the environment's proxies are
ignored: with HTTP_PROXY set, 127.0.0.1 would not be reached.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from hotseat.domain.errors import EngineGarbled, EngineUnavailable
from hotseat.engines.upstream import (
    AFTER_S,
    Address,
    Spare,
    Upstream,
    UpstreamBroken,
    UpstreamSilent,
)

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

Refused = Callable[[int, bytes], object]
"""Raises what an answer of that status (400 and above) and content means."""


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine by name or address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Key(Protocol):
    """Knows the bearer token that goes along; see `token.EngineKey`."""

    async def current(self) -> str: ...

    async def other(self, refused: str) -> str: ...

    def doubt(self) -> None: ...


class FixedKey:
    """The same token whatever happens; empty for none."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def current(self) -> str:
        return self._token

    async def other(self, refused: str) -> str:
        return ""

    def doubt(self) -> None:
        pass


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
        self._client_args: dict[str, Any] = {
            "base_url": self.base_url,
            "trust_env": not is_loopback(base_url),
            # Without TLS nothing is verified, and reading the certificates takes 30 ms each time.
            "verify": urlsplit(self.base_url).scheme == "https",
        }
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(settings.quick_s, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8),
            **self._client_args,
        )
        parts = urlsplit(self.base_url)
        self._base_path = parts.path
        self._address: Address | None = None
        if is_loopback(base_url) and parts.scheme == "http":
            host, port = parts.hostname or "127.0.0.1", parts.port or 80
            self._address = Address(host=host, port=port)
            self._spare = Spare(
                self._address,
                silence_s=settings.stream_silence_s,
                after_s=settings.spare_after_s,
            )

    async def aclose(self) -> None:
        if self._address is not None:
            await self._spare.aclose()
        await self._client.aclose()

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        """Status and content of a quick answer."""
        return await self._request(self._client, method, path, body)

    async def ask_apart(
        self, path: str, body: dict[str, Any], timeout: httpx.Timeout
    ) -> tuple[int, bytes]:
        """The same for a POST that may take minutes. Cancelling it closes its connection."""
        async with httpx.AsyncClient(timeout=timeout, **self._client_args) as client:
            return await self._request(client, "POST", path, body)

    async def _token(self) -> str:
        token = await self._key.current()
        if self._client.is_closed:  # Meanwhile.
            raise EngineUnavailable(f"The connection to {self.base_url} was closed")
        return token

    async def lines(
        self, path: str, body: dict[str, Any], refused: Refused
    ) -> AsyncGenerator[bytes, None]:
        """Yield the lines of a streamed answer that are not empty, each with its line end.

        The last one may have none. Closing the generator cancels the request on the wire.
        """
        lines = self._httpx_lines if self._address is None else self._lean_lines
        async with self._translated(), aclosing(lines(path, to_json(body), refused)) as stream:
            async for line in stream:
                yield line

    async def _request(
        self, client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, bytes]:
        async with self._translated():
            content = None if body is None else to_json(body)
            token = await self._token()
            headers = _headers(token)
            response = await client.request(method, path, content=content, headers=headers)
            if response.status_code == 401 and (token := await self._key.other(token)):
                headers = _headers(token)
                response = await client.request(method, path, content=content, headers=headers)
            return response.status_code, response.content

    async def _lean_lines(
        self, path: str, content: bytes, refused: Refused
    ) -> AsyncGenerator[bytes, None]:
        """For an engine on this machine: a keystroke waits for every millisecond of this."""
        token = await self._token()
        upstream, status = await self._begin(path, content)
        try:
            if status == 401 and await self._key.other(token):
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
            upstream.close()

    async def _begin(self, path: str, content: bytes) -> tuple[Upstream, int]:
        """The request on the spare connection, or on a new one, and the answer's status."""
        assert self._address is not None
        token = await self._token()
        try:
            spare = self._spare.take()
            self._spare.prepare()
            if spare is not None:
                return spare, await self._send(spare, token, path, content)
        except UpstreamBroken:  # The engine had closed it: another may listen there by now.
            self._spare.prepare()
            self._key.doubt()
            token = await self._token()
        silence_s = self._settings.stream_silence_s
        upstream = await Upstream.connect(self._address, silence_s=silence_s)
        return upstream, await self._send(upstream, token, path, content)

    async def _send(self, upstream: Upstream, token: str, path: str, content: bytes) -> int:
        assert self._address is not None
        address = replace(self._address, api_key=token)
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
        headers = _headers(await self._token())
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
            raise EngineUnavailable(
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


def _headers(token: str) -> dict[str, str]:
    return {**_JSON, "Authorization": f"Bearer {token}"} if token else _JSON


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
