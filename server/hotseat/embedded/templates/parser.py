"""From tokens to a syntax tree, within limits of length and depth."""

from __future__ import annotations

from functools import lru_cache

from hotseat.embedded.templates.functions import CALLS
from hotseat.embedded.templates.lexer import Token, tokens, unquoted
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
    TemplateError,
    Text,
    Variable,
)
from hotseat.embedded.templates.nodes import Template as Parsed

MAX_TEMPLATE_CHARS = 1 << 20
"""Templates of models have up to 20,000 characters."""
MAX_DEPTH = 60
"""Nested blocks and parentheses; each takes some frames of Python's stack, of 1,000."""

FUNCTIONS = frozenset(("and", "or", *CALLS))
_BLOCKS = ("if", "with", "range")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "nil": None}


@lru_cache(maxsize=64)
def parse(text: str) -> Parsed:
    """Return the syntax tree of a template. Raises TemplateError."""
    if len(text) > MAX_TEMPLATE_CHARS:
        raise TemplateError(f"template: longer than {MAX_TEMPLATE_CHARS} characters")
    parser = _Parser(text)
    nodes, end = parser.nodes(0, frozenset())
    if end:
        raise TemplateError(f"template: :{parser.line}: unexpected {{{{{end}}}}}")
    return Parsed(text=text, nodes=nodes, definitions=parser.definitions)


class _Parser:
    """Reads blocks recursively; `line` is the line of the latest action, for errors."""

    def __init__(self, text: str) -> None:
        self._parts = tokens(text)
        self.line = 1
        self.definitions: dict[str, Nodes] = {}
        self._variables: list[str] = [""]
        self._n_loops = 0

    def nodes(self, depth: int, ends: frozenset[str]) -> tuple[Nodes, str]:
        """Return the nodes up to an action in `ends`, and that action's words; "" at the end of
        the text."""
        if depth > MAX_DEPTH:
            raise TemplateError(f"template: :{self.line}: blocks are nested too deep")
        found: list[Node] = []
        for part in self._parts:
            if part and part[0].kind == "verbatim":
                found.append(Text(part[0].text))
                continue
            if not part:
                raise TemplateError(f"template: :{self.line}: missing value for command")
            first = part[0]
            self.line = first.line
            word = first.text if first.kind == "word" else ""
            if word in ("end", "else"):
                words = " ".join(token.text for token in part)
                if word not in ends or (word == "end" and len(part) > 1):
                    raise TemplateError(f"template: :{self.line}: unexpected {{{{{words}}}}}")
                self._pending = part[1:]
                return tuple(found), word
            node = self._node(word, part, depth)
            if node is not None:
                found.append(node)
        if ends:
            raise TemplateError(f"template: :{self.line}: unexpected EOF")
        return tuple(found), ""

    def _node(self, word: str, part: list[Token], depth: int) -> Node | None:
        if word in _BLOCKS:
            return self._branch(word, part[1:], depth)
        if word in ("break", "continue"):
            if len(part) > 1 or not self._n_loops:
                raise TemplateError(f"template: :{self.line}: {{{{{word}}}}} outside {{{{range}}}}")
            return Jump(word)
        if word == "define":
            if len(part) != 2 or part[1].kind != "text" or depth:
                raise TemplateError(f"template: :{self.line}: unexpected {{{{define}}}}")
            self._define(unquoted(part[1].text), depth)
            return None
        if word in ("template", "block"):
            return self._call(word, part, depth)
        return Action(self._pipe(part, depth))

    def _branch(self, kind: str, rest: list[Token], depth: int) -> Branch:
        n_variables = len(self._variables)
        pipe = self._pipe(rest, depth, kind=kind)
        self._n_loops += kind == "range"
        body, end = self.nodes(depth + 1, frozenset(("end", "else")))
        self._n_loops -= kind == "range"
        otherwise: Nodes = ()
        if end == "else":
            chained = self._pending
            if not chained:
                otherwise, _ = self.nodes(depth + 1, frozenset(("end",)))
            elif kind != "range" and chained[0].text == kind:
                # `else if` shares the end of the outer block.
                if depth >= MAX_DEPTH:
                    raise TemplateError(f"template: :{self.line}: blocks are nested too deep")
                otherwise = (self._branch(kind, chained[1:], depth + 1),)
            else:
                raise TemplateError(
                    f"template: :{self.line}: unexpected <{chained[0].text}> in else"
                )
        del self._variables[n_variables:]
        return Branch(kind, pipe, body, otherwise)

    def _define(self, name: str, depth: int) -> None:
        variables, self._variables = self._variables, [""]
        n_loops, self._n_loops = self._n_loops, 0
        self.definitions[name], _ = self.nodes(depth + 1, frozenset(("end",)))
        self._variables, self._n_loops = variables, n_loops

    def _call(self, word: str, part: list[Token], depth: int) -> Call:
        if len(part) < 2 or part[1].kind != "text":
            raise TemplateError(f"template: :{self.line}: unexpected token in {word} clause")
        name = unquoted(part[1].text)
        pipe = self._pipe(part[2:], depth) if len(part) > 2 else None
        if word == "block":
            if pipe is None:
                raise TemplateError(f"template: :{self.line}: missing value for block clause")
            self._define(name, depth)
        return Call(name, pipe)

    def _pipe(self, part: list[Token], depth: int, *, kind: str = "command") -> Pipe:
        reader = _Reader(part, self.line)
        variables, declares = _targets(reader, in_range=kind == "range")
        pipe = self._commands(reader, depth, closing="", kind=kind)
        for name in variables:
            if not declares and name not in self._variables:
                raise TemplateError(f'template: :{self.line}: undefined variable "${name}"')
        if declares:
            self._variables += variables
        return Pipe(pipe.commands, tuple(variables), declares)

    def _commands(
        self, reader: _Reader, depth: int, *, closing: str, kind: str = "command"
    ) -> Pipe:
        if depth > MAX_DEPTH:
            raise TemplateError(f"template: :{self.line}: expressions are nested too deep")
        commands: list[Command] = []
        args: list[Arg] = []
        while True:
            token = reader.take()
            is_mark = token is not None and token.kind == "mark"
            if token is None or (is_mark and token.text in ("|", closing or "|")):
                is_over = token is None or token.text == closing
                if not args or (is_over and (token is None) != (closing == "")):
                    problem = "unclosed left paren" if closing else f"missing value for {kind}"
                    raise TemplateError(f"template: :{self.line}: {problem}")
                commands.append(Command(tuple(args)))
                args = []
                if is_over:
                    return self._checked(commands)
                continue
            args.append(self._arg(token, reader, depth))

    def _checked(self, commands: list[Command]) -> Pipe:
        for i, command in enumerate(commands):
            first = command.args[0]
            if isinstance(first, Literal | Dot) and (i > 0 or len(command.args) > 1):
                raise TemplateError(f"template: :{self.line}: non executable command in pipeline")
        return Pipe(tuple(commands))

    def _arg(self, token: Token, reader: _Reader, depth: int) -> Arg:
        if token.kind == "mark" and token.text == "(":
            operand = self._commands(reader, depth + 1, closing=")")
            names = reader.fields()
            return Chain(operand, names) if names else operand
        if token.kind == "mark" and token.text == ".":
            return Dot()
        if token.kind == "field":
            return Field((token.text[1:], *reader.fields()))
        if token.kind == "variable":
            name = token.text[1:]
            if name not in self._variables:
                raise TemplateError(f'template: :{self.line}: undefined variable "{token.text}"')
            return Variable(name, reader.fields())
        if token.kind == "text":
            return Literal(unquoted(token.text))
        if token.kind == "char":
            return Literal(ord(unquoted(f'"{token.text[1:-1]}"')[:1] or "\0"))
        if token.kind == "number":
            return Literal(_number(token.text))
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if token.kind == "word":
            if token.text not in FUNCTIONS:
                raise TemplateError(f'template: :{self.line}: function "{token.text}" not defined')
            return Function(token.text)
        raise TemplateError(f"template: :{self.line}: unexpected {token.text!r} in operand")


