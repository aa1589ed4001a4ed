"""Prompts from messages by a template, as Ollama applies it: what the template is given, and how an
older template, which knows one prompt and one answer, is applied to a conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotseat.embedded.templates.execution import execute
from hotseat.embedded.templates.functions import JsonList, JsonObject
from hotseat.embedded.templates.nodes import (
    Action,
    Arg,
    Branch,
    Call,
    Command,
    Field,
    Node,
    Nodes,
    Pipe,
    Template,
    Text,
    Variable,
)
from hotseat.embedded.templates.parser import parse

_RESPONSE = Action(Pipe((Command((Field(("Response",)),)),)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinking:
    """What a template learns about thinking. `level` is low, medium, high, max or empty."""

    on: bool = False
    level: str = ""
    is_set: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        return {"Think": self.on, "ThinkLevel": self.level, "IsThinkSet": self.is_set}


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTemplate:
    """A template with what Ollama reads from it. `parsed` makes one."""

    template: Template
    names: frozenset[str] = field(default_factory=frozenset)
    """Every field and variable that it mentions, in lower case."""
    tags: tuple[str, str] = ("", "")
    """The texts around thinking; empty if the template does not show them."""

    @property
    def takes_messages(self) -> bool:
        return "messages" in self.names

    @property
    def capabilities(self) -> tuple[str, ...]:
        can = {
            "tools": "tools" in self.names,
            "insert": "suffix" in self.names,
            "thinking": all(self.tags),
        }
        return tuple(name for name, is_there in can.items() if is_there)

    def infill(self, prompt: str, suffix: str, thinking: Thinking = Thinking()) -> str:
        """Return the prompt for a text between `prompt` and `suffix`. Raises TemplateError."""
        given = {"Prompt": prompt, "Suffix": suffix, "Response": "", **thinking.fields}
        return execute(self.template, given)

    def chat(
        self,
        messages: Sequence[dict[str, Any]],
        tools: Sequence[dict[str, Any]] = (),
        thinking: Thinking = Thinking(),
    ) -> str:
        """Return the prompt for the next message of a conversation. Raises TemplateError.

        `messages` and `tools` are as in a request, with names in lower case.
        """
        system, merged = _merged(messages)
        if self.takes_messages:
            given = {
                "System": system,
                "Messages": merged,
                "Tools": JsonList(map(_go_fields, tools)) if tools else None,
                "Response": "",
            }
            return execute(self.template, {**given, **thinking.fields})
        return "".join(_rounds(self.template, merged, thinking))


def parsed(text: str) -> PromptTemplate:
    """Return the template in `text`. Raises TemplateError."""
    template = parse(text)
    names = frozenset(name.lower() for name in _names(template))
    if not names & {"messages", "response"}:
        nodes = (*template.nodes, _RESPONSE)
        template = Template(text=text, nodes=nodes, definitions=template.definitions)
    return PromptTemplate(template=template, names=names, tags=_thinking_tags(template.nodes))


def _merged(messages: Sequence[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Return all system texts as one, and the messages, with those of one role in a row as one."""
    system: list[str] = []
    merged: list[dict[str, Any]] = []
    for message in messages:
        given = {
            "Role": message.get("role", ""),
            "Content": message.get("content", ""),
            "Thinking": message.get("thinking", ""),
            "Images": [],
            "ToolCalls": [_tool_call(call) for call in message.get("tool_calls") or ()],
            "ToolName": message.get("tool_name", ""),
            "ToolCallID": message.get("tool_call_id", ""),
        }
        if given["Role"] == "system":
            system.append(given["Content"])
        if merged and merged[-1]["Role"] == given["Role"] != "tool":
            merged[-1]["Content"] += "\n\n" + given["Content"]
        else:
            merged.append(given)
    return "\n\n".join(system), merged


def _tool_call(call: dict[str, Any]) -> dict[str, Any]:
    function = call.get("function") or {}
    arguments = function.get("arguments")
    return {
        "ID": call.get("id", ""),
        "Function": {
            "Index": function.get("index", 0),
            "Name": function.get("name", ""),
            "Arguments": JsonObject(arguments if isinstance(arguments, dict) else {}),
        },
    }


