"""Strict reading of the server's own messages, to check that real JSON has the shape that
`hotseat.lsp.ext` defines: every field, no other field, and no conversion."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from lsprotocol import types
from lsprotocol.converters import get_converter

from hotseat.lsp import ext
from hotseat.lsp.wire import wire_name


def wire_names(message: type) -> tuple[str, ...]:
    """The names of a message's fields on the wire."""
    return tuple(wire_name(field.name) for field in fields(message))


def assert_shape(value: Any, kind: Any, at: str = "") -> None:
    """Fail, naming the place, if `value` is not JSON of `kind`: a message or a field's type."""
    if is_dataclass(kind):
        assert isinstance(value, dict), f"{at or kind}: not an object: {value!r}"
        known = {wire_name(field.name): field for field in fields(kind)}
        required = {name for name, field in known.items() if field.default is MISSING}
        assert value.keys() <= known.keys(), f"{at}: unknown {value.keys() - known.keys()}"
        assert required <= value.keys(), f"{at}: missing {required - value.keys()}"
        hints = get_type_hints(kind)
        for name, item in value.items():
            assert_shape(item, hints[known[name].name], f"{at}.{name}")
    elif kind is ext.WorkspaceEdit:
        get_converter().structure(value, types.WorkspaceEdit)
    elif get_origin(kind) is tuple:
        assert isinstance(value, list), f"{at}: not a list: {value!r}"
        for n, item in enumerate(value):
            assert_shape(item, get_args(kind)[0], f"{at}[{n}]")
    elif get_origin(kind) is Literal:
        assert value in get_args(kind), f"{at}: {value!r} is none of {get_args(kind)}"
    elif get_origin(kind) in (Union, UnionType):
        if value is None:
            assert NoneType in get_args(kind), f"{at}: null"
            return
        members = [member for member in get_args(kind) if member is not NoneType]
        if len(members) == 1:
            assert_shape(value, members[0], at)
        else:
            assert type(value) in members, f"{at}: {value!r} is not of {kind}"
    elif kind is float:
        assert type(value) in (int, float), f"{at}: {value!r} is no number"
    else:
        assert type(value) is kind, f"{at}: {value!r} is not of type {kind.__name__}"
