"""Where there is no inotify: one watch of the whole workspace, as FSEvents and Windows offer it.

What is not in one of the folders is dropped as soon as it comes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from hotseat.workspace.watch_batch import Collector

_WRITTEN = frozenset({"created", "modified", "moved", "closed"})


class TreeWatch(FileSystemEventHandler):
    """One recursive watch by watchdog's observer for this system."""

    def __init__(self, workspace: Path, collector: Collector) -> None:
        self._workspace = workspace
        self._collector = collector
        self._lock = threading.Lock()
        self._observer: BaseObserver | None = None
        self._folders: frozenset[str] = frozenset()

    def open(self) -> None:
        observer = Observer()
        observer.schedule(self, str(self._workspace), recursive=True)
        observer.start()
        with self._lock:
            self._observer = observer
            self._folders = frozenset()

    def watch(self, folders: Collection[str]) -> bool:
        self._folders = self._folders.union(folders)
        return True

    def close(self) -> None:
        with self._lock:
            observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    # --- on the observer's thread ---

    def dispatch(self, event: FileSystemEvent) -> None:
        if event.event_type not in _WRITTEN:
            return
        path = os.fsdecode(event.dest_path or event.src_path)
        if os.path.dirname(path) not in self._folders:
            return
        if not event.is_directory:
            self._collector.file(path)
        elif event.event_type != "modified":
            self._collector.folder(path)
