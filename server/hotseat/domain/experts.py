"""What can be loaded: models with their frozen options, experts, and the roster that lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from hotseat.domain.network import DEFAULT_RULE, NetworkRule

OptionValue = int | float | bool | str | tuple[str, ...]
Options = tuple[tuple[str, OptionValue], ...]
"""Ollama `options`, sorted by name: hashable, so that it can be part of a model's identity."""

# Options whose change makes Ollama 0.33 reload a warm model (server/sched.go).
LOAD_OPTION_NAMES = frozenset(
    {
        "num_ctx",
        "num_batch",
        "num_gpu",
        "main_gpu",
        "use_mmap",
        "num_thread",
        "draft_num_predict",
    }
)


_SPECS: dict[tuple[str, str], ModelSpec] = {}


def canonical_model_name(name: str) -> str:
    """`c1` is `c1:latest`: the name as the engine lists it."""
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def freeze_options(options: Mapping[str, OptionValue | Sequence[str]]) -> Options:
    """Sorted and hashable; lists become tuples."""
    return tuple(
        (name, value if isinstance(value, (str, int, float, bool)) else tuple(value))
        for name, value in sorted(options.items())
    )


@dataclass(frozen=True, slots=True, eq=False)
class ModelSpec:
    """A model and the one set of options it is ever used with: preload, completion, ask, edit.

    Two experts with equal specs share one seat. There is one object of each, so that looking one
    up costs nothing: each event does so some hundreds of times.
    """

    model: str
    """Name as Ollama writes it, tag included: `qwen2.5-coder:1.5b-base`."""
    options: Options = ()
    key: str = field(init=False, repr=False, compare=False)
    """Stable text for logs, stores and the wire: name, then options that are not default."""

    def __new__(cls, model: str, options: Options = ()) -> ModelSpec:
        same = (model, repr(options))
        if (spec := _SPECS.get(same)) is None:
            spec = _SPECS[same] = object.__new__(cls)
        return spec

    def __post_init__(self) -> None:
        parts = ",".join(f"{name}={value}" for name, value in self.options)
        object.__setattr__(self, "key", f"{self.model}[{parts}]" if parts else self.model)

    def option(self, name: str) -> OptionValue | None:
        return dict(self.options).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """Where a model's file comes from, when not from the daemon's own library.

    `parts` are joined in order; each is a source as `domain/sources.py` describes it.
    """

    parts: tuple[str, ...]
    sha256: str | None = None
    """Of the joined file, lower-case hex."""
    licence: str | None = None
    """The licence according to the roster."""


class Adapter(NamedTuple):
    """A LoRA adapter in a file or folder, over a base model."""

    path: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """A model, or an adapter or prompt on a shared one, for some languages."""

    name: str
    languages: tuple[str, ...]
    """LSP language ids; empty for a generalist that serves only as last resort."""
    spec: ModelSpec
    fim: str = "auto"
    """FIM family name (completion/prompt/fim_templates.py), `auto` (by capability) or `none`."""
    prompt: str | None = None
    """System prompt for ask and edit: a "prompt expert" on a shared model."""
    adapter: str | None = None
    """Adapter over `base_model`, a GGUF file or (vLLM) a folder; then `spec.model` is the derived
    model's name."""
    base_model: str | None = None
    shared_base: ModelSpec | None = None
    """The base under the adapter, on an engine that holds all adapters of a base with it."""
    pinned: bool = False
    writes_next_edits: bool = False
    """Its role is `next-edit`: it serves no language, and completes nothing."""
    source: ModelSource | None = None
    size_bytes: int | None = None
    """Size of the model's file according to the roster, until the engine reports it."""
    licence: str | None = None

    @property
    def seat(self) -> ModelSpec:
        """What must be in memory for it. Experts with one seat are warm together, and switching
        between them costs next to nothing."""
        return self.shared_base or self.spec

    @property
    def over_base(self) -> Adapter | None:
        """Its adapter with its base."""
        if self.adapter is None or self.base_model is None:
            return None
        return Adapter(self.adapter, self.base_model)


