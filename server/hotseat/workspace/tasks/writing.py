"""Writing a file of a task: the one exception to "the editor writes", for the command line.

No link is followed on the way from the workspace to the file: each folder is opened within the one
above it. The text is written beside the file and takes its place at once, so that no reader and no
crash meets half a file.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotseat.domain.errors import HotseatError

_BOM = b"\xef\xbb\xbf"
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_HAS_DIR_FD = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd


def replace_text(root: Path, path: str, text: str | None, *, expected: str | None) -> None:
    """Write `text` to a path in the workspace, where `expected` is now; None stands for no file.

    Raises HotseatError if there is anything else, if a link is on the way, or if it cannot be
    written. Then the file is as it was.
    """
    try:
        with _folder(root, path, makes=expected is None) as (folder, name):
            found, mode = _content(folder, name)
            old = None if found is None else found.removeprefix(_BOM)
            if old != (None if expected is None else expected.encode()):
                raise HotseatError(
                    f"{path} changed meanwhile, and is left as it is",
                    hint="`hotseat task show` prints the change; begin a new task for the new text",
                )
            if text is None:
                os.unlink(_at(folder, name), dir_fd=_fd(folder))
                return
            bom = _BOM if found is not None and found.startswith(_BOM) else b""
            _put(folder, name, bom + text.encode(), mode)
    except OSError as error:
        reason = error.strerror or str(error)
        raise HotseatError(
            f"{path} cannot be written: {reason}", hint="The file is as it was"
        ) from None


_Folder = int | str
"""An open folder; its path where the system has no such descriptors."""


@contextmanager
def _folder(root: Path, path: str, *, makes: bool) -> Iterator[tuple[_Folder, str]]:
    *parents, name = path.split("/")
    real_root = os.path.realpath(root)
    if not _HAS_DIR_FD:
        folder = os.path.join(real_root, *parents)
        if makes:
            os.makedirs(folder, exist_ok=True)
        if os.path.realpath(folder) != folder or os.path.islink(os.path.join(folder, name)):
            raise OSError(0, "a link is on the way")
        yield folder, name
        return
    descriptor = os.open(real_root, os.O_RDONLY | os.O_DIRECTORY | _NO_FOLLOW)
    try:
        for parent in parents:
            if makes and not _is_there(descriptor, parent):
                os.mkdir(parent, dir_fd=descriptor)
            below = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | _NO_FOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor, name
    finally:
        os.close(descriptor)


def _content(folder: _Folder, name: str) -> tuple[bytes | None, int | None]:
    """Return a regular file's content and mode; None if nothing is there. Raises OSError."""
    flags = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(_at(folder, name), flags, dir_fd=_fd(folder))
    except FileNotFoundError:
        return None, None
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(0, "it is not a regular file")
        return file.read(), stat.S_IMODE(state.st_mode)


def _put(folder: _Folder, name: str, data: bytes, mode: int | None) -> None:
    beside = f".{name[:100]}.{secrets.token_hex(4)}.hotseat"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | getattr(os, "O_BINARY", 0)
    descriptor = os.open(_at(folder, beside), flags, 0o666, dir_fd=_fd(folder))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        os.replace(
            _at(folder, beside), _at(folder, name), src_dir_fd=_fd(folder), dst_dir_fd=_fd(folder)
        )
    except BaseException:
        os.unlink(_at(folder, beside), dir_fd=_fd(folder))
        raise


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _at(folder: _Folder, name: str) -> str:
    return name if isinstance(folder, int) else os.path.join(folder, name)


def _fd(folder: _Folder) -> int | None:
    return folder if isinstance(folder, int) else None
