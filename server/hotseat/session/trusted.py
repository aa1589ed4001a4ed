"""Workspaces that the person trusts, each with the digest of the roster that they trusted.

A roster that was changed since, by whoever, is not the one that was trusted. Reads and writes one
small file in the person's data directory.
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


class TrustedWorkspaces:
    """`path` is the file; by default the person's own."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or user_data_path("hotseat") / "trusted.json"

    def all(self) -> Mapping[str, str]:
        """Folder → digest. Empty when there is nothing, or nothing readable."""
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(known, dict):
            return {}
        return {k: v for k, v in known.items() if isinstance(v, str)}

    def trusts(self, workspace: Path | None) -> bool:
        """Whether its roster, as it is now, was trusted."""
        if workspace is None or (trusted := self.digest_of(workspace)) is None:
            return False
        return trusted == _digest(workspace)

    def digest_of(self, workspace: Path) -> str | None:
        """Of the roster that was trusted in it, whatever it is now; None for none."""
        return self.all().get(_key(workspace))

    def add(self, workspace: Path) -> None:
        """Trust its roster as it is now. Raises HotseatError."""
        digest = _digest(workspace)
        if digest is None:
            raise HotseatError(
                f"{workspace_path(workspace)} cannot be read: there is nothing to trust",
                hint="Name the folder of a workspace that has a roster of its own",
            )
        self._write({**self.all(), _key(workspace): digest})

    def remove(self, workspace: Path) -> None:
        """Trust it no longer. Raises HotseatError when it was not trusted."""
        known = dict(self.all())
        if known.pop(_key(workspace), None) is None:
            raise HotseatError(
                f"{workspace} is not a trusted workspace", hint="`hotseat trust --list` shows them"
            )
        self._write(known)

    def _write(self, known: Mapping[str, str]) -> None:
        """All of it or nothing."""
        temporary = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._path.parent, prefix="trusted-")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(known, file, indent=2, sort_keys=True)
            os.replace(temporary, self._path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(temporary)
            raise HotseatError(
                f"{self._path} cannot be written: {error.strerror}", hint="Check its permissions"
            ) from None


def _key(workspace: Path) -> str:
    return os.path.realpath(workspace)


def _digest(workspace: Path) -> str | None:
    """Of its roster; None without one."""
    try:
        return hashlib.sha256(workspace_path(workspace).read_bytes()).hexdigest()
    except OSError:
        return None
