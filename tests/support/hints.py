"""Every error and finding of the code that carries a hint, read from its syntax trees.

A text with values in it is a template: each value is an ellipsis.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import hotseat

SERVER = Path(hotseat.__file__).parent
VALUE = "…"
FINDINGS = {"bad", "note"}
DIAGNOSTICS = {"error", "warning", "error_at"}
"""Functions whose last two arguments are a text and its hint: those of the doctor's findings, and
of the diagnostics in `roster/`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinted:
    """What happened, with what to do: several remedies where the code chooses one."""

    section: str
    """The title of the part of docs/troubleshooting.md that lists it."""
    message: str
    hints: tuple[str, ...]


SECTIONS = {
    "session/doctor": "Findings of doctor",
    "engines/sources": "Downloading models",
    "engines/pull.py": "Downloading models",
    "domain/sources.py": "Downloading models",
    "cli/pull.py": "Downloading models",
    "roster": "experts.yaml",
    "domain": "Engines and models",
    "engines": "Engines and models",
    "embedded": "Engines and models",
    "gateway": "Coding agents",
    "serving": "Engines and models",
    "keeper": "Engines and models",
    "session": "Questions, edits and commands in an editor",
    "conversation": "Questions, edits and commands in an editor",
    "lsp": "Questions, edits and commands in an editor",
    "cli/bench": "Measuring and training",
    "cli/simulate.py": "Measuring and training",
    "cli/train.py": "Measuring and training",
    "cli": "The command line",
    "storage": "The command line",
    "workspace": "Measuring and training",
}
"""The section of a module, by the longest beginning of its path; others measure and train."""


def section_of(module: str) -> str:
    """`module` is a path below `server/hotseat`."""
    fitting = [start for start in SECTIONS if module == start or module.startswith(f"{start}/")]
    return SECTIONS[max(fitting, key=len)] if fitting else "Measuring and training"


def hinted() -> list[Hinted]:
    """Return all, in the order of modules and lines. A text appears once in a section."""
    modules = _Modules(
        {
            path.relative_to(SERVER).as_posix(): _Module(path)
            for path in sorted(SERVER.rglob("*.py"))
        }
    )
    errors = _error_classes(modules)
    found: dict[tuple[str, str], Hinted] = {}
    for name, module in modules.items():
        for function, call in module.calls:
            is_roster = name.startswith("roster/")
            findings = FINDINGS | DIAGNOSTICS if is_roster else FINDINGS
            for message, hints in _texts(module, function, call, errors, findings, modules):
                key = (section_of(name), message)
                before = found[key].hints if key in found else ()
                remedies = tuple(dict.fromkeys([*before, *hints]))
                found[key] = Hinted(section=key[0], message=message, hints=remedies)
    return list(found.values())


class _Module:
    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text("utf-8"))

    @cached_property
    def constants(self) -> dict[str, ast.expr]:
        return dict(_assigned(self.tree.body))

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {n.name: n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}

    @cached_property
    def imports(self) -> dict[str, str]:
        """The module of each imported name."""
        return {
            alias.asname or alias.name: (node.module or "").removeprefix("hotseat.")
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hotseat.")
            for alias in node.names
        }

    @cached_property
    def calls(self) -> list[tuple[ast.AST | None, ast.Call]]:
        """Each call with the function around it."""

        def walk(
            node: ast.AST, around: ast.AST | None
        ) -> Iterator[tuple[ast.AST | None, ast.Call]]:
            for child in ast.iter_child_nodes(node):
                inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
                if isinstance(child, ast.Call):
                    yield around, child
                yield from walk(child, child if inner else around)

        return list(walk(self.tree, None))


class _Modules(dict[str, "_Module"]):
    """By path below `server/hotseat`."""

    @cached_property
    def calls(self) -> dict[str, list[tuple[_Module, ast.AST | None, ast.Call]]]:
        """All calls with keywords, by the name of what is called."""
        found: dict[str, list[tuple[_Module, ast.AST | None, ast.Call]]] = {}
        for module in self.values():
            for around, call in module.calls:
                if call.keywords:
                    found.setdefault(_name(call.func), []).append((module, around, call))
        return found


def _error_classes(modules: _Modules) -> set[str]:
    """The names of HotseatError and of all classes that derive from it."""
    found = {"HotseatError"}
    classes = [
        node
        for m in modules.values()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ClassDef)
    ]
    while new := {
        node.name
        for node in classes
        if node.name not in found and {_name(base) for base in node.bases} & found
    }:
        found |= new
    return found


