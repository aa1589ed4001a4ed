"""Other rooms get plain values from syntax/: no tree-sitter object is in what they import of it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator

from hotseat.documents.buffer import TextBuffer
from hotseat.documents.syntax import DocumentSyntax, NewSyntax
from hotseat.syntax.document_syntax import Syntax
from support.repository import REPOSITORY

SERVER = REPOSITORY / "server" / "hotseat"
OF_TREE_SITTER = re.compile(r"\b(Language|Node|Parser|Query|QueryCursor|Tree|TreeCursor)\b")


def imported() -> set[tuple[str, str]]:
    """Module and name of all that modules outside of syntax/ import from it."""
    found = set()
    for path in SERVER.rglob("*.py"):
        if SERVER / "syntax" in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
                assert not any(name.startswith("hotseat.syntax") for name in names), path
                assert not any(name.startswith("tree_sitter") for name in names), path
            elif isinstance(node, ast.ImportFrom) and node.module:
                assert not node.module.startswith("tree_sitter"), path
                if f"{node.module}.".startswith("hotseat.syntax."):
                    found |= {(node.module, alias.name) for alias in node.names}
    return found


def written_types(value: object) -> Iterator[str]:
    """Of a function, or of a class's fields and public methods, as they are written."""
    if inspect.isclass(value):
        yield from map(str, inspect.get_annotations(value).values())
        for name, member in vars(value).items():
            if not name.startswith("_") or name == "__init__":
                yield from written_types(member)
    elif isinstance(value, property):
        yield from written_types(value.fget)
    elif inspect.isfunction(value):
        yield from map(str, inspect.get_annotations(value).values())
    else:
        yield type(value).__name__


def test_no_tree_leaves_the_room() -> None:
    names = imported()
    assert ("hotseat.syntax.document_syntax", "Syntax") in names
    assert ("hotseat.syntax.service", "SyntaxService") in names
    for module, name in names:
        value = getattr(importlib.import_module(module), name)
        leaking = [text for text in written_types(value) if OF_TREE_SITTER.search(text)]
        assert leaking == [], f"{module}.{name}"


def test_a_leak_would_be_found() -> None:
    from hotseat.syntax.parse_once import parse_once

    assert any(OF_TREE_SITTER.search(text) for text in written_types(parse_once))


def test_no_public_attribute_of_a_document_s_syntax_is_a_tree() -> None:
    syntax = Syntax(TextBuffer("x = 1\n"), "python")
    assert syntax.definitions() == []
    public = {name: getattr(syntax, name) for name in dir(syntax) if not name.startswith("_")}
    assert all(
        inspect.ismethod(value) or type(value) in (bool, int, float) for value in public.values()
    )


def test_it_is_what_documents_ask_for() -> None:
    new_syntax: NewSyntax = Syntax
    syntax: DocumentSyntax = new_syntax(TextBuffer("x"))
    assert not syntax.pending
