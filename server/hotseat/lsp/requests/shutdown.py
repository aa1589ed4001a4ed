"""`shutdown`: leave the keeper's lock and socket to the other windows before the exit."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.SHUTDOWN)
    async def shutdown(_params: None) -> None:
        if server.session is not None:
            await server.session.aclose()
