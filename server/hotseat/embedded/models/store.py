"""Models on disk: blobs by digest, and one manifest for each name.

    STORE/blobs/sha256-HEX                         GGUF files
    STORE/manifests/HOST/NAMESPACE/MODEL/TAG       JSON, see `Manifest`

Owns every path below the store. Names and digests arrive parsed (`names`), and a resolved path must
also lie in the store. Files are written under a temporary name and renamed. Synchronous: the routes
call slow methods in a thread.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from hotseat.domain.errors import HotseatError, ModelFileInvalid
from hotseat.embedded.models.card import ModelCard, adapter_misfit, describe
from hotseat.embedded.models.gguf import Gguf, read_gguf
from hotseat.embedded.models.names import InvalidName, ModelName, parse_digest

_STALE_UPLOAD_S = 24 * 3600.0
_PARTIAL_PREFIX = "partial-"
_LATER_FIELDS = ("license", "messages", "requires")


class DigestMismatch(HotseatError):
    """The received bytes do not match the digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A model: a base file, with adapters, parameters and texts."""

    base: str
    """Digest of the GGUF file: 64 hex digits, here and in `adapters`."""
    adapters: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    """Ollama options that apply unless a request sets them."""
    template: str = ""
    """Go's text/template; "": prompts are rendered by the template in the GGUF file."""
    system: str = ""
    parent: str = ""
    license: tuple[str, ...] = ()
    messages: tuple[dict[str, Any], ...] = ()
    """Messages before those of each conversation."""
    requires: str = ""
    """The version of Ollama that the model asks for; shown, not checked."""

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Return the manifest in a file. Raises ValueError, TypeError or AttributeError."""
        data = json.loads(content)
        lists = {name: tuple(data.get(name, ())) for name in ("adapters", "license", "messages")}
        return cls(**{**data, **lists})

    def to_bytes(self) -> bytes:
        data = asdict(self)
        for name in _LATER_FIELDS:
            if not data[name]:  # Models of older versions keep their digest.
                del data[name]
        return json.dumps(data, sort_keys=True, indent=1).encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def blobs(self) -> tuple[str, ...]:
        return (self.base, *self.adapters)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A manifest under its name."""

    name: ModelName
    manifest: Manifest
    modified_s: float
    """Seconds since the epoch."""
    size_bytes: int
    """Size of its blobs."""


class Upload:
    """An upload of a blob. `finish` checks the digest; leaving without it removes the file."""

    def __init__(self, folder: Path, target: Path, digest: str) -> None:
        handle, name = tempfile.mkstemp(prefix=_PARTIAL_PREFIX, dir=folder)
        self._file: BinaryIO = os.fdopen(handle, "wb")
        self._partial = Path(name)
        self._target = target
        self._digest = digest
        self._hash = hashlib.sha256()

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()
        self._partial.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        self._hash.update(piece)
        self._file.write(piece)

    def finish(self) -> None:
        """Move the blob into the store. Raises DigestMismatch."""
        got = self._hash.hexdigest()
        if got != self._digest:
            raise DigestMismatch(
                f"digest mismatch, expected sha256:{self._digest}, got sha256:{got}"
            )
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self._target)


