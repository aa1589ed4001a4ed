"""Executing a template on values, within a number of steps and a length of output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hotseat.embedded.templates.functions import CALLS, MAX_TEXT_CHARS, is_true, shown
from hotseat.embedded.templates.nodes import (
    Action,
    Arg,
    Branch,
    Call,
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Jump,
    Literal,
    Node,
    Nodes,
    Pipe,
    Template,
    TemplateError,
    Text,
    Variable,
)

MAX_STEPS = 500_000
"""Nodes and arguments that one execution may evaluate: a second or less. A chat of 1,000 messages
takes 30,000."""
MAX_CALLS = 15
"""Depth of templates that call each other."""

_ITEMS_A_STEP = 1000
"""Characters or items of a function's argument that count as one step."""

_NOTHING = object()


def execute(template: Template, data: dict[str, Any], *, max_steps: int = MAX_STEPS) -> str:
    """Return what the template prints for `data`. Raises TemplateError.

    A field that `data` lacks is nil, and prints as `<no value>`, as in Ollama.
    """
    run = _Run(template, max_steps)
    try:
        run.walk(template.nodes, data, [("", data)], 0)
    except RecursionError:
        raise TemplateError("template: nested too deep") from None
    return "".join(run.pieces)


class _Break(Exception):
    """Ends a range."""


class _Continue(Exception):
    """Ends one round of a range."""


