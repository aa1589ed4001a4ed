"""Parameters of messages that LSP does not know: plain JSON values, read with care."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
