"""A tree of values against the schema, keeping what is right: each wrong value becomes one
diagnostic in plain words and is left out, and the rest is used.

It must not know what entries mean together: that is `merge`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from hotseat.roster.diagnostics import Diagnostic, Severity, Span
from hotseat.roster.schema import RosterFile, entry_type
from hotseat.roster.tree import Map, Seq, has, remove_at, span_at

Path = tuple[str | int, ...]

# Written by habit, but Hotseat gives them with each request.
_PER_REQUEST = {"num_predict", "temperature", "stop", "num_keep", "logprobs"}
_MAX_ROUNDS = 200
MAX_DIAGNOSTICS = 100
"""More of one file are counted and not shown."""
_MAX_MESSAGE_CHARS = 300

Hint = str | Callable[[], str]
"""What to do about it. A function is called only if the diagnostic is shown."""


@dataclass(slots=True)
class Reporter:
    """Collects the diagnostics of one file; knows where its values stand."""

    filename: str
    tree: Map
    _found: dict[Diagnostic, None] = field(default_factory=dict)
    _n_more: int = 0

    def error(self, path: Path, message: str, hint: Hint = "", *, key: bool = False) -> None:
        self._add(span_at(self.tree, path, key=key), Severity.ERROR, message, hint)

    def warning(self, path: Path, message: str, hint: Hint = "", *, key: bool = False) -> None:
        self._add(span_at(self.tree, path, key=key), Severity.WARNING, message, hint)

    def error_at(self, span: Span, message: str, hint: Hint = "") -> None:
        self._add(span, Severity.ERROR, message, hint)

    @property
    def is_full(self) -> bool:
        """Further diagnostics are only counted."""
        return len(self._found) >= MAX_DIAGNOSTICS

    def _add(self, span: Span, severity: Severity, message: str, hint: Hint) -> None:
        if self.is_full:
            self._n_more += 1
            return
        diagnostic = Diagnostic(
            filename=self.filename,
            span=span,
            severity=severity,
            message=_shortened(message),
            hint=_shortened(hint if isinstance(hint, str) else hint()),
        )
        self._found.setdefault(diagnostic)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """In the order of the file, with a last one that says how many are not shown."""
        shown = sorted(self._found, key=lambda d: (d.line, d.column))
        if self._n_more:
            more = Diagnostic(
                filename=self.filename,
                span=shown[-1].span,
                severity=Severity.WARNING,
                message=f"the file has more mistakes than these {MAX_DIAGNOSTICS}",
                hint="Correct these first",
            )
            shown.append(more)
        return tuple(shown)


def validate(reporter: Reporter) -> RosterFile:
    """Changes the reporter's tree: values that are wrong are taken out of it."""
    tree = reporter.tree
    _report_repeated(reporter, tree)
    _drop_empty(reporter, tree, ())
    for _ in range(_MAX_ROUNDS):
        try:
            return RosterFile.model_validate(tree)
        except ValidationError as error:
            goes = set()
            for item in error.errors(include_url=False):
                path = _existing(tree, item["loc"])
                is_unknown = item["type"] == "extra_forbidden"
                message, hint = ("", "") if reporter.is_full else _in_words(item, path)
                reporter.error(path, message, hint, key=is_unknown)
                goes.add(_what_goes(path, item["type"]))
            # Backwards, so that taking an item out of a list does not move those still to go.
            for path in sorted(goes, key=_sort_key, reverse=True):
                remove_at(tree, path)
            if () in goes:
                break
    return RosterFile()


def _shortened(text: str) -> str:
    if len(text) <= _MAX_MESSAGE_CHARS:
        return text
    return text[: _MAX_MESSAGE_CHARS - 1] + "…"


def _what_goes(path: Path, kind: str) -> Path:
    """What is left out with a wrong value: half an expert or half a source is none."""
    match path:
        case ("experts", int(), "name" | "model") | ("generalist", "name" | "model" | "expert"):
            return path[:-1]
        case (*_, "source", int()) | ("budget", _):
            return path[:-1]
    return path[:-1] if kind == "missing" else path


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """`Did you mean 'x'?`, or `otherwise` when nothing is near."""
    near = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else otherwise


