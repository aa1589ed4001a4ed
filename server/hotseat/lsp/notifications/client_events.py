"""Notifications beyond LSP: focus, visible editors, cursor, window focus, outcomes of suggestions.

All are optional: a plain LSP client sends none of them. A malformed one is ignored.
"""

from __future__ import annotations

from typing import Any

from hotseat.lsp import names
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(names.DID_FOCUS)
    def did_focus(params: Any) -> None:
        if server.session is None:
            return
        from hotseat.lsp import ext, wire

        focus = wire.read(ext.DidFocusParams, params)
        document = focus.text_document if focus is not None else None
        server.session.events.focused(document.uri if document is not None else None)

    @server.feature(names.DID_CHANGE_VISIBLE)
    def did_change_visible(params: Any) -> None:
        if server.session is None:
            return
        from hotseat.lsp import ext, wire

        visible = wire.read(ext.DidChangeVisibleParams, params)
        if visible is not None:
            server.session.events.visible([d.uri for d in visible.text_documents])

    @server.feature(names.DID_CHANGE_CURSOR)
    def did_change_cursor(params: Any) -> None:
        if server.session is None:
            return
        from hotseat.lsp import ext, wire

        moved = wire.read(ext.DidChangeCursorParams, params)
        if moved is not None:
            server.session.events.cursor_moved(moved.text_document.uri, moved.position)

    @server.feature(names.DID_CHANGE_WINDOW_FOCUS)
    def did_change_window_focus(params: Any) -> None:
        if server.session is None:
            return
        from hotseat.lsp import ext, wire

        changed = wire.read(ext.DidChangeWindowFocusParams, params)
        if changed is not None:
            server.session.events.window_focused(changed.focused)

    @server.feature(names.DID_RESOLVE_SUGGESTION)
    def did_resolve_suggestion(params: Any) -> None:
        if server.session is None:
            return
        from hotseat.lsp import ext, wire

        resolved = wire.read(ext.DidResolveSuggestionParams, params)
        if resolved is not None:
            server.session.next_edits.resolved(str(resolved.id), resolved.outcome)
            server.session.suggestions.resolved(str(resolved.id), resolved.outcome)
