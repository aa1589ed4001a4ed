"""Builds a workspace's symbol index in this process: for the index process and for commands.

Owns the lock: of several processes on one workspace one looks at all files at a time, and the next
one finds that nothing is left to do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from hotseat.parsing.file_outlines import FileOutlines
from hotseat.storage.sqlite import make_private_folder
from hotseat.storage.symbols import SymbolStore, symbols_path
from hotseat.workspace.symbols.bounds import DEFAULT_BOUNDS, IndexBounds
from hotseat.workspace.symbols.indexer import ScanResult, SymbolIndexer
from hotseat.workspace.symbols.listing import IsSecret


class IndexBuilder:
    """Use `scan` and `update`, and `close` at the end. `say` gets messages for the user."""

    def __init__(
        self,
        workspace: Path,
        is_secret: IsSecret,
        *,
        say: Callable[[str], None],
        bounds: IndexBounds = DEFAULT_BOUNDS,
    ) -> None:
        self.store = SymbolStore(symbols_path(workspace), say=say)
        self.outlines = FileOutlines()
        self.indexer = SymbolIndexer(
            workspace, self.store, self.outlines.of, is_secret, bounds=bounds
        )

    def scan(
        self,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        between: Callable[[], None] = lambda: None,
    ) -> ScanResult | None:
        """Look at all files; None if another process does that now. Raises HotseatError."""
        with _lock(self.store.path) as is_ours:
            return self.indexer.scan(on_progress, between) if is_ours else None

    def close(self) -> None:
        """End the process that parses."""
        self.outlines.close()


@contextmanager
def _lock(path: Path) -> Iterator[bool]:
    """Hold the lock of the index if no other process does; yield whether it is held."""
    lock = FileLock(path.with_name(f"{path.name}.build.lock"), timeout=0, mode=0o600)
    is_ours = True
    try:
        make_private_folder(path.parent)
        lock.acquire()
    except Timeout:
        is_ours = False
    except OSError:
        pass  # a read-only home: the store says so when it writes
    try:
        yield is_ours
    finally:
        with suppress(OSError):
            lock.release()


def lower_priority() -> None:
    """Let other processes go before this one, and those that it starts, on processor and disk.

    Not last of all: beside a compiler on every core, a file that was saved would be read only
    after seconds.
    """
    with suppress(AttributeError, OSError):
        os.nice(10)
    with suppress(Exception):  # what psutil offers differs from system to system
        import psutil

        process = psutil.Process()
        if hasattr(psutil, "IOPRIO_CLASS_IDLE"):
            process.ionice(psutil.IOPRIO_CLASS_IDLE)
        elif hasattr(psutil, "IDLE_PRIORITY_CLASS"):
            process.nice(psutil.IDLE_PRIORITY_CLASS)
