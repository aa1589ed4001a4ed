"""The properties of a model from its GGUF header: family, size, quantization, fill-in-the-middle
tokens.

Pure: from a `Gguf` to values. It reads no file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hotseat.embedded.models.chat_template import ChatTemplate, inspect
from hotseat.embedded.models.embedding import Embedding, embedding_of
from hotseat.embedded.models.gguf import Gguf, Scalar
from hotseat.residency.memory import kv_cache_bytes

# general.file_type: llama.cpp's enum llama_ftype, with the names that Ollama prints.
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M",
    30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip

# Two generations of key names are in use for the same three tokens (llama.cpp's llama-arch.cpp).
_FIM_KEYS = (
    ("fim_pre_token_id", "prefix_token_id"),
    ("fim_suf_token_id", "suffix_token_id"),
    ("fim_mid_token_id", "middle_token_id"),
)


_MAX_FAMILY_CHARS = 100
"""Cards are kept, so a file must not make them large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FimTokens:
    """Token ids. `begin` is the BOS token if the vocabulary requires one, else None."""

    prefix: int
    suffix: int
    middle: int
    begin: int | None = None

    def render(self, prefix: str, suffix: str) -> list[int | str]:
        """Return the prompt in llama.cpp's mixed form (prefix, suffix, middle: the order of
        /infill)."""
        begin: list[int | str] = [] if self.begin is None else [self.begin]
        return [*begin, self.prefix, prefix, self.suffix, suffix, self.middle]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """The properties of a base model that the routes and the pool need."""

    family: str
    n_parameters: int
    quantization: str
    context_length: int
    """Number of tokens that the model was trained on; 0 if the file does not state it."""
    embedding_length: int
    embedding: Embedding | None = None
    """None: the model generates text."""
    chat_template: ChatTemplate
    fim: FimTokens | None
    is_adapter: bool
    n_tokens: int
    """Size of the vocabulary."""
    adds_bos: bool
    """Whether llama.cpp puts a token before each prompt."""
    kv_bytes_per_token: int
    """Bytes of KV cache for one token of one request; 0 if the file does not state its layers."""
    has_sliding_window: bool = False
    """Whether a layer sees only the last tokens."""
    can_constrain: bool
    """Whether `format` works with the model.

    llguidance, which applies it in llama.cpp, removes the spaces from the tokens of a vocabulary
    that puts a space before every text (Llama 2, Code Llama), and then aborts in the middle of the
    answer without an error.
    """

    @property
    def has_chat_template(self) -> bool:
        return self.chat_template.exists

    @property
    def capabilities(self) -> list[str]:
        """Return what the file can do without a template of the model's own."""
        if self.embedding is not None:
            return ["embedding"]
        return ["completion", "insert"] if self.fim else ["completion"]

    def details(self, parent: str = "") -> dict[str, Any]:
        """Return Ollama's `details`, as in /api/ps and /api/show."""
        return {
            "parent_model": parent,
            "format": "gguf",
            "family": self.family,
            "families": [self.family],
            "parameter_size": human_number(self.n_parameters),
            "quantization_level": self.quantization,
        }


def describe(gguf: Gguf) -> ModelCard:
    """Return the card of a model from its header."""
    family = gguf.text("general.architecture", "unknown")[:_MAX_FAMILY_CHARS]
    file_type = gguf.integer("general.file_type")
    return ModelCard(
        family=family,
        n_parameters=count_parameters(gguf),
        quantization=_FILE_TYPES.get(-1 if file_type is None else file_type, "unknown"),
        context_length=gguf.integer(f"{family}.context_length") or 0,
        embedding_length=gguf.integer(f"{family}.embedding_length") or 0,
        embedding=embedding_of(gguf),
        chat_template=inspect(gguf.text("tokenizer.chat_template")),
        fim=_fim_tokens(gguf),
        n_tokens=gguf.array_lengths.get("tokenizer.ggml.tokens", 0),
        adds_bos=begin_token(gguf) is not None,
        kv_bytes_per_token=kv_cache_bytes(gguf.metadata, 1),
        has_sliding_window=f"{family}.attention.sliding_window" in gguf.metadata,
        can_constrain=not _puts_blanks(gguf),
        is_adapter=gguf.text("general.type") == "adapter",
    )


