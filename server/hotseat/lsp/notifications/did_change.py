"""`textDocument/didChange`: the text of every edit in place, at once."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer, log


def register(server: HotseatServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        if server.session is None:
            return
        from hotseat.lsp.convert import changes_from
        from hotseat.lsp.diagnostics import check_roster

        document = params.text_document
        outcome = server.session.changed(
            document.uri, document.version, changes_from(params.content_changes)
        )
        if outcome != "done":
            log.warning("didChange of %s: %s", document.uri, outcome)
        check_roster(server, document.uri)
