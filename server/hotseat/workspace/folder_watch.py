"""The interface of everything that reports changes in folders, and the watch for this system.

Which folders are watched, and what a change means, is decided in `watching`.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from hotseat.machine.platforms import HERE
from hotseat.workspace.watch_batch import Collector


class FolderWatch(Protocol):
    """All but `open` may take a while, and are safe to call from any thread."""

    def open(self) -> None:
        """Begin, with no folder yet. Quick: it runs on the event loop, so that a `close` comes
        after it. Raises OSError."""
        ...

    def watch(self, folders: Collection[str]) -> bool:
        """Watch these folders too. Return False if the system's limit is reached: then the others
        are not watched."""
        ...

    def close(self) -> None:
        """End, and drop what has not been read. `open` begins again."""
        ...


def folder_watch(workspace: Path, collector: Collector) -> FolderWatch:
    """Return the watch for this system. Slow: it imports watchdog."""
    if HERE.is_linux:
        from hotseat.workspace.inotify_watch import InotifyWatch

        return InotifyWatch(collector)
    from hotseat.workspace.tree_watch import TreeWatch

    return TreeWatch(workspace, collector)
