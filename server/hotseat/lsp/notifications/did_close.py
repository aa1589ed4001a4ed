"""`textDocument/didClose`."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        if server.session is not None:
            server.session.closed(params.text_document.uri)
