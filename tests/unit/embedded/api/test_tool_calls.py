"""Calls of tools in a streamed text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hotseat.embedded.api.tool_calls import ToolCallParser

TOOLS = [{"function": {"name": name}} for name in ("get", "get_weather", "say_hello", "")]


def parsed(text: str, tag: str, n_chars: int) -> tuple[str, list[tuple[str, Any]]]:
    """Return the content and the calls in `text`, of which `n_chars` arrive at a time."""
    parser = ToolCallParser(TOOLS, tag)
    content, calls = "", []
    for at in range(0, len(text), n_chars):
        found = parser.add(text[at : at + n_chars])
        content += found.content
        calls += found.calls
    content += parser.end()
    indexes = [call["function"]["index"] for call in calls]
    assert indexes == list(range(len(calls)))
    return content, [(call["function"]["name"], call["function"]["arguments"]) for call in calls]


@pytest.mark.parametrize("n_chars", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("tag", "text", "content", "calls"),
    [
        ("<tool_call>", "just text", "just text", []),
        ("<tool_call>", "a < b and <tool", "a < b and <tool", []),
        (
            "<tool_call>",
            'Well: <tool_call>{"name": "get_weather", "arguments": {"city": "Ulm"}}</tool_call>',
            "Well: ",
            [("get_weather", {"city": "Ulm"})],
        ),
        (
            "<tool_call>",
            '<tool_call>{"name": "get", "arguments": {}}</tool_call>\n'
            '<tool_call>{"name": "say_hello", "arguments": {"a": {"b": "}"}}}</tool_call>',
            "",
            [("get", {}), ("say_hello", {"a": {"b": "}"}})],
        ),
        (
            "[TOOL_CALLS]",
            '[TOOL_CALLS][{"name": "get", "arguments": {"n": 1}}, '
            '{"name": "get_weather", "arguments": {"n": 2}}]',
            "",
            [("get", {"n": 1}), ("get_weather", {"n": 2})],
        ),
        ("{", '{"name": "get", "parameters": {"n": 1}}', "", [("get", {"n": 1})]),
        ("{", ' {"name": "get", "parameters": {"n": 1}}', " ", [("get", {"n": 1})]),
        ("{", '{"get": {"n": 1}}', "", [("get", {"n": 1})]),
        (
            "{",
            '{"function": {"name": "get", "arguments": "{\\"n\\": 1}"}}',
            "",
            [("get", {"n": 1})],
        ),
        ("{", '{"name": "get"}', "", [("get", {})]),
        ("{", '{"other": 1} and text', '{"other": 1} and text', []),
        ("{", 'An object: {"name": "get"}', 'An object: {"name": "get"}', []),
        ("{", '{"name": "get", "arguments": {', '{"name": "get", "arguments": {', []),
        ("<tool_call>", '<tool_call>{"name": "get", "arg', "", []),
    ],
)
def test_calls_are_found_however_the_text_arrives(
    tag: str, text: str, content: str, calls: list[tuple[str, Any]], n_chars: int
) -> None:
    assert parsed(text, tag, n_chars) == (content, calls)


def test_the_longest_name_counts() -> None:
    text = '<c>{"name": "get_weather", "arguments": {}}'
    assert parsed(text, "<c>", 1000)[1] == [("get_weather", {})]


def test_ids_differ() -> None:
    found = ToolCallParser(TOOLS, "{").add('{"a": [{"get": {}}]}{"name": "get"}').calls
    assert len({call["id"] for call in found}) == len(found) > 0


def test_a_long_answer_costs_no_quadratic_time() -> None:
    """Strings and nested objects included: it would take minutes."""
    parser = ToolCallParser(TOOLS, "<c>")
    parser.add("<c>get ")
    deep = '{"a":' * 20_000
    for part in ('{"x": "' + "y" * 100_000, "}" * 200, deep, '"' * 5):
        parser.add(part)
    assert parser.end() == ""


def test_deep_nesting_is_no_error() -> None:
    text = "<c>get " + '{"a":' * 50_000 + "1" + "}" * 50_000
    assert parsed(text, "<c>", 10**6) == ("", [])
    json.dumps(text)
