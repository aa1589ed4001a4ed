"""`workspace/didChangeWatchedFiles`: changes on disk that the editor reports.

After a checkout one notification may have ten thousand entries. So the parameters stay JSON, and
the entries after the beginning of a storm are not looked at.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: Any) -> None:
        changes = params.get("changes") if isinstance(params, dict) else None
        if server.session is None or not isinstance(changes, list):
            return
        report = server.session.watching.client_changed
        for change in changes:
            if not isinstance(change, dict):
                continue
            uri, kind = change.get("uri"), change.get("type")
            if not isinstance(uri, str) or kind not in (_CREATED, _CHANGED, _DELETED):
                continue
            parent, _, name = uri.rpartition("/")
            if not name or (folder := _folder(parent)) is None:
                continue
            if kind == _DELETED:
                server.session.symbols.changed((os.path.join(folder, _decoded(name)),))
                continue
            if not report(folder, _decoded(name), created=kind == _CREATED):
                return


_CREATED, _CHANGED = types.FileChangeType.Created.value, types.FileChangeType.Changed.value
_DELETED = types.FileChangeType.Deleted.value


def _decoded(name: str) -> str:
    return os.fsdecode(unquote_to_bytes(name)) if "%" in name else name


@lru_cache(maxsize=4096)
def _folder(uri: str) -> str | None:
    """Return the path of a folder on this machine; None for any other URI."""
    from hotseat.lsp.convert import path_from

    path = path_from(uri)
    return None if path is None else str(path)
