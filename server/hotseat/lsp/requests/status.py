"""`hotseat/status`: as a request, and as a notification each time it may have changed."""

from __future__ import annotations

from typing import Any

from hotseat.lsp import names
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(names.STATUS)
    def status(_params: Any) -> dict[str, Any]:
        if server.session is not None:
            return server.session.status()
        from hotseat.lsp import ext, wire

        starting = ext.StartingStatus(engine=ext.StartingEngine(message="Starting"))
        return wire.to_wire(starting)


def push_status(server: HotseatServer) -> None:
    """Send the status to the client, and show the loads in it as progress."""
    if server.session is None:
        return
    server.protocol.notify_json(names.STATUS, server.session.status())
    if server.load_progress is not None:
        server.load_progress.show(server.session.connection.loading())
