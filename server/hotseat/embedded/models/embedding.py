"""What the header of a GGUF file says of a model that makes embeddings.

Pure. A file with a pooling type belongs to an embedding model, as in Ollama.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.embedded.models.gguf import Gguf

_BERT_TOKENIZERS = ("bert", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """An embedding model's own properties."""

    is_raw: bool
    """Whether POST /api/embeddings returns vectors that are not scaled to the length 1."""


def embedding_of(gguf: Gguf) -> Embedding | None:
    """Return the properties, or None for a model that generates text."""
    family = gguf.text("general.architecture")
    if gguf.integer(f"{family}.pooling_type") is None:
        return None
    return Embedding(is_raw=_was_raw(gguf, family))


def _was_raw(gguf: Gguf, family: str) -> bool:
    """Return what Ollama's `legacyEmbeddingsWereRaw` (llm/llama_server.go, 0.33) returns."""
    scaled = gguf.metadata.get(f"{family}.normalize_embeddings")
    if family == "bert":
        has_own_tokenizer = gguf.text("tokenizer.ggml.model") in _BERT_TOKENIZERS
        return not has_own_tokenizer or scaled is False
    return family in ("nomic-bert", "nomic-bert-moe") and scaled is not True
