"""What a header says of an embedding model."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.embedded.models.card import describe
from hotseat.embedded.models.embedding import embedding_of
from hotseat.embedded.models.gguf import Gguf, Scalar, read_gguf
from hotseat.embedded.options import load_options
from support.tiny_gguf import EMBEDDING, write_embedding_model, write_model


def gguf(**metadata: Scalar) -> Gguf:
    values = {name.replace("__", "."): value for name, value in metadata.items()}
    return Gguf(version=3, metadata=values, array_lengths={}, tensors=(), size_bytes=0)


def test_a_model_with_a_pooling_type_only_embeds(tmp_path: Path) -> None:
    card = describe(read_gguf(write_embedding_model(tmp_path / "bert.gguf")))
    assert card.capabilities == ["embedding"]
    assert card.embedding_length == EMBEDDING.n_embd
    other = describe(read_gguf(write_model(tmp_path / "llama.gguf")))
    assert (other.capabilities, other.embedding) == (["completion"], None)


def test_an_input_of_an_embedding_model_fits_into_a_batch(tmp_path: Path) -> None:
    card = describe(read_gguf(write_embedding_model(tmp_path / "bert.gguf")))
    assert load_options({}, card, n_cores=2).n_batch == EMBEDDING.context_length
    assert load_options({"num_batch": 64}, card, n_cores=2).n_batch == 64
    assert load_options({"num_ctx": 100, "num_batch": 9999}, card, n_cores=2).n_batch == 100


@pytest.mark.parametrize(
    ("family", "metadata", "is_raw"),
    [
        ("bert", {"tokenizer__ggml__model": "bert"}, False),
        ("bert", {"tokenizer__ggml__model": "t5"}, True),
        ("bert", {"tokenizer__ggml__model": "bert", "bert__normalize_embeddings": False}, True),
        ("nomic-bert", {}, True),
        ("nomic-bert", {"nomic-bert__normalize_embeddings": True}, False),
        ("qwen3", {}, False),
    ],
)
def test_the_older_route_scales_as_ollama_does(
    family: str, metadata: dict[str, Scalar], is_raw: bool
) -> None:
    metadata = {**metadata, f"{family}__pooling_type": 1}
    found = embedding_of(gguf(general__architecture=family, **metadata))
    assert found is not None
    assert found.is_raw == is_raw