class ModelStore:
    """The store in `root`, created on first use. Raises HotseatError when that fails."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self._blobs = self.root / "blobs"
        self._manifests = self.root / "manifests"
        for folder in (self._blobs, self._manifests):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise HotseatError(
                    f"the models' folder {folder} cannot be created: {error.strerror}",
                    hint="Make it writable, or set XDG_DATA_HOME to a writable directory",
                ) from error
        self._remove_stale_uploads()

    # Models

    def models(self) -> Iterator[StoredModel]:
        """Yield the models, newest first. Unreadable manifests, which we did not write, are left
        out."""
        found = []
        for name in self._names():
            stored = self._read(name, self._manifests.joinpath(*name.path_parts))
            if stored is not None:
                found.append(stored)
        yield from sorted(found, key=lambda m: m.modified_s, reverse=True)

    def get(self, name: ModelName) -> StoredModel | None:
        return self._read(name, self._manifest_path(name))

    def existing_name(self, name: ModelName) -> ModelName:
        """Return the name as the store spells it, for which case does not matter.

        If no model has the name, its parts are spelled as those of other models, as in Ollama.
        """
        if self._manifest_path(name).is_file():
            return name
        wanted = tuple(part.lower() for part in name.parts)
        spelled = list(name.parts)
        exact: set[int] = set()
        for stored in self._names():
            folded = tuple(part.lower() for part in stored.parts)
            if folded == wanted:
                return stored
            for i in range(len(wanted)):
                if folded[i] == wanted[i] and i not in exact:
                    spelled[i] = stored.parts[i]
                    exact |= {i} if stored.parts[i] == name.parts[i] else set()
        host, namespace, model, tag = spelled
        return ModelName(host=host, namespace=namespace, model=model, tag=tag)

    def _names(self) -> Iterator[ModelName]:
        for path in self._manifests.glob("*/*/*/*"):
            host, namespace, model, tag = path.relative_to(self._manifests).parts
            yield ModelName(
                host=host.replace("%3A", ":"), namespace=namespace, model=model, tag=tag
            )

    def put(self, name: ModelName, manifest: Manifest) -> None:
        path = self._manifest_path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=_PARTIAL_PREFIX, dir=self._manifests)
        with os.fdopen(handle, "wb") as file:
            file.write(manifest.to_bytes())
        Path(partial).replace(path)

    def delete(self, name: ModelName) -> bool:
        """Remove the name, and its blobs that no other name uses. Return False if it does not
        exist."""
        stored = self.get(name)
        if stored is None:
            return False
        path = self._manifest_path(name)
        path.unlink()
        for folder in list(path.parents)[:3]:
            try:
                folder.rmdir()
            except OSError:  # The folder holds another model.
                break
        used = {digest for other in self.models() for digest in other.manifest.blobs}
        for digest in set(stored.manifest.blobs) - used:
            self.blob_path(digest).unlink(missing_ok=True)
        return True

    # Blobs

    def blob_path(self, digest: str) -> Path:
        """Return the path of a blob. `digest` is 64 hex digits; raises InvalidName otherwise."""
        return self._inside(self._blobs / f"sha256-{parse_digest('sha256:' + digest)}")

    def has_blob(self, digest: str) -> bool:
        return self.blob_path(digest).is_file()

    def upload(self, digest: str) -> Upload:
        return Upload(self._blobs, self.blob_path(digest), digest)

    def header(self, digest: str) -> Gguf:
        """Return the checked header of a blob; it is read once for each state of the file.

        Raises ModelFileInvalid.
        """
        return _header(*self._state(digest))

    def header_with_arrays(self, digest: str) -> Gguf:
        """Like `header`, with the values of arrays (a vocabulary); it is read each time."""
        path, _, _ = self._state(digest)
        return read_gguf(path, with_arrays=True)

    def card(self, digest: str) -> ModelCard:
        """Return the card of a blob. Raises ModelFileInvalid."""
        return _card(*self._state(digest))

    def size_bytes(self, digests: Iterable[str]) -> int:
        """Return the size of these blobs on disk; missing ones count 0."""
        paths = map(self.blob_path, digests)
        return sum(path.stat().st_size for path in paths if path.is_file())

    def misfit(self, manifest: Manifest) -> str:
        """Return why the manifest's adapters do not fit its base; "" if they fit."""
        try:
            reasons = (
                _misfit(self._state(digest), self._state(manifest.base))
                for digest in manifest.adapters
            )
            return next(filter(None, reasons), "")
        except ModelFileInvalid as error:
            return str(error)

    def _state(self, digest: str) -> tuple[Path, int, int]:
        path = self.blob_path(digest)
        try:
            state = path.stat()
        except OSError as error:
            raise ModelFileInvalid(
                f"blob sha256-{digest} cannot be read: {error.strerror}",
                hint="Pull or create the model again",
            ) from error
        return path, state.st_size, state.st_mtime_ns

    def _manifest_path(self, name: ModelName) -> Path:
        return self._inside(self._manifests.joinpath(*name.path_parts))

    def _inside(self, path: Path) -> Path:
        """Return `path` if it lies in the store after following links. Raises InvalidName
        otherwise."""
        if not path.resolve().is_relative_to(self.root):
            raise InvalidName("path leaves the model store")
        return path

    def _read(self, name: ModelName, path: Path) -> StoredModel | None:
        try:
            manifest = Manifest.from_bytes(path.read_bytes())
            size_bytes = sum(
                self.blob_path(d).stat().st_size for d in manifest.blobs if self.has_blob(d)
            )
            modified_s = path.stat().st_mtime
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return StoredModel(
            name=name, manifest=manifest, modified_s=modified_s, size_bytes=size_bytes
        )

    def _remove_stale_uploads(self) -> None:
        for path in (*self._blobs.glob(_PARTIAL_PREFIX + "*"), *self._manifests.glob("partial-*")):
            try:
                if time.time() - path.stat().st_mtime > _STALE_UPLOAD_S:
                    path.unlink()
            except OSError:  # Removed in the meantime, or used by another engine.
                continue


@lru_cache(maxsize=32)
def _header(path: Path, size_bytes: int, mtime_ns: int) -> Gguf:
    return read_gguf(path)


@lru_cache(maxsize=256)
def _card(path: Path, size_bytes: int, mtime_ns: int) -> ModelCard:
    return describe(read_gguf(path))


@lru_cache(maxsize=256)
def _misfit(adapter: tuple[Path, int, int], base: tuple[Path, int, int]) -> str:
    return adapter_misfit(_header(*adapter), _header(*base))
