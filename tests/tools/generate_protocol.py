"""Writes the clients' definitions of the messages beyond LSP from `hotseat.lsp.ext`.

`make protocol` writes extension/vscode/src/protocol.ts and extension/nvim/lua/hotseat/protocol.lua.
Docstrings become comments. The text is formatted as Biome and StyLua format it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, reduce
from operator import or_
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hotseat.domain.text import Position, Range
from hotseat.lsp import (
    context_messages,
    ext,
    memory_messages,
    methods,
    next_edit_messages,
    task_messages,
)
from hotseat.lsp.wire import wire_name

ROOT = Path(__file__).resolve().parents[2]
TYPESCRIPT = ROOT / "extension/vscode/src/protocol.ts"
LUA = ROOT / "extension/nvim/lua/hotseat/protocol.lua"

GENERATED = "Generated from server/hotseat/lsp/ext.py by `make protocol`: do not edit."
OF_LSP = {Position: "Position", Range: "Range", ext.WorkspaceEdit: "WorkspaceEdit"}
MODULES = (memory_messages, context_messages, next_edit_messages, ext, task_messages)
CHOICES = {
    **{
        getattr(ext, name): name
        for name in ("ExpertState", "CompletionOutcome", "CompletionSource")
    },
    **{
        getattr(task_messages, name): name
        for name in ("TaskState", "StepState", "StepAction", "FileState")
    },
}
"""Literal types that have a name of their own."""
SCALARS_TS = {str: "string", int: "number", float: "number", bool: "boolean"}
SCALARS_LUA = {str: "string", int: "integer", float: "number", bool: "boolean"}


def messages() -> list[type]:
    """Return the dataclasses of `ext` that are messages or parts of them, in its order."""
    modules = tuple(one.__name__ for one in MODULES)
    own = [
        kind
        for module in MODULES
        for kind in vars(module).values()
        if is_dataclass(kind) and kind.__module__ in modules
    ]
    own = list(dict.fromkeys(own))
    return [*own, ext.InitializationOptions]  # type: ignore[list-item]  # is_dataclass: an instance


def name_of(message: type) -> str:
    return "InitializationOptions" if message is ext.InitializationOptions else message.__name__


@cache
def docstrings(message: type) -> Mapping[str, str]:
    """Return the class's docstring under the empty name, and each field's by its Python name."""
    (tree,) = ast.parse(inspect.getsource(message)).body
    assert isinstance(tree, ast.ClassDef)
    found, name = {}, ""
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            found[name] = " ".join(str(statement.value.value).split())
    return found


def is_optional(field: Any, message: type) -> bool:
    return field.default is not MISSING or message is ext.InitializationOptions


def _without_null(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType) and NoneType in get_args(kind):
        return reduce(or_, (member for member in get_args(kind) if member is not NoneType))
    return kind


# --- TypeScript ---


def typescript() -> str:
    """Return the text of protocol.ts."""
    return "\n".join([*_typescript_lines(), ""])


def _typescript_lines() -> Iterator[str]:
    yield "/**"
    yield " * The messages beyond LSP (docs/protocol.md)."
    yield f" * {GENERATED}"
    yield " */"
    yield ""
    yield "import type { WorkspaceEdit } from 'vscode-languageclient';"
    yield from _interface(Position)
    yield from _interface(Range)
    for choices, name in CHOICES.items():
        yield ""
        yield from _union(f"export type {name}", [f"'{choice}'" for choice in get_args(choices)])
    for message in messages():
        yield from _interface(message)
    yield ""
    yield "export const method = {"
    for key, name, comment in _methods(typescript_type):
        yield f"  /** {comment} */"
        yield f"  {key}: '{name}',"
    yield "} as const;"
    yield ""
    yield "/** Parameters of the notifications to the server, by method. */"
    yield "export interface NotificationParams {"
    for method in methods.METHODS:
        if method.direction == "client → server" and method.result is None:
            yield f"  '{method.name}': {typescript_type(method.params)};"
    yield "}"
    for title, constant, commands in _COMMAND_TABLES:
        yield ""
        yield f"/** {title} */"
        yield f"export const {constant} = {{"
        for command in commands:
            yield f"  {_last(command.name)}: '{command.name}',"
        yield "} as const;"
    yield ""
    yield "export type ServerCommand = (typeof serverCommand)[keyof typeof serverCommand];"


_COMMAND_TABLES = (
    (
        "The server's commands (`workspace/executeCommand`); each takes a string.",
        "serverCommand",
        methods.SERVER_COMMANDS,
    ),
    (
        "The client's commands, which code actions name; each takes a Selection.",
        "clientCommand",
        methods.CLIENT_COMMANDS,
    ),
)


def _interface(message: type) -> Iterator[str]:
    yield ""
    about, hints = docstrings(message), get_type_hints(message)
    if about.get(""):
        yield f"/** {about['']} */"
    yield f"export interface {name_of(message)} {{"
    for field in fields(message):
        kind, mark = hints[field.name], ""
        if is_optional(field, message):
            kind, mark = _without_null(kind), "?"
        if field.name in about:
            yield f"  /** {about[field.name]} */"
        yield f"  {wire_name(field.name)}{mark}: {typescript_type(kind)};"
    yield "}"


def _union(head: str, members: list[str]) -> Iterator[str]:
    line = f"{head} = {' | '.join(members)};"
    if len(line) <= 100:
        yield line
        return
    yield f"{head} ="
    for member in members[:-1]:
        yield f"  | {member}"
    yield f"  | {members[-1]};"


def typescript_type(kind: Any) -> str:
    if kind in CHOICES:
        return CHOICES[kind]
    if kind in OF_LSP:
        return OF_LSP[kind]
    if kind in SCALARS_TS:
        return SCALARS_TS[kind]
    if kind is NoneType:
        return "null"
    if get_origin(kind) is tuple:
        return f"{typescript_type(get_args(kind)[0])}[]"
    if get_origin(kind) is Literal:
        return " | ".join(f"'{choice}'" for choice in get_args(kind))
    if get_origin(kind) in (Union, UnionType):
        return " | ".join(typescript_type(member) for member in get_args(kind))
    return name_of(kind)


# --- Lua ---


def lua() -> str:
    """Return the text of protocol.lua."""
    return "\n".join([*_lua_lines(), ""])


def _lua_lines() -> Iterator[str]:
    yield "--- The messages beyond LSP (docs/protocol.md)."
    yield f"--- {GENERATED}"
    yield ""
    yield "local M = {}"
    for choices, name in CHOICES.items():
        yield ""
        yield f"---@alias hotseat.{name} {_lua_choices(choices)}"
    for message in messages():
        yield from _lua_class(message)
    yield ""
    yield "M.method = {"
    for key, name, comment in _methods(lua_type):
        yield f"  --- {comment}"
        yield f"  {key} = '{name}',"
    yield "}"
    for title, constant, commands in _COMMAND_TABLES:
        yield ""
        yield f"--- {title}"
        yield f"M.{'_'.join(_words(constant))} = {{"
        for command in commands:
            yield f"  {_last(command.name)} = '{command.name}',"
        yield "}"
    yield ""
    yield "return M"


def _words(camel: str) -> list[str]:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in camel).split()


def _lua_class(message: type) -> Iterator[str]:
    yield ""
    about, hints = docstrings(message), get_type_hints(message)
    if about.get(""):
        yield f"--- {about['']}"
    yield f"---@class hotseat.{name_of(message)}"
    for field in fields(message):
        kind = hints[field.name]
        may_be_absent = is_optional(field, message) or _without_null(kind) != kind
        line = f"---@field {wire_name(field.name)}{'?' if may_be_absent else ''} "
        yield f"{line}{lua_type(_without_null(kind))} {about.get(field.name, '')}".rstrip()


def _lua_choices(choices: Any) -> str:
    return "|".join(f"'{choice}'" for choice in get_args(choices))


def lua_type(kind: Any) -> str:
    if kind in CHOICES:
        return f"hotseat.{CHOICES[kind]}"
    if kind in OF_LSP:
        return f"lsp.{OF_LSP[kind]}"
    if kind in SCALARS_LUA:
        return SCALARS_LUA[kind]
    if get_origin(kind) is tuple:
        return f"{lua_type(get_args(kind)[0])}[]"
    if get_origin(kind) is Literal:
        return _lua_choices(kind)
    if get_origin(kind) in (Union, UnionType):
        return "|".join(lua_type(member) for member in get_args(kind))
    return f"hotseat.{name_of(kind)}"


# --- both ---


def _methods(type_name: Callable[[Any], str]) -> Iterator[tuple[str, str, str]]:
    """Yield key, name and comment of each method; a name used both ways comes once."""
    by_name: dict[str, list[str]] = {}
    for method in methods.METHODS:
        params = type_name(method.params) if method.params else "no parameters"
        result = f" → {type_name(method.result)}" if method.result else ""
        partial = f", in parts of type {type_name(method.partial)}" if method.partial else ""
        kind = "request" if method.result else f"notification, {method.direction}"
        by_name.setdefault(method.name, []).append(f"{kind}: {params}{result}{partial}.")
    for name, comments in by_name.items():
        text = " ".join(comment[0].upper() + comment[1:] for comment in comments)
        yield _last(name), name, text


def _last(name: str) -> str:
    return name.replace(".", "/").rsplit("/", 1)[-1]


FILES: Mapping[Path, Callable[[], str]] = {TYPESCRIPT: typescript, LUA: lua}


def main() -> None:
    for path, text in FILES.items():
        path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
