"""The text with which a model begins a call of a tool, as its template writes earlier calls."""

from __future__ import annotations

from collections.abc import Iterator

from hotseat.embedded.templates.nodes import Action, Arg, Branch, Call, Field, Nodes, Pipe, Template
from hotseat.embedded.templates.nodes import Text as TextNode

NO_TAG = "{"
"""The tag of templates that show none: a call is a JSON object at the beginning of an answer."""


def tool_tag(template: Template) -> str:
    """Return the first text that is printed if a message has `.ToolCalls`, up to a brace."""
    branch = _calls_branch(template.nodes)
    text = (branch and _first_text(branch.body)) or ""
    return text.replace("\r\n", "\n").partition("{")[0].strip() or NO_TAG


def _calls_branch(nodes: Nodes) -> Branch | None:
    for node in nodes:
        if not isinstance(node, Branch):
            continue
        if node.kind == "if" and any("ToolCalls" in names for names in _fields(node.pipe)):
            return node
        found = _calls_branch(node.body) or _calls_branch(node.otherwise)
        if found is not None:
            return found
    return None


def _first_text(nodes: Nodes) -> str | None:
    """Return the first text that is not blank, up to an action; a branch without text ends it."""
    for node in nodes:
        if isinstance(node, TextNode) and node.text.strip():
            return node.text
        if isinstance(node, Branch):
            return _first_text(node.body) or _first_text(node.otherwise)
        if isinstance(node, Action | Call):
            return None
    return None


def _fields(pipe: Pipe) -> Iterator[tuple[str, ...]]:
    for command in pipe.commands:
        for arg in command.args:
            yield from _fields_of(arg)


def _fields_of(arg: Arg) -> Iterator[tuple[str, ...]]:
    if isinstance(arg, Field):
        yield arg.names
    elif isinstance(arg, Pipe):
        yield from _fields(arg)