def _in_words(item: Mapping[str, Any], path: Path) -> tuple[str, str]:
    """(message, hint) for one of pydantic's errors."""
    context: dict[str, Any] = item.get("ctx") or {}
    name = _named(path)
    match item["type"]:
        case "extra_forbidden":
            return _unknown_key(path)
        case "missing":
            return f"'{item['loc'][-1]}' is missing", ""
        case "roster":
            message = str(item["msg"])
            return (message if message[:1] in "'a" else f"{name} {message}"), context["hint"]
        case "string_type":
            return f"{name} must be text", "Put it in quotes if it is meant so"
        case "int_type" | "int_from_float" | "int_parsing":
            return f"{name} must be a whole number", ""
        case "float_type" | "float_parsing" | "finite_number":
            return f"{name} must be a number", ""
        case "bool_type":
            return f"{name} must be on or off", ""
        case "list_type":
            return f"{name} must be a list", "Write [a, b], or one line with a dash for each"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{name} must be a mapping", "Write `key: value` lines under it"
        case "literal_error":
            expected = str(context["expected"])
            hint = did_you_mean(str(item["input"]), expected.split("'")[1::2])
            return f"{name} must be {expected}", hint
        case "greater_than_equal":
            return f"{name} must be at least {context['ge']}", ""
        case "greater_than":
            return f"{name} must be more than {context['gt']}", ""
        case "less_than_equal":
            return f"{name} must be at most {context['le']}", ""
        case "too_short" | "string_too_short":
            return f"{name} is empty", ""
        case _:
            message = str(item["msg"])
            return f"{name}: {message[:1].lower()}{message[1:]}", ""


def _unknown_key(path: Path) -> tuple[str, str]:
    key = str(path[-1])
    message = f"unknown key '{key}'"
    parent = path[:-1]
    if parent[-1:] == ("options",) and key in _PER_REQUEST:
        return message, "Hotseat gives it with each request: leave it out"
    if not parent and key == "rosters":
        return message, "Only the file that comes with Hotseat holds several rosters"
    kind = entry_type(parent)
    known = sorted(kind.model_fields) if kind else []
    return message, did_you_mean(key, known, "Known here: " + ", ".join(known) if known else "")


def _named(path: Path) -> str:
    words = [step for step in path if isinstance(step, str)]
    if path and isinstance(path[-1], int):
        return f"an item of '{words[-1]}'" if words else "an item"
    return f"'{words[-1]}'" if words else "the file"


def _existing(tree: Map, loc: Path) -> Path:
    """`loc` without what pydantic added to it (union tags, `[key]`), and without what is gone."""
    here: Any = tree
    path: list[str | int] = []
    for step in loc:
        if has(here, step):
            here = here[step]
        else:
            # A key that is missing is named by the loc itself.
            if isinstance(here, Map) and step == loc[-1] and step != "[key]":
                path.append(step)
            break
        path.append(step)
    return tuple(path)


def _sort_key(loc: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in loc)


def _report_repeated(reporter: Reporter, tree: Map | Seq) -> None:
    for holder in _containers(tree):
        for key, span in holder.repeated if isinstance(holder, Map) else ():
            reporter.error_at(span, f"'{key}' is given twice", "The first one is used")


def _containers(value: Any) -> Iterator[Map | Seq]:
    if isinstance(value, Map | Seq):
        yield value
        for child in value.values() if isinstance(value, Map) else value:
            yield from _containers(child)


def _drop_empty(reporter: Reporter, tree: Map | Seq, path: Path) -> None:
    """Remove keys without a value (`experts:` alone): they count as absent, with a warning."""
    steps: list[str | int] = list(tree) if isinstance(tree, Map) else list(range(len(tree)))
    for step in reversed(steps):
        child = tree[step]  # type: ignore[index]
        if child is None:
            reporter.warning((*path, step), f"{_named((*path, step))} is empty", key=True)
            remove_at(tree, (step,))
        elif isinstance(child, Map | Seq):
            _drop_empty(reporter, child, (*path, step))
