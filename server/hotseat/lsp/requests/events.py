"""`hotseat/events`: the last loads, unloads and cancellations, with their reasons."""

from __future__ import annotations

from typing import Any

from hotseat.lsp import names
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(names.EVENTS)
    async def events(_params: Any) -> dict[str, Any]:
        session = server.session
        return {"events": await session.connection.decisions() if session else []}
