"""Asks the editor to report changes on disk, if it offers that (`client/registerCapability`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from hotseat.lsp.server import HotseatServer, log

TIMEOUT_S = 10.0
"""An editor that has not answered by then is taken as one that does not watch."""
_EVERYTHING = "**/*"
_KINDS = types.WatchKind.Create | types.WatchKind.Change | types.WatchKind.Delete
_REPORTS_ONLY_ITS_OWN = frozenset({"helix"})
"""Names of clients that offer the capability and report only the files that they save themselves
(Helix 25.07, helix-lsp/src/file_event.rs)."""


def register_watch(server: HotseatServer, workspace: Path) -> Callable[[], Awaitable[bool]] | None:
    """Return a function that registers the watch of `workspace` and returns whether the editor
    accepts it. None if this editor does not report what other programs write."""
    params = server.initialize_params
    if params is None or params.capabilities.workspace is None:
        return None
    offered = params.capabilities.workspace.did_change_watched_files
    name = params.client_info.name if params.client_info else ""
    if not (offered and offered.dynamic_registration) or name.lower() in _REPORTS_ONLY_ITS_OWN:
        return None
    pattern: types.GlobPattern = _EVERYTHING
    if offered.relative_pattern_support:
        base_uri = _uri_of(params, workspace)
        pattern = types.RelativePattern(base_uri=base_uri, pattern=_EVERYTHING)
    return lambda: _register(server, pattern)


async def _register(server: HotseatServer, pattern: types.GlobPattern) -> bool:
    watcher = types.FileSystemWatcher(glob_pattern=pattern, kind=_KINDS)
    registration = types.Registration(
        id="hotseat-files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=[watcher]),
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await server.client_register_capability_async(
                types.RegistrationParams(registrations=[registration])
            )
    except TimeoutError:
        log.info("The editor does not report changes on disk: it did not answer")
        return False
    except JsonRpcException as error:
        log.info("The editor does not report changes on disk: %s", error)
        return False
    return True


def _uri_of(params: types.InitializeParams, workspace: Path) -> str:
    """Return the workspace's URI as the editor writes it."""
    from hotseat.lsp.convert import path_from

    uris = [folder.uri for folder in params.workspace_folders or ()] + [params.root_uri]
    return next((u for u in uris if u and path_from(u) == workspace), workspace.as_uri())
