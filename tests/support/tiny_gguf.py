"""Writes small GGUF files with random weights: real models for a real engine, in milliseconds.

What they answer is nonsense, but always printable and without end: byte and control tokens have a
zero row in the output matrix, so that greedy choice never takes one.
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

F32, Q8_0 = 0, 8
_ALIGNMENT = 32
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_WORDS = (
    *("def", "return", "if", "else", "for", "in", "while", "class", "import", "from", "func"),
    *("var", "let", "const", "SELECT", "FROM", "WHERE", "div", "span", "the", "of", "to", "and"),
    *("a", "is", "that", "it", "on", "as", "with", "be", "at", "by", "this", "have", "not", "are"),
    *("but", "or", "an", "they", "which", "one"),
)

UNKNOWN = (
    "{#- Ollama replaces a chat template by one of its own when it differs from a known one by "
    "fewer than a hundred edits. This comment makes a short template differ from all of them, so "
    "that llama.cpp applies it as it is, and tests see the prompts that they expect. -#}"
)
"""Begins a template that is none of those that Ollama knows."""
CHAT_TEMPLATE = UNKNOWN + (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The defaults load and answer in milliseconds."""

    n_embd: int = 64
    n_layers: int = 2
    n_heads: int = 2
    n_ff: int = 128
    context_length: int = 2048


SLOW = Shape(n_embd=512, n_layers=12, n_heads=8, n_ff=1536, context_length=8192)
"""About 38 M parameters, 40 MB: several seconds for a prompt that fills its context."""


def write_model(
    path: Path,
    *,
    shape: Shape = Shape(),
    fim: bool = False,
    chat: bool = True,
    template: str = CHAT_TEMPLATE,
    space_prefix: bool = False,
    seed: int = 1,
) -> Path:
    """A llama model with a SentencePiece vocabulary; with `fim`, with fill-in-the-middle tokens;
    with `chat`, with the chat template `template`;
    with `space_prefix`, putting a blank before every text, as the first Llamas did."""
    tokens: list[tuple[str, int]] = [("<unk>", _UNKNOWN), ("<s>", _CONTROL), ("</s>", _CONTROL)]
    tokens += [("<|fim_prefix|>", _CONTROL), ("<|fim_suffix|>", _CONTROL)]
    tokens += [("<|fim_middle|>", _CONTROL)]
    tokens += [(f"<0x{byte:02X}>", _BYTE) for byte in range(256)]
    tokens += [(chr(code), _NORMAL) for code in range(33, 127)]
    tokens += [("▁", _NORMAL)] + [("▁" + word, _NORMAL) for word in _WORDS]
    metadata: dict[str, Any] = {
        "general.architecture": "llama",
        "general.type": "model",
        "general.name": "tiny",
        "general.file_type": 7,
        "llama.block_count": shape.n_layers,
        "llama.context_length": shape.context_length,
        "llama.embedding_length": shape.n_embd,
        "llama.feed_forward_length": shape.n_ff,
        "llama.attention.head_count": shape.n_heads,
        "llama.attention.head_count_kv": shape.n_heads,
        "llama.rope.dimension_count": shape.n_embd // shape.n_heads,
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
        "tokenizer.ggml.add_space_prefix": space_prefix,
        "tokenizer.ggml.add_eos_token": False,
    }
    if fim:
        metadata["tokenizer.ggml.fim_pre_token_id"] = 3
        metadata["tokenizer.ggml.fim_suf_token_id"] = 4
        metadata["tokenizer.ggml.fim_mid_token_id"] = 5
    if chat:
        metadata["tokenizer.chat_template"] = template
    rng = random.Random(seed)
    n_silent = 6 + 256
    tensors = [
        _weights(rng, "token_embd.weight", shape.n_embd, len(tokens)),
        _ones("output_norm.weight", shape.n_embd),
        _weights(rng, "output.weight", shape.n_embd, len(tokens), n_zero_rows=n_silent),
    ]
    for layer in range(shape.n_layers):
        tensors.append(_ones(f"blk.{layer}.attn_norm.weight", shape.n_embd))
        tensors.append(_ones(f"blk.{layer}.ffn_norm.weight", shape.n_embd))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensors.append(_weights(rng, f"blk.{layer}.{name}.weight", shape.n_embd, shape.n_embd))
        tensors.append(_weights(rng, f"blk.{layer}.ffn_gate.weight", shape.n_embd, shape.n_ff))
        tensors.append(_weights(rng, f"blk.{layer}.ffn_up.weight", shape.n_embd, shape.n_ff))
        tensors.append(_weights(rng, f"blk.{layer}.ffn_down.weight", shape.n_ff, shape.n_embd))
    return write_gguf(path, metadata, tensors)


