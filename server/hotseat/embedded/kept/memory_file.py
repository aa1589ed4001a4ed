"""A file in memory alone (memfd), which a child process writes and reads through `/proc`.

The engine's process holds it: it survives the child, and the kernel frees it with the engine.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from hotseat.machine.platforms import HERE

_ADD_SEALS = 1033
_SEALS = 0x1 | 0x2 | 0x4 | 0x8
"""fcntl's F_ADD_SEALS, and all seals of Linux's fcntl.h: no other seal, shrinking, growth or
writing. Python has names for them since 3.8, but not in every build."""


def shared_folder() -> Path | None:
    """Return the folder in which a child finds this process's memory files; None where there are
    none."""
    folder = Path(f"/proc/{os.getpid()}/fd")
    if not HERE.is_linux or not hasattr(os, "memfd_create") or not folder.is_dir():
        return None
    return folder


class MemoryFile:
    """An open file in memory. `name` is its name in `shared_folder()`. Raises OSError without
    memory or file descriptors.

    The name is the number of a descriptor, which is used again after `close`. So a file that a
    child may still open by it is held, and closed when it is released.
    """

    def __init__(self) -> None:
        if not HERE.is_linux:
            raise OSError("memory files exist on Linux only")
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        self._descriptor = os.memfd_create("hotseat-kept-prompt", flags)
        self._is_open = True
        self._n_holds = 0
        self._closes_at_release = False

    @property
    def name(self) -> str:
        return str(self._descriptor)

    @property
    def size_bytes(self) -> int:
        return os.fstat(self._descriptor).st_size if self._is_open else 0

    def read(self, n_bytes: int, offset: int = 0) -> bytes:
        """Return up to `n_bytes` from `offset`; nothing after `close`."""
        return os.pread(self._descriptor, n_bytes, offset) if self._is_open else b""

    def seal(self) -> None:
        """Let no process change the file any more. Raises OSError while one can write to it."""
        if HERE.is_linux:
            import fcntl

            fcntl.fcntl(self._descriptor, _ADD_SEALS, _SEALS)

    def hold(self) -> None:
        """Keep the file open until `release`."""
        self._n_holds += 1

    def release(self) -> None:
        """End one `hold`."""
        self._n_holds -= 1
        if self._closes_at_release:
            self.close()

    def close(self) -> None:
        """Free the memory, now or when the file is released. A second call has no effect."""
        self._closes_at_release = True
        if self._is_open and self._n_holds == 0:
            self._is_open = False
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
