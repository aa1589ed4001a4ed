"""Parameters of messages that LSP does not know: plain JSON values, read with care."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotseat.domain.text import Position, Range


def plain(value: Any) -> Any:
    """pygls's named tuples for untyped parameters, as plain JSON values again."""
    if hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def fields(params: Any) -> dict[str, Any]:
    """The fields of an object; none of anything else."""
    value = plain(params)
    return value if isinstance(value, dict) else {}


def uri_in(params: Any) -> str | None:
    """`{textDocument: {uri}}`; None for anything else, `{}` included."""
    document = fields(params).get("textDocument")
    uri = document.get("uri") if isinstance(document, dict) else None
    return uri if isinstance(uri, str) else None


def text_in(params: Any, name: str) -> str | None:
    """A field that is a string; None for anything else."""
    value = fields(params).get(name)
    return value if isinstance(value, str) else None


def range_in(params: Any) -> Range | None:
    """`{range: {start, end}}`; None for anything else."""
    range_ = fields(params).get("range")
    if not isinstance(range_, dict):
        return None
    start, end = position_of(range_.get("start")), position_of(range_.get("end"))
    return Range(start, end) if start is not None and end is not None else None


def position_of(value: Any) -> Position | None:
    """`{line, character}`; None for anything else."""
    if not isinstance(value, dict):
        return None
    line, character = value.get("line"), value.get("character")
    if not isinstance(line, int) or not isinstance(character, int) or min(line, character) < 0:
        return None
    return Position(line, character)
