"""`textDocument/didOpen`."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        if server.session is None:
            return
        from hotseat.lsp.diagnostics import check_roster

        document = params.text_document
        server.session.opened(
            document.uri, str(document.language_id), document.version, document.text
        )
        check_roster(server, document.uri)
