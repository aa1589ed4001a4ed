"""What changed on disk between two polls: collected in any thread, bounded in number.

Owns the bound: of a storm of ten thousand files one flag is kept. Must not know who watches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

MAX_PATHS = 200
"""Most paths kept between two calls of `take`. More are a storm, of which no path is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What changed since the batch before. After a storm the sets are empty."""

    files: frozenset[str] = frozenset()
    """Files that were written or moved into place."""
    folders: frozenset[str] = frozenset()
    """New folders."""
    created: frozenset[str] = frozenset()
    """New paths of which it is not known yet whether they are files or folders."""
    storm: bool = False

    @property
    def n_paths(self) -> int:
        return len(self.files) + len(self.folders) + len(self.created)


class Collector:
    """Collects a batch; safe to use from any thread.

    `on_first` is called once per batch, in the thread that adds the first path.
    """

    def __init__(self, on_first: Callable[[], None], *, max_paths: int = MAX_PATHS) -> None:
        self._on_first = on_first
        self._max_paths = max_paths
        self._lock = threading.Lock()
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._created: set[str] = set()
        self._storm = self._announced = False

    @property
    def in_storm(self) -> bool:
        """Whether the batch is a storm already, so that further paths change nothing."""
        return self._storm

    def file(self, path: str) -> None:
        """Add a file that was written or moved into place."""
        self._add(self._files, path)

    def folder(self, path: str) -> None:
        """Add a new folder."""
        self._add(self._folders, path)

    def created(self, path: str) -> None:
        """Add a new path that may be a file or a folder."""
        self._add(self._created, path)

    def overflow(self) -> None:
        """Record a storm because the system has dropped events."""
        with self._lock:
            self._begin_storm()
        self._announce()

    def take(self) -> Batch:
        """Return the batch, and begin the next one."""
        with self._lock:
            batch = Batch(
                files=frozenset(self._files),
                folders=frozenset(self._folders),
                created=frozenset(self._created),
                storm=self._storm,
            )
            self._storm = self._announced = False
            self._forget()
            return batch

    def _add(self, paths: set[str], path: str) -> None:
        with self._lock:
            if not self._storm:
                paths.add(path)
                n_paths = len(self._files) + len(self._folders) + len(self._created)
                if n_paths > self._max_paths:
                    self._begin_storm()
        self._announce()

    def _begin_storm(self) -> None:
        self._storm = True
        self._forget()

    def _forget(self) -> None:
        self._files.clear()
        self._folders.clear()
        self._created.clear()

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            self._on_first()
