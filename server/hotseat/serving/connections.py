"""The engine's connections: how many there are, and how long one may be idle or half open.

Any process of the machine can open connections to a loopback port and leave them there. Each needs
a file descriptor, so their number has a limit: beyond it the oldest one without a request in
progress ends. Connections by the user's own Unix socket are counted apart, so no one else can take
their place. Owns no request and no route.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from hotseat.machine.platforms import HERE
from hotseat.serving.listening import BACKLOG

IDLE_S = 10.0
"""A connection over TCP ends after this time without a complete request."""
OWN_IDLE_S = 90.0
"""The same for the user's own socket, where a client opens connections ahead."""
MAX_CONNECTIONS = 1024
_MIN_CONNECTIONS = 16
_WANTED_DESCRIPTORS = 65_536
_RESERVED_DESCRIPTORS = 128
"""For the models' processes (three pipes each, and a connection for each request) and files."""
_LOOK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """The limits of one listener."""

    max_connections: int
    idle_s: float


class Connection(Protocol):
    """What is needed of a connection."""

    def waits_since_s(self) -> float | None:
        """Return when it began to wait for a complete request; None while one is answered."""

    def end(self) -> None:
        """End it at once."""


class Connections:
    """The connections of one listener, oldest first."""

    def __init__(
        self, limits: ConnectionLimits, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._open: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> None:
        """Count a new connection, and end another one if there are too many.

        The new one ends if each of the others has a request in progress.
        """
        self._open[connection] = None
        if len(self._open) > self._limits.max_connections:
            victim = next((c for c in self._open if c.waits_since_s() is not None), connection)
            self.remove(victim)
            victim.end()

    def remove(self, connection: Connection) -> None:
        self._open.pop(connection, None)

    def end_idle(self) -> None:
        """End those that have waited too long."""
        before_s = self._clock() - self._limits.idle_s
        for connection in tuple(self._open):
            since_s = connection.waits_since_s()
            if since_s is not None and since_s <= before_s:
                self.remove(connection)
                connection.end()


def max_connections(soft_limit: int | None) -> int:
    """Return how many connections over TCP fit below a limit of descriptors; None: no limit.

    As many are left for the user's own socket and for what is accepted before it is counted.
    """
    if soft_limit is None:
        return MAX_CONNECTIONS
    free = soft_limit - _RESERVED_DESCRIPTORS - 2 * BACKLOG
    return max(_MIN_CONNECTIONS, min(MAX_CONNECTIONS, free // 2))


def raise_descriptor_limit() -> int | None:
    """Raise the soft limit of file descriptors as far as is useful; return it, None for none."""
    if HERE.is_windows:
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else hard
    wanted = min(wanted, _WANTED_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # macOS may refuse what it reports.
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def limited_protocol(soft_limit: int | None) -> tuple[type[H11Protocol], Callable[[], None]]:
    """Return uvicorn's protocol with limits, and a function that ends idle connections."""
    n = max_connections(soft_limit)
    tcp = Connections(ConnectionLimits(max_connections=n, idle_s=IDLE_S))
    own = Connections(ConnectionLimits(max_connections=n, idle_s=OWN_IDLE_S))

    class Limited(_LimitedProtocol):
        def connections_of(self, transport: asyncio.Transport) -> Connections:
            # The address of a Unix socket is a text, that of TCP a tuple.
            return tcp if isinstance(transport.get_extra_info("sockname"), tuple) else own

    def end_idle() -> None:
        tcp.end_idle()
        own.end_idle()

    return Limited, end_idle


async def end_idle_connections(end_idle: Callable[[], None], every_s: float = _LOOK_S) -> None:
    """Call `end_idle` at intervals. Never ends by itself."""
    while True:
        await asyncio.sleep(every_s)
        end_idle()


class _LimitedProtocol(H11Protocol):
    """A connection that knows how long it has waited for a request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._group: Connections | None = None
        self._since_s = time.monotonic()

    def connections_of(self, transport: asyncio.Transport) -> Connections:
        raise NotImplementedError

    def waits_since_s(self) -> float | None:
        if self._answers_no_request():
            return self._since_s  # For the headers of a request, in whatever pieces they come.
        if not self.cycle.more_body:
            return None
        if self.flow.read_paused:  # We are the slower side.
            self._since_s = time.monotonic()
        return self._since_s  # For the next piece of a body: a model takes minutes.

    def _answers_no_request(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def end(self) -> None:
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._group = self.connections_of(transport)
        self._group.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._group is not None:
            self._group.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._answers_no_request():
            self._since_s = time.monotonic()

    def on_response_complete(self) -> None:
        self._since_s = time.monotonic()
        super().on_response_complete()
