"""Linux: folders watched on one inotify descriptor, by one thread that cannot be flooded.

watchdog's own observer starts a thread for each folder (2,000 of them are 46 MB) and passes each
event through three; so only its lower layer is used here, and read in batches.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Collection

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

from hotseat.workspace.watch_batch import Collector

log = logging.getLogger(__name__)

# Reading an event takes 4 µs, and meanwhile the event loop must ask for Python's lock at each turn.
# So it is done in batches of 2 ms, 500 events each. What comes faster is kept by the kernel, up to
# 16,384 events; then it says that it has dropped the rest, which is a storm.
READ_EVERY_S = 0.1
READ_BYTES = 16 * 1024

_WRITTEN = InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_MOVED_TO
_MASK = Mask(
    _WRITTEN
    | InotifyConstants.IN_CREATE
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_EXCL_UNLINK
)


class InotifyWatch:
    """As many folders as are given, each without those below it."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._lock = threading.Lock()
        self._reader: _Reader | None = None
        self._paths: dict[WatchDescriptor, str] = {}
        self._n_ids = 0

    def open(self) -> None:
        reader = _Reader(self)
        with self._lock:
            self._reader = reader
            self._paths = {}
        reader.start()

    def watch(self, folders: Collection[str]) -> bool:
        for folder in folders:
            with self._lock:
                if self._reader is None:
                    break
                try:
                    self._add(self._reader, folder)
                except (FileNotFoundError, NotADirectoryError):
                    continue  # gone meanwhile
                except OSError as error:
                    log.debug("%s is not watched: %s", folder, error)
                    return False
        return True

    def close(self) -> None:
        with self._lock:
            reader, self._reader = self._reader, None
        if reader is not None:
            reader.stop()
            reader.join()

    def _add(self, reader: _Reader, folder: str) -> None:
        # A folder that was moved has its old descriptor, which watchdog knows with the old id.
        self._n_ids += 1
        wd = reader.add_callback(os.fsencode(folder), _MASK, self, CallbackId(self._n_ids))
        self._paths[wd] = folder

    # --- on the reader's thread ---

    def happened(self, event: InotifyEvent) -> None:
        if event.is_queue_overflow:
            self._collector.overflow()
            return
        folder = self._paths.get(event.wd)
        if folder is None:
            return
        if event.mask & InotifyConstants.IN_ISDIR:
            self._collector.folder(os.path.join(folder, os.fsdecode(event.name)))
        elif event.mask & _WRITTEN:
            self._collector.file(os.path.join(folder, os.fsdecode(event.name)))

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """The folder is gone."""
        with self._lock:
            self._paths.pop(wd, None)

    def on_event(self, event: InotifyEvent) -> None:
        """Not called: the reader hands events to `happened`, without watchdog's locks."""

    def on_queue_overflow(self) -> None:
        """Not called, as above."""


class _Reader(InotifyFD):
    def __init__(self, watch: InotifyWatch) -> None:
        super().__init__()
        self._owner = watch

    def run(self) -> None:
        try:
            while self.should_keep_running():
                for event in self.read_events(event_buffer_size=READ_BYTES):
                    if event.is_ignored:
                        self.handle_event(event)
                    else:
                        self._owner.happened(event)
                self.stopped_event.wait(READ_EVERY_S)
        except OSError as error:
            log.warning("Files are no longer watched: %s", error)
