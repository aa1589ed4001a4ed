"""Parameters of Hotseat's own messages: plain JSON values that may have any shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotseat.domain.text import Position, Range


def plain(value: Any) -> Any:
    """Convert pygls's named tuples for untyped parameters back to plain JSON values."""
    if hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def fields(params: Any) -> dict[str, Any]:
    """Return the fields of an object; no fields for any other value."""
    value = plain(params)
    return value if isinstance(value, dict) else {}


def uri_in(params: Any) -> str | None:
    """Return the URI in `{textDocument: {uri}}`; None for anything else, `{}` included."""
    document = fields(params).get("textDocument")
    uri = document.get("uri") if isinstance(document, dict) else None
    return uri if isinstance(uri, str) else None


def text_in(params: Any, name: str) -> str | None:
    """Return a field that is a string; None for anything else."""
    value = fields(params).get(name)
    return value if isinstance(value, str) else None


def range_in(params: Any) -> Range | None:
    """Return the range in `{range: {start, end}}`; None for anything else."""
    range_ = fields(params).get("range")
    if not isinstance(range_, dict):
        return None
    start, end = position_of(range_.get("start")), position_of(range_.get("end"))
    return Range(start, end) if start is not None and end is not None else None


def position_of(value: Any) -> Position | None:
    """Return the position `{line, character}`; None for anything else."""
    if not isinstance(value, dict):
        return None
    line, character = value.get("line"), value.get("character")
    if not isinstance(line, int) or not isinstance(character, int) or min(line, character) < 0:
        return None
    return Position(line, character)
