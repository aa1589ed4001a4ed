"""Changes that the editor reports, restricted to the folders that are worth watching.

The editor watches the whole workspace (`workspace/didChangeWatchedFiles`); an event outside the
watched folders, or while the watch is closed, is dropped at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection

from hotseat.workspace.watch_batch import Collector


class ClientWatch:
    """A `FolderWatch` without threads or descriptors: `changed` is its only source."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._lock = threading.Lock()
        self._is_open = False
        self._folders: frozenset[str] = frozenset()

    def open(self) -> None:
        with self._lock:
            self._is_open, self._folders = True, frozenset()

    def watch(self, folders: Collection[str]) -> bool:
        with self._lock:
            self._folders = self._folders.union(folders)
        return True

    def close(self) -> None:
        with self._lock:
            self._is_open, self._folders = False, frozenset()

    def changed(self, folder: str, name: str, *, created: bool) -> bool:
        """Report that `name` in `folder` (an absolute path) was written, or created.

        Return False if further changes would not count now: the watch is closed, or a storm has
        begun. An event does not say whether a created path is a file or a folder. Does no I/O.
        """
        if not self._is_open or self._collector.in_storm:
            return False
        if folder not in self._folders:
            return True
        path = os.path.join(folder, name)
        if created:
            self._collector.created(path)
        else:
            self._collector.file(path)
        return True
