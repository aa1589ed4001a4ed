"""Short questions to one engine, over connections that are kept from one question to the next.

httpx takes 2.9 ms of processor time for a request, and the keeper has such a question every second.
Owns the idle connections; what an answer means is for the caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hotseat.engines.upstream import Address, Upstream, UpstreamBroken

KEEP_S = 4.0
"""How long an idle connection is used again: uvicorn closes one after 5 s, the embedded engine
after 10 s."""
MAX_IDLE = 2


class KeptConnections:
    """Each question has a connection of its own; `MAX_IDLE` of them are kept for later ones."""

    def __init__(
        self,
        *,
        connect_s: float,
        silence_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect_s = connect_s
        self._silence_s = silence_s
        self._clock = clock
        self._idle: list[tuple[float, Address, Upstream]] = []
        """Oldest first: since when, and where each leads."""
        self._is_closed = False

    def close(self) -> None:
        """Close what is idle; connections in use end with their answers."""
        self._is_closed = True
        while self._idle:
            self._idle.pop()[-1].close()

    async def ask(
        self, address: Address, method: str, target: str, content: bytes | None
    ) -> tuple[int, bytes]:
        """Return status and content. Raises OSError if nothing listens, and Upstream's errors."""
        if (kept := self._take(address)) is not None:
            try:
                return await self._asked(kept, address, method, target, content)
            except UpstreamBroken:
                pass  # The engine closed it a moment ago, or has ended: a new one shows which.
        connected = await Upstream.connect(
            address, silence_s=self._silence_s, connect_s=self._connect_s
        )
        return await self._asked(connected, address, method, target, content)

    async def _asked(
        self,
        upstream: Upstream,
        address: Address,
        method: str,
        target: str,
        content: bytes | None,
    ) -> tuple[int, bytes]:
        is_kept = False
        try:
            await upstream.send(address, target, content, method=method, keeps=True)
            answer = await upstream.status(), await upstream.read()
            is_kept = self._keep(address, upstream)
            return answer
        finally:
            if not is_kept:
                upstream.close()

    def _keep(self, address: Address, upstream: Upstream) -> bool:
        if self._is_closed or len(self._idle) >= MAX_IDLE or not upstream.is_ready_again():
            return False
        self._idle.append((self._clock(), address, upstream))
        return True

    def _take(self, address: Address) -> Upstream | None:
        """Return an idle connection to that address, and close those that are of no use."""
        newest_s = self._clock() - KEEP_S
        while self._idle:
            since_s, where, upstream = self._idle.pop()
            if since_s >= newest_s and where == address and upstream.is_open:
                return upstream
            upstream.close()
        return None
