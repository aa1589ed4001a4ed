"""The store: it writes only below its root, completely, and keeps no unnamed blob."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError, ModelFileInvalid
from hotseat.embedded.models.names import InvalidName, parse_name
from hotseat.embedded.models.store import DigestMismatch, Manifest, ModelStore
from support.tiny_gguf import write_model


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "store")


def put(store: ModelStore, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    with store.upload(digest) as upload:
        upload.write(content)
        upload.finish()
    return digest


def files(store: ModelStore) -> set[str]:
    return {str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file()}


def test_a_model_comes_back_as_it_was_put(store: ModelStore) -> None:
    digest = put(store, b"weights")
    manifest = Manifest(base=digest, parameters={"num_ctx": 512, "stop": ["a"]}, system="s")
    store.put(parse_name("a/b:c"), manifest)
    stored = store.get(parse_name("a/b:c"))
    assert stored is not None
    assert (stored.manifest, stored.size_bytes) == (manifest, 7)
    assert [model.name.short for model in store.models()] == ["a/b:c"]


def test_an_upload_that_is_something_else_leaves_nothing(store: ModelStore) -> None:
    with store.upload("0" * 64) as upload:
        upload.write(b"something else")
        with pytest.raises(DigestMismatch, match="digest mismatch"):
            upload.finish()
    assert files(store) == set()


def test_an_upload_that_breaks_off_leaves_nothing(store: ModelStore) -> None:
    with store.upload("0" * 64) as upload:
        upload.write(b"half")
    assert files(store) == set()


def test_deleting_a_name_removes_the_blobs_that_only_it_used(store: ModelStore) -> None:
    shared, own, waiting = (put(store, text) for text in (b"shared", b"own", b"not created yet"))
    store.put(parse_name("one"), Manifest(base=shared, adapters=(own,)))
    store.put(parse_name("two"), Manifest(base=shared))
    assert store.delete(parse_name("one"))
    assert [store.has_blob(digest) for digest in (shared, own, waiting)] == [True, False, True]
    assert store.delete(parse_name("two"))
    assert not store.has_blob(shared)
    assert not store.delete(parse_name("two"))


def test_a_link_out_of_the_store_is_not_followed(store: ModelStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("{}")
    (store.root / "blobs" / f"sha256-{'a' * 64}").symlink_to(secret)
    with pytest.raises(InvalidName):
        store.blob_path("a" * 64)
    (store.root / "manifests" / "registry.ollama.ai").symlink_to(tmp_path)
    with pytest.raises(InvalidName):
        store.put(parse_name("x"), Manifest(base="a" * 64))
    assert secret.read_text() == "{}"


def test_an_unreadable_manifest_is_not_a_model(store: ModelStore) -> None:
    folder = store.root / "manifests" / "h" / "n" / "m"
    folder.mkdir(parents=True)
    for i, text in enumerate(("", "[]", "{}", '{"base": 5}', '{"base": "../../x"}', "\xff")):
        (folder / f"t{i}").write_text(text)
    assert list(store.models()) == []


def test_an_old_partial_upload_is_cleared_away_a_fresh_one_kept(tmp_path: Path) -> None:
    blobs = ModelStore(tmp_path).root / "blobs"
    for name, age_s in (("partial-old", 2 * 86400), ("partial-fresh", 60)):
        (blobs / name).write_bytes(b"x")
        os.utime(blobs / name, (time.time() - age_s,) * 2)
    ModelStore(tmp_path)
    assert [path.name for path in blobs.iterdir()] == ["partial-fresh"]


def test_a_file_that_changed_is_checked_again(store: ModelStore, tmp_path: Path) -> None:
    digest = put(store, write_model(tmp_path / "m.gguf").read_bytes())
    assert store.card(digest).family == "llama"
    os.truncate(store.blob_path(digest), 1000)
    with pytest.raises(ModelFileInvalid):
        store.card(digest)
    store.blob_path(digest).unlink()
    with pytest.raises(ModelFileInvalid, match="Pull or create"):
        store.card(digest)


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HotseatError, match=r"models' folder .* cannot be created.*XDG_DATA_HOME"):
        ModelStore(tmp_path / "file" / "store")


def test_a_model_is_found_in_any_case(store: ModelStore) -> None:
    manifest = Manifest(base=put(store, b"weights"))
    store.put(parse_name("SmolLM2:135m"), manifest)
    store.put(parse_name("hf.co/User/Other:Q4_0"), manifest)
    for text in ("smollm2:135M", "SmolLM2:135m", "SMOLLM2:135M"):
        assert store.existing_name(parse_name(text)).short == "SmolLM2:135m"
    assert store.existing_name(parse_name("HF.CO/user/OTHER:q4_0")).short == "hf.co/User/Other:Q4_0"


def test_a_new_name_is_spelled_like_its_neighbours(store: ModelStore) -> None:
    manifest = Manifest(base=put(store, b"weights"))
    for text in ("Tiny:a", "tiny:b"):
        store.put(parse_name(text), manifest)
    assert store.existing_name(parse_name("tiny:new")).short == "tiny:new"
    assert store.existing_name(parse_name("Tiny:new")).short == "Tiny:new"
    assert store.existing_name(parse_name("nothing:new")).short == "nothing:new"
    store.delete(parse_name("tiny:b"))
    assert store.existing_name(parse_name("TINY:new")).short == "Tiny:new"


def test_a_model_of_an_older_version_keeps_its_digest() -> None:
    old = Manifest(base="0" * 64, system="s")
    assert b"license" not in old.to_bytes()
    full = Manifest(base="0" * 64, license=("MIT",), messages=({"role": "user"},), requires="0.1")
    for manifest in (old, full):
        assert Manifest.from_bytes(manifest.to_bytes()) == manifest
    assert old.digest != full.digest
