"""The runtime directory: sockets, locks and the note that says where the embedded engine listens.

A directory of the user's own, mode 0700. A shared /tmp where another user could swap files is
refused, not trusted.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import platformdirs

from hotseat.domain.errors import HotseatError

ENGINE_FILE = "engine.json"


def runtime_dir() -> Path:
    """Made if need be; HOTSEAT_RUNTIME_DIR names another. Raises HotseatError if it is not safe."""
    named = os.environ.get("HOTSEAT_RUNTIME_DIR")
    path = Path(named) if named else platformdirs.user_runtime_path("hotseat")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = path.lstat()
    except OSError as error:
        raise HotseatError(
            f"The runtime directory {path} cannot be made: {error.strerror}",
            hint="Name another one in HOTSEAT_RUNTIME_DIR",
        ) from error
    if os.name == "posix":
        if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
            raise HotseatError(
                f"{path} is not a directory of yours",
                hint="Remove it, or name another one in HOTSEAT_RUNTIME_DIR",
            )
        if stat.S_IMODE(info.st_mode) & 0o077:
            path.chmod(0o700)
    return path


def read_engine_file() -> tuple[str, str, int] | None:
    """URL, instance id and process id that the embedded engine noted; None without a whole note.

    What it says may be old: ask `/api/version` for the instance id before believing it.
    """
    try:
        noted = json.loads((runtime_dir() / ENGINE_FILE).read_text())
        return str(noted["url"]), str(noted["instance"]), int(noted["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
