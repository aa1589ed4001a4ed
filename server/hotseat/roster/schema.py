"""What may stand in a roster file: pydantic models, one for each kind of entry.

Every field is optional, for any file may be an overlay that says only what it changes; None is
"not said". Owns shape and single values. It must not decide what entries mean together
(`merge`), nor what a workspace may say (`trust`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from hotseat.domain.errors import SourceError
from hotseat.domain.experts import canonical_model_name
from hotseat.domain.sources import is_sha256, parse_part
from hotseat.roster.units import (
    parse_budget,
    parse_duration_s,
    parse_share,
    parse_size,
    parse_switch,
)

# Lower case: the name becomes part of a model's name, where engines ignore case.
_EXPERT_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_MODEL_NAME = re.compile(
    r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,127}/){0,3}"
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?"
)
_LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#_.-]{0,63}")
_MAX_PATTERN_CHARS = 200
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_FIM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


def _fail(message: str, hint: str) -> PydanticCustomError:
    # Doubled braces: pydantic formats the message with its context.
    safe = message.replace("{", "{{").replace("}", "}}")
    return PydanticCustomError("roster", safe, {"hint": hint})


def _reading(parse: Callable[[object], object], hint: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        try:
            return parse(value)
        except ValueError as error:
            raise _fail(str(error), hint) from None

    return read


def _matching(pattern: re.Pattern[str], message: str, hint: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if isinstance(value, str):
            value = value.strip()
            if not pattern.fullmatch(value):
                raise _fail(f"'{value}' {message}", hint)
        return value

    return read


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_engine(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


def _as_generalist(value: object) -> object:
    return {"expert": value} if isinstance(value, str) else value


def _tagged(value: object) -> object:
    """Ollama's own names: no tag means `latest`."""
    if not isinstance(value, str):
        return value
    name = value.strip()
    if not _MODEL_NAME.fullmatch(name):
        raise _fail(
            f"'{name}' is not a model's name", "Write it as Ollama does: qwen2.5-coder:1.5b"
        )
    return canonical_model_name(name)


def _alone_on_hub(parts: list[str]) -> list[str]:
    if len(parts) > 1 and any(part.startswith("hf:") for part in parts):
        hint = "Name one hf: source; the other files of a split file are found by their names"
        raise _fail("a file on the hub is a source by itself", hint)
    return parts


def _source_part(value: object) -> object:
    if isinstance(value, str):
        try:
            parse_part(value)
        except SourceError as error:
            raise _fail(error.message, error.hint) from None
    return value


def _digest(value: object) -> object:
    if isinstance(value, str):
        value = value.strip().lower().removeprefix("sha256:")
        if not is_sha256(value):
            raise _fail("is not a sha256", "64 hex digits, as `sha256sum` prints them")
    return value


