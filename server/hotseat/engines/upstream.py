"""HTTP/1.1 where every millisecond counts. Closing the connection of a request cancels it.

Used between an editor's keystroke and the engine, and between the embedded engine and its children.
httpx takes 2.9 ms of processor time for such a request, this 0.6 (h11, an idle machine's cold
caches). A new connection takes 0.7 ms until the request is on it: a `Spare` is opened ahead. Where
an address has a proof key, the listener proves itself before anything else is sent. Owns the bytes;
knows no Ollama.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import h11

from hotseat.domain.errors import HotseatError
from hotseat.engines.connections.lean_socket import LeanSocket
from hotseat.engines.proof import Challenge
from hotseat.machine import network

SPARE_S = 60.0
"""How long a connection is kept open for a request that does not come."""
SPARE_TCP_S = 8.0
"""The same over TCP to the embedded engine, which ends idle connections after 10 s."""
PROOF_PATIENCE_S = 5.0
"""For the proof, as for any quick question."""
AFTER_S = 0.015
"""The next connection waits until the present request is on its way."""


class UpstreamBroken(Exception):
    """The child closed the connection, or spoke something else than HTTP; the text says which."""

    def __init__(self, what: str = "unexpected EOF") -> None:
        super().__init__(what)


class UpstreamSilent(Exception):
    """Nothing came for the time given. The connection can still be read on."""


class UpstreamUnproven(Exception):
    """What listens there does not know the proof key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A Unix socket; or, where there is none, a host and port. `api_key` is sent with requests."""

    socket: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    """With a socket: the port at which the same process listens; 0 for none."""
    api_key: str = field(default="", repr=False)
    proof_key: bytes = field(default=b"", repr=False)
    """Not empty: each new connection has to prove that it leads to who knows this key."""

    @property
    def authority(self) -> str:
        """What the Host header says."""
        if self.socket and not self.port:
            return "child"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Upstream:
    """One connection, for one request at a time. `silence_s` bounds every wait for bytes."""

    def __init__(self, connected: LeanSocket, silence_s: float) -> None:
        self._socket = connected
        self._silence_s = silence_s
        self._http = h11.Connection(h11.CLIENT)

    @classmethod
    async def connect(
        cls, address: Address, *, silence_s: float, connect_s: float | None = None
    ) -> Upstream:
        """Raises OSError if there is no listener, or none that accepts within `connect_s`, and
        EngineUnavailable if the connection is not allowed; UpstreamUnproven, or UpstreamSilent
        after PROOF_PATIENCE_S, if it does not prove itself."""
        if not address.socket:
            network.check_host(address.host)
        async with asyncio.timeout(connect_s):
            if address.socket:
                connected = await LeanSocket.connect_unix(address.socket)
            else:
                connected = await LeanSocket.connect_tcp(address.host, address.port)
        if address.proof_key:
            try:
                async with asyncio.timeout(PROOF_PATIENCE_S):
                    await _demand_proof(address, connected)
            except BaseException as error:
                connected.close()
                if isinstance(error, TimeoutError):
                    raise UpstreamSilent from None
                raise
        return cls(connected, silence_s)

    async def send(
        self,
        address: Address,
        path: str,
        content: bytes | None = None,
        more: Iterable[tuple[str, str]] = (),
        *,
        method: str = "",
        keeps: bool = False,
    ) -> None:
        """GET without content, POST with JSON, or another `method`. `more` are further headers.
        `keeps`: the connection may serve another request after the answer."""
        data = content or b""
        headers = [("Host", address.authority), *more]
        if not keeps:
            headers.append(("Connection", "close"))
        headers.append(("Content-Length", str(len(data))))
        if content is not None:
            headers.append(("Content-Type", "application/json"))
        if address.api_key:
            headers.append(("Authorization", f"Bearer {address.api_key}"))
        method = method or ("GET" if content is None else "POST")
        request = h11.Request(method=method, target=path, headers=headers)
        parts = [self._http.send(request), self._http.send(h11.Data(data=data))]
        parts.append(self._http.send(h11.EndOfMessage()))
        try:
            await self._socket.send(b"".join(part for part in parts if part))
        except OSError as error:
            raise UpstreamBroken from error

    async def status(self) -> int:
        """Raises UpstreamSilent, after which it may be asked again, and UpstreamBroken."""
        return (await self.head())[0]

    async def head(self) -> tuple[int, dict[str, str]]:
        """The status, and the headers by their names in lower case. Raises like `status`."""
        event = await self._next()
        while not isinstance(event, h11.Response):
            event = await self._next()
        headers = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
        return event.status_code, headers

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

    @property
    def is_open(self) -> bool:
        """Of a connection on which nothing is under way."""
        return self._socket.is_open

    def is_ready_again(self) -> bool:
        """Make ready for another request after an answer that was read to its end. Return whether
        the connection serves one."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    def close(self) -> None:
        self._socket.close()

    async def _next(self) -> h11.Event:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                try:
                    async with asyncio.timeout(self._silence_s):
                        received = await self._socket.receive()
                except TimeoutError:
                    raise UpstreamSilent from None
                self._http.receive_data(received)
        except (OSError, h11.ProtocolError) as error:
            raise UpstreamBroken from error
        if isinstance(event, h11.ConnectionClosed) or not isinstance(event, h11.Event):
            raise UpstreamBroken
        return event


async def _demand_proof(address: Address, connected: LeanSocket) -> None:
    challenge = Challenge(address.proof_key, address.authority, address.port)
    await connected.send(challenge.request)
    is_right = None
    while is_right is None:
        is_right = challenge.receive(await connected.receive())
    if not is_right:
        raise UpstreamUnproven


class Spare:
    """A connection opened ahead, so that the next request need not wait for it.

    `locate` returns the address; it may raise HotseatError. An embedded engine proves itself when
    the connection is opened.
    """

    def __init__(
        self,
        locate: Callable[[], Awaitable[Address]],
        *,
        silence_s: float,
        after_s: float = AFTER_S,
    ) -> None:
        self._locate = locate
        self._silence_s = silence_s
        self._after_s = after_s
        self._upstream: Upstream | None = None
        self._opening: asyncio.Task[None] | None = None
        self._expiry: asyncio.TimerHandle | None = None

    def take(self) -> Upstream | None:
        """The caller's from now on; None if there is none. Raises UpstreamBroken when the other
        side has closed it. It may have done so a moment ago: what breaks before a byte of the
        answer came is worth another try."""
        upstream = self._let_go()
        if upstream is not None and not upstream.is_open:
            upstream.close()
            raise UpstreamBroken
        return upstream

    def prepare(self) -> None:
        """Open one beside, if there is none."""
        if self._upstream is None and (self._opening is None or self._opening.done()):
            self._opening = asyncio.create_task(self._open())

    async def aclose(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        self._drop()

    async def _open(self) -> None:
        await asyncio.sleep(self._after_s)
        try:
            address = await self._locate()
            self._upstream = await Upstream.connect(address, silence_s=self._silence_s)
        except (OSError, HotseatError, UpstreamSilent, UpstreamUnproven):
            return  # the next request will say so
        keep_s = SPARE_TCP_S if address.proof_key else SPARE_S
        self._expiry = asyncio.get_running_loop().call_later(keep_s, self._drop)

    def _drop(self) -> None:
        if (upstream := self._let_go()) is not None:
            upstream.close()

    def _let_go(self) -> Upstream | None:
        if self._expiry is not None:
            self._expiry.cancel()
        upstream, self._upstream, self._expiry = self._upstream, None, None
        return upstream
