"""HTTP/1.1 where every millisecond counts. Closing the connection of a request cancels it.

Used between an editor's keystroke and the engine, and between the embedded engine and its children.
httpx takes 2.9 ms of processor time for such a request, this 0.4 (an idle machine's cold caches). A
new connection takes 0.7 ms until the request is on it: a `Spare` is opened ahead. Where
an address has a proof key, the listener proves itself before anything else is sent. Owns the bytes;
knows no Ollama.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from hotseat.domain.errors import HotseatError
from hotseat.engines.connections.http_answer import BrokenAnswer, HttpAnswer
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
_REQUEST_LINE = re.compile(r"[A-Z]+ [\x21-\x7e]+ HTTP/1\.1")
_HEADER = re.compile(r"[A-Za-z-]+: [\t\x20-\x7e]*")


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
        self._answer = HttpAnswer()
        self._keeps = False

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
        method = method or ("GET" if content is None else "POST")
        lines = [f"{method} {path} HTTP/1.1", f"Host: {address.authority}"]
        lines += [f"{name}: {value}" for name, value in more]
        if not keeps:
            lines.append("Connection: close")
        lines.append(f"Content-Length: {len(content or b'')}")
        if content is not None:
            lines.append("Content-Type: application/json")
        if address.api_key:
            lines.append(f"Authorization: Bearer {address.api_key}")
        if not (_REQUEST_LINE.fullmatch(lines[0]) and all(map(_HEADER.fullmatch, lines[1:]))):
            raise UpstreamBroken("the address or the token holds what no HTTP request may")
        head = "\r\n".join((*lines, "\r\n")).encode("ascii")
        self._answer, self._keeps = HttpAnswer(), keeps
        try:
            await self._socket.send(head + (content or b""))
        except OSError as error:
            raise UpstreamBroken from error

    async def status(self) -> int:
        """Raises UpstreamSilent, after which it may be asked again, and UpstreamBroken."""
        return (await self.head())[0]

    async def head(self) -> tuple[int, dict[str, str]]:
        """The status, and the headers by their names in lower case. Raises like `status`."""
        while (status := self._answer.status) is None:
            await self._receive()
        return status, self._answer.headers

    async def read(self) -> bytes:
        """The rest of the answer."""
        pieces = []
        while piece := await self.data():
            pieces.append(piece)
        return b"".join(pieces)

    async def data(self) -> bytes:
        """The next piece of the answer; empty at its end. Raises UpstreamSilent, UpstreamBroken."""
        try:
            while not (piece := self._answer.body()) and not self._answer.is_done:
                await self._receive()
        except BrokenAnswer as error:
            raise UpstreamBroken(str(error)) from error
        return piece

    @property
    def is_open(self) -> bool:
        """Of a connection on which nothing is under way."""
        return self._socket.is_open

    def is_ready_again(self) -> bool:
        """Return whether the connection serves another request: the answer was read to its end."""
        answer = self._answer
        return self._keeps and answer.is_done and answer.can_go_on and not answer.has_surplus

    def close(self) -> None:
        """Close the connection, which cancels a request."""
        self._socket.close()

    def leave(self) -> None:
        """Close the connection. If the answer has ended, nothing is left to cancel, and it is the
        next turn of the event loop that closes it: the answer does not wait for that."""
        if self._answer.is_done:
            asyncio.get_running_loop().call_soon(self.close)
        else:
            self.close()

    async def _receive(self) -> None:
        try:
            received = await self._socket.receive(self._silence_s)
        except TimeoutError:
            raise UpstreamSilent from None
        except OSError as error:
            raise UpstreamBroken from error
        try:
            self._answer.receive(received)
        except BrokenAnswer as error:
            raise UpstreamBroken(str(error)) from error


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
