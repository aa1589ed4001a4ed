"""The model that `hotseat bench gateway` writes."""

from __future__ import annotations

from pathlib import Path

from hotseat.client.distinct_models import write_copy
from hotseat.embedded.models.gguf import read_gguf
from hotseat.lab.bench.gateway.wide_model import (
    N_EMBD,
    N_TOKENS,
    WIDE_MODEL_BYTES,
    write_wide_model,
)


def test_the_file_is_read_and_can_be_copied_as_a_model_of_its_own(tmp_path: Path) -> None:
    path = write_wide_model(tmp_path / "wide.gguf", n_tokens=1000)
    found = read_gguf(path)
    shapes = {tensor.name: tensor.shape for tensor in found.tensors}
    assert shapes["token_embd.weight"] == shapes["output.weight"] == (N_EMBD, 1000)
    assert found.metadata["llama.context_length"] == 32_768
    write_copy(path, tmp_path / "copy.gguf", 2)
    assert read_gguf(tmp_path / "copy.gguf").metadata["general.name"] == "2 wide mod"
    per_token = 2 * N_EMBD // 32 * 34
    assert per_token * N_TOKENS < WIDE_MODEL_BYTES
