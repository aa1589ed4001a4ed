"""Ollama's wire format: request bodies with Go's error messages, durations, lines of answers.

Owns no route and no state. A body is converted here to checked fields, so that routes get values of
the expected types, or an `ApiError` is raised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from json import JSONDecodeError
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from hotseat.domain.errors import HotseatError

MAX_JSON_BYTES = 16 << 20
MAX_DRAINED_BYTES = 256 << 20
"""Of a body that is too large: it is read to its end, and dropped, up to this size. Clients that
are still sending when the connection closes do not see the answer."""
FOREVER_S = 292 * 365.25 * 86400.0
"""Ollama's value for a negative keep_alive: the longest duration that Go knows, 292 years."""

JSON_TYPE = "application/json; charset=utf-8"
NDJSON_TYPE = "application/x-ndjson"

T = TypeVar("T", str, bool, int, list[Any], dict[str, Any])

_GO_TYPES: dict[type, str] = {
    str: "string",
    bool: "bool",
    int: "int",
    list: "[]string",
    dict: "map[string]interface {}",
}
_UNITS_S = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_DURATION_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


class ApiError(HotseatError):
    """An error that is answered as `{"error": message}` with `status`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_body(request: Request, max_bytes: int = MAX_JSON_BYTES) -> bytes:
    """Return the whole body. Raises ApiError 413 over `max_bytes`."""
    body = bytearray()
    n_bytes = 0
    async for piece in request.stream():
        n_bytes += len(piece)
        if n_bytes <= max_bytes:
            body += piece
        elif n_bytes > MAX_DRAINED_BYTES:
            break
        else:
            body.clear()
    if n_bytes > max_bytes:
        raise ApiError(413, f"request body is larger than {max_bytes} bytes")
    return bytes(body)


async def read_json(request: Request, max_bytes: int = MAX_JSON_BYTES) -> dict[str, Any]:
    """Return the body as an object whose names are in lower case.

    Halves of surrogate pairs, which no UTF-8 can hold, become U+FFFD, as in Go.

    Raises ApiError 400 with Go's message, or 413.
    """
    body = await read_body(request, max_bytes)
    if not body.strip():
        raise ApiError(400, "missing request body")
    try:
        text = body.decode()
        value = json.loads(text, parse_constant=_no_constants)
        if _ESCAPED_SURROGATE.search(text):
            well_formed = _without_lone_surrogates(json.dumps(value, ensure_ascii=False))
            value = json.loads(well_formed, parse_constant=_no_constants)
    except JSONDecodeError as error:
        raise ApiError(400, _go_message(error)) from None
    except UnicodeDecodeError:
        raise ApiError(400, "request body is not UTF-8") from None
    except (RecursionError, ValueError) as error:
        raise ApiError(400, f"request body cannot be read: {error}") from None
    if not isinstance(value, dict):
        raise ApiError(400, mismatch(value, "", "struct"))
    return folded(value)


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def folded(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its names in lower case, as Go's encoding/json reads them.

    Of two names that differ only in case, the later counts. Names of nested objects stay.
    """
    return {name.casefold(): item for name, item in value.items()}


def field(body: dict[str, Any], name: str, kind: type[T], default: T) -> T:
    """Return `body[name]` of type `kind`; absent and null give `default`. Raises ApiError 400."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ApiError(400, mismatch(value, name, _GO_TYPES[kind]))
    return value


def keep_alive_s(body: dict[str, Any]) -> float | None:
    """Return seconds; FOREVER_S for a negative value; None if the request does not set it.

    A number means seconds; a text needs a unit, as in Go. Raises ApiError 400.
    """
    value = body.get("keep_alive")
    if value is None:
        return None
    if isinstance(value, str):
        seconds = _go_duration_s(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    else:
        raise ApiError(400, f"Unsupported type: '{type(value).__name__}'")
    return FOREVER_S if seconds < 0 else min(seconds, FOREVER_S)


def now_text() -> str:
    """Return the current time in RFC 3339."""
    return time_text(datetime.now(UTC).timestamp())


def time_text(epoch_s: float) -> str:
    """Return the time in RFC 3339, as Go prints it."""
    return datetime.fromtimestamp(epoch_s, UTC).isoformat().replace("+00:00", "Z")


def to_line(value: dict[str, Any]) -> bytes:
    """Return one line of NDJSON, with its line end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def to_lines(values: Iterable[dict[str, Any]]) -> bytes:
    """Return NDJSON, one line for each value."""
    return b"".join(map(to_line, values))


def json_response(value: dict[str, Any], status: int = 200) -> Response:
    """Return a JSON response without a line end."""
    return Response(to_line(value)[:-1], status, media_type=JSON_TYPE)


def _go_duration_s(text: str) -> float:
    """Return the seconds of a duration as Go's time.ParseDuration reads it."""
    sign = -1.0 if text.startswith("-") else 1.0
    rest = text[1:] if text[:1] in "+-" and text else text
    if rest == "0":
        return 0.0
    total_s, at = 0.0, 0
    while match := _DURATION_PART.match(rest, at):
        total_s += float(match[1]) * _UNITS_S[match[2]]
        at = match.end()
    if at == 0 or at != len(rest):
        missing = re.fullmatch(r"(\d+(\.\d*)?|\.\d+)", rest)
        what = "missing unit in duration" if missing else "invalid duration"
        raise ApiError(400, f'time: {what} "{text}"')
    return sign * total_s


def _no_constants(name: str) -> Any:
    raise ValueError(f"invalid character '{name[0]}' looking for beginning of value")


def mismatch(value: object, name: str, wanted: str) -> str:
    """Return Go's message for a value of another type than `wanted`; `name` is the field's."""
    if isinstance(value, bool):
        got = "bool"
    elif isinstance(value, str):
        got = "string"
    elif isinstance(value, int | float):
        got = "number"
    else:
        got = "array" if isinstance(value, list) else "object"
    where = f"Go struct field .{name}" if name else "Go value"
    return f"json: cannot unmarshal {got} into {where} of type {wanted}"


def _go_message(error: JSONDecodeError) -> str:
    """Return the message of Go's encoding/json for the same text."""
    at = error.doc[error.pos : error.pos + 1]
    if not at or error.msg.startswith("Unterminated"):
        return "unexpected EOF"
    places = {
        "Expecting value": "looking for beginning of value",
        "Expecting property name": "looking for beginning of object key string",
        "Expecting ':'": "after object key",
        "Expecting ','": "after object key:value pair",
        "Illegal trailing comma": "looking for beginning of value",
        "Extra data": "after top-level value",
        "Invalid control": "in string literal",
        "Invalid \\": "in string escape code",
    }
    where = next((go for ours, go in places.items() if error.msg.startswith(ours)), error.msg)
    return f"invalid character {at!r} {where}"
