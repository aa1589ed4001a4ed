"""What a model takes in memory, before anybody has measured it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MIB = 1024**2
# Compute buffers and the runner itself, beside weights and KV cache: 15 to 60 MiB were measured for
# 135M and 270M models (Ollama 0.32 and the embedded engine); compute buffers grow with the weights.
OVERHEAD_BYTES = 60 * MIB
OVERHEAD_SHARE = 0.05
DEFAULT_NUM_CTX = 4096
KV_VALUE_BYTES = 2  # f16, llama.cpp's default cache type


def estimate_bytes(
    *, weights_bytes: int, metadata: Mapping[str, Any], num_ctx: int | None, n_slots: int = 1
) -> int:
    """Weights + KV cache of each slot + overhead.

    KV cache: 2 (K and V) · context · layers · KV heads · head dimension · 2 bytes (llama.cpp,
    f16). `metadata` is the GGUF's, as `/api/show` gives it in `model_info`; what is missing or
    odd there counts as no KV cache, and the measurement after the first load corrects it.
    """
    overhead = OVERHEAD_BYTES + int(weights_bytes * OVERHEAD_SHARE)
    return weights_bytes + n_slots * kv_cache_bytes(metadata, num_ctx) + overhead


def trained_context(metadata: Mapping[str, Any]) -> int | None:
    """Return the context length in tokens that the model was trained with, if it is known."""
    arch = str(metadata.get("general.architecture", ""))
    return _number(metadata.get(f"{arch}.context_length")) or None


def kv_cache_bytes(metadata: Mapping[str, Any], num_ctx: int | None) -> int:
    """Bytes of KV cache for one sequence of `num_ctx` tokens, capped at the trained context."""
    arch = str(metadata.get("general.architecture", ""))
    layers = _number(metadata.get(f"{arch}.block_count"))
    heads = _number(metadata.get(f"{arch}.attention.head_count"))
    kv_heads = _number(metadata.get(f"{arch}.attention.head_count_kv")) or heads
    embedding = _number(metadata.get(f"{arch}.embedding_length"))
    head_dim = embedding // heads if heads else 0
    key_dim = _number(metadata.get(f"{arch}.attention.key_length")) or head_dim
    value_dim = _number(metadata.get(f"{arch}.attention.value_length")) or head_dim
    trained = trained_context(metadata)
    n_tokens = num_ctx or DEFAULT_NUM_CTX
    if trained:
        n_tokens = min(n_tokens, trained)
    return n_tokens * layers * kv_heads * (key_dim + value_dim) * KV_VALUE_BYTES


def _number(value: Any) -> int:
    """Per-layer values come as lists: the largest counts."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, (int, float)):
        return int(value)
    if isinstance(value, list):
        return max((_number(item) for item in value), default=0)
    return 0
