"""The key that clients of the gateway send, in a file of the user's own."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from hotseat.domain.errors import HotseatError
from hotseat.engines.proof import new_token
from hotseat.machine.platforms import HERE
from hotseat.roster.regular_file import read_regular

_MAX_FILE_BYTES = 4096


def key_path() -> Path:
    return user_data_path("hotseat") / "gateway.key"


def stored_key(path: Path | None = None) -> str:
    """Return the key; the first call makes one. Raises HotseatError.

    A file that other users can read is not believed: its mode becomes 0600 and the key a new one.
    """
    path = path or key_path()
    try:
        is_private = not HERE.has_owners_and_modes or path.stat().st_mode & 0o077 == 0
        key = read_regular(path, max_bytes=_MAX_FILE_BYTES).decode("ascii").strip()
    except FileNotFoundError:
        return _write(path)
    except (OSError, ValueError) as error:
        raise HotseatError(
            f"The gateway's key at {path} cannot be read: {error}",
            hint="Remove the file: the next start makes a new key",
        ) from None
    if not is_private or not key or not key.isprintable() or " " in key:
        return _write(path)
    return key


def _write(path: Path) -> str:
    """Write a new key, all of it or nothing."""
    key, temporary = new_token(), ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix="gateway-")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise HotseatError(
            f"{path} cannot be written: {error.strerror}", hint="Check its permissions"
        ) from None
    return key
