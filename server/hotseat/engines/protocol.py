"""The protocol that every engine client implements, and the values that cross it.

Owns no I/O. `ollama.py` implements it for Ollama's API, which the embedded engine speaks too,
`openai.py` for OpenAI's.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import BesideMemory, ResidentModel
from hotseat.engines.capabilities import EngineCapabilities

KEEPS_PROMPTS = "keeps_prompts"
"""The feature of an engine that keeps prompts, and a process for the next load, beside its
models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo(EngineCapabilities):
    """An engine that answered, with its capabilities.

    Only the embedded engine has an `instance` and `features`.
    """

    version: str
    instance: str = ""
    features: frozenset[str] = frozenset()
    n_slots: int | None = None
    """Requests that one model serves at a time, each with a KV cache of its own. None if the engine
    does not report it, as Ollama does not: there it is OLLAMA_NUM_PARALLEL, 1 unless the user set
    it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What the engine says of a model that Hotseat decides by: Ollama in `/api/show`."""

    capabilities: frozenset[str]
    template: str
    metadata: dict[str, Any] = field(default_factory=dict)
    """GGUF metadata, `model_info`; long arrays are None."""
    parameter_size: str = ""
    size_bytes: int | None = None
    """Of the model's files, from the engine's list."""
    blob: str = ""
    """Digest of the weights. Models with equal blobs, adapters and options share one runner in
    Ollama, and its list of loaded models then shows only the name that loaded it."""
    adapters: tuple[str, ...] = ()
    """Digests of the adapters and projectors over the weights, in order."""
    known_names: str = ""
    """The names of the model and its files, in lower case, if the engine reports neither tokens
    nor template: then the model's format is guessed from them."""
    n_ctx: int | None = None
    """Tokens of context that it is loaded with for good; None where that is ours to say."""

    @property
    def can_insert(self) -> bool:
        """The daemon itself renders fill-in-the-middle from `suffix`."""
        return "insert" in self.capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateRequest:
    """One completion. With `suffix` the daemon renders FIM; `raw` sends the prompt as it is."""

    spec: ModelSpec
    prompt: str
    suffix: str | None = None
    raw: bool = True
    n_predict: int = 96
    """Never 0: Ollama drops a zero on the way, and then it means unlimited."""
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    logprobs: bool = False
    resident_only: bool = False
    """The request must not load the model: only the keeper decides what is in memory. An engine
    that knows this (the embedded one) refuses the request if the model is not there; Ollama loads
    it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    spec: ModelSpec
    messages: tuple[tuple[str, str], ...]
    """(role, content) pairs."""
    n_predict: int = 512
    stop: tuple[str, ...] = ()
    temperature: float = 0.2
    format_schema: dict[str, Any] | None = None
    resident_only: bool = False
    """As in `GenerateRequest`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One piece of a stream; the last one has `done` and the counts."""

    text: str
    done: bool = False
    done_reason: str = ""
    logprobs: tuple[float, ...] = ()
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    """Prompt tokens that came from the KV cache; None unless the engine `reports_timings`."""
    prompt_eval_ms: float | None = None
    n_tokens: int | None = None
    eval_ms: float | None = None


class Engine(Protocol):
    """Every method raises EngineUnavailable, EngineRejected (ModelNotFound) or EngineGarbled."""

    @property
    def base_url(self) -> str:
        """Its address, without a slash at the end."""
        ...

    async def version(self) -> EngineInfo:
        """Who answers. Quick (well under a second) or EngineUnavailable."""
        ...

    async def models(self) -> tuple[str, ...]:
        """Names of the models it has, tags included."""
        ...

    async def show(self, model: str) -> ModelInfo: ...

    async def resident(self) -> tuple[ResidentModel, ...]:
        """What is in its memory now."""
        ...

    @property
    def beside(self) -> BesideMemory:
        """What it held beside its models when `resident` was asked last."""
        ...

    async def bound_beside(
        self, *, kept_limit_bytes: int | None = None, spare: bool | None = None, forget: str = ""
    ) -> None:
        """Bound what it holds beside its models; what exceeds the bounds is freed on return.

        `forget` names a model whose kept prompts are freed. Only for an engine with the feature
        KEEPS_PROMPTS.
        """
        ...

    async def expect(self, probabilities: Mapping[ModelSpec, float]) -> None:
        """Report the models that may be asked next, each with its probability. Only for an engine
        that `takes_hints`."""
        ...

    async def ensure_ready(self, spec: ModelSpec, *, keep_alive_s: float) -> float:
        """Load unless loaded, and set its keep-alive; returns the seconds it took.

        May take minutes. Cancelling it aborts the load.
        """
        ...

    async def unload(self, spec: ModelSpec) -> None:
        """Returns when the model is gone from the engine's memory."""
        ...

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Chunk, None]:
        """Stream a completion. Closing the iterator cancels it on the wire."""
        ...

    def chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """Stream an answer. Closing the iterator cancels it on the wire."""
        ...

    async def embed(self, spec: ModelSpec, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of length 1 for each text, by an embedding model. A text that is too
        long for the model is cut at its end. Cancelling it cancels the request on the wire."""
        ...

    async def aclose(self) -> None: ...


class NothingBeside:
    """For an engine whose memory is its own: it reports nothing beside its models."""

    @property
    def beside(self) -> BesideMemory:
        return BesideMemory()

    async def bound_beside(
        self, *, kept_limit_bytes: int | None = None, spare: bool | None = None, forget: str = ""
    ) -> None:
        """Do nothing."""

    async def expect(self, probabilities: Mapping[ModelSpec, float]) -> None:
        """Do nothing."""
