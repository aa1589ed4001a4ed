"""A GGUF that lies is refused, with what is wrong; nothing else ever comes out."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotseat.domain.errors import ModelFileInvalid
from hotseat.embedded.models.gguf import MAX_TEXT_BYTES, MAX_TEXTS_BYTES, read_gguf
from hotseat.lab.gguf_file import F32, Q8_0, Tensor, write_gguf
from support.tiny_gguf import write_model

ONE: list[Tensor] = [("w", (32, 2), Q8_0, bytes(68))]
ARCHITECTURE = {"general.architecture": "llama"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("gguf") / "good.gguf", fim=True)


def refused(path: Path, words: str) -> None:
    with pytest.raises(ModelFileInvalid, match=words):
        read_gguf(path)


def test_a_good_file_is_read(model: Path) -> None:
    gguf = read_gguf(model)
    assert gguf.text("general.architecture") == "llama"
    assert gguf.integer("llama.context_length") == 2048
    assert gguf.array_lengths["tokenizer.ggml.tokens"] == gguf.integer("llama.vocab_size")
    assert gguf.tensors[0].name == "token_embd.weight"
    assert gguf.tensors[0].type_name == "Q8_0"
    assert gguf.size_bytes == model.stat().st_size


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.001, 0.01, 0.03, 0.05, 0.1, 0.5, 0.999])
def test_a_file_cut_anywhere_is_refused(model: Path, tmp_path: Path, share: float) -> None:
    content = model.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ModelFileInvalid):
        read_gguf(path)


def test_a_truncated_file_is_reported_as_truncated(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(model.read_bytes()[:-100])
    refused(
        path, r"cut\.gguf is not a usable GGUF file: tensor .* ends at byte .*download it again"
    )


def overwritten(path: Path, at: int, content: bytes) -> Path:
    data = bytearray(path.read_bytes())
    data[at : at + len(content)] = content
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize(
    ("at", "content", "words"),
    [
        (0, b"GGML", "does not begin"),
        (4, struct.pack("<I", 1), "version 1 is not known"),
        (4, struct.pack(">I", 3), "big-endian"),
        (8, struct.pack("<Q", 1 << 40), "claims 1099511627776 tensors"),
        (16, struct.pack("<Q", 1 << 62), "metadata entries"),
        (24, struct.pack("<Q", 1 << 33), "a string claims"),
        (24, struct.pack("<Q", 60_000), "header runs past its end"),
    ],
)
def test_a_lying_header_is_refused(tmp_path: Path, at: int, content: bytes, words: str) -> None:
    path = write_gguf(tmp_path / "bad.gguf", ARCHITECTURE, ONE)
    refused(overwritten(path, at, content), words)


def tensor_info_at(path: Path) -> int:
    """Where the one tensor's name begins; dimensions, shape, type and offset follow."""
    return path.read_bytes().index(struct.pack("<Q", 1) + b"w") + 8


@pytest.mark.parametrize(
    ("after_name", "content", "words"),
    [
        (1, struct.pack("<I", 0), "0 dimensions"),
        (1, struct.pack("<I", 5), "5 dimensions"),
        (5, struct.pack("<Q", 33), "impossible shape"),
        (5, struct.pack("<Q", 0), "impossible shape"),
        (5, struct.pack("<QQ", 1 << 62, 1 << 62), "impossible shape"),
        (5, struct.pack("<Q", 32 << 20), "ends at byte"),
        (21, struct.pack("<I", 999), "unknown type 999"),
        (25, struct.pack("<Q", 32), "claims offset 32, not 0"),
        (25, struct.pack("<Q", 1 << 63), "claims offset"),
    ],
)
def test_a_lying_tensor_is_refused(
    tmp_path: Path, after_name: int, content: bytes, words: str
) -> None:
    path = write_gguf(tmp_path / "bad.gguf", ARCHITECTURE, ONE)
    refused(overwritten(path, tensor_info_at(path) + after_name, content), words)


@pytest.mark.parametrize(
    ("metadata", "tensors", "words"),
    [
        ({"general.alignment": 24}, ONE, "not a power of two"),
        ({"general.alignment": 0}, ONE, "not a power of two"),
        ({}, [("w", (2,), F32, bytes(8))] * 2, "'w' is there twice"),
    ],
)
def test_what_contradicts_itself_is_refused(
    tmp_path: Path, metadata: dict[str, Any], tensors: list[Tensor], words: str
) -> None:
    refused(write_gguf(tmp_path / "bad.gguf", metadata, tensors), words)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_anywhere_in_the_header_never_gets_a_tensor_outside_the_file(
    tmp_path: Path, data: st.DataObject
) -> None:
    metadata: dict[str, Any] = {
        **ARCHITECTURE,
        "a": [1, 2],
        "b": ["x", "yy"],
        "c": [0.5],
        "d": True,
        "e": 1.5,
    }
    path = write_gguf(tmp_path / "damaged.gguf", metadata, [*ONE, ("v", (4,), F32, bytes(16))])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    try:
        gguf = read_gguf(path)
    except ModelFileInvalid:
        return
    assert sum(tensor.size_bytes for tensor in gguf.tensors) <= len(content)


def test_arrays_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    path = write_model(tmp_path / "m.gguf")
    assert read_gguf(path).arrays == {}
    gguf = read_gguf(path, with_arrays=True)
    assert {key: len(values) for key, values in gguf.arrays.items()} == gguf.array_lengths
    assert list(gguf.arrays["tokenizer.ggml.tokens"])[:3] == ["<unk>", "<s>", "</s>"]
    assert gguf.arrays["tokenizer.ggml.scores"][2] == -2.0
    assert gguf.tensors == read_gguf(path).tensors


@pytest.mark.parametrize("key", ["tokenizer.chat_template", "general.architecture"])
def test_a_text_that_llama_cpp_uses_is_not_longer_than_a_megabyte(tmp_path: Path, key: str) -> None:
    for n_bytes, is_refused in ((MAX_TEXT_BYTES, False), (MAX_TEXT_BYTES + 1, True)):
        metadata = {**ARCHITECTURE, key: "x" * n_bytes}
        path = write_gguf(tmp_path / "m.gguf", metadata, ONE)
        if is_refused:
            refused(path, f"has {n_bytes} bytes")
        else:
            assert len(read_gguf(path).text(key)) == n_bytes


def test_other_long_texts_are_left_out(tmp_path: Path) -> None:
    """One that is long, and many whose sum is."""
    many = {f"text.{i}": "x" * MAX_TEXT_BYTES for i in range(10)}
    metadata = {"general.description": "x" * (MAX_TEXT_BYTES + 1), **many, **ARCHITECTURE}
    gguf = read_gguf(write_gguf(tmp_path / "m.gguf", metadata, ONE))
    assert gguf.text("general.architecture") == "llama"
    kept = [value for value in gguf.metadata.values() if isinstance(value, str)]
    assert sum(map(len, kept)) <= MAX_TEXTS_BYTES + len("llama")
    assert "general.description" in gguf.omitted
    assert len(gguf.omitted) + len(kept) == len(metadata)


def test_a_header_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    metadata = {"general.description": "x" * (65 << 20), **ARCHITECTURE}
    refused(write_gguf(tmp_path / "m.gguf", metadata, ONE), "its header is longer than")
