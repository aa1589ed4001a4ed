"""A server's socket and the signals that end it. Imports no web server: that takes a while."""

from __future__ import annotations

import asyncio
import signal
import socket

from hotseat.domain.errors import EngineError
from hotseat.machine.platforms import address_option

BACKLOG = 128
"""Connections that the kernel holds ready; asyncio accepts so many at once, before any is ended."""


def on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises EngineError, also for a port in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio checks it before it sets TCP_NODELAY; without that, an
    # answer of two writes waits 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, getattr(socket, address_option()), 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise EngineError(
            f"cannot listen on {host}:{port}: {error.strerror}", hint="Choose another --port"
        ) from error
    listening.setblocking(False)
    return listening


def url_of(host: str, listening: socket.socket) -> str:
    """Return the URL by which clients on this machine reach the server."""
    port = listening.getsockname()[1]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
