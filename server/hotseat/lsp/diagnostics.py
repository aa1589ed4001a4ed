"""Diagnostics of roster files that are open in the editor, while the user types."""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.convert import diagnostic_to, path_from
from hotseat.lsp.server import HotseatServer, log


def check_roster(server: HotseatServer, uri: str) -> None:
    """Publish the diagnostics of the open file at `uri`, if it is a roster."""
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
    """Report the roster that was read: in the log, and in the editor for files that are open."""
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
