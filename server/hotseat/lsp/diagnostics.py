"""Diagnostics of roster files, when they are open in the editor, as they are typed."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.convert import diagnostic_to, path_from
from hotseat.lsp.server import HotseatServer, log


def check_roster(server: HotseatServer, uri: str) -> None:
    """Publish what is wrong with the open file at `uri`, if it is a roster."""
    session = server.session
    path = path_from(uri)
    if session is None or path is None or not session.rosters.is_roster(path):
        return
    document = session.documents.get(uri)
    if document is None:
        return
    found = session.rosters.check(path, document.buffer.text())
    server.text_document_publish_diagnostics(
        types.PublishDiagnosticsParams(
            uri=uri,
            version=document.version,
            diagnostics=[diagnostic_to(item, document) for item in found],
        )
    )


def publish_roster(server: HotseatServer) -> None:
    """After the files were read: into the log, and to the editor for those that are open."""
    session = server.session
    if session is None:
        return
    if session.rosters.error:
        log.error("%s", session.rosters.error)
        server.window_show_message(
            types.ShowMessageParams(type=types.MessageType.Error, message=session.rosters.error)
        )
    for item in session.rosters.diagnostics:
        log.warning("%s", item)
    for document in session.documents:
        check_roster(server, document.uri)
