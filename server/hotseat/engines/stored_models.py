"""The models of the embedded engine on disk, read without the engine, which may not be running.

The layout is that of `embedded/models/store.py`, which alone writes there. Nothing is created,
checked or removed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from hotseat.domain.experts import canonical_model_name

_USUAL = ("registry.ollama.ai", "library")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A model whose files are all there."""

    name: str
    """As Ollama writes it, tag included."""
    size_bytes: int
    """Of its weights and adapters; other models may share them."""
    modified_s: float
    """When it was installed, in seconds since 1970."""


def models_dir() -> Path:
    """Return the folder of the models; it may not exist."""
    return platformdirs.user_data_path("hotseat") / "models"


def stored_models(root: Path | None = None) -> list[StoredFile]:
    """Return the models in `root` (default: the user's), the newest first; none if it cannot be
    read. Reads from the disk."""
    folder = root or models_dir()
    found = [stored for path in _manifests(folder) if (stored := _read(path, folder)) is not None]
    return sorted(found, key=lambda stored: stored.modified_s, reverse=True)


def is_among(model: str, names: frozenset[str]) -> bool:
    """Return whether the model is one of the names, for which case does not matter."""
    return canonical_model_name(model).lower() in {name.lower() for name in names}


def _manifests(root: Path) -> Iterator[Path]:
    try:
        yield from (root / "manifests").glob("*/*/*/*")
    except OSError:
        return


def _read(path: Path, root: Path) -> StoredFile | None:
    """Return None if it is no manifest, or if a file that it names is missing."""
    host, namespace, model, tag = path.parts[-4:]
    try:
        data = json.loads(path.read_bytes())
        digests = [data["base"], *data.get("adapters", ())]
        sizes = [(root / "blobs" / f"sha256-{digest}").stat().st_size for digest in digests]
        modified_s = path.stat().st_mtime
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    parts = [host.replace("%3A", ":"), namespace, f"{model}:{tag}"]
    while parts[0] in _USUAL:
        parts.pop(0)
    return StoredFile(name="/".join(parts), size_bytes=sum(sizes), modified_s=modified_s)
