"""A model whose loads cost what those of larger ones cost beside their answers.

On a processor a real model takes seconds to read a prompt, which hides its load; on the hardware
that agents need, it is the load that takes seconds. This model has a large vocabulary and one small
layer: 280 MB to load, as much work for a prompt as a model of 2 MB. What it writes is nonsense.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from pathlib import Path

from hotseat.lab.gguf_file import F32, Q8_0, Tensor, Value, write_gguf

N_EMBD, N_FF, N_HEADS = 512, 512, 8
N_TOKENS = 262_144
"""As many as Gemma 3 has."""
CONTEXT_LENGTH = 32_768
WIDE_MODEL_BYTES = 295_000_000
"""Of the file, at most."""
_BLOCK, _BLOCK_BYTES = 32, 34
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_N_SILENT = 3 + 256
"""Tokens that an answer never has: their rows in the output matrix are zero."""
_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def write_wide_model(path: Path, *, n_tokens: int = N_TOKENS, seed: int = 1) -> Path:
    """Write the model as GGUF, version 3. Raises OSError."""
    tokens = _vocabulary(n_tokens)
    chance = random.Random(seed)
    tensors = [
        _weights(chance, "token_embd.weight", N_EMBD, n_tokens),
        _ones("output_norm.weight"),
        _weights(chance, "output.weight", N_EMBD, n_tokens, n_silent=_N_SILENT),
        _ones("blk.0.attn_norm.weight"),
        _ones("blk.0.ffn_norm.weight"),
        *(
            _weights(chance, f"blk.0.{name}.weight", N_EMBD, N_EMBD)
            for name in ("attn_q", "attn_k", "attn_v", "attn_output")
        ),
        _weights(chance, "blk.0.ffn_gate.weight", N_EMBD, N_FF),
        _weights(chance, "blk.0.ffn_up.weight", N_EMBD, N_FF),
        _weights(chance, "blk.0.ffn_down.weight", N_FF, N_EMBD),
    ]
    return write_gguf(path, _metadata(tokens), tensors)


def _vocabulary(n_tokens: int) -> list[tuple[str, int]]:
    """Return texts and types."""
    tokens = [("<unk>", _UNKNOWN), ("<s>", _CONTROL), ("</s>", _CONTROL)]
    tokens += [(f"<0x{byte:02X}>", _BYTE) for byte in range(256)]
    tokens += [(chr(code), _NORMAL) for code in range(33, 127)]
    tokens.append(("▁", _NORMAL))
    return tokens + [(f"▁w{i}q", _NORMAL) for i in range(n_tokens - len(tokens))]


def _metadata(tokens: Sequence[tuple[str, int]]) -> dict[str, Value]:
    return {
        "general.architecture": "llama",
        "general.name": "wide model",
        "general.file_type": 7,
        "llama.block_count": 1,
        "llama.context_length": CONTEXT_LENGTH,
        "llama.embedding_length": N_EMBD,
        "llama.feed_forward_length": N_FF,
        "llama.attention.head_count": N_HEADS,
        "llama.attention.head_count_kv": N_HEADS,
        "llama.rope.dimension_count": N_EMBD // N_HEADS,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.vocab_size": len(tokens),
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": [text for text, _ in tokens],
        "tokenizer.ggml.scores": [float(-i) for i in range(len(tokens))],
        "tokenizer.ggml.token_type": [kind for _, kind in tokens],
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": False,
        "tokenizer.chat_template": _TEMPLATE,
    }


def _weights(
    chance: random.Random, name: str, n_in: int, n_out: int, *, n_silent: int = 0
) -> Tensor:
    """Return a matrix in Q8_0: some random blocks, repeated."""
    scale = struct.pack("<e", (n_in**-0.5) / 64)
    n_blocks = n_in // _BLOCK * n_out
    tile = b"".join(scale + chance.randbytes(_BLOCK) for _ in range(min(n_blocks, 10_007)))
    content = (tile * (n_blocks * _BLOCK_BYTES // len(tile) + 1))[: n_blocks * _BLOCK_BYTES]
    silent = n_silent * (n_in // _BLOCK) * _BLOCK_BYTES
    return name, (n_in, n_out), Q8_0, bytes(silent) + content[silent:]


def _ones(name: str) -> Tensor:
    return name, (N_EMBD,), F32, struct.pack("<f", 1.0) * N_EMBD
