"""Which nodes of a language's syntax tree define something: the profile and the tag queries.

Owns the reading of the tag queries (`TAGS_QUERY`) that grammar wheels ship: which node types they
mark as definitions. The queries are read, not run: compiling one takes up to 45 ms, and running it
enters every function body, whose local names no other code can use.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from hotseat.languages.profile import DefinitionSyntax
from hotseat.languages.profiles import profile_of

_FIELD_OF_CAPTURE = {
    "class": "types",
    "constant": "values",
    "function": "functions",
    "interface": "types",
    "macro": "functions",
    "method": "functions",
    "module": "types",
    "type": "types",
}
"""By the last part of `@definition.…`. Fields (PHP's properties) are shown with their class."""
_TOKEN = re.compile(
    r""";[^\n]*|"(?:[^"\\]|\\.)*"|(?P<open>[(\[])|(?P<close>[)\]])"""
    r"""|@(?P<capture>[\w.-]+)|[!#][\w?!.-]+|[\w-]+:|(?P<name>\w+)"""
)


@cache
def definition_types(language: str | None) -> DefinitionSyntax | None:
    """The profile's node types, with those of the tag queries added; None for a language whose
    code defines nothing that other code would name."""
    own = profile_of(language).definitions
    if own is None:
        return None
    stated = own.functions | own.types | own.values | own.containers | own.ignored
    added: dict[str, set[str]] = {"functions": set(), "types": set(), "values": set()}
    for module in own.tags:
        for node_type, capture in marked_definitions(_tags_query(module)):
            field = _FIELD_OF_CAPTURE.get(capture)
            if field is not None and node_type not in stated:
                added[field].add(node_type)
    return replace(
        own,
        functions=own.functions | added["functions"],
        types=own.types | added["types"],
        values=own.values | added["values"],
    )


def marked_definitions(query: str) -> Iterator[tuple[str, str]]:
    """Node types that a query's `@definition.…` captures mark, each with the capture's last part.

    Alternatives, `[(class) (struct)] @definition.class`, are marked one by one. Conditions, on
    children and by predicates, are ignored.
    """
    groups: list[tuple[str, list[str]]] = [("[", [])]
    """The brackets around the token: "[" for an alternation, "(" for a group without node type yet,
    "" for a node; and the node types that a capture after the closing bracket would mark."""
    marked: list[str] = []
    for token in _TOKEN.finditer(query):
        bracket, node_types = groups[-1]
        if token["open"]:
            groups.append((token["open"], []))
        elif token["close"] and len(groups) > 1:
            groups.pop()
            marked = node_types
            if groups[-1][0]:
                groups[-1][1].extend(marked)
        elif token["name"] and bracket == "(" and not node_types:
            groups[-1] = ("", [] if token["name"] == "_" else [token["name"]])
        elif token["capture"] and token["capture"].startswith("definition."):
            yield from ((name, token["capture"].rpartition(".")[2]) for name in marked)


def _tags_query(module: str) -> str:
    """The text of a wheel's query; empty where it is not installed or has none."""
    try:
        return getattr(importlib.import_module(module), "TAGS_QUERY", None) or ""
    except (ImportError, OSError):  # OSError: the wheel names a file that it does not contain
        return ""
