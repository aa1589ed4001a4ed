"""The models on disk, read while the embedded engine does not run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hotseat.embedded.models.names import parse_name
from hotseat.embedded.models.store import Manifest, ModelStore
from hotseat.engines.stored_models import is_among, stored_models


def put(store: ModelStore, name: str, *contents: bytes) -> None:
    digests = [hashlib.sha256(data).hexdigest() for data in contents]
    for digest, data in zip(digests, contents, strict=True):
        with store.upload(digest) as upload:
            upload.write(data)
            upload.finish()
    store.put(parse_name(name), Manifest(base=digests[0], adapters=tuple(digests[1:])))


@pytest.mark.parametrize(
    "name", ["go:1b", "go", "hotseat/go:latest", "hf.co/me/model:Q4_0", "localhost:5000/a/b:c"]
)
def test_it_lists_what_the_engine_lists(tmp_path: Path, name: str) -> None:
    store = ModelStore(tmp_path)
    put(store, name, b"weights", b"adapter")
    (theirs,) = store.models()
    (ours,) = stored_models(tmp_path)
    assert (ours.name, ours.size_bytes) == (theirs.name.short, theirs.size_bytes)
    assert ours.modified_s == theirs.modified_s
    assert is_among(name.upper() if ":" in name else name, frozenset({ours.name}))


def test_a_model_whose_file_is_missing_is_none(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    put(store, "go:1b", b"weights")
    put(store, "web:1b", b"other")
    next((tmp_path / "blobs").glob(f"sha256-{hashlib.sha256(b'weights').hexdigest()}")).unlink()
    (tmp_path / "manifests/registry.ollama.ai/library/go/odd").write_text("[")
    assert [stored.name for stored in stored_models(tmp_path)] == ["web:1b"]


def test_no_store_is_no_models_and_nothing_is_made(tmp_path: Path) -> None:
    assert stored_models(tmp_path / "models") == []
    assert list(tmp_path.iterdir()) == []
