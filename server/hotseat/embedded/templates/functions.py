"""The functions of templates, and how values are printed, compared and tested for truth.

Values are Python's: text, numbers, booleans, None, lists, dictionaries. A `Json` prints as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from hotseat.embedded.templates.nodes import TemplateError

MAX_TEXT_CHARS = 16 << 20
"""The longest text that a template may make. A request has 16 MiB at most."""
_TOO_LONG = f"template: a text is longer than {MAX_TEXT_CHARS} characters"
_MAX_WIDTH = 1000
_VERB = re.compile(r"%([-+# 0]*)(\d*)(?:\.(\d+))?([a-zA-Z%]|$)")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\ufffd"}
_SCRIPT = {"\\": "\\\\", "'": "\\'", '"': '\\"'} | {c: f"\\u{ord(c):04X}" for c in "<>&="}


class JsonObject(dict[str, Any]):
    """An object that prints as JSON, and whose fields are found by their names in Go too."""


class JsonList(list[Any]):
    """A list that prints as JSON."""


def is_true(value: object) -> bool:
    """Return Go's truth of a value: false for zero, empty and nil."""
    return bool(value)


def shown(value: object) -> str:
    """Return what an action prints for `value`. Raises TemplateError when it is too long."""
    if value is None:
        return "<no value>"
    return _bounded(_plain(value))


def to_json(value: object) -> str:
    """Return the JSON of a value as Go's encoding/json writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return _bounded(text)


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, JsonObject | JsonList):
        return to_json(value)
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{_plain(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list | tuple):
        return "[" + " ".join(map(_plain, value)) + "]"
    return str(value)


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT_CHARS:
        raise TemplateError(_TOO_LONG)
    return text


def _joined(values: Sequence[object]) -> str:
    """Return Go's Sprint: a space between two values of which neither is text."""
    pieces: list[str] = []
    for i, value in enumerate(values):
        if i and not isinstance(value, str) and not isinstance(values[i - 1], str):
            pieces.append(" ")
        pieces.append(_plain(value))
    return _bounded("".join(pieces))


def _format(pattern: object, *values: object) -> str:
    if not isinstance(pattern, str):
        raise TemplateError("template: error calling printf: wrong type of format")
    rest = list(values)
    size = len(pattern)

    def replaced(match: re.Match[str]) -> str:
        nonlocal size
        flags, width, precision, verb = match.groups()
        if verb == "%":
            return "%"
        if int(width or 0) > _MAX_WIDTH or int(precision or 0) > _MAX_WIDTH:
            raise TemplateError(f"template: a width of printf is over {_MAX_WIDTH}")
        if not verb:
            return "%!(NOVERB)"
        if not rest:
            return f"%!{verb}(MISSING)"
        text = _verb(verb, precision, flags, rest.pop(0))
        size += len(text)
        if size > MAX_TEXT_CHARS:
            raise TemplateError(_TOO_LONG)
        fill = "0" if "0" in flags and "-" not in flags and verb in "dxXf" else " "
        return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0), fill)

    text = _VERB.sub(replaced, pattern)
    return _bounded(text + (f"%!(EXTRA {', '.join(map(_typed, rest))})" if rest else ""))


def _verb(verb: str, precision: str | None, flags: str, value: object) -> str:
    is_number = isinstance(value, bool | int | float)
    if verb == "v" or (verb == "s" and not is_number and value is not None):
        text = _plain(value)
        return text[: int(precision)] if precision is not None and verb == "s" else text
    if verb == "q" and not is_number and value is not None:
        return json.dumps(_plain(value), ensure_ascii=False)
    if verb == "t" and isinstance(value, bool):
        return _plain(value)
    if isinstance(value, int) and not isinstance(value, bool) and verb in "dxXc":
        if verb == "c":
            return chr(value) if 0 <= value < 0x110000 else "\ufffd"
        text = str(value) if verb == "d" else format(value, verb)
        return f"+{text}" if "+" in flags and value >= 0 else text
    if isinstance(value, float) and verb in "feg":
        return format(value, f".{precision if precision is not None else 6}{verb}")
    return f"%!{verb}({_typed(value)})"


