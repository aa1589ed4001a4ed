"""team.yaml: reading and checking. Each mistake is a diagnostic with line, column and hint.

Unlike a roster, a file with a mistake is not used at all: nothing is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from hotseat.domain.errors import HotseatError, SourceError
from hotseat.domain.sources import parse_part
from hotseat.roster.diagnostics import Diagnostic, Severity, Span
from hotseat.roster.regular_file import read_regular
from hotseat.roster.tree import MAX_BYTES, Map, Seq, TreeError, has, parse
from hotseat.roster.units import parse_duration_s, parse_size
from hotseat.roster.validate import Reporter, did_you_mean
from hotseat.team.config import DeveloperLimits, TeamAdapter, TeamConfig, TeamModel

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
"""Of models, adapters and developers."""
_NAME_HINT = "Small letters, digits, '.', '_' and '-', at most 64"


def _custom(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError(
        "team", message.replace("{", "{{").replace("}", "}}"), {"hint": hint}
    )


def _reading(parse_value: Callable[[object], object], hint: str) -> BeforeValidator:
    def read(value: object) -> object:
        try:
            return parse_value(value)
        except SourceError as error:
            raise _custom(error.message, error.hint) from None
        except ValueError as error:
            raise _custom(str(error), hint) from None

    return BeforeValidator(read)


def _name(value: object) -> object:
    if isinstance(value, str) and not NAME.fullmatch(value):
        raise ValueError(f"'{value}' is not a name")
    return value


def _source(value: object) -> object:
    if isinstance(value, str):
        parse_part(value)
    return value


Name = Annotated[str, _reading(_name, _NAME_HINT)]
Size = Annotated[int, _reading(parse_size, "Write it as 4GB or 512MB")]
Seconds = Annotated[float, _reading(parse_duration_s, "Write it as 30s or 2m")]
Text = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Limits(_Entry):
    concurrent: Annotated[int, Field(ge=1, le=1000)] = 2
    waiting: Annotated[int, Field(ge=0, le=10_000)] = 16

    def value(self) -> DeveloperLimits:
        return DeveloperLimits(concurrent=self.concurrent, waiting=self.waiting)


class _Developers(_Limits):
    keys: Text
    limits: dict[Name, _Limits] = {}


class _Listen(_Entry):
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8420


class _Adapter(_Entry):
    name: Name
    file: Text


class _Model(_Entry):
    name: Name
    file: Text | None = None
    source: Annotated[str, _reading(_source, "")] | None = None
    context: Annotated[int, Field(ge=64, le=1_000_000)] = 4096
    adapters: list[_Adapter] = []


class _Vllm(_Entry):
    command: Annotated[list[Text], Field(min_length=1)] = ["vllm"]
    gpus: Annotated[float, Field(ge=0, le=64)] = 1.0


class _File(_Entry):
    models: Annotated[list[_Model], Field(min_length=1, max_length=1000)]
    developers: _Developers
    listen: _Listen = _Listen()
    replicas: Annotated[int, Field(ge=1, le=1000)] = 1
    bytes_per_replica: Annotated[Size, Field(ge=64_000_000)] = 4_000_000_000
    parallel: Annotated[int, Field(ge=1, le=64)] = 2
    vllm: _Vllm | None = None
    max_body: Annotated[Size, Field(ge=1_000, le=256 << 20)] = 16 << 20
    drain: Seconds = 30.0


_KINDS: dict[tuple[str, ...], type[BaseModel]] = {
    (): _File,
    ("models",): _Model,
    ("models", "adapters"): _Adapter,
    ("developers",): _Developers,
    ("listen",): _Listen,
    ("vllm",): _Vllm,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamResult:
    """The config, or None and the reasons."""

    config: TeamConfig | None
    diagnostics: tuple[Diagnostic, ...] = ()


def load_team(path: Path) -> TeamResult:
    """Read team.yaml. Raises HotseatError if there is no such file, or it cannot be read."""
    try:
        text = read_regular(path, max_bytes=MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise HotseatError(f"There is no file {path}", hint="docs/team.md has an example") from None
    except UnicodeDecodeError:
        raise HotseatError(f"{path} is not UTF-8", hint="Save it as UTF-8") from None
    except OSError as error:
        raise HotseatError(
            f"{path} cannot be read: {error.strerror}",
            hint=f"Name a file of less than {MAX_BYTES // 1000} kB that you may read",
        ) from None
    return read_team(text, filename=str(path), folder=path.absolute().parent)


def read_team(text: str, *, filename: str, folder: Path) -> TeamResult:
    """Check the text of a team.yaml. Relative paths are in `folder`."""
    try:
        tree = parse(text)
    except TreeError as error:
        message = error.message.replace("a roster", "team.yaml")
        hint = "" if "roster" in error.hint or "experts" in error.hint else error.hint
        return TeamResult(config=None, diagnostics=(_problem(filename, error.span, message, hint),))
    reporter = Reporter(filename=filename, tree=tree)
    _report_repeated(reporter, tree)
    try:
        file = _File.model_validate(tree)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            _report(reporter, dict(item))
        return TeamResult(config=None, diagnostics=reporter.diagnostics)
    _check_together(reporter, file)
    if reporter.diagnostics:
        return TeamResult(config=None, diagnostics=reporter.diagnostics)
    return TeamResult(config=_config(file, folder))


def _config(file: _File, folder: Path) -> TeamConfig:
    def place(text: str) -> Path:
        return folder / Path(text).expanduser()

    models = tuple(
        TeamModel(
            name=model.name,
            source=model.source or f"file:{place(model.file or '')}",
            context=model.context,
            adapters=tuple(TeamAdapter(name=a.name, path=place(a.file)) for a in model.adapters),
        )
        for model in file.models
    )
    return TeamConfig(
        models=models,
        keys_path=place(file.developers.keys),
        host=file.listen.host,
        port=file.listen.port,
        replicas=file.replicas,
        bytes_per_replica=file.bytes_per_replica,
        parallel=file.parallel,
        vllm_command=tuple(file.vllm.command) if file.vllm else (),
        gpus=file.vllm.gpus if file.vllm else 0.0,
        max_body_bytes=file.max_body,
        drain_s=file.drain,
        limits=file.developers.value(),
        own_limits=tuple((name, own.value()) for name, own in file.developers.limits.items()),
    )


def _check_together(reporter: Reporter, file: _File) -> None:
    """Report what is wrong although each value alone is right."""
    if file.vllm is not None and (len(file.models) > 1 or file.models[0].file is None):
        hint = "Write one model with `file: FOLDER` and its adapters; another base is another file"
        reporter.error(("vllm",), "a vLLM server has one base model, in a folder", hint)
    seen: set[str] = set()
    for i, model in enumerate(file.models):
        path: tuple[str | int, ...] = ("models", i)
        if (model.file is None) == (model.source is None):
            hint = "Write either `file: /path/to/model.gguf` or `source: hf:OWNER/REPO#FILE.gguf`"
            reporter.error((*path, "name"), f"'{model.name}' needs a file or a source", hint)
        names = [((*path, "name"), model.name)]
        names += [((*path, "adapters", j, "name"), a.name) for j, a in enumerate(model.adapters)]
        for where, name in names:
            if name in seen:
                reporter.error(where, f"the name '{name}' is given twice", "Choose another name")
            seen.add(name)


def _report(reporter: Reporter, item: dict[str, Any]) -> None:
    here: Any = reporter.tree
    path: list[str | int] = []
    for step in item["loc"]:
        if not has(here, step):
            break
        here = here[step]
        path.append(step)
    if item["type"] == "extra_forbidden":
        kind = _KINDS.get(tuple(step for step in path[:-1] if isinstance(step, str)), _Limits)
        known = sorted(kind.model_fields)
        hint = did_you_mean(str(path[-1]), known, "Known here: " + ", ".join(known))
        reporter.error(tuple(path), f"unknown key '{path[-1]}'", hint, key=True)
        return
    message, hint = _in_words(item)
    reporter.error(tuple(path), message, hint)


def _in_words(item: dict[str, Any]) -> tuple[str, str]:
    """Return message and hint for one of pydantic's errors."""
    words = [step for step in item["loc"] if isinstance(step, str)]
    name, context = f"'{words[-1]}'" if words else "the file", item.get("ctx") or {}
    match item["type"]:
        case "missing":
            return f"{name} is missing", "docs/team.md has an example"
        case "team":
            return f"{name}: {item['msg']}", str(context["hint"])
        case "string_type":
            return f"{name} must be text", "Put it in quotes if it is meant so"
        case "int_type" | "int_from_float":
            return f"{name} must be a whole number", ""
        case "list_type":
            return f"{name} must be a list", "Write one line with a dash for each"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{name} must be a mapping", "Write `key: value` lines under it"
        case "greater_than_equal":
            return f"{name} must be at least {context['ge']}", ""
        case "less_than_equal":
            return f"{name} must be at most {context['le']}", ""
        case "too_short" | "string_too_short":
            return f"{name} is empty", ""
    return f"{name}: {item['msg']}", ""


def _report_repeated(reporter: Reporter, value: Map | Seq) -> None:
    if isinstance(value, Map):
        for key, span in value.repeated:
            reporter.error_at(span, f"'{key}' is given twice", "Remove one of them")
    children: Iterable[Any] = value.values() if isinstance(value, Map) else value
    for child in children:
        if isinstance(child, Map | Seq):
            _report_repeated(reporter, child)


def _problem(filename: str, span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        filename=filename, span=span, severity=Severity.ERROR, message=message, hint=hint
    )
