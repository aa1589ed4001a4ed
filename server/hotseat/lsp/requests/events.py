"""`hotseat/events`: the last loads, unloads and cancellations, with their reasons."""

from __future__ import annotations

from typing import Any

from hotseat.lsp.server import HotseatServer

METHOD = "hotseat/events"


def register(server: HotseatServer) -> None:
    @server.feature(METHOD)
    async def events(_params: Any) -> dict[str, Any]:
        return {"events": await server.session.decisions() if server.session else []}