class _Reader:
    """A cursor over the tokens of one action."""

    def __init__(self, part: list[Token], line: int) -> None:
        self._part = part
        self._at = 0
        self.line = line

    def take(self) -> Token | None:
        self._at += 1
        return self.peek(-1)

    def peek(self, ahead: int = 0) -> Token | None:
        at = self._at + ahead
        return self._part[at] if 0 <= at < len(self._part) else None

    def skip(self, n: int) -> None:
        self._at += n

    def fields(self) -> tuple[str, ...]:
        """Take the fields that follow without a space."""
        names = []
        while (token := self.peek()) and token.kind == "field" and not token.after_space:
            names.append(token.text[1:])
            self._at += 1
        return tuple(names)


def _targets(reader: _Reader, *, in_range: bool) -> tuple[list[str], bool]:
    """Take `$x :=`, `$x =` or, in a range, `$i, $x :=`."""
    names = []
    at = 0
    while (token := reader.peek(at)) and token.kind == "variable":
        names.append(token.text[1:])
        mark = reader.peek(at + 1)
        if mark is None:
            break
        if mark.kind == "declare" or (mark.kind == "mark" and mark.text == "="):
            reader.skip(at + 2)
            return names, mark.kind == "declare"
        if not in_range or mark.text != "," or len(names) > 1:
            break
        at += 2
    return [], False


def _number(text: str) -> int | float:
    plain = text.replace("_", "")
    try:
        digits = plain.lstrip("+-")
        if digits[:2].lower() in ("0x", "0b", "0o"):
            return int(plain, 0)
        if any(c in plain for c in ".eE"):
            return float(plain)
        return int(plain, 8) if digits.startswith("0") else int(plain)
    except ValueError:
        raise TemplateError(f"template: bad number syntax: {text!r}") from None