class EngineKind(StrEnum):
    AUTO = "auto"
    OLLAMA = "ollama"
    EMBEDDED = "embedded"
    OPENAI = "openai"
    TEAM = "team"

    @property
    def is_automatic(self) -> bool:
        """The engine is chosen among those that are there."""
        return self is EngineKind.AUTO

    @property
    def needs_host(self) -> bool:
        """The roster must name the host: there is no usual address."""
        return self in (EngineKind.OPENAI, EngineKind.TEAM)

    @property
    def takes_key(self) -> bool:
        """The roster may name the environment variable with the server's key."""
        return self in (EngineKind.OPENAI, EngineKind.TEAM)

    @property
    def needs_tls(self) -> bool:
        """A host on another machine is asked by https only."""
        return self is EngineKind.TEAM

    @property
    def has_fallback(self) -> bool:
        """A local engine may take over while the server cannot be reached."""
        return self is EngineKind.TEAM

    @property
    def has_ollamas_api(self) -> bool:
        """The engine answers requests in the form of Ollama's API, without a key of the roster."""
        return self not in (EngineKind.OPENAI, EngineKind.TEAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChoice:
    kind: EngineKind = EngineKind.AUTO
    host: str = "http://127.0.0.1:11434"
    """Base URL of Ollama, or of a server with OpenAI's API or a team's; the embedded engine has
    none."""
    key_env: str = ""
    """The environment variable that holds the key of a server with OpenAI's API, or a team's."""
    fallback: EngineKind | None = None
    """The local engine that takes over while a team's server cannot be reached: `auto`, `ollama` or
    `embedded`; None for none. Always None for the other kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRule:
    """Bytes for experts and generalist together: fixed, or a share of RAM or VRAM."""

    limit_bytes: int | None = None
    share: float | None = None
    of: str = "ram"
    """`ram` or `vram`; `vram` without a GPU counts as `ram`."""
    reserve_bytes: int = 0
    """Left free for everything else: subtracted from the share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRule:
    """What is done with finished suggestions."""

    threshold: float = 0.3
    """The score, 0 to 1, from which one is shown; 0 shows everything."""
    statistics: bool = True
    """What became of them is recorded on this machine."""
    learn: bool = True
    """The filter's weights are fitted to these outcomes."""


EMBEDDER = "embedder"
"""Stands for an expert's name where the embedding model is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """How much one task may be."""

    files: int = 10
    """Files that it may change."""
    tokens: int = 50_000
    """Tokens that models may write for it."""


DEFAULT_KEEP_PROMPTS_BYTES = 256_000_000
"""About ten prompts of 1,000 tokens of a model like SmolLM2-135M, two of Qwen2.5-Coder-3B."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """experts.yaml, read: valid, complete, with defaults filled in."""

    engine: EngineChoice = field(default_factory=EngineChoice)
    budget: BudgetRule = field(default_factory=lambda: BudgetRule(share=0.4))
    generalist: Expert | None = None
    experts: tuple[Expert, ...] = ()
    disabled_languages: frozenset[str] = frozenset({"markdown", "plaintext"})
    keep_alive_s: float = 600.0
    """Finite, so that the engine frees the memory when no keeper renews it."""
    keep_prompts_bytes: int = DEFAULT_KEEP_PROMPTS_BYTES
    """Bound of the prompts that the embedded engine keeps in memory; 0 keeps none."""
    completion: CompletionRule = CompletionRule()
    tasks: TaskRule = TaskRule()
    default_options: Options = ()
    """What a model gets that says nothing itself; already part of every expert's spec."""
    secrets: tuple[str, ...] = ()
    """Patterns of files that hold secrets, beside those known by name (privacy/secret_files.py)."""
    memory: bool = True
    """Questions and answers are kept on this machine, and recalled by later questions."""
    plans: bool = False
    """The roster vouches for the generalist: it answers as a JSON schema demands."""
    embedder: ModelSpec | None = None
    """The embedding model that memory compares texts by; None for words alone."""
    embedder_source: ModelSource | None = None
    embedder_size_bytes: int | None = None
    """Size of its file according to the roster."""
    network: NetworkRule = DEFAULT_RULE
    """How far Hotseat may connect, by the user's files alone."""
    _by_language: Mapping[str, Expert] = field(init=False, repr=False, compare=False)
    _everyone: tuple[Expert, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first = {
            lang: expert
            for expert in reversed(self.experts)
            for lang in expert.languages
            if not expert.writes_next_edits
        }
        object.__setattr__(self, "_by_language", first)
        listed = self.generalist is None or self.generalist in self.experts
        everyone = self.experts if listed else (*self.experts, self.generalist)
        object.__setattr__(self, "_everyone", everyone)

    def expert_for(self, language: str | None) -> Expert | None:
        """The first expert that lists `language`, else the generalist; None when switched off."""
        if language is None or language in self.disabled_languages:
            return None
        return self._by_language.get(language, self.generalist)

    def language_for(self, languages: Sequence[str]) -> str | None:
        """Of the languages at one place, innermost first and the file's last, the one that counts.

        The innermost that an expert lists, or that is itself switched off. What only the
        generalist would serve is no reason to leave the file's expert: then it is the outermost
        that any expert serves.
        """
        for language in languages:
            if language not in self.disabled_languages:
                if language in self._by_language:
                    return language
            elif language == languages[0]:
                return language
        served = (name for name in reversed(languages) if self.expert_for(name) is not None)
        return next(served, languages[-1] if languages else None)

    def on_shared_bases(self) -> Roster:
        """The same for an engine that holds many adapters over one base."""
        return replace(
            self,
            experts=tuple(map(_on_shared_base, self.experts)),
            generalist=None if self.generalist is None else _on_shared_base(self.generalist),
        )

    def everyone(self) -> tuple[Expert, ...]:
        """Experts in roster order, then the generalist if it is not one of them."""
        return self._everyone

    def model_users(self) -> tuple[Expert, ...]:
        """All that need a model in the engine: everyone, and the embedder as an expert that serves
        no language."""
        if self.embedder is None:
            return self.everyone()
        embedder = Expert(
            name=EMBEDDER,
            languages=(),
            spec=self.embedder,
            fim="none",
            source=self.embedder_source,
            size_bytes=self.embedder_size_bytes,
        )
        return (*self.everyone(), embedder)

    @property
    def next_edit(self) -> Expert | None:
        """The expert that writes next edits; None without one."""
        return next((e for e in self.experts if e.writes_next_edits), None)

    def by_name(self, name: str) -> Expert | None:
        return next((e for e in self.everyone() if e.name == name), None)


def _on_shared_base(expert: Expert) -> Expert:
    if expert.adapter is None or expert.base_model is None:
        return expert
    return replace(expert, shared_base=ModelSpec(expert.base_model, expert.spec.options))
