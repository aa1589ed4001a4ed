"""Workspaces that the user trusts, each with the digest of the roster that was trusted.

A roster that has changed since then is not trusted. Reads and writes one small file in the user's
data directory.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from hotseat.domain.errors import HotseatError
from hotseat.roster.load import workspace_path
from hotseat.roster.regular_file import read_regular
from hotseat.roster.tree import MAX_BYTES

_MAX_FILE_BYTES = 10_000_000


class TrustedWorkspaces:
    """`path` is the file; by default the one in the user's data directory."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_data_path("hotseat") / "trusted.json"

    def all(self) -> Mapping[str, str]:
        """Return the digests by folder; empty if there is no readable file."""
        try:
            known = json.loads(read_regular(self.path, max_bytes=_MAX_FILE_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(known, dict):
            return {}
        return {k: v for k, v in known.items() if isinstance(v, str)}

    def trusts(self, workspace: Path | None) -> bool:
        """Return whether the roster of the workspace was trusted as it is now."""
        if workspace is None or (trusted := self.digest_of(workspace)) is None:
            return False
        try:
            return trusted == _digest(workspace)
        except OSError:
            return False

    def digest_of(self, workspace: Path) -> str | None:
        """Return the digest of the roster that was trusted there, or None. It may have changed."""
        return self.all().get(_key(workspace))

    def add(self, workspace: Path) -> None:
        """Trust the roster of the workspace as it is now. Raises HotseatError."""
        try:
            digest = _digest(workspace)
        except OSError as error:
            raise HotseatError(
                f"{workspace_path(workspace)} cannot be read: {error.strerror}",
                hint="Name the folder of a workspace that has its own roster",
            ) from None
        self._write({**self.all(), _key(workspace): digest})

    def remove(self, workspace: Path) -> None:
        """Stop trusting the workspace. Raises HotseatError if it was not trusted."""
        known = dict(self.all())
        if known.pop(_key(workspace), None) is None:
            raise HotseatError(
                f"{workspace} is not a trusted workspace", hint="`hotseat trust --list` shows them"
            )
        self._write(known)

    def _write(self, known: Mapping[str, str]) -> None:
        """Write the whole file or nothing."""
        temporary = ""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix="trusted-")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(known, file, indent=2, sort_keys=True)
            os.replace(temporary, self.path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(temporary)
            raise HotseatError(
                f"{self.path} cannot be written: {error.strerror}", hint="Check its permissions"
            ) from None


def _key(workspace: Path) -> str:
    return os.path.realpath(workspace)


def _digest(workspace: Path) -> str:
    """Return the digest of the workspace's roster. Raises OSError if there is none to be read."""
    content = read_regular(workspace_path(workspace), max_bytes=MAX_BYTES, inside=workspace)
    return hashlib.sha256(content).hexdigest()
