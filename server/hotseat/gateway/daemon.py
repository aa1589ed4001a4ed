"""The gateway's process: its socket, its key, its end."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable

from hotseat.domain.errors import EngineError, HotseatError
from hotseat.gateway.answering import SIGN_OF_LIFE_S, Answering
from hotseat.gateway.app import create_app
from hotseat.gateway.key import stored_key
from hotseat.gateway.presence import announced
from hotseat.gateway.window import GatewayWindow
from hotseat.machine import network
from hotseat.serving.connections import (
    end_idle_connections,
    limited_protocol,
    raise_descriptor_limit,
)
from hotseat.serving.guard import is_loopback
from hotseat.serving.listening import bind, on_signals, url_of
from hotseat.serving.web_server import make_server
from hotseat.session.settings import Settings

DEFAULT_PORT = 11435
_GRACE_S = 2

Print = Callable[[str], None]


def checked_key(host: str, *, is_open: bool) -> str | None:
    """Return the key that clients need; None if none is. Raises HotseatError."""
    if not is_open:
        return stored_key()
    if not is_loopback(host):
        raise HotseatError(
            f"{host} can be reached from other machines: there, a key is always needed",
            hint="Leave out --open, or serve 127.0.0.1",
        )
    return None


async def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    key: str | None,
    say: Print,
    sign_of_life_s: float = SIGN_OF_LIFE_S,
) -> None:
    """Serve until a signal. `port` 0 takes any free one. Raises HotseatError."""
    # asyncio warns about every write to a client that has disconnected, which is not a fault.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    listening = bound(host, port)
    window = GatewayWindow(settings)
    stop = asyncio.Event()
    on_signals(stop)
    try:
        await window.start()
        app = create_app(Answering(window, sign_of_life_s=sign_of_life_s), bound_host=host, key=key)
        protocol, end_idle = limited_protocol(raise_descriptor_limit())
        server = make_server(app, protocol, grace_s=_GRACE_S)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        ending_idle = asyncio.create_task(end_idle_connections(end_idle))
        stopping = asyncio.create_task(stop.wait())
        try:
            url = url_of(host, listening)
            say(f"hotseat serve: listening on {url}")
            with announced(url):
                await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            ending_idle.cancel()
            server.should_exit = True
            await serving
    finally:
        listening.close()
        await window.aclose()


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises HotseatError with what to do."""
    network.check_listening(host)
    try:
        return bind(host, port)
    except EngineError as error:
        cause = error.__cause__
        hint = "Use --host 127.0.0.1, or another address of this machine"
        if isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE:
            hint = "Another program uses the port, perhaps another `hotseat serve`: choose --port N"
        elif isinstance(cause, PermissionError):
            hint = "Choose a --port above 1023"
        raise HotseatError(error.message, hint=hint) from None


def warnings(host: str, key: str | None) -> list[str]:
    """Return what the user should know about who can use the gateway."""
    if key is None:
        return ["no key is needed: every program and user of this machine can use the models"]
    if not is_loopback(host):
        return [f"serving {host} without encryption: the key can be read on the network"]
    return []
