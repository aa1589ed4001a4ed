"""Writes small GGUF files with random weights: real models for a real engine, in milliseconds.

What they answer is nonsense, but always printable and without end: byte and control tokens have a
zero row in the output matrix, so that greedy choice never takes one.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.embedded.models.gguf import read_gguf
from hotseat.lab.gguf_file import F32, Q8_0, Tensor, padded, write_gguf

_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_END = 2
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

EMBEDDING = Shape(context_length=512)


def write_model(
    path: Path,
    *,
    shape: Shape = Shape(),
    fim: bool = False,
    chat: bool = True,
    template: str = CHAT_TEMPLATE,
    space_prefix: bool = False,
    seed: int = 1,
    architecture: str = "llama",
) -> Path:
    """A model with a SentencePiece vocabulary, of the architecture llama, qwen2 or qwen3; with
    `fim`, with fill-in-the-middle tokens;
    with `chat`, with the chat template `template`;
    with `space_prefix`, putting a blank before every text, as the first Llamas did."""
    tokens = _vocabulary()
    metadata = {
        key.replace("llama.", f"{architecture}.", 1) if key.startswith("llama.") else key: value
        for key, value in _metadata(shape, tokens, space_prefix=space_prefix).items()
    }
    metadata["general.architecture"] = architecture
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
        for name, n_in, n_out in _layer_shapes(shape):
            tensors.append(_weights(rng, f"blk.{layer}.{name}.weight", n_in, n_out))
        tensors += _attention_extras(architecture, f"blk.{layer}", shape)
    return write_gguf(path, metadata, tensors)


def _attention_extras(architecture: str, layer: str, shape: Shape) -> list[Tensor]:
    """The tensors that a layer has beside those of a llama."""
    if architecture == "qwen2":
        names = ("attn_q", "attn_k", "attn_v")
        return [_constant(f"{layer}.{name}.bias", shape.n_embd, 0.1) for name in names]
    if architecture == "qwen3":
        n_head = shape.n_embd // shape.n_heads
        return [_ones(f"{layer}.{name}.weight", n_head) for name in ("attn_q_norm", "attn_k_norm")]
    return []


def write_scripted(
    path: Path, script: Sequence[str], *, chat_template: str = CHAT_TEMPLATE, n_ctx: int = 2048
) -> Path:
    """A model that answers every prompt with the same text, `script`, a token for each part.

    The parts differ from each other and from the vocabulary's tokens, and have two characters at
    least: single ones would be tokens of the prompt. Attention and feed-forward
    are all zeros: each token is a unit vector, and the output matrix maps it to the next one.
    """
    shape = Shape(n_layers=1, context_length=n_ctx)
    assert len(set(script)) == len(script) < shape.n_embd
    assert min(map(len, script)) > 1
    tokens = _vocabulary()
    begin = len(tokens)
    assert not {part.replace(" ", "▁") for part in script} & {text for text, _ in tokens}
    tokens += [(part.replace(" ", "▁"), _NORMAL) for part in script]
    order = [*range(begin, len(tokens)), _END]
    axis_of = {token: axis for axis, token in enumerate(order[:-1], start=1)}
    embedding = [_unit(shape.n_embd, axis_of.get(token, 0)) for token in range(len(tokens))]
    output = [[0.0] * shape.n_embd] * len(tokens)
    for axis, token in enumerate(order):
        output[token] = _unit(shape.n_embd, axis)
    tensors = [
        _matrix("token_embd.weight", embedding),
        _ones("output_norm.weight", shape.n_embd),
        _matrix("output.weight", output),
    ]
    for name, n_in, n_out in _layer_shapes(shape):
        zeros = struct.pack("<f", 0.0) * (n_in * n_out)
        tensors.append((f"blk.0.{name}.weight", (n_in, n_out), F32, zeros))
    tensors += [_ones(f"blk.0.{name}_norm.weight", shape.n_embd) for name in ("attn", "ffn")]
    metadata = {**_metadata(shape, tokens), "tokenizer.chat_template": chat_template}
    return write_gguf(path, metadata, tensors)


def write_embedding_model(path: Path, *, shape: Shape = EMBEDDING, seed: int = 5) -> Path:
    """A BERT with mean pooling and a WordPiece vocabulary of letters and a few words."""
    tokens: list[tuple[str, int]] = [("[PAD]", _CONTROL), ("[UNK]", _UNKNOWN), ("[CLS]", _CONTROL)]
    tokens += [("[SEP]", _CONTROL), ("[MASK]", _CONTROL)]
    tokens += [("▁" + chr(code), _NORMAL) for code in range(33, 127) if not chr(code).isupper()]
    tokens += [(chr(code), _NORMAL) for code in range(33, 127) if not chr(code).isupper()]
    tokens += [("▁" + word, _NORMAL) for word in _WORDS if word.islower() and len(word) > 1]
    metadata: dict[str, Any] = {
        "general.architecture": "bert",
        "general.type": "model",
        "general.name": "tiny-bert",
        "general.file_type": 7,
        "bert.block_count": shape.n_layers,
        "bert.context_length": shape.context_length,
        "bert.embedding_length": shape.n_embd,
        "bert.feed_forward_length": shape.n_ff,
        "bert.attention.head_count": shape.n_heads,
        "bert.attention.layer_norm_epsilon": 1e-12,
        "bert.attention.causal": False,
        "bert.pooling_type": 1,
        "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.token_type_count": 2,
        "tokenizer.ggml.tokens": [text for text, _ in tokens],
        "tokenizer.ggml.token_type": [kind for _, kind in tokens],
        "tokenizer.ggml.padding_token_id": 0,
        "tokenizer.ggml.unknown_token_id": 1,
        "tokenizer.ggml.bos_token_id": 2,
        "tokenizer.ggml.cls_token_id": 2,
        "tokenizer.ggml.seperator_token_id": 3,  # sic, in llama.cpp
        "tokenizer.ggml.mask_token_id": 4,
    }
    rng = random.Random(seed)
    tensors = [
        _weights(rng, "token_embd.weight", shape.n_embd, len(tokens)),
        _floats(rng, "position_embd.weight", shape.n_embd, shape.context_length),
        _floats(rng, "token_types.weight", shape.n_embd, 2),
        *_norm("token_embd_norm", shape.n_embd),
    ]
    for layer in range(shape.n_layers):
        tensors += _norm(f"blk.{layer}.attn_output_norm", shape.n_embd)
        tensors += _norm(f"blk.{layer}.layer_output_norm", shape.n_embd)
        for name, n_in, n_out in (
            *((name, shape.n_embd, shape.n_embd) for name in ("attn_q", "attn_k", "attn_v")),
            ("attn_output", shape.n_embd, shape.n_embd),
            ("ffn_up", shape.n_embd, shape.n_ff),
            ("ffn_down", shape.n_ff, shape.n_embd),
        ):
            tensors.append(_weights(rng, f"blk.{layer}.{name}.weight", n_in, n_out))
            tensors.append(_constant(f"blk.{layer}.{name}.bias", n_out, 0.0))
    return write_gguf(path, metadata, tensors)


def write_adapter(path: Path, *, shape: Shape = Shape(), seed: int = 2) -> Path:
    """A LoRA adapter of rank 4 over `write_model`'s attention, strong enough to change answers."""
    rng = random.Random(seed)
    metadata: dict[str, Any] = {
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


def _vocabulary() -> list[tuple[str, int]]:
    """Texts and types; `_END` is the end of an answer."""
    tokens: list[tuple[str, int]] = [("<unk>", _UNKNOWN), ("<s>", _CONTROL), ("</s>", _CONTROL)]
    tokens += [("<|fim_prefix|>", _CONTROL), ("<|fim_suffix|>", _CONTROL)]
    tokens += [("<|fim_middle|>", _CONTROL)]
    tokens += [(f"<0x{byte:02X}>", _BYTE) for byte in range(256)]
    tokens += [(chr(code), _NORMAL) for code in range(33, 127)]
    return tokens + [("▁", _NORMAL)] + [("▁" + word, _NORMAL) for word in _WORDS]


def _metadata(
    shape: Shape, tokens: list[tuple[str, int]], *, space_prefix: bool = False
) -> dict[str, Any]:
    return {
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


def _layer_shapes(shape: Shape) -> list[tuple[str, int, int]]:
    """The name, input and output length of each matrix of a layer."""
    attention = ("attn_q", "attn_k", "attn_v", "attn_output")
    return [
        *((name, shape.n_embd, shape.n_embd) for name in attention),
        ("ffn_gate", shape.n_embd, shape.n_ff),
        ("ffn_up", shape.n_embd, shape.n_ff),
        ("ffn_down", shape.n_ff, shape.n_embd),
    ]


def _unit(n: int, axis: int) -> list[float]:
    return [1.0 if i == axis else 0.0 for i in range(n)]


def _matrix(name: str, rows: list[list[float]]) -> Tensor:
    content = b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)
    return name, (len(rows[0]), len(rows)), F32, content


def split_model(path: Path, count: int) -> list[Path]:
    """Split the model at `path` as llama.cpp's gguf-split does; the first file has the metadata."""
    whole = read_gguf(path, with_arrays=True)
    content = path.read_bytes()
    last = whole.tensors[-1]
    data = content[len(content) - (last.offset + len(padded(bytes(last.size_bytes)))) :]
    types = {"F32": F32, "Q8_0": Q8_0}
    tensors: list[Tensor] = [
        (t.name, t.shape, types[t.type_name], data[t.offset : t.offset + t.size_bytes])
        for t in whole.tensors
    ]
    paths = []
    for i in range(count):
        metadata: dict[str, Any] = {**whole.metadata, **whole.arrays} if i == 0 else {}
        metadata |= {"split.no": i, "split.count": count, "split.tensors.count": len(tensors)}
        part = path.with_name(f"{path.stem}-{i + 1:05}-of-{count:05}.gguf")
        paths.append(write_gguf(part, metadata, _nth(tensors, i, count)))
    return paths


def _nth(tensors: list[Tensor], i: int, count: int) -> list[Tensor]:
    n = -(-len(tensors) // count)
    return tensors[i * n : (i + 1) * n]


def _ones(name: str, n: int) -> Tensor:
    return _constant(name, n, 1.0)


def _constant(name: str, n: int, value: float) -> Tensor:
    return name, (n,), F32, struct.pack("<f", value) * n


def _norm(name: str, n: int) -> list[Tensor]:
    return [_ones(f"{name}.weight", n), _constant(f"{name}.bias", n, 0.0)]


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