def _texts(
    module: _Module,
    function: ast.AST | None,
    call: ast.Call,
    errors: set[str],
    findings: set[str],
    modules: _Modules,
) -> Iterator[tuple[str, list[str]]]:
    keywords = {k.arg: k.value for k in call.keywords}
    name = _name(call.func)
    is_init = name == "__init__" and module is modules["domain/errors.py"]
    message: ast.expr | None = None
    hint: ast.expr | None = None
    if name in errors or is_init or name == "_fail":
        message, hint = next(iter(call.args), None), keywords.get("hint")
    elif name in findings and len(call.args) >= 2:
        message, hint = call.args[-2], call.args[-1]
    elif name in ("Finding", "Advice"):
        message, hint = keywords.get("detail"), keywords.get("hint")
    else:
        return
    if message is None or hint is None:
        return
    scope = _Scope(module, function, modules, call)
    hints = [text for text in scope.texts(hint) if text.strip(f"{VALUE} .")]
    for text in scope.texts(message) if hints else ():
        if text.strip(f"{VALUE} .:'"):
            yield text, hints


class _Scope:
    """What names mean at one place."""

    def __init__(
        self,
        module: _Module,
        function: ast.AST | None,
        modules: _Modules,
        at: ast.expr | None = None,
    ) -> None:
        self._module = module
        self._modules = modules
        self._function = function
        self._at = at

    def texts(self, node: ast.expr, depth: int = 0) -> list[str]:
        """Return what the expression may be; VALUE for what only a run shows."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case _ if depth > 6:
                return [VALUE]
            case ast.JoinedStr():
                parts = [self._part(part, depth) for part in node.values]
                return [re.sub(f"{VALUE}+", VALUE, "".join(parts))]
            case ast.BinOp(op=ast.Add()):
                lefts, rights = self.texts(node.left, depth + 1), self.texts(node.right, depth + 1)
                return [left + right for left in lefts for right in rights]
            case ast.IfExp():
                return [*self.texts(node.body, depth + 1), *self.texts(node.orelse, depth + 1)]
            case ast.BoolOp():
                return [text for value in node.values for text in self.texts(value, depth + 1)]
            case ast.Name():
                return self._named(node.id, depth)
            case ast.Call(func=ast.Name(id=name)):
                for module in (self._module, *self._imported(name)):
                    if (function := module.functions.get(name)) is not None:
                        return self._returned(module, function, depth)
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                classes = {n.name for n in self._module.tree.body if isinstance(n, ast.ClassDef)}
                return self._passed(classes, attribute.lstrip("_"), depth) or [VALUE]
        return [VALUE]

    def _returned(self, module: _Module, function: ast.FunctionDef, depth: int) -> list[str]:
        scope = _Scope(module, function, self._modules)
        values = [n.value for n in ast.walk(function) if isinstance(n, ast.Return)]
        return [text for value in values if value for text in scope.texts(value, depth + 1)]

    def _passed(self, functions: set[str], keyword: str, depth: int) -> list[str]:
        """Return what callers give to one of these functions or classes by that keyword."""
        return [
            text
            for function in functions
            for module, around, call in self._modules.calls.get(function, ())
            for given in call.keywords
            if given.arg == keyword
            for text in _Scope(module, around, self._modules, call).texts(given.value, depth + 1)
        ]

    def _imported(self, name: str) -> list[_Module]:
        path = self._module.imports.get(name, "").replace(".", "/")
        files = (f"{path}.py", f"{path}/__init__.py")
        return [self._modules[file] for file in files if file in self._modules]

    def _values(self, name: str) -> list[ast.expr]:
        """Return what was assigned to the name before this place: the last value, and those before
        it that count if a condition for the last one does not hold."""
        if self._function is None:
            return []
        before = self._at.lineno if self._at is not None else 10**9
        statements = [n for n in ast.walk(self._function) if isinstance(n, ast.stmt)]
        around = [s for s in statements if s.lineno <= before <= (s.end_lineno or 0)]
        column = max((s.col_offset for s in around), default=0)
        found: list[ast.expr] = []
        for statement in sorted(statements, key=lambda s: -s.lineno):
            values = [v for target, v in _assigned([statement]) if target == name]
            if values and statement.lineno <= before:
                found += values
                if statement.col_offset <= column:
                    break
        return found[::-1]

    def _part(self, part: ast.expr, depth: int) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        value = part.value if isinstance(part, ast.FormattedValue) else part
        if isinstance(value, ast.Name) and value.id.isupper():
            return self._named(value.id, depth)[0]
        return VALUE

    def _named(self, name: str, depth: int) -> list[str]:
        if local := self._values(name):
            return [text for value in local for text in self.texts(value, depth + 1)]
        if name in self._module.constants:
            return self.texts(self._module.constants[name], depth + 1)
        for other in self._imported(name):
            if name in other.constants:
                return _Scope(other, None, self._modules).texts(other.constants[name], depth + 1)
        function = self._function
        if isinstance(function, ast.FunctionDef) and name in {
            argument.arg for argument in function.args.kwonlyargs
        }:
            return self._passed({function.name}, name, depth) or [VALUE]
        return [VALUE]


def _assigned(nodes: object) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:  # type: ignore[attr-defined]
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, value in zip(target.elts, node.value.elts, strict=False):
                        if isinstance(one, ast.Name):
                            yield one.id, value


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
