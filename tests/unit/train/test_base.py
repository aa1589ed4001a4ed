"""The base: found by name, file or folder, and refused before anything is trained."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError, ModelFileInvalid
from hotseat.domain.experts import EngineChoice, EngineKind, Expert, ModelSpec, Roster
from hotseat.embedded.models.names import parse_name
from hotseat.embedded.models.store import Manifest, ModelStore
from hotseat.lab.gguf_file import write_gguf
from hotseat.train.base import Base, check_memory, fim_template, find_base
from support.tiny_gguf import write_adapter, write_model

EXPERT = Expert(name="go", languages=("go",), spec=ModelSpec("tiny:1"), licence="MIT")
ROSTER = Roster(
    engine=EngineChoice(kind=EngineKind.EMBEDDED, host="http://127.0.0.1:9"), experts=(EXPERT,)
)


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def find(choice: str | None) -> Base:
    return find_base(choice, ROSTER, ("go",))


def stored(tmp_path: Path) -> Path:
    store = ModelStore(tmp_path / "data" / "hotseat" / "models")
    content = write_model(tmp_path / "m.gguf").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    with store.upload(digest) as upload:
        upload.write(content)
        upload.finish()
    store.put(parse_name("tiny:1"), Manifest(base=digest))
    return store.blob_path(digest)


def test_what_the_roster_has_for_the_language_is_the_base(tmp_path: Path) -> None:
    path = stored(tmp_path)
    base = find(None)
    assert (base.name, base.path, base.architecture) == ("tiny:1", path, "llama")
    assert base.licence == "MIT"
    assert base.digest() in path.name


def test_a_file_may_be_named(tmp_path: Path) -> None:
    path = write_model(tmp_path / "m.gguf")
    assert find(str(path)).path == path


def test_a_folder_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "mistral"}))
    base = find(str(tmp_path))
    assert (base.architecture, base.is_gguf) == ("llama", False)


def test_a_base_that_is_not_there_is_said() -> None:
    with pytest.raises(HotseatError, match="no base 'nothing:1'") as error:
        find("nothing:1")
    assert error.value.hint == ("Pull it with Ollama, or name a GGUF file or a transformers folder")


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "m.gguf", {"general.architecture": "mamba"}, [])
    with pytest.raises(HotseatError, match="mamba model, and adapters for those cannot"):
        find(str(path))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "rwkv"}))
    with pytest.raises(HotseatError, match="rwkv"):
        find(str(tmp_path))


def test_an_adapter_is_no_base(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="is an adapter, not a base"):
        find(str(write_adapter(tmp_path / "a.gguf")))


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"nothing" * 10)
    with pytest.raises(ModelFileInvalid):
        find(str(tmp_path / "x.gguf"))
    with pytest.raises(HotseatError, match=r"no config\.json"):
        find(str(tmp_path))


def test_a_base_that_does_not_fit_in_memory_is_refused(tmp_path: Path) -> None:
    base = replace(find(str(write_model(tmp_path / "m.gguf"))), n_parameters=1_500_000_000)
    check_memory(base, 8_000_000_000)
    with pytest.raises(HotseatError, match=r"needs about 7\.5 GB of memory, and 7\.0 GB are free"):
        check_memory(base, 7_000_000_000)


def test_the_family_is_chosen_by_tokens_and_then_by_name() -> None:
    bars = dict.fromkeys(("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"), 1)
    plain = dict.fromkeys(("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), 1)

    def family(vocabulary: dict[str, int], name: str) -> str | None:
        found = fim_template(vocabulary, name)
        return found.family if found else None

    assert family(bars, "qwen2.5-coder:0.5b") == "qwen"
    assert family(bars, "codegemma:2b") == "codegemma"
    assert family(plain, "starcoder2:3b") == "starcoder"
    assert family(plain, "mellum:4b") == "mellum"
    assert family({}, "smollm2:135m") is None
