"""The programs that may read what Hotseat remembers of conversations.

One small file in the user's data directory, by the names that programs give themselves.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from hotseat.domain.errors import HotseatError
from hotseat.roster.regular_file import read_regular

_MAX_FILE_BYTES = 100_000


class AllowedClients:
    """`path` is the file; by default the one in the user's data directory."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_data_path("hotseat") / "mcp-clients.json"

    def names(self) -> tuple[str, ...]:
        """Return the names; none if there is no readable file."""
        try:
            known = json.loads(read_regular(self.path, max_bytes=_MAX_FILE_BYTES))
        except (OSError, ValueError, RecursionError):
            return ()
        return tuple(sorted(n for n in known if isinstance(n, str))) if type(known) is list else ()

    def allow(self, name: str) -> None:
        """Let the program read. Raises HotseatError."""
        if not name.strip():
            raise HotseatError("The name of a program is missing")
        self._write({*self.names(), name})

    def deny(self, name: str) -> bool:
        """Let it read no longer; return whether it could. Raises HotseatError."""
        names = set(self.names())
        if name not in names:
            return False
        self._write(names - {name})
        return True

    def _write(self, names: set[str]) -> None:
        temporary = ""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix="mcp-clients-")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(sorted(names), file)
            os.replace(temporary, self.path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(temporary)
            raise HotseatError(
                f"{self.path} cannot be written: {error.strerror}", hint="Check its permissions"
            ) from None
