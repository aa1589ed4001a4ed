"""`initialize`: remember what the client says. Answers quickly and imports nothing heavy."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.initialize_params = params
