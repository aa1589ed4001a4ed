"""What a GGUF says about its model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.embedded.models.card import describe, human_number, model_info
from hotseat.embedded.models.gguf import Gguf, read_gguf
from support.tiny_gguf import write_adapter, write_model


@pytest.fixture(scope="module")
def fim(tmp_path_factory: pytest.TempPathFactory) -> Gguf:
    return read_gguf(write_model(tmp_path_factory.mktemp("card") / "fim.gguf", fim=True))


def test_fill_in_the_middle_needs_all_three_tokens(fim: Gguf) -> None:
    tokens = describe(fim).fim
    assert tokens is not None
    assert tokens.render("before", "after") == [1, 3, "before", 4, "after", 5]
    for name in ("pre", "suf", "mid"):
        rest = {k: v for k, v in fim.metadata.items() if k != f"tokenizer.ggml.fim_{name}_token_id"}
        assert describe(replace(fim, metadata=rest)).capabilities == ["completion"]


def test_the_older_names_of_the_tokens_count_too(fim: Gguf) -> None:
    old = {"fim_pre": "prefix", "fim_suf": "suffix", "fim_mid": "middle"}
    metadata = dict(fim.metadata)
    for new, name in old.items():
        metadata[f"tokenizer.ggml.{name}_token_id"] = metadata.pop(f"tokenizer.ggml.{new}_token_id")
    assert describe(replace(fim, metadata=metadata)).capabilities == ["completion", "insert"]


def test_a_token_outside_the_vocabulary_is_none(fim: Gguf) -> None:
    metadata = {**fim.metadata, "tokenizer.ggml.fim_mid_token_id": 1_000_000}
    assert describe(replace(fim, metadata=metadata)).fim is None


def test_no_begin_token_where_the_vocabulary_wants_none(fim: Gguf) -> None:
    metadata = {**fim.metadata, "tokenizer.ggml.add_bos_token": False}
    tokens = describe(replace(fim, metadata=metadata)).fim
    assert tokens is not None
    assert tokens.render("a", "b")[0] == tokens.prefix


def test_an_adapter_is_distinguished_from_a_model(tmp_path: Path, fim: Gguf) -> None:
    adapter = describe(read_gguf(write_adapter(tmp_path / "adapter.gguf")))
    assert (adapter.is_adapter, adapter.family) == (True, "llama")
    assert not describe(fim).is_adapter


def test_model_info_has_no_arrays_and_counts_parameters(fim: Gguf) -> None:
    info = model_info(fim)
    assert info["tokenizer.ggml.tokens"] is None
    assert info["llama.attention.layer_norm_rms_epsilon"] == 1e-05
    assert info["general.parameter_count"] == describe(fim).n_parameters > 100_000


@pytest.mark.parametrize(
    ("n", "text"),
    [(134_515_008, "134.52M"), (1_500_000_000, "1.5B"), (7_000_000_000, "7B"), (133_000, "133K")],
)
def test_numbers_as_people_read_them(n: int, text: str) -> None:
    assert human_number(n) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1, True, "x"])
def test_no_number_in_a_file_breaks_its_card(fim: Gguf, value: float | str) -> None:
    keys = [key for key in fim.metadata if key.startswith("llama.") or "file_type" in key]
    gguf = replace(
        fim,
        metadata={**fim.metadata, **dict.fromkeys(keys, value)},
        arrays={"numbers": [value]},
        array_lengths={**fim.array_lengths, "numbers": 1},
        omitted=frozenset({"general.description"}),
    )
    assert describe(gguf).kv_bytes_per_token >= 0
    info = json.loads(json.dumps(model_info(gguf), allow_nan=False))
    assert "llama.block_count" in info
    assert info["general.description"] is None


def test_the_kv_cache_of_a_token(fim: Gguf) -> None:
    """K and V of 2 layers with 64 values each, 2 bytes a value."""
    assert describe(fim).kv_bytes_per_token == 2 * 2 * 64 * 2
