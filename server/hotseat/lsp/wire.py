"""Reads messages of `ext` from JSON values of any shape, and writes them as JSON values.

Reading is lenient: a field of a wrong shape counts as not given, and a message without a required
field counts as not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from cattrs import Converter

from hotseat.domain.text import Position

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

WRONG_SHAPE = (TypeError, ValueError)
"""What structure hooks raise for a value of a wrong shape."""


def read(message: type[T], value: Any) -> T | None:
    """Return `value` as `message`, a dataclass; None if a required field is missing.

    A value that is not an object has no fields. Unknown fields are ignored.
    """
    kind: Any = message
    try:
        found: T = _hook(kind)(value, kind)
    except WRONG_SHAPE:
        return None
    return found


def prepare(messages: Iterable[type | None]) -> None:
    """Make the hooks of these messages now, so that the first one does not wait for them."""
    for message in messages:
        if message is not None:
            _hook(message)


def read_options(options: type, value: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the fields of `options` that `value` gives, by their Python names, and complaints.

    A complaint names a field of a wrong shape, or says that `value` is not an object. Null counts
    as not given.
    """
    if not isinstance(value, dict):
        return {}, () if value is None else ("initializationOptions is not an object: ignored",)
    given, complaints = {}, []
    for name, hint in get_type_hints(options).items():
        wire = wire_name(name)
        if (item := value.get(wire)) is None:
            continue
        try:
            given[name] = _converter().get_structure_hook(hint)(item, hint)
        except WRONG_SHAPE:
            kinds = [kind.__name__ for kind in get_args(hint) or (hint,) if kind is not NoneType]
            complaints.append(f"{wire} must be of type {' or '.join(kinds)}: ignored")
    return given, tuple(complaints)


def to_wire(message: Any) -> dict[str, Any]:
    """Return a message, a dataclass, as JSON. A field that has its default None is left out."""
    return {
        wire_name(field.name): _json(item)
        for field in fields(message)
        if (item := getattr(message, field.name)) is not None or field.default is MISSING
    }


def _json(value: Any) -> Any:
    if is_dataclass(value):
        return to_wire(value)
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return value


@cache
def wire_name(name: str) -> str:
    """Return a field's name on the wire: `text_document` → `textDocument`."""
    first, *more = name.split("_")
    return first + "".join(word.capitalize() for word in more)


@cache
def _converter() -> Converter:
    """Return a converter that takes values as they are and converts none."""
    converter = Converter(detailed_validation=False)
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _exact(kind))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook_factory(
        lambda kind: _origin(kind) is Literal, lambda kind: _one_of(get_args(kind))
    )
    converter.register_structure_hook_factory(
        lambda kind: _origin(kind) is tuple, lambda kind: _list_hook(converter, kind)
    )
    converter.register_structure_hook_factory(
        lambda kind: _origin(kind) in (Union, UnionType),
        lambda kind: _union_hook(converter, kind),
    )
    converter.register_structure_hook_factory(
        is_dataclass, lambda kind: _message_hook(converter, kind)
    )
    position = _message_hook(converter, Position)
    converter.register_structure_hook(
        Position, lambda value, kind: _unsigned(position(value, kind))
    )
    return converter


def _origin(kind: Any) -> Any:
    return get_origin(kind)


@cache
def _hook(message: Any) -> Hook:
    hook: Hook = _converter().get_structure_hook(message)
    return hook


def _message_hook(converter: Converter, message: type) -> Hook:
    hints = get_type_hints(message)
    members = [
        (
            field.name,
            wire_name(field.name),
            converter.get_structure_hook(hints[field.name]),
            hints[field.name],
            field.default is MISSING,
        )
        for field in fields(message)
    ]

    def structure(value: Any, _: Any) -> Any:
        given = value if isinstance(value, dict) else {}
        arguments = {}
        for name, wire, hook, hint, is_required in members:
            if wire in given:
                try:
                    arguments[name] = hook(given[wire], hint)
                    continue
                except WRONG_SHAPE:
                    pass
            if is_required:
                raise ValueError(f"{wire} is missing")
        return message(**arguments)

    return structure


def _list_hook(converter: Converter, kind: Any) -> Hook:
    """Return a hook for `tuple[X, ...]` that leaves out items of a wrong shape."""
    item_kind = get_args(kind)[0]
    item_hook: Hook = converter.get_structure_hook(item_kind)

    def structure(value: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError("not a list")
        found = []
        for item in value:
            try:
                found.append(item_hook(item, item_kind))
            except WRONG_SHAPE:
                continue
        return tuple(found)

    return structure


def _union_hook(converter: Converter, kind: Any) -> Hook:
    """Return a hook that takes the first member of the union which has the value's shape."""
    members = [
        (member, converter.get_structure_hook(member))
        for member in get_args(kind)
        if member is not NoneType
    ]
    is_optional = NoneType in get_args(kind)

    def structure(value: Any, _: Any) -> Any:
        if value is None and is_optional:
            return None
        for member, hook in members:
            try:
                return hook(value, member)
            except WRONG_SHAPE:
                continue
        raise ValueError(f"not of type {kind}")

    return structure


def _exact(kind: type) -> Hook:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"not of type {kind.__name__}")
        return value

    return structure


def _one_of(choices: tuple[Any, ...]) -> Hook:
    def structure(value: Any, _: Any) -> Any:
        if value not in choices:
            raise ValueError(f"not one of {choices}")
        return value

    return structure


def _number(value: Any, _: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("not a number")
    return value


def _unsigned(position: Position) -> Position:
    """Return the position; LSP's numbers are unsigned."""
    if min(position.line, position.character) < 0:
        raise ValueError("a negative position")
    return position