def _file_pattern(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text.removeprefix("!").strip("/"):
        raise _fail(f"'{value}' names no file", "Write it as in .gitignore: *.sealed, config/prod/")
    if "\\" in text:
        raise _fail(f"'{value}' holds a backslash", "Write / between folders")
    if len(text) > _MAX_PATTERN_CHARS or not text.isprintable():
        raise _fail("a pattern is too long or not printable", "Write it as in .gitignore")
    return text


def _host(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip().rstrip("/")
    text = text if "://" in text else f"http://{text}"
    hint = "Write it as http://127.0.0.1:11434"
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise _fail(f"'{value}' is not an address", hint) from None
    if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise _fail(f"'{value}' is not an address", hint)
    if url.username or url.password:
        raise _fail("an address may not hold a password", "Leave the part before @ out")
    return text


Size = Annotated[
    int,
    BeforeValidator(
        _reading(parse_size, "Write it as 6GB or 512MiB"), json_schema_input_type=int | str
    ),
]
Share = Annotated[
    float,
    BeforeValidator(
        _reading(parse_share, "Write it as 0.4 or 40%"), json_schema_input_type=float | str
    ),
]
Duration = Annotated[
    float,
    BeforeValidator(
        _reading(parse_duration_s, "Write it as 10m or 1h30m; it is renewed while needed"),
        json_schema_input_type=float | str,
    ),
]
Switch = Annotated[
    bool, BeforeValidator(parse_switch, json_schema_input_type=bool | Literal["on", "off"])
]
ExpertName = Annotated[
    str,
    BeforeValidator(
        _matching(_EXPERT_NAME, "is not an expert's name", "Use a-z, 0-9, dot, dash, underscore")
    ),
]
ModelName = Annotated[str, BeforeValidator(_tagged)]
LanguageId = Annotated[
    str,
    BeforeValidator(
        _matching(_LANGUAGE, "is not a language id", "Write LSP's ids: go, cpp, typescriptreact")
    ),
]
FimName = Annotated[
    str,
    BeforeValidator(
        _matching(_FIM, "is not a FIM family", "Write `auto`, `none`, `suffix-first` or a family")
    ),
]
VariableName = Annotated[
    str,
    BeforeValidator(
        _matching(
            _VARIABLE,
            "is not the name of an environment variable",
            "Write the variable's name, as MY_SERVER_KEY; the key itself stays out of files",
        )
    ),
]
SourcePart = Annotated[str, BeforeValidator(_source_part)]
FilePattern = Annotated[str, BeforeValidator(_file_pattern)]
Digest = Annotated[str, BeforeValidator(_digest)]


def _tagged_or_off(value: object) -> object:
    """Return the name of a model as Ollama writes it, "" for `off`."""
    return "" if value is False or value == "off" else _tagged(value)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class EngineEntry(_Entry):
    kind: Literal["auto", "ollama", "embedded", "openai", "team"] | None = None
    host: Annotated[str, BeforeValidator(_host)] | None = None
    key_env: VariableName | None = None
    fallback: Literal["auto", "ollama", "embedded", "none"] | None = None


class BudgetEntry(_Entry):
    limit: Size | None = None
    share: Share | None = None
    of: Literal["ram", "vram"] | None = None
    reserve: Size | None = None

    @model_validator(mode="after")
    def _one_of(self) -> BudgetEntry:
        if (self.limit is None) == (self.share is None):
            raise _fail(
                "a budget is either a limit or a share",
                "Write `6GB`, `40% of ram` or {share: 0.4, of: vram, reserve: 2GB}",
            )
        return self


class CompletionEntry(_Entry):
    """What is done with finished suggestions."""

    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    statistics: Switch | None = None
    learn: Switch | None = None


class TasksEntry(_Entry):
    """How much one task may be."""

    files: Annotated[int, Field(ge=1, le=100)] | None = None
    tokens: Annotated[int, Field(ge=256, le=10_000_000)] | None = None


class OptionsEntry(_Entry):
    """Ollama's options that a model may be given once and for all."""

    num_ctx: Annotated[int, Field(ge=64, le=1_048_576)] | None = None
    num_batch: Annotated[int, Field(ge=1, le=65_536)] | None = None
    num_gpu: Annotated[int, Field(ge=-1, le=999)] | None = None
    main_gpu: Annotated[int, Field(ge=0, le=64)] | None = None
    use_mmap: Switch | None = None
    num_thread: Annotated[int, Field(ge=1, le=1024)] | None = None
    top_k: Annotated[int, Field(ge=0)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] | None = None
    repeat_last_n: Annotated[int, Field(ge=-1)] | None = None
    repeat_penalty: Annotated[float, Field(gt=0)] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    draft_num_predict: Annotated[int, Field(ge=0, le=64)] | None = None


class ModelEntry(_Entry):
    """What is true of a model's file, for every expert that uses it."""

    options: OptionsEntry | None = None
    source: (
        Annotated[
            list[SourcePart],
            Field(min_length=1, max_length=64),
            AfterValidator(_alone_on_hub),
            BeforeValidator(_as_list, json_schema_input_type=str | list[str]),
        ]
        | None
    ) = None
    sha256: Digest | None = None
    size: Size | None = None
    licence: str | None = None
    fim: FimName | None = None


class _Described(ModelEntry):
    model: ModelName | None = None
    adapter: Annotated[str, Field(min_length=1)] | None = None
    prompt: str | None = None
    pinned: Switch | None = None


class GeneralistEntry(_Described):
    """An expert of the list, by name, or a model of its own."""

    expert: ExpertName | None = None
    name: ExpertName | None = None
    plans: Switch | None = None


class ExpertEntry(_Described):
    name: ExpertName
    languages: (
        Annotated[
            list[LanguageId], BeforeValidator(_as_list, json_schema_input_type=str | list[str])
        ]
        | None
    ) = None
    role: Literal["complete", "next-edit"] | None = None
    remove: Switch | None = None


# What may be written for them, for a JSON schema: the short forms as well.
_EngineInput = EngineEntry | Literal["auto", "ollama", "embedded", "openai", "team"]
_BudgetInput = BudgetEntry | int | str
_GeneralistInput = GeneralistEntry | str


class RosterFile(_Entry):
    use: str | None = None
    engine: (
        Annotated[EngineEntry, BeforeValidator(_as_engine, json_schema_input_type=_EngineInput)]
        | None
    ) = None
    budget: (
        Annotated[BudgetEntry, BeforeValidator(parse_budget, json_schema_input_type=_BudgetInput)]
        | None
    ) = None
    keep_alive: Duration | None = None
    keep_prompts: Size | None = None
    completion: CompletionEntry | None = None
    tasks: TasksEntry | None = None
    options: OptionsEntry | None = None
    languages: dict[LanguageId, Switch] | None = None
    secrets: (
        Annotated[
            list[FilePattern], BeforeValidator(_as_list, json_schema_input_type=str | list[str])
        ]
        | None
    ) = None
    memory: Switch | None = None
    network: Literal["none", "hosts", "pull"] | None = None
    embedder: Annotated[str, BeforeValidator(_tagged_or_off)] | None = None
    models: dict[ModelName, ModelEntry] | None = None
    generalist: (
        Annotated[
            GeneralistEntry,
            BeforeValidator(_as_generalist, json_schema_input_type=_GeneralistInput),
        ]
        | None
    ) = None
    experts: list[ExpertEntry] | None = None


def entry_type(path: tuple[Any, ...]) -> type[BaseModel] | None:
    """The model whose keys may stand at `path`."""
    if path[-1:] == ("options",):
        return OptionsEntry
    match path:
        case ():
            return RosterFile
        case ("engine",):
            return EngineEntry
        case ("budget",):
            return BudgetEntry
        case ("completion",):
            return CompletionEntry
        case ("generalist",):
            return GeneralistEntry
        case ("models", _):
            return ModelEntry
        case ("experts", _):
            return ExpertEntry
    return None
