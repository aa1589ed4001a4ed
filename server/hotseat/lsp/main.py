"""The entry point of `hotseat lsp`: makes the server object and registers every method."""

from __future__ import annotations

from hotseat.lsp.notifications import (
    client_events,
    did_change,
    did_change_watched_files,
    did_close,
    did_open,
    did_save,
    initialized,
)
from hotseat.lsp.requests import (
    ask,
    code_action,
    commands,
    edit,
    events,
    initialize,
    inline_completion,
    memory,
    mentions,
    next_edit,
    prompt,
    shutdown,
    status,
    task,
)
from hotseat.lsp.server import HotseatServer
from hotseat.session.settings import Settings


def create_server(settings: Settings) -> HotseatServer:
    """Return a server with every method registered. `stdio.serve` runs it."""
    server = HotseatServer(settings)
    for module in (
        initialize,
        initialized,
        shutdown,
        did_open,
        did_change,
        did_change_watched_files,
        did_close,
        did_save,
        client_events,
        inline_completion,
        status,
        events,
        memory,
        mentions,
        task,
        prompt,
        commands,
        ask,
        edit,
        next_edit,
        code_action,
    ):
        module.register(server)
    return server