def adapter_misfit(adapter: Gguf, base: Gguf) -> str:
    """Return why llama.cpp could not apply the LoRA `adapter` to `base`; "" if it can.

    For a weight of the shape (in, out) there are `lora_a`, (in, rank), and `lora_b`, (rank, out).
    """
    family = base.text("general.architecture")
    if adapter.text("general.type") != "adapter" or adapter.text("adapter.type") != "lora":
        return "it is not a LoRA adapter"
    if (own := adapter.text("general.architecture")) != family:
        return f"it is for models of the architecture {own}, and the base is {family}"
    shapes = {tensor.name: tuple(tensor.shape) for tensor in base.tensors}
    for tensor in adapter.tensors:
        name, _, side = tensor.name.rpartition(".")
        shape = shapes.get(name)
        if side not in ("lora_a", "lora_b") or shape is None or len(tensor.shape) != 2:
            return f"it changes {tensor.name}, which the base does not have"
        if "token_embd" not in name:  # llama.cpp stores that pair transposed.
            at = 0 if side == "lora_a" else 1
            if tensor.shape[at] != shape[at]:
                return f"it was made for another base: {name} has other lengths"
    return "" if adapter.tensors else "it holds no tensors"


def count_parameters(gguf: Gguf) -> int:
    """Return the number of values in all tensors."""
    total = 0
    for tensor in gguf.tensors:
        n_values = 1
        for length in tensor.shape:
            n_values *= length
        total += n_values
    return total


def model_info(gguf: Gguf) -> dict[str, Any]:
    """Return Ollama's `model_info`: the metadata.

    Arrays are null unless the header has them, and so are texts that are too long and numbers that
    JSON does not have.
    """
    info: dict[str, Any] = {
        key: _json_value(value)
        for key, value in gguf.metadata.items()
        if key != "tokenizer.chat_template"
    }
    info.update(dict.fromkeys((*gguf.array_lengths, *gguf.omitted)))
    info.update({key: list(map(_json_value, values)) for key, values in gguf.arrays.items()})
    info["general.parameter_count"] = count_parameters(gguf)
    return dict(sorted(info.items()))


def _json_value(value: Scalar) -> Scalar | None:
    """Return a value that JSON has; floats with the digits of 32 bits."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.7g}") if math.isfinite(value) else None


def human_number(n: int) -> str:
    """Return a text such as `134.52M` or `1.5B`, like Ollama's format.HumanNumber."""
    if n >= 1_000_000_000:
        return f"{n / 1e9:.1f}B".replace(".0B", "B")
    if n >= 1_000_000:
        return f"{n / 1e6:.2f}M".replace(".00M", "M")
    if n >= 1_000:
        return f"{n / 1e3:.0f}K"
    return str(n)


def _puts_blanks(gguf: Gguf) -> bool:
    is_sentence_piece = gguf.text("tokenizer.ggml.model") == "llama"
    return bool(gguf.metadata.get("tokenizer.ggml.add_space_prefix", is_sentence_piece))


def begin_token(gguf: Gguf) -> int | None:
    """Return the token that llama.cpp puts before a prompt, if any."""
    # Without the key, it does so for SentencePiece vocabularies only.
    is_wanted = gguf.metadata.get(
        "tokenizer.ggml.add_bos_token", gguf.text("tokenizer.ggml.model") == "llama"
    )
    return _token(gguf, "bos_token_id") if is_wanted else None


def _fim_tokens(gguf: Gguf) -> FimTokens | None:
    prefix, suffix, middle = (_token(gguf, *names) for names in _FIM_KEYS)
    if prefix is None or suffix is None or middle is None:
        return None
    return FimTokens(prefix=prefix, suffix=suffix, middle=middle, begin=begin_token(gguf))


def _token(gguf: Gguf, *names: str) -> int | None:
    """Return the first of the named tokens that the vocabulary contains."""
    n_tokens = gguf.array_lengths.get("tokenizer.ggml.tokens", 0)
    for name in names:
        value = gguf.integer(f"tokenizer.ggml.{name}")
        if value is not None and 0 <= value < n_tokens:
            return value
    return None
