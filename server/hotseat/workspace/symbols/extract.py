"""One file as symbols: its text is checked, its definitions get their types, secrets are masked.

Pure. The definitions come from the caller, who has them parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.domain.symbols import Symbol
from hotseat.domain.syntax import Definition, Kind
from hotseat.privacy.redact import blank
from hotseat.workspace.vendored import is_minified, says_generated

MAX_LINE_CHARS = 5000
"""A longer line is of a minified file, or of data."""
_HEAD_BYTES = 8192
_RECEIVER = re.compile(r"^func \((?:\w+\s+)?\*?(\w+)")
"""Of a method in Go."""
_QUALIFIED = re.compile(r"(\w+)(?=::~?(\w+))")
"""Of C++: a type, and the member after it."""
_IMPL = re.compile(r"^\s*impl(?:<[^{]*?>)?\s+(?:[^{]*?\sfor\s+)?&?(\w+)")
"""Of Rust's blocks of methods."""


def why_not(data: bytes) -> str:
    """Return why the content of a file is not indexed; empty if it is."""
    if b"\0" in data[:_HEAD_BYTES]:
        return "binary"
    text = data.decode("utf-8", "replace")
    if is_minified(text, max_line_chars=MAX_LINE_CHARS):
        return "minified"
    return "generated" if says_generated(text) else ""


def symbols_of(path: str, language: str, definitions: Sequence[Definition]) -> tuple[Symbol, ...]:
    """Return the definitions of a file as symbols."""
    texts = _masked([definition.text for definition in definitions])
    heads = _masked([definition.signature for definition in definitions])
    types = [found for found in definitions if found.kind is Kind.TYPE]
    return tuple(
        Symbol(
            name=found.name,
            kind=found.kind,
            container=_container(found, types),
            signature=head,
            text=text,
            path=path,
            language=language,
            first_line=found.first_line,
            last_line=_last_line(found),
        )
        for found, text, head in zip(definitions, texts, heads, strict=True)
    )


def _container(found: Definition, types: Sequence[Definition]) -> str:
    """Return the name of the type that a definition is a member of; empty for others."""
    around = [
        one
        for one in types
        if one is not found
        and one.first_line <= found.first_line
        and _last_line(found) <= _last_line(one)
        and (one.first_line, _last_line(one)) != (found.first_line, _last_line(found))
    ]
    if around:
        return max(around, key=lambda one: one.first_line).name
    if "::" in found.signature:
        types_of = (one for one, name in _QUALIFIED.findall(found.signature) if name == found.name)
        if container := next(types_of, ""):
            return container
    if not found.is_member:
        return ""
    for pattern, text in ((_RECEIVER, found.signature), (_IMPL, found.text)):
        if (met := pattern.match(text)) is not None:
            return met[1]
    return ""


def _last_line(found: Definition) -> int:
    return found.first_line if found.last_line is None else found.last_line


def _masked(texts: list[str]) -> list[str]:
    """Return the texts with their secrets blanked, looked at together: once for a file."""
    whole = blank("\n".join(texts)).split("\n")
    found, at = [], 0
    for text in texts:
        n_lines = text.count("\n") + 1
        found.append("\n".join(whole[at : at + n_lines]))
        at += n_lines
    return found
