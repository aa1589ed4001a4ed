"""Folders watched, each by itself, and what happened in them between two looks.

Owns the bound on what is kept: a storm of ten thousand files leaves one flag. The watching itself
is watchdog's, in threads; which folders, and what to make of it, is `watching`'s.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MAX_PATHS = 200
"""Between two looks; more are a storm, of which nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What happened between two looks. After a storm the sets are empty."""

    files: frozenset[str] = frozenset()
    """Written, or moved into place."""
    folders: frozenset[str] = frozenset()
    """New ones."""
    storm: bool = False


class Collector:
    """Gathers a batch; safe to use from any thread. `stirred` is called, in the watching thread,
    when there is something to take."""

    def __init__(self, stirred: Callable[[], None]) -> None:
        self._stirred = stirred
        self._lock = threading.Lock()
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._storm = self._told = False

    def file(self, path: str) -> None:
        self._add(self._files, path)

    def folder(self, path: str) -> None:
        self._add(self._folders, path)

    def overflow(self) -> None:
        """The system itself has dropped some."""
        with self._lock:
            self._begin_storm()
        self._tell()

    def take(self) -> Batch:
        with self._lock:
            batch = Batch(
                files=frozenset(self._files),
                folders=frozenset(self._folders),
                storm=self._storm,
            )
            self._storm = self._told = False
            self._files.clear()
            self._folders.clear()
            return batch

    def _add(self, paths: set[str], path: str) -> None:
        with self._lock:
            if not self._storm:
                paths.add(path)
                if len(self._files) + len(self._folders) > MAX_PATHS:
                    self._begin_storm()
        self._tell()

    def _begin_storm(self) -> None:
        self._storm = True
        self._files.clear()
        self._folders.clear()

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self._stirred()


class FolderWatch(Protocol):
    """All but `open` may take a while, and is safe to call from any thread."""

    def open(self) -> None:
        """Begin, with no folder yet. Quick: on the event loop, so that a `close` comes after it.
        Raises OSError."""
        ...

    def watch(self, folders: Collection[str]) -> bool:
        """Watch these too. False when the system's limit is reached: then the rest is not."""
        ...

    def close(self) -> None:
        """End, and forget what has not been read; `open` begins anew."""
        ...


def folder_watch(workspace: Path, collector: Collector) -> FolderWatch:
    """The one for this system. Slow: it imports watchdog."""
    if platform.system() == "Linux":
        from hotseat.workspace.inotify_watch import InotifyWatch

        return InotifyWatch(collector)
    from hotseat.workspace.tree_watch import TreeWatch

    return TreeWatch(workspace, collector)
