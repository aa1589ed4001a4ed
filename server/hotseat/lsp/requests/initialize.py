"""`initialize`: store the client's parameters, and offer the capabilities that its options enable.

Answers quickly and imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lsprotocol import types

from hotseat.lsp.server import HotseatServer, log
from hotseat.session.settings import Settings


def register(server: HotseatServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.initialize_params = params
        if params.initialization_options is not None:
            _apply_options(server, params.initialization_options)
        # pygls advertises the methods that have a handler when this one returns.
        offered = types.TEXT_DOCUMENT_COMPLETION in server.protocol.fm.features
        if server.settings.completion_fallback and not offered:
            from hotseat.lsp.requests import completion

            completion.register(server)


def _apply_options(server: HotseatServer, options: Any) -> None:
    """Replace the settings that the editor's options give. Bad ones are logged and ignored."""
    from hotseat.lsp import wire

    given, complaints = wire.read_options(Settings, options)
    server.settings = replace(server.settings, **given)
    for complaint in complaints:
        log.warning("%s", complaint)
