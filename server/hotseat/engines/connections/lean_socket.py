"""A connected socket that the event loop serves without a transport.

asyncio's streams take about ten callbacks of the event loop to open a connection, read one answer
and close it, this four. Nothing is read before someone waits for it, so a wait that is cancelled
loses no bytes. Owns the socket; knows no HTTP.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

from hotseat.machine.platforms import HERE

_READ_BYTES = 1 << 16
_LOOP_WATCHES_SOCKETS = HERE.selects_pipes
"""Elsewhere asyncio's event loop has no readers; it receives by itself."""


class LeanSocket:
    """Use one of the two ways to connect. One task at a time receives; another one may close."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._loop = asyncio.get_running_loop()
        self._readable: asyncio.Future[None] | None = None

    @classmethod
    async def connect_unix(cls, path: str) -> LeanSocket:
        """Raises OSError if there is no listener."""
        return await _connected(socket.AF_UNIX, path)

    @classmethod
    async def connect_tcp(cls, host: str, port: int) -> LeanSocket:
        """Try each address of the host. Raises OSError if there is no listener at any."""
        loop = asyncio.get_running_loop()
        failure = OSError(f"{host} has no address")
        places = _literal(host, port) or await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, *_, place in places:
            try:
                return await _connected(family, place)
            except OSError as error:
                failure = error
        raise failure

    @property
    def is_open(self) -> bool:
        """Whether the other side has neither closed the connection nor sent anything."""
        if self._socket.fileno() < 0:
            return False
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    async def send(self, data: bytes) -> None:
        """Raises OSError."""
        try:
            n_sent = self._socket.send(data)
        except BlockingIOError:
            n_sent = 0
        if n_sent < len(data):
            await self._loop.sock_sendall(self._socket, memoryview(data)[n_sent:])

    async def receive(self, within_s: float | None = None) -> bytes:
        """Return what has come, or comes next; empty at the end. Raises OSError, also if another
        task closes this meanwhile, and TimeoutError if nothing comes `within_s`."""
        if not _LOOP_WATCHES_SOCKETS:
            async with asyncio.timeout(within_s):
                return await self._loop.sock_recv(self._socket, _READ_BYTES)
        while True:
            try:
                return self._socket.recv(_READ_BYTES)
            except BlockingIOError:
                await self._wait_readable(within_s)

    def close(self) -> None:
        """The other side sees it at once. May be called again."""
        self._stop_waiting()
        if self._readable is not None and not self._readable.done():
            self._readable.set_exception(ConnectionAbortedError("closed here"))
        self._socket.close()

    async def _wait_readable(self, within_s: float | None) -> None:
        readable = self._readable = self._loop.create_future()
        self._loop.add_reader(self._socket.fileno(), _done, readable)
        timer = None
        if within_s is not None:  # a timer alone: `asyncio.timeout` takes ten times as long
            timer = self._loop.call_later(within_s, _expired, readable)
        try:
            await readable
        finally:
            if timer is not None:
                timer.cancel()
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._readable is not None and self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _expired(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_exception(TimeoutError())


def _literal(host: str, port: int) -> list[tuple[int, int, int, str, tuple[str, int]]]:
    """Return the address if `host` is one: no thread has to look it up."""
    with suppress(OSError, ValueError):
        socket.inet_pton(socket.AF_INET, host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port))]
    with suppress(OSError, ValueError):
        socket.inet_pton(socket.AF_INET6, host)
        return [(socket.AF_INET6, socket.SOCK_STREAM, 0, "", (host, port))]
    return []


async def _connected(family: int, place: tuple[Any, ...] | str) -> LeanSocket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        if family != getattr(socket, "AF_UNIX", None):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(opened, place)
    except BaseException:
        opened.close()
        raise
    return LeanSocket(opened)
