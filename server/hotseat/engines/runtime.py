"""The runtime directory: sockets, locks and the embedded engine's address, for this user only.

A directory in a shared /tmp can be swapped by someone else, so it is made 0700 and its owner is
checked every time. Owns the directory and the engine's file in it; starts and connects nothing.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from hotseat.domain.errors import HotseatError
from hotseat.machine.platforms import HERE, runtime_folder

ENGINE_FILE = "engine.json"
ENGINE_LOCK = "engine.lock"
_REPLACE_PAUSES_S = (0.01, 0.02, 0.04, 0.08, 0.15)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFile:
    """What the embedded engine says of itself. `token` is what its clients must send; empty for one
    that wants none. `socket` is the path of its Unix socket; empty where it has none."""

    url: str
    instance: str
    pid: int
    token: str = field(repr=False)
    socket: str = ""


def runtime_path() -> Path:
    """Return where the runtime directory is or would be; nothing is created or checked."""
    override = os.environ.get("HOTSEAT_RUNTIME_DIR")
    return Path(override).absolute() if override else _usual_dir()


def runtime_dir() -> Path:
    """The user's own directory, created when missing; HOTSEAT_RUNTIME_DIR puts it elsewhere.

    Raises HotseatError when it is a link, belongs to someone else, or others may write to it.
    """
    path = runtime_path()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = path.lstat()
    except OSError as error:
        raise HotseatError(
            f"the runtime directory {path} cannot be made: {error.strerror}",
            hint="Set HOTSEAT_RUNTIME_DIR to a directory of your own",
        ) from error
    if stat.S_ISLNK(state.st_mode):
        raise _unsafe(path, "is a link")
    if not stat.S_ISDIR(state.st_mode):
        raise _unsafe(path, "is not a directory")
    if HERE.has_owners_and_modes:
        if state.st_uid != os.getuid():
            raise _unsafe(path, "belongs to another user")
        if state.st_mode & 0o022:
            raise _unsafe(path, "can be written by others")
        if state.st_mode & 0o077:
            path.chmod(0o700)
    return path


def _usual_dir() -> Path:
    if not HERE.has_owners_and_modes:
        return Path(platformdirs.user_runtime_path("hotseat"))
    own = runtime_folder(os.getuid(), lambda path: path.is_dir() and os.access(path, os.W_OK))
    return own or Path(platformdirs.user_runtime_path("hotseat"))


def engine_file_path() -> Path:
    """Raises HotseatError like `runtime_dir`."""
    return runtime_dir() / ENGINE_FILE


def read_engine_file(folder: Path | None = None) -> EngineFile | None:
    """Of the embedded engine that last said it runs; None if none did. `folder` is its runtime
    directory, if that is not ours.

    It may be dead. Raises HotseatError like `runtime_dir`.
    """
    try:
        path = engine_file_path() if folder is None else folder / ENGINE_FILE
        data = json.loads(path.read_bytes())
        return EngineFile(
            url=str(data["url"]),
            instance=str(data["instance"]),
            pid=int(data["pid"]),
            token=str(data.get("token", "")),
            socket=str(data.get("socket", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_engine_file(*, url: str, instance: str, pid: int, token: str, socket: str = "") -> None:
    """Atomically, readable by this user only."""
    folder = runtime_dir()
    handle, partial = tempfile.mkstemp(prefix="engine-", dir=folder)  # mkstemp makes it 0600.
    with os.fdopen(handle, "w") as file:
        content = {"url": url, "instance": instance, "pid": pid, "token": token, "socket": socket}
        json.dump(content, file)
    replace_patiently(lambda: Path(partial).replace(folder / ENGINE_FILE))


def remove_engine_file(instance: str) -> None:
    """Remove it if it is still about `instance`."""
    known = read_engine_file()
    if known is not None and known.instance == instance:
        replace_patiently(lambda: (runtime_dir() / ENGINE_FILE).unlink(missing_ok=True))


def replace_patiently(
    change: Callable[[], object], *, pause: Callable[[float], None] = time.sleep
) -> None:
    """Call `change`, and again for at most 0.3 s while it raises PermissionError.

    Windows refuses to replace or remove a file that another process has open, and every language
    server reads the engine's file. Raises the last PermissionError.
    """
    for pause_s in _REPLACE_PAUSES_S:
        try:
            change()
        except PermissionError:
            pause(pause_s)
        else:
            return
    change()


def _unsafe(path: Path, what: str) -> HotseatError:
    return HotseatError(
        f"the runtime directory {path} {what}",
        hint="Remove it, or set HOTSEAT_RUNTIME_DIR to a directory of your own",
    )