class _GoObject(JsonObject):
    """An object whose fields a template names as Go does: `.Function` for `function`."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, super().get(key[:1].lower() + key[1:], default))


def _go_fields(value: Any) -> Any:
    if isinstance(value, dict):
        return _GoObject({str(key): _go_fields(item) for key, item in value.items()})
    if isinstance(value, list):
        return JsonList(map(_go_fields, value))
    return value


def _rounds(
    template: Template, messages: list[dict[str, Any]], thinking: Thinking
) -> Iterator[str]:
    """Yield one text for each round of system, user and assistant; the last one ends where the
    answer begins."""
    empty = {"System": "", "Prompt": "", "Response": ""}
    given = dict(empty)
    for message in messages:
        role, content = message["Role"], message["Content"]
        is_over = {
            "system": bool(given["Prompt"] or given["Response"]),
            "user": bool(given["Response"]),
        }
        if is_over.get(role, False):
            yield execute(template, {**given, **thinking.fields})
            given = dict(empty)
        name = {"system": "System", "user": "Prompt", "assistant": "Response"}.get(role)
        if name is not None:
            given[name] = content
    nodes, _ = _until_response(template.nodes, False)
    begun = Template(text=template.text, nodes=nodes, definitions=template.definitions)
    yield execute(begun, {**given, **thinking.fields})


def _until_response(nodes: Nodes, is_over: bool) -> tuple[Nodes, bool]:
    """Return the nodes up to the first that prints `.Response`, and whether there was one."""
    kept: list[Node] = []
    for node in nodes:
        if is_over:
            break
        if isinstance(node, Action) and _prints_response(node.pipe):
            is_over = True
        if isinstance(node, Branch):
            body, is_over = _until_response(node.body, is_over)
            otherwise, is_over = _until_response(node.otherwise, is_over)
            node = Branch(node.kind, node.pipe, body, otherwise)
        kept.append(node)
    return tuple(kept), is_over


def _prints_response(pipe: Pipe) -> bool:
    return any("Response" in names for names in _names_in_pipe(pipe))


def _names(template: Template) -> Iterator[str]:
    for nodes in (template.nodes, *template.definitions.values()):
        for names in _names_in(nodes):
            yield from names


def _names_in(nodes: Nodes) -> Iterator[tuple[str, ...]]:
    for node in nodes:
        if isinstance(node, Action | Branch | Call) and node.pipe is not None:
            yield from _names_in_pipe(node.pipe)
        if isinstance(node, Branch):
            yield from _names_in(node.body)
            yield from _names_in(node.otherwise)


def _names_in_pipe(pipe: Pipe) -> Iterator[tuple[str, ...]]:
    for command in pipe.commands:
        for arg in command.args:
            yield from _names_in_arg(arg)


def _names_in_arg(arg: Arg) -> Iterator[tuple[str, ...]]:
    if isinstance(arg, Field | Variable):
        yield arg.names
    elif isinstance(arg, Pipe):
        yield from _names_in_pipe(arg)


def _thinking_tags(nodes: Nodes, around: tuple[Nodes, bool] = ((), False)) -> tuple[str, str]:
    """Return the texts before and after `.Thinking` where the messages are printed."""
    outer, in_messages = around
    for node in nodes:
        if not isinstance(node, Action | Branch):
            continue
        used = list(_names_in_pipe(node.pipe))
        if in_messages and isinstance(node, Action) and any("Thinking" in n[:1] for n in used):
            first, last = nodes[0], nodes[-1]
            if isinstance(first, Text) and isinstance(last, Text):
                return first.text.strip(), last.text.strip()
        if isinstance(node, Branch):
            within = in_messages or (
                node.kind == "range" and any("Messages" in n[:1] for n in used)
            )
            for inner in (node.body, node.otherwise):
                if all(tags := _thinking_tags(inner, (outer, within))):
                    return tags
    return "", ""
