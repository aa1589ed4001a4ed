"""`initialized`: make the session and start it."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from hotseat.lsp.parent import watch_parent
from hotseat.lsp.server import HotseatServer, log

if TYPE_CHECKING:
    from hotseat.session.session import Session

GC_THRESHOLD = 20_000
"""New objects until Python collects garbage by itself, enough for a few dozen keystrokes."""


def register(server: HotseatServer) -> None:
    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        params = server.initialize_params
        if params is None or server.session is not None:
            return
        from hotseat.lsp import methods, wire
        from hotseat.lsp.convert import encoding_from
        from hotseat.lsp.diagnostics import publish_roster
        from hotseat.lsp.progress import IndexProgressItem, LoadProgress
        from hotseat.lsp.requests.status import push_status
        from hotseat.lsp.watched_files import register_watch
        from hotseat.session.session import Session

        workspace = _workspace(params)
        server.load_progress = LoadProgress(server)
        server.session = Session(
            server.settings,
            encoding=encoding_from(server.server_capabilities.position_encoding),
            workspace=workspace,
            on_status=lambda: push_status(server),
            on_roster=lambda: publish_roster(server),
            on_index=IndexProgressItem(server).show,
            register_watch=register_watch(server, workspace) if workspace else None,
        )
        wire.prepare(method.params for method in methods.METHODS)
        # The modules imported so far are never freed. Without this line the garbage collector
        # would visit half a million objects of lsprotocol's while the user types.
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD)  # the session collects while the engine computes
        server.start_task(_start(server, server.session))
        if params.process_id is not None:
            server.start_task(watch_parent(server, params.process_id), until_exit=True)


async def _start(server: HotseatServer, session: Session) -> None:
    """Start the session, and write once into the editor's log which roster was chosen, and why."""
    from hotseat.session.shared.announcement import is_new

    await session.start()
    choice = session.rosters.choice
    if await asyncio.to_thread(is_new, choice):
        log.info("%s", choice.reason)
        server.window_log_message(
            types.LogMessageParams(type=types.MessageType.Info, message=choice.reason)
        )


def _workspace(params: types.InitializeParams) -> Path | None:
    """Return the first workspace folder that is on this machine."""
    from hotseat.lsp.convert import path_from

    folders = [folder.uri for folder in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [params.root_uri]
    return next((path for uri in folders if (path := path_from(uri)) is not None), None)
