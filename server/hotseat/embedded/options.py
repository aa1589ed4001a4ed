"""Ollama's `options`: their types, the ones that affect a load, and their names in llama.cpp.

Pure. As in Ollama, unknown options are ignored, and a wrong type is an ApiError 500.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hotseat.embedded.models.card import ModelCard
from hotseat.serving.wire import ApiError

DEFAULT_N_CTX = 4096
MIN_N_CTX = 4
DEFAULT_NUM_KEEP = 4
MAX_DRAFT = 16
"""Highest number of drafted tokens: reading them costs as much as writing 7 (SmolLM2-135M, one
thread), so a longer draft costs more when it is wrong than it saves when it is right."""
MAX_CONTEXTS_GENERATED = 10
"""Ollama ends an answer after this many times num_ctx tokens."""

# A disconnect is noticed between two batches, and a long prompt delays the other slot for one batch
# at a time. Measured with SmolLM2-135M on one busy thread: slot free after 0.9-1.4 s with 64 tokens
# a batch, 0.1-0.8 s with 32; prompt speed 5 to 15 % below that of 512. Larger models take longer
# for each token, so they get smaller batches.
MAX_BATCH_TOKENS = 32
MAX_BATCH_TOKENS_LARGE = 16
LARGE_N_PARAMETERS = 1_000_000_000

# Ollama's default for embedding models (DefaultEmbeddingNumBatch): most of them look at all tokens
# of an input at once, so an input must fit into a batch.
EMBEDDING_BATCH_TOKENS = 2048

_INT32_MAX = 2**31 - 1

_KINDS = {
    **dict.fromkeys(
        ("num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "num_keep", "seed"), int
    ),
    **dict.fromkeys(("num_predict", "top_k", "repeat_last_n", "draft_num_predict"), int),
    **dict.fromkeys(
        ("temperature", "top_p", "min_p", "typical_p", "repeat_penalty"), float
    ),
    **dict.fromkeys(("presence_penalty", "frequency_penalty"), float),
    "use_mmap": bool,
    "stop": list,
}  # fmt: skip
_KIND_NAMES = {int: "integer", float: "float32", bool: "boolean", list: "array"}

# Ollama's defaults under llama.cpp's names; with them, greedy answers equal the recorded ones.
_SAMPLING_DEFAULTS: dict[str, Any] = {
    "temperature": 0.8,
    "top_k": 40,
    "top_p": 0.9,
    "min_p": 0.0,
    "typical_p": 1.0,
    "repeat_last_n": 64,
    "repeat_penalty": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "seed": -1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOptions:
    """What a request and its model's parameters give for a load; None where they give nothing.

    Ollama compares these, and not their effect, when it decides whether to load a model again: with
    four cores, `num_thread: 4` differs from no num_thread.
    """

    num_batch: int | None = None
    num_gpu: int | None = None
    main_gpu: int | None = None
    use_mmap: bool | None = None
    num_thread: int | None = None
    draft_num_predict: int | None = None
    shift: bool = True
    """A field of the request, not of its options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """The options that distinguish two loads of one file; other options come with a request."""

    n_ctx: int
    """Tokens that one request may use, prompt and answer together."""
    n_batch: int
    n_threads: int
    n_gpu_layers: int
    """-1 means as many as fit."""
    main_gpu: int
    use_mmap: bool
    is_embedding: bool = False
    """The process makes embeddings, and cannot generate text."""
    n_draft: int = 0
    """Tokens that the process drafts at most from text that it has read already; 0: none.

    A drafted token's log-probability is reported as 0.0, so such a process answers no request that
    asks for log-probabilities.
    """
    given: GivenOptions = field(default_factory=GivenOptions, compare=False)
    """Not compared: loads that differ only in these have the same effect."""


def checked(options: dict[str, Any]) -> dict[str, Any]:
    """Return known options of the right type, without nulls. Raises ApiError 500."""
    known: dict[str, Any] = {}
    for name, value in options.items():
        kind = _KINDS.get(name)
        if kind is None or value is None:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind in (int, float):
            right = number
        elif kind is list:
            right = isinstance(value, list) and all(isinstance(item, str) for item in value)
        else:
            right = isinstance(value, bool)
        if not right:
            raise ApiError(500, f'option "{name}" must be of type {_KIND_NAMES[kind]}')
        known[name] = _int32(value) if kind is int else value
    return known


def load_options(
    options: dict[str, Any], card: ModelCard, *, n_cores: int, shift: bool = True
) -> LoadOptions:
    """Return the effective options of a load. `options` are checked; `shift` is as in the request.

    num_ctx is capped at the trained length, num_batch at a size that stays interruptible,
    num_thread at the cores that this process may use; its default leaves one core free.
    """
    n_ctx = max(options.get("num_ctx", 0) or DEFAULT_N_CTX, MIN_N_CTX)
    if card.context_length:
        n_ctx = min(n_ctx, card.context_length)
    large = card.n_parameters >= LARGE_N_PARAMETERS
    max_batch = MAX_BATCH_TOKENS_LARGE if large else MAX_BATCH_TOKENS
    if card.embedding is not None:
        max_batch = min(EMBEDDING_BATCH_TOKENS, n_ctx)
    n_batch = options.get("num_batch", max_batch)
    n_threads = options.get("num_thread", 0)
    return LoadOptions(
        n_ctx=n_ctx,
        n_batch=min(n_batch, max_batch) if n_batch > 0 else max_batch,
        # One core is left to the editor: llama.cpp's threads wait for each other at every layer,
        # and when one of them was preempted, decoding fell from 40 tokens/s to 0.5.
        n_threads=min(n_threads, n_cores) if n_threads > 0 else max(1, n_cores - 1),
        n_gpu_layers=max(options.get("num_gpu", -1), -1),
        main_gpu=max(options.get("main_gpu", 0), 0),
        use_mmap=options.get("use_mmap", True),
        is_embedding=card.embedding is not None,
        n_draft=min(max(options.get("draft_num_predict", 0), 0), MAX_DRAFT),
        given=GivenOptions(
            num_batch=options.get("num_batch"),
            num_gpu=options.get("num_gpu"),
            main_gpu=options.get("main_gpu"),
            use_mmap=options.get("use_mmap"),
            num_thread=options.get("num_thread"),
            draft_num_predict=options.get("draft_num_predict"),
            shift=shift,
        ),
    )


def sampling(options: dict[str, Any], *, n_ctx: int = DEFAULT_N_CTX) -> dict[str, Any]:
    """Return the sampling fields of llama.cpp's /completion for a context of `n_ctx` tokens."""
    fields = {name: options.get(name, value) for name, value in _SAMPLING_DEFAULTS.items()}
    # A zero means unlimited, as in Ollama.
    limit = MAX_CONTEXTS_GENERATED * n_ctx
    n_predict = options.get("num_predict", -1)
    fields["n_predict"] = min(n_predict, limit) if n_predict > 0 else limit
    fields["n_keep"] = options.get("num_keep", DEFAULT_NUM_KEEP)
    fields["stop"] = [text for text in options.get("stop", []) if text]
    return fields


def _int32(value: float) -> int:
    try:
        return max(-_INT32_MAX, min(int(value), _INT32_MAX))
    except (OverflowError, ValueError):
        return _INT32_MAX
