"""Developers' tokens: a file with one line `NAME sha256:HEX` for each token.

The file holds hashes only. A token has 256 random bits, so a plain SHA-256 cannot be searched.
A developer may have several lines, for several machines or while a token is replaced.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import filelock

from hotseat.domain.errors import HotseatError
from hotseat.engines.proof import new_token
from hotseat.machine.platforms import HERE
from hotseat.roster.regular_file import read_regular

MAX_BYTES = 1 << 20
_LINE = re.compile(r"([a-z0-9][a-z0-9_.-]{0,63}) sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Pairs of a developer and the hash of one of their tokens."""

    entries: tuple[tuple[str, str], ...] = ()

    def developer_of(self, token: str) -> str | None:
        """Return whose token it is; None for nobody's.

        Each hash is compared, in constant time, whether or not one has matched already.
        """
        given = hash_of(token)
        found = None
        for name, known in self.entries:
            if hmac.compare_digest(given, known):
                found = name
        return found


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def parse_keys(text: str, *, filename: str) -> KeyRing:
    """Return the keys. Empty lines and lines with # are left out. Raises HotseatError."""
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise HotseatError(
                f"{filename}:{number}:1: not a line `NAME sha256:HEX`",
                hint="Remove the line; `hotseat team key NAME` makes a new token",
            )
        entries.append((match[1], match[2]))
    return KeyRing(tuple(entries))


def read_keys(path: Path) -> KeyRing:
    """Return the keys in the file; none if it does not exist.

    Raises HotseatError for a file that other users can write, or that cannot be read.
    """
    try:
        if HERE.has_owners_and_modes and path.stat().st_mode & 0o022:
            raise HotseatError(
                f"Other users can write {path}, and so could give themselves access",
                hint=f"chmod go-w {path}, and check its lines",
            )
        text = read_regular(path, max_bytes=MAX_BYTES).decode("ascii")
    except FileNotFoundError:
        return KeyRing()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not ASCII"
        raise HotseatError(
            f"The keys in {path} cannot be read: {reason}", hint="Check the file"
        ) from None
    return parse_keys(text, filename=str(path))


def add_key(path: Path, developer: str) -> str:
    """Store a new token's hash and return the token, which is kept nowhere. Raises HotseatError."""
    token = new_token()
    with _locked(path):
        entries = read_keys(path).entries
        _write(path, (*entries, (developer, hash_of(token))))
    return token


def remove_keys(path: Path, developer: str) -> int:
    """Remove a developer's tokens and return how many there were. Raises HotseatError."""
    with _locked(path):
        entries = read_keys(path).entries
        left = tuple(entry for entry in entries if entry[0] != developer)
        if len(left) != len(entries):
            _write(path, left)
    return len(entries) - len(left)


def _locked(path: Path) -> filelock.BaseFileLock:
    """Two commands at once would each lose the other's line."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(path, error) from None
    return filelock.FileLock(path.with_name(path.name + ".lock"), timeout=10)


def _write(path: Path, entries: Iterable[tuple[str, str]]) -> None:
    """Write all lines or none."""
    temporary = ""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{name} sha256:{known}\n" for name, known in entries)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise _not_written(path, error) from None


def _not_written(path: Path, error: OSError) -> HotseatError:
    return HotseatError(
        f"{path} cannot be written: {error.strerror}", hint="Check its folder, and the disk"
    )
