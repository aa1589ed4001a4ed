"""`textDocument/didChange`: apply every edit at once."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.protocol import NO_VERSION
from hotseat.lsp.server import HotseatServer, log


def register(server: HotseatServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        if server.session is None:
            return
        from hotseat.lsp.convert import changes_from
        from hotseat.lsp.diagnostics import check_roster

        document = params.text_document
        version = None if document.version == NO_VERSION else document.version
        changes = changes_from(params.content_changes)
        outcome = server.session.events.changed(document.uri, version, changes)
        if outcome != "done":
            log.warning("didChange of %s: %s", document.uri, outcome)
        check_roster(server, document.uri)
