"""Which files that were written on disk say something about what a person may need next."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from urllib.parse import quote

from hotseat.domain.experts import Roster
from hotseat.languages.detect import language_of
from hotseat.session.document_language import workspace_path
from hotseat.workspace.mining import written_by_hand


def language_on_disk(path: str) -> str | None:
    """By its name alone: the file is not read."""
    return language_of("/" + quote(os.fsencode(os.path.basename(path))), None)


def news(
    paths: Iterable[str],
    *,
    workspace: Path,
    roster: Roster,
    open_uris: Iterable[str],
    known: Callable[[str], bool],
) -> list[str]:
    """Files that people write, of a language that has an expert and is not `known` already.

    Those open in the editor are left out: it saves them itself, and their edits are attention.
    """
    theirs = {language for expert in roster.experts for language in expert.languages}
    wanted = {name for name in theirs - roster.disabled_languages if not known(name)}
    open_paths = {workspace_path(uri, workspace) for uri in open_uris}
    return [path for path in paths if _is_news(path, workspace, wanted, open_paths)]


def _is_news(
    path: str, workspace: Path, wanted: Collection[str], open_paths: Collection[str]
) -> bool:
    if language_on_disk(path) not in wanted:
        return False
    relative = os.path.relpath(path, workspace).replace(os.sep, "/")
    return relative not in open_paths and written_by_hand(relative)
