"""`hotseat/status`: as a request, and pushed whenever it changed."""

from __future__ import annotations

from typing import Any

from hotseat.lsp.server import HotseatServer

METHOD = "hotseat/status"


def register(server: HotseatServer) -> None:
    @server.feature(METHOD)
    def status(_params: Any) -> dict[str, Any]:
        return server.session.status() if server.session else {"engine": {"message": "Starting"}}


def push_status(server: HotseatServer) -> None:
    """To the client, and the loads in it to the progress display."""
    if server.session is None:
        return
    server.protocol.notify(METHOD, server.session.status())
    if server.load_progress is not None:
        server.load_progress.show(server.session.loading())