def write_adapter(path: Path, *, shape: Shape = Shape(), seed: int = 2) -> Path:
    """A LoRA adapter of rank 4 over `write_model`'s attention, strong enough to change answers."""
    rng = random.Random(seed)
    metadata = {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": 64.0,
    }
    tensors = []
    for layer in range(shape.n_layers):
        for name, n_in, n_out in (
            (f"blk.{layer}.attn_v.weight", shape.n_embd, shape.n_embd),
            (f"blk.{layer}.ffn_down.weight", shape.n_ff, shape.n_embd),
        ):
            tensors.append(_floats(rng, f"{name}.lora_a", n_in, 4))
            tensors.append(_floats(rng, f"{name}.lora_b", 4, n_out))
    return write_gguf(path, metadata, tensors)


Tensor = tuple[str, tuple[int, ...], int, bytes]


def write_gguf(path: Path, metadata: dict[str, Any], tensors: list[Tensor]) -> Path:
    """Version 3, little-endian, tensors in the order given."""
    infos, data = bytearray(), bytearray()
    for name, shape, kind, content in tensors:
        infos += _string(name) + struct.pack("<I", len(shape))
        infos += b"".join(struct.pack("<Q", n) for n in shape)
        infos += struct.pack("<IQ", kind, len(data))
        data += content + bytes(-len(content) % _ALIGNMENT)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    header += b"".join(_string(key) + _value(value) for key, value in metadata.items())
    header += bytes(infos)
    path.write_bytes(header + bytes(-len(header) % _ALIGNMENT) + bytes(data))
    return path


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    kind, items = {
        str: (8, b"".join(map(_string, value)) if isinstance(value[0], str) else b""),
        float: (6, struct.pack(f"<{len(value)}f", *value) if isinstance(value[0], float) else b""),
        int: (5, struct.pack(f"<{len(value)}i", *value) if isinstance(value[0], int) else b""),
    }[type(value[0])]
    return struct.pack("<IIQ", 9, kind, len(value)) + items


def _ones(name: str, n: int) -> Tensor:
    return name, (n,), F32, struct.pack("<f", 1.0) * n


def _floats(rng: random.Random, name: str, n_in: int, n_out: int) -> Tensor:
    values = [rng.uniform(-1.0, 1.0) for _ in range(n_in * n_out)]
    return name, (n_in, n_out), F32, struct.pack(f"<{len(values)}f", *values)


def _weights(
    rng: random.Random, name: str, n_in: int, n_out: int, *, n_zero_rows: int = 0
) -> Tensor:
    """Q8_0: one random megabyte at most, repeated; random bytes are the fast way without numpy."""
    scale = struct.pack("<e", (n_in**-0.5) / 64)
    n_blocks = n_in // 32 * n_out
    tile = [scale + rng.randbytes(32) for _ in range(min(n_blocks, 10_007))]
    content = (b"".join(tile) * (n_blocks // len(tile) + 1))[: n_blocks * 34]
    silent = n_zero_rows * (n_in // 32) * 34
    return name, (n_in, n_out), Q8_0, bytes(silent) + content[silent:]
