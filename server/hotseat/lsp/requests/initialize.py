"""`initialize`: remember what the client says, and offer what its options ask for.

Answers quickly and imports nothing heavy.
"""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer, log


def register(server: HotseatServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.initialize_params = params
        server.settings, complaints = server.settings.overlaid(params.initialization_options)
        for complaint in complaints:
            log.warning("%s", complaint)
        # pygls advertises what has a handler when this one returns.
        offered = types.TEXT_DOCUMENT_COMPLETION in server.protocol.fm.features
        if server.settings.completion_fallback and not offered:
            from hotseat.lsp.requests import completion

            completion.register(server)
