"""The one way to read a file of a workspace: a regular file inside it, of bounded size.

A repository may hold a link to `/dev/stdin`, `/dev/zero` or `/etc/shadow`, and an archive a named
pipe. Opening a pipe or reading a terminal would wait without end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# Windows has neither pipes in folders nor these flags. A terminal never becomes ours.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_PIECE_BYTES = 1 << 20


def read_regular(path: Path, *, max_bytes: int, inside: Path | None = None) -> bytes:
    """Return the content of the file at `path`, after following links.

    `inside`: the folder that the file must lie in after that, or None.

    Raises FileNotFoundError, and OSError with a `strerror` for users if the file is not a regular
    one, lies outside, has more than `max_bytes` bytes or cannot be read. Never waits for a writer.
    """
    place = os.path.realpath(path)
    if inside is not None and not Path(place).is_relative_to(os.path.realpath(inside)):
        raise _refused(path, f"it is a link to a place outside {inside}")
    # No link is left, so a link that appears now is a swap.
    descriptor = os.open(place, _FLAGS | getattr(os, "O_NOFOLLOW", 0))
    try:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
        if not stat.S_ISREG(state.st_mode):
            raise _refused(path, "it is not a regular file")
        if state.st_size > max_bytes:
            raise _refused(path, _too_large(max_bytes))
        found = bytearray()
        # Files in /proc report a size of 0.
        while len(found) <= max_bytes:
            piece = os.read(descriptor, min(_PIECE_BYTES, max_bytes + 1 - len(found)))
            if not piece:
                return bytes(found)
            found += piece
    finally:
        os.close(descriptor)
    raise _refused(path, _too_large(max_bytes))


def _too_large(max_bytes: int) -> str:
    return f"it is larger than {max_bytes // 1000} kB"


def _refused(path: Path, reason: str) -> OSError:
    return OSError(errno.EINVAL, reason, str(path))
