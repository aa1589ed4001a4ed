"""`shutdown`: close the session, which leaves the keeper's lock and socket to other windows."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.SHUTDOWN)
    async def shutdown(_params: None) -> None:
        await server.close_session()
