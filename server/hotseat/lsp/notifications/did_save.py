"""`textDocument/didSave`: index the file, and read the roster again if it is one of its files."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        session = server.session
        if session is None:
            return
        from hotseat.lsp.convert import path_from

        path = path_from(params.text_document.uri)
        if path is not None:
            session.symbols.changed((str(path),))
        if path is not None and session.rosters.is_roster(path):
            server.start_task(session.roster_updates.reload())
