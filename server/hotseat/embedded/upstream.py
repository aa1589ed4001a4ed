"""HTTP to a child process: one connection for each request, over its Unix socket.

Owns the bytes between parent and child (h11) and the parsing of llama.cpp's event streams. Knows
neither Ollama nor the pool. A new connection costs 0.1 ms, and llama.cpp closes a kept-alive one
after a stream without saying so. Closing the connection is what cancels a generation.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import h11

_READ_BYTES = 1 << 16


class UpstreamBroken(Exception):
    """The child closed the connection, or spoke something else than HTTP; the text says which."""

    def __init__(self, what: str = "unexpected EOF") -> None:
        super().__init__(what)


class UpstreamSilent(Exception):
    """Nothing came for the time given. The connection can still be read on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A Unix socket; or, where there is none, a loopback port with a key."""

    socket: str = ""
    port: int = 0
    api_key: str = ""


class Upstream:
    """One request and its answer. `silence_s` bounds every wait for bytes."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silence_s: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._silence_s = silence_s
        self._http = h11.Connection(h11.CLIENT)

    @classmethod
    async def connect(cls, address: Address, *, silence_s: float) -> Upstream:
        """Raises OSError when nobody listens."""
        if address.socket:
            reader, writer = await asyncio.open_unix_connection(address.socket)
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
        return cls(reader, writer, silence_s)

    async def send(self, address: Address, path: str, body: dict[str, Any] | None = None) -> None:
        """GET without a body, POST with one."""
        data = b"" if body is None else json.dumps(body).encode()
        headers = [("Host", "child"), ("Connection", "close"), ("Content-Length", str(len(data)))]
        if body is not None:
            headers.append(("Content-Type", "application/json"))
        if address.api_key:
            headers.append(("Authorization", f"Bearer {address.api_key}"))
        method = "GET" if body is None else "POST"
        request = h11.Request(method=method, target=path, headers=headers)
        parts = [self._http.send(request), self._http.send(h11.Data(data=data))]
        parts.append(self._http.send(h11.EndOfMessage()))
        try:
            self._writer.write(b"".join(part for part in parts if part))
            await self._writer.drain()
        except OSError as error:
            raise UpstreamBroken from error

    async def status(self) -> int:
        """Raises UpstreamSilent, after which it may be asked again, and UpstreamBroken."""
        event = await self._next()
        while not isinstance(event, h11.Response):
            event = await self._next()
        return event.status_code

    async def read(self) -> bytes:
        """The rest of the answer."""
        pieces = []
        while isinstance(event := await self._next(), h11.Data):
            pieces.append(bytes(event.data))
        return b"".join(pieces)

    async def data(self) -> bytes:
        """The next piece of the answer; empty at its end. Raises UpstreamSilent, UpstreamBroken."""
        event = await self._next()
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def close(self) -> None:
        self._writer.transport.abort()

    async def _next(self) -> h11.Event:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                try:
                    async with asyncio.timeout(self._silence_s):
                        received = await self._reader.read(_READ_BYTES)
                except TimeoutError:
                    raise UpstreamSilent from None
                self._http.receive_data(received)
        except (OSError, h11.ProtocolError) as error:
            raise UpstreamBroken from error
        if isinstance(event, h11.ConnectionClosed) or not isinstance(event, h11.Event):
            raise UpstreamBroken
        return event


async def events(pieces: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The objects of a server-sent event stream. Raises UpstreamBroken for what is none."""
    buffer = b""
    async for piece in pieces:
        buffer += piece
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            name, _, value = line.partition(b":")
            if name in (b"data", b"error") and value.strip() != b"[DONE]":
                try:
                    event = json.loads(value)
                except ValueError as error:
                    raise UpstreamBroken("not an event") from error
                yield event if name == b"data" else {"error": event}
