"""Which engine the keeper drives now, as a client that is opened once for each address.

Owns the address that was seen last. Does not close clients: the caller knows when its last request
on the old one has ended.
"""

from __future__ import annotations

from collections.abc import Callable

from hotseat.engines.discovery import EngineAddress, open_engine
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink

OpenEngine = Callable[[EngineAddress, str], Engine]


class EngineFollower:
    """Opens a client each time the keeper drives an engine at another address."""

    def __init__(self, open_client: OpenEngine = open_engine) -> None:
        self._open_client = open_client
        self._address: tuple[EngineAddress, str] | None = None

    def new_client(self, link: KeeperLink | None) -> Engine | None:
        """Return a client for the engine of `link` if its address has changed since the last call.

        None if it is the same, and while there is no link or the keeper knows no URL yet.
        """
        url = link.state.engine.url if link is not None else ""
        if link is None or not url or (link.address, url) == self._address:
            return None
        self._address = (link.address, url)
        return self._open_client(link.address, url)
