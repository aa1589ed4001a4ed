"""What a client may tell beyond LSP: focus, visible editors, cursor, window focus, outcomes.

All optional: a plain LSP client works without. Anything oddly shaped counts as not said.
"""

from __future__ import annotations

from typing import Any

from hotseat.lsp.ext import fields, position_of, uri_in
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature("textDocument/didFocus")
    def did_focus(params: Any) -> None:
        if server.session is not None:
            server.session.focused(uri_in(params))

    @server.feature("hotseat/didChangeVisible")
    def did_change_visible(params: Any) -> None:
        documents = fields(params).get("textDocuments")
        if server.session is not None and isinstance(documents, list):
            uris = [d.get("uri") for d in documents if isinstance(d, dict)]
            server.session.visible([uri for uri in uris if isinstance(uri, str)])

    @server.feature("hotseat/didChangeCursor")
    def did_change_cursor(params: Any) -> None:
        uri, position = uri_in(params), position_of(fields(params).get("position"))
        if server.session is not None and uri is not None and position is not None:
            server.session.cursor_moved(uri, position)

    @server.feature("hotseat/didChangeWindowFocus")
    def did_change_window_focus(params: Any) -> None:
        focused = fields(params).get("focused")
        if server.session is not None and isinstance(focused, bool):
            server.session.window_focused(focused)

    @server.feature("hotseat/didResolveSuggestion")
    def did_resolve_suggestion(params: Any) -> None:
        told = fields(params)
        if server.session is not None and told.get("outcome") in ("accepted", "rejected"):
            server.session.resolved(str(told.get("id")), told["outcome"])
