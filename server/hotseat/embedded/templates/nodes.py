"""The syntax tree of a template, and the error that all stages raise.

Names of nodes follow Go's text/template/parse.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class TemplateError(ValueError):
    """The template cannot be parsed or executed; the text says why, in Go's words where it can."""


@dataclass(frozen=True, slots=True)
class Field:
    """`.A.B`: fields of the current value."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """`$x.A`: a variable, and fields of it. The name of `$` is empty."""

    name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """`.`: the current value."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: text, number, boolean or nil."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Function:
    """The name of a function."""

    name: str


@dataclass(frozen=True, slots=True)
class Chain:
    """`(pipeline).A.B`: fields of a result."""

    operand: Pipe
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A function or value with its arguments."""

    args: tuple[Arg, ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by `|`, and the variables that get the result."""

    commands: tuple[Command, ...]
    variables: tuple[str, ...] = ()
    declares: bool = False
    """True for `:=`, False for `=`."""


Arg = Field | Variable | Dot | Literal | Function | Chain | Pipe


@dataclass(frozen=True, slots=True)
class Text:
    """Text outside actions."""

    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ pipeline }}`."""

    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`, `with` or `range`, named by `kind`."""

    kind: str
    pipe: Pipe
    body: Nodes
    otherwise: Nodes = ()


@dataclass(frozen=True, slots=True)
class Jump:
    """`break` or `continue`, named by `kind`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Call:
    """`{{ template "name" pipeline }}`."""

    name: str
    pipe: Pipe | None


Node = Text | Action | Branch | Jump | Call
Nodes = tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A parsed template. `definitions` are the templates that it defines for `Call`."""

    text: str
    nodes: Nodes
    definitions: dict[str, Nodes] = field(default_factory=dict)
