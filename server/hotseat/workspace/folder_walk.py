"""The files below a folder that is no git repository, or whose git status does not matter."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hotseat.workspace.vendored import TOOL_FOLDERS


def files_below(folder: Path) -> Iterator[str]:
    """Yield paths relative to `folder`, with "/", sorted within each folder.

    Hidden folders and those in TOOL_FOLDERS are left out; only names below `folder` count, not
    those of its parents."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in TOOL_FOLDERS and not n.startswith("."))
        for name in sorted(names):
            yield (Path(top) / name).relative_to(folder).as_posix()