class _Run:
    """One execution. Variables are a list of names and values, the innermost last."""

    def __init__(self, template: Template, max_steps: int) -> None:
        self._template = template
        self._n_left = max_steps
        self._n_chars = 0
        self.pieces: list[str] = []

    def walk(self, nodes: Nodes, dot: Any, variables: list[tuple[str, Any]], depth: int) -> None:
        for node in nodes:
            self._step()
            self._node(node, dot, variables, depth)

    def _step(self, n: int = 1) -> None:
        self._n_left -= n
        if self._n_left < 0:
            raise TemplateError("template: it takes too many steps")

    def _print(self, text: str) -> None:
        self._n_chars += len(text)
        if self._n_chars > MAX_TEXT_CHARS:
            raise TemplateError(f"template: it prints more than {MAX_TEXT_CHARS} characters")
        self.pieces.append(text)

    def _node(self, node: Node, dot: Any, variables: list[tuple[str, Any]], depth: int) -> None:
        if isinstance(node, Text):
            self._print(node.text)
        elif isinstance(node, Action):
            value = self._pipe(node.pipe, dot, variables)
            if not node.pipe.variables:
                self._print(shown(value))
        elif isinstance(node, Branch):
            n_variables = len(variables)
            self._branch(node, dot, variables, depth)
            del variables[n_variables:]
        elif isinstance(node, Jump):
            raise _Break if node.kind == "break" else _Continue
        else:
            self._call(node, dot, variables, depth)

    def _branch(self, node: Branch, dot: Any, variables: list[tuple[str, Any]], depth: int) -> None:
        if node.kind == "range":
            self._range(node, dot, variables, depth)
            return
        value = self._pipe(node.pipe, dot, variables)
        if is_true(value):
            self.walk(node.body, value if node.kind == "with" else dot, variables, depth)
        else:
            self.walk(node.otherwise, dot, variables, depth)

    def _range(self, node: Branch, dot: Any, variables: list[tuple[str, Any]], depth: int) -> None:
        value = self._commands(node.pipe, dot, variables)
        n_variables = len(variables)
        is_empty = True
        for key, item in _items(value):
            is_empty = False
            self._step()
            names = node.pipe.variables
            values = (item,) if len(names) == 1 else (key, item)
            for name, given in zip(names, values, strict=False):
                self._set(name, given, variables, declares=node.pipe.declares)
            try:
                self.walk(node.body, item, variables, depth)
            except _Break:
                break
            except _Continue:
                pass
            finally:
                del variables[n_variables:]
        if is_empty:
            self.walk(node.otherwise, dot, variables, depth)

    def _call(self, node: Call, dot: Any, variables: list[tuple[str, Any]], depth: int) -> None:
        nodes = self._template.definitions.get(node.name)
        if nodes is None:
            raise TemplateError(f'template: template "{node.name}" not defined')
        if depth >= MAX_CALLS:
            raise TemplateError("template: exceeded maximum template depth")
        value = None if node.pipe is None else self._pipe(node.pipe, dot, variables)
        self.walk(nodes, value, [("", value)], depth + 1)

    def _pipe(self, pipe: Pipe, dot: Any, variables: list[tuple[str, Any]]) -> Any:
        value = self._commands(pipe, dot, variables)
        for name in pipe.variables:
            self._set(name, value, variables, declares=pipe.declares)
        return value

    def _commands(self, pipe: Pipe, dot: Any, variables: list[tuple[str, Any]]) -> Any:
        value: Any = _NOTHING
        for command in pipe.commands:
            value = self._command(command, value, dot, variables)
        return value

    def _set(
        self, name: str, value: Any, variables: list[tuple[str, Any]], *, declares: bool
    ) -> None:
        if declares:
            variables.append((name, value))
            return
        for i in range(len(variables) - 1, -1, -1):
            if variables[i][0] == name:
                variables[i] = (name, value)
                return

    def _command(
        self, command: Command, last: Any, dot: Any, variables: list[tuple[str, Any]]
    ) -> Any:
        first, *rest = command.args
        if not isinstance(first, Function):
            if rest or last is not _NOTHING:
                raise TemplateError("template: can't give argument to non-function")
            return self._arg(first, dot, variables)
        self._step()
        if first.name in ("and", "or"):
            return self._shortened(first.name, rest, last, dot, variables)
        values = [self._arg(arg, dot, variables) for arg in rest]
        if last is not _NOTHING:
            values.append(last)
        self._step(sum(map(_size, values)))
        try:
            value = CALLS[first.name](*values)
        except TypeError:
            raise TemplateError(
                f"template: wrong number of args for {first.name}: got {len(values)}"
            ) from None
        self._step(_size(value))
        return value

    def _shortened(
        self, name: str, args: list[Arg], last: Any, dot: Any, variables: list[tuple[str, Any]]
    ) -> Any:
        value: Any = _NOTHING
        for arg in args:
            value = self._arg(arg, dot, variables)
            if is_true(value) == (name == "or"):
                return value
        value = value if last is _NOTHING else last
        if value is _NOTHING:
            raise TemplateError(f"template: wrong number of args for {name}: got 0")
        return value

    def _arg(self, arg: Arg, dot: Any, variables: list[tuple[str, Any]]) -> Any:
        self._step()
        if isinstance(arg, Field):
            return _fields(dot, arg.names)
        if isinstance(arg, Variable):
            found = next(value for name, value in reversed(variables) if name == arg.name)
            return _fields(found, arg.names)
        if isinstance(arg, Literal):
            return arg.value
        if isinstance(arg, Dot):
            return dot
        if isinstance(arg, Function):
            return self._command(Command((arg,)), _NOTHING, dot, variables)
        if isinstance(arg, Chain):
            return _fields(self._pipe(arg.operand, dot, variables), arg.names)
        return self._pipe(arg, dot, variables)


def _size(value: Any) -> int:
    """Return the steps that a function's argument or result counts for."""
    return len(value) // _ITEMS_A_STEP if isinstance(value, str | list | tuple | dict) else 0


def _fields(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        if value is None:
            raise TemplateError(f"template: nil pointer evaluating interface {{}}.{name}")
        if not isinstance(value, dict):
            kind = type(value).__name__
            raise TemplateError(f"template: can't evaluate field {name} in type {kind}")
        value = value.get(name)
    return value


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if value is None:
        return iter(())
    if isinstance(value, dict):
        return iter(sorted(value.items()))
    if isinstance(value, list | tuple):
        return iter(enumerate(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return ((i, i) for i in range(value))
    raise TemplateError(f"template: range can't iterate over {shown(value)}")
