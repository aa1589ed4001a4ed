"""A folder's symbol index, brought up to date in this process: for commands and for other programs.

Blocks for as long as reading takes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.privacy.secret_files import SecretFiles
from hotseat.roster.load import load_choice
from hotseat.session.symbols.build import IndexBuilder
from hotseat.session.trusted import TrustedWorkspaces
from hotseat.workspace.symbols.index import SymbolIndex
from hotseat.workspace.watched_folders import why_not


def refreshed_index(
    workspace: Path,
    *,
    say: Callable[[str], None],
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> SymbolIndex:
    """Return the index of a folder after reading what has changed in it. Raises HotseatError."""
    workspace = workspace.expanduser().absolute()
    if (reason := why_not(workspace)) is not None:
        raise HotseatError(
            f"{workspace} is not indexed: {reason}", hint="Name a project's folder with --path"
        )
    builder = IndexBuilder(workspace, secret_files(workspace).hold, say=say)
    try:
        result = builder.scan(on_progress)
    finally:
        builder.close()
    if builder.store.is_newer:
        raise HotseatError(
            f"A newer Hotseat wrote {builder.store.path}", hint="Update Hotseat to use it"
        )
    if result is None:
        say("An editor is indexing this folder now: what it has not read yet is not found.")
    return SymbolIndex(workspace, builder.store)


def secret_files(workspace: Path) -> SecretFiles:
    """Return the secret files by the rosters that count for the folder."""
    trusted = TrustedWorkspaces().trusts(workspace)
    return SecretFiles(load_choice(None, workspace, trusted=trusted).roster.secrets)
