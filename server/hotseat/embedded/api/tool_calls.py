"""Calls of tools out of a streamed text, as Ollama finds them for models with a Go template.

Pure. A call is a tool's name and, after it, a JSON object with its arguments, in a text that begins
with the template's tag. Ollama's tools/tools.go is the model of this.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotseat.embedded.api.tools import Tool, ToolCall, new_call

_CLOSINGS = {"{": "}", "[": "]"}
_BRACKETS_AND_STRINGS = re.compile(
    r"""\\. | "(?:[^"\\]|\\.)*(?:"|\Z) | (?P<bracket>[{}\[\]])""", re.DOTALL | re.VERBOSE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an addition to the text completed."""

    content: str = ""
    calls: list[ToolCall] = field(default_factory=list)


class ToolCallParser:
    """Splits a streamed text into content and calls.

    With the tag `{` or `[`, only a text that begins with it holds calls.
    """

    def __init__(self, tools: Sequence[Tool], tag: str) -> None:
        self._names = [name for tool in tools if (name := str(tool["function"].get("name", "")))]
        self._tag = tag
        self._state = "content"
        self._held = ""
        self._n_calls = 0

    def add(self, text: str) -> Found:
        """Return what is known of the text so far and was not returned before."""
        if self._state == "over":
            return Found(content=text)
        self._held += text
        content = ""
        if self._state == "content":
            at, is_whole = _tag_at(self._held, self._tag)
            content, self._held = self._held[:at], self._held[at:]
            if self._tag in _CLOSINGS and content.strip():
                self._state, rest, self._held = "over", self._held, ""
                return Found(content=content + rest)
            if not is_whole:
                return Found(content=content)
            self._state = "calls"
        if not any(closing in text for closing in _CLOSINGS.values()):
            return Found(content=content)  # Nothing can have become complete.
        calls = []
        while (call := self._next_call()) is not None:
            calls.append(call)
        if self._is_closed():
            self._state = "over"
            # What was no call is content after all.
            content, self._held = content + ("" if self._n_calls else self._held), ""
        return Found(content=content, calls=calls)

    def end(self) -> str:
        """Return what was held back and is no call, at the end of the text."""
        held, self._held = self._held, ""
        is_content = self._state == "content" or (self._tag in _CLOSINGS and not self._n_calls)
        return held if is_content else ""

    def _next_call(self) -> ToolCall | None:
        name, end = _first_name(self._held, self._names)
        if not name:
            return None
        arguments, arguments_end = _arguments(self._held, name)
        if arguments is None:
            return None
        self._held = self._held[max(end, arguments_end) :]
        call = new_call(self._n_calls, name, arguments)
        self._n_calls += 1
        return call

    def _is_closed(self) -> bool:
        """Return whether the brackets that a text began with are closed."""
        closing = _CLOSINGS.get(self._tag)
        if closing is None:
            return False
        depth = 0
        for _, char in _brackets(self._held):
            depth += (char == self._tag) - (char == closing)
            if char == closing and depth <= 0:
                return True
        return False


def _tag_at(text: str, tag: str) -> tuple[int, bool]:
    """Return where the tag begins and whether it is whole; the length of `text` if it is not
    there."""
    if (at := text.find(tag)) >= 0:
        return at, True
    for n in range(min(len(text), len(tag) - 1), 0, -1):
        if tag.startswith(text[-n:]):
            return len(text) - n, False
    return len(text), False


def _first_name(text: str, names: Sequence[str]) -> tuple[str, int]:
    """Return the first name in `text`, of those at one place the longest, and where it ends.

    Returns ("", 0) if there is none, or if the text ends with the beginning of one: `get` may
    become `get_weather`.
    """
    longest = max(map(len, names), default=0)
    for n in range(1, min(len(text), longest) + 1):
        tail = text[-n:]
        if any(len(tail) < len(name) and name.startswith(tail) for name in names):
            return "", 0
    places = [(at, -len(name), name) for name in names if (at := text.find(name)) >= 0]
    if not places:
        return "", 0
    at, _, name = min(places)
    return name, at + len(name)


def _arguments(text: str, name: str) -> tuple[dict[str, Any] | None, int]:
    """Return the arguments in the first JSON object of `text`, and where the object ends.

    Returns (None, 0) if no object is whole. An object with a `name` and without arguments has none.
    """
    depth, start = 0, -1
    for at, char in _brackets(text):
        if char == "{":
            start = at if depth == 0 else start
            depth += 1
        elif char == "}" and depth > 0:
            depth -= 1
            if depth > 0:
                continue
            try:
                value = json.loads(text[start : at + 1])
                found, arguments = _find_arguments(value, name)
            except (ValueError, RecursionError):
                continue
            return (arguments or {}) if found else value, at + 1
    return None, 0


def _find_arguments(value: dict[str, Any], name: str) -> tuple[bool, dict[str, Any] | None]:
    """Return whether the object, or one in it, is a call, and its arguments."""
    if "name" in value:
        keys = ("arguments", "parameters")
        found = (_object(value[key]) for key in keys if key in value)
        return True, next((each for each in found if each is not None), None)
    if (direct := _object(value.get(name))) is not None:
        return True, direct
    for item in value.values():
        for child in item if isinstance(item, list) else [item]:
            if isinstance(child, dict):
                found_in, arguments = _find_arguments(child, name)
                if found_in:
                    return True, arguments
    return False, None


def _object(value: object) -> dict[str, Any] | None:
    """Return an object, or one that is written as a text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _brackets(text: str) -> Iterator[tuple[int, str]]:
    """Yield the brackets outside of JSON strings, with their places."""
    for match in _BRACKETS_AND_STRINGS.finditer(text):
        if bracket := match["bracket"]:
            yield match.start(), bracket
