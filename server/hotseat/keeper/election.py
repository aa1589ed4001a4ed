"""Who may keep: a generation number in a file, and in each generation the process that holds its
lock.

A keeper that is killed lets go of its lock, and the next one takes it. One that is merely stopped
(SIGSTOP, a debugger, a swapped-out process) holds on to it for ever: then a window that waits for
its answer begins the next generation, with a lock and a socket of its own. The old keeper looks at
the number before everything it does to the engine, and steps down when it finds itself deposed.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

JUST_NOW_S = 10.0


class Election:
    """Of the keepers of one engine. `key` names the engine (`EngineAddress.key`)."""

    def __init__(self, directory: Path, key: str) -> None:
        self._directory = directory
        self._name = f"keeper-{key}"
        self._number = directory / f"{self._name}.generation"

    def generation(self) -> int:
        """The present one; the first is 0, and needs no file."""
        try:
            return max(0, int(self._number.read_text()))
        except (OSError, ValueError):
            return 0

    def depose(self, generation: int) -> None:
        """Begin the generation after `generation`, if that is the present one.

        Two windows may do this at once: both write the same number. Raises OSError.
        """
        if self.generation() != generation:
            return
        draft = self._directory / f"{self._name}.{os.getpid()}.tmp"
        draft.write_text(str(generation + 1))
        os.replace(draft, self._number)

    def was_deposed(self) -> bool:
        """The present generation began a moment ago: its first keeper follows a stopped one."""
        try:
            return time.time() - self._number.stat().st_mtime < JUST_NOW_S
        except OSError:
            return False

    def lock_path(self, generation: int) -> Path:
        return self._path(generation, "lock")

    def socket_path(self, generation: int) -> Path:
        return self._path(generation, "sock")

    def tidy(self, generation: int) -> None:
        """Remove the sockets and locks of earlier generations: no window is to use them."""
        for old in range(max(0, generation - 8), generation):
            for path in (self.socket_path(old), self.lock_path(old)):
                with suppress(OSError):
                    path.unlink()

    def _path(self, generation: int, ending: str) -> Path:
        number = f".{generation}" if generation else ""
        return self._directory / f"{self._name}{number}.{ending}"