def _typed(value: object) -> str:
    """Return a value as printf reports one that it cannot format."""
    names = ((bool, "bool"), (int, "int"), (float, "float64"), (str, "string"))
    name = next((name for kind, name in names if isinstance(value, kind)), None)
    return _plain(value) if name is None else f"{name}={_plain(value)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    marks = "".join(map(re.escape, escapes))
    other = "\x01-\x1f" if escapes is _SCRIPT else ""
    return _bounded(
        re.sub(f"[{marks}{other}]", lambda m: escapes.get(m[0], f"\\u{ord(m[0]):04X}"), text)
    )


def _not(value: object) -> bool:
    return not is_true(value)


def _equal(first: object, *others: object) -> bool:
    if not others:
        raise TemplateError("template: error calling eq: missing argument for comparison")
    return any(_same(first, other) for other in others)


def _same(one: object, other: object) -> bool:
    if one is None or other is None:
        return one is other
    if _kind(one) != _kind(other):
        raise TemplateError("template: error calling eq: incompatible types for comparison")
    return one == other


def _kind(value: object) -> type:
    for kind in (bool, str, int, float, list, dict):
        if isinstance(value, kind):
            return kind
    return object


def _unequal(one: object, other: object) -> bool:
    return not _same(one, other)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    def call(one: object, other: object) -> bool:
        if _kind(one) != _kind(other) or _kind(one) not in (str, int, float):
            raise TemplateError("template: error calling lt: incompatible types for comparison")
        return compare(one, other)

    return call


def _len(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, list | tuple | dict):
        return len(value)
    raise TemplateError(f"template: error calling len: len of type {type(value).__name__}")


def _index(value: object, *keys: object) -> object:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list | tuple) and isinstance(key, int):
            if not 0 <= key < len(value):
                raise TemplateError(f"template: error calling index: index out of range: {key}")
            value = value[key]
        elif isinstance(value, str) and isinstance(key, int):
            data = value.encode()
            if not 0 <= key < len(data):
                raise TemplateError(f"template: error calling index: index out of range: {key}")
            value = data[key]
        else:
            raise TemplateError("template: error calling index: can't index this value")
    return value


def _slice(value: object, *ends: object) -> object:
    numbers = [end for end in ends if isinstance(end, int)]
    if len(numbers) != len(ends) or len(ends) > 2 or not isinstance(value, str | list | tuple):
        raise TemplateError("template: error calling slice: can't slice this value")
    data: Any = value.encode() if isinstance(value, str) else value
    begin = numbers[0] if numbers else 0
    end = numbers[1] if len(numbers) > 1 else len(data)
    if not 0 <= begin <= end <= len(data):
        raise TemplateError("template: error calling slice: index out of range")
    part = data[begin:end]
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else part


def _date(days: int) -> Callable[..., str]:
    def call(*_: object) -> str:
        return (datetime.now().astimezone() + timedelta(days=days)).strftime("%Y-%m-%d")

    return call


def _typescript(value: object) -> str:
    """Return the TypeScript type of a JSON schema's property."""
    if not isinstance(value, dict):
        return "any"
    if options := value.get("anyOf"):
        return " | ".join(_typescript(option) for option in options[:50])
    kinds = value.get("type")
    names = {"integer": "number", "array": "any[]", "object": "Record<string, any>"}
    known = [kinds] if isinstance(kinds, str) else [str(kind) for kind in kinds or ()]
    return " | ".join(names.get(kind, kind) for kind in known[:50]) or "any"


CALLS: dict[str, Callable[..., object]] = {
    "not": _not,
    "eq": _equal,
    "ne": _unequal,
    "lt": _ordered(lambda a, b: a < b),
    "le": _ordered(lambda a, b: a <= b),
    "gt": _ordered(lambda a, b: a > b),
    "ge": _ordered(lambda a, b: a >= b),
    "len": _len,
    "index": _index,
    "slice": _slice,
    "print": lambda *values: _joined(values),
    "println": lambda *values: _bounded(" ".join(map(_plain, values)) + "\n"),
    "printf": _format,
    "html": lambda *values: _escaped(_joined(values), _HTML),
    "js": lambda *values: _escaped(_joined(values), _SCRIPT),
    "urlquery": lambda *values: _bounded(quote_plus(_joined(values))),
    "json": to_json,
    "currentDate": _date(0),
    "yesterdayDate": _date(-1),
    "toTypeScriptType": _typescript,
}
"""By name. `and` and `or` are not here: they evaluate only the arguments that they need."""
