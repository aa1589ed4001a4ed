"""Diagnostics of roster files: of those that are open in the editor while the user types, and of
the others as they are on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.text import PositionEncoding
from hotseat.lsp.convert import diagnostic_to, path_from
from hotseat.lsp.server import HotseatServer, log
from hotseat.roster.diagnostics import Diagnostic
from hotseat.roster.regular_file import read_regular
from hotseat.roster.tree import MAX_BYTES

if TYPE_CHECKING:
    from hotseat.session.session import Session


def check_roster(server: HotseatServer, uri: str) -> None:
    """Publish the diagnostics of the open file at `uri` soon, if it is a roster.

    A thread reads it: a file of 250 kB takes seconds. While it does, further changes lead to one
    more check, of the newest text.
    """
    session = server.session
    path = path_from(uri)
    if session is None or path is None or not session.rosters.is_roster(path):
        return
    if uri in server.roster_checks:
        server.roster_checks[uri] = True
        return
    server.roster_checks[uri] = True
    server.start_task(_check(server, session, uri, path))


async def _check(server: HotseatServer, session: Session, uri: str, path: Path) -> None:
    try:
        while server.roster_checks[uri]:
            server.roster_checks[uri] = False
            document = session.documents.get(uri)
            if document is None:
                return
            version = document.version
            buffer = document.buffer
            is_large = buffer.size_bytes > MAX_BYTES
            text = buffer.slice_bytes(0, MAX_BYTES + 1) if is_large else buffer.text()
            found = await asyncio.to_thread(session.rosters.check, path, text)
            if session.documents.get(uri) is not document or document.version != version:
                continue
            server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    uri=uri,
                    version=version,
                    diagnostics=[
                        diagnostic_to(item, document.buffer, document.encoding) for item in found
                    ],
                )
            )
    finally:
        del server.roster_checks[uri]


def publish_roster(server: HotseatServer) -> None:
    """Report the roster that was read, in the log and in the editor. An error is shown once."""
    session = server.session
    if session is None:
        return
    if session.rosters.error:
        log.error("%s", session.rosters.error)
        if session.rosters.error != server.roster_error:
            server.window_show_message(
                types.ShowMessageParams(type=types.MessageType.Error, message=session.rosters.error)
            )
    server.roster_error = session.rosters.error
    for item in session.rosters.diagnostics:
        log.warning("%s", item)
    for document in session.documents:
        check_roster(server, document.uri)
    server.start_task(_publish_closed(server, session))


async def _publish_closed(server: HotseatServer, session: Session) -> None:
    """Publish the diagnostics of files that are not open, and take back those that have gone."""
    found = await asyncio.to_thread(
        _on_disk, session.rosters.diagnostics, session.documents.encoding
    )
    open_paths = {path_from(document.uri) for document in session.documents}
    for uri in server.roster_diagnostics - found.keys():
        found[uri] = []
    for uri, diagnostics in found.items():
        if path_from(uri) not in open_paths:
            server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
            )
    server.roster_diagnostics = {uri for uri, diagnostics in found.items() if diagnostics}


def _on_disk(
    diagnostics: Iterable[Diagnostic], encoding: PositionEncoding
) -> dict[str, list[types.Diagnostic]]:
    """Return the diagnostics by the URI of their file, whose text is read for the columns."""
    by_file: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        by_file.setdefault(diagnostic.filename, []).append(diagnostic)
    found = {}
    for filename, items in by_file.items():
        path = Path(filename).absolute()
        try:
            text = read_regular(path, max_bytes=MAX_BYTES).decode("utf-8-sig", "replace")
        except OSError:
            text = ""
        buffer = TextBuffer(text)
        found[path.as_uri()] = [diagnostic_to(item, buffer, encoding) for item in items]
    return found
