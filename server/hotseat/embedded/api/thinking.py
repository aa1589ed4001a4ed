"""Whether and how a model thinks before its answer, and the separation of both in its text.

Pure. Thinking is the text between two tags at the beginning of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hotseat.embedded.templates.prompts import Thinking
from hotseat.serving.wire import ApiError

_LEVELS = ("high", "medium", "low", "max")


def requested(value: object, *, name: str, can_think: bool) -> Thinking:
    """Return what a request's `think` means for a model. Raises ApiError 400.

    A model that can think does so unless the request says no.
    """
    if value is not None and not isinstance(value, bool | str):
        raise ApiError(
            400,
            'think must be a boolean or string ("high", "medium", "low", "max", true, or false)',
        )
    if isinstance(value, str) and value not in _LEVELS:
        raise ApiError(
            400,
            f'invalid think value: "{value}" (must be "high", "medium", "low", "max", true, '
            "or false)",
        )
    if value and not can_think:
        raise ApiError(400, f'"{name}" does not support thinking')
    if value is None:
        return Thinking(on=True, level="medium", is_set=True) if can_think else Thinking()
    level = value if isinstance(value, str) else "medium" if value else ""
    return Thinking(on=bool(value), level=level, is_set=True)


def template_arguments(thinking: Thinking, value: object) -> dict[str, Any]:
    """Return the arguments for the chat template in a GGUF file; `value` is the request's."""
    if not thinking.is_set:
        return {}
    arguments: dict[str, Any] = {"enable_thinking": thinking.on}
    if isinstance(value, str):
        arguments["reasoning_effort"] = value
    return arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of an answer: what was thought, and what is said."""

    thinking: str = ""
    content: str = ""


class ThinkingSplitter:
    """Splits a streamed text into thinking and content.

    Without the opening tag at the beginning, everything is content. `begun`: the prompt ends with
    the opening tag.
    """

    def __init__(self, opening: str, closing: str, *, begun: bool) -> None:
        self._opening = opening
        self._closing = closing
        self._state = "thinking" if begun else "opening"
        self._held = ""
        self._is_at_start = True
        """Blanks at the beginning of thinking, and of content after it, are left out."""

    def add(self, text: str) -> Piece:
        """Return what is known of the text so far and was not returned before."""
        thinking, content = "", ""
        self._held += text
        if self._state == "opening":
            begun = self._held.lstrip()
            if not begun.startswith(self._opening):
                if self._opening.startswith(begun):
                    return Piece()
                self._state, self._is_at_start = "content", False
            else:
                self._state, self._held = "thinking", begun[len(self._opening) :]
        if self._state == "thinking":
            thought, is_over, rest = self._held.partition(self._closing)
            if is_over:
                thinking = self._trimmed(thought).rstrip()
                self._state, self._held, self._is_at_start = "content", rest, True
            else:
                self._held = _possible_beginning(thought, self._closing)
                thinking = self._trimmed(thought[: len(thought) - len(self._held)])
        if self._state == "content":
            content, self._held = self._trimmed(self._held), ""
        return Piece(thinking=thinking, content=content)

    def end(self) -> Piece:
        """Return what was held back, at the end of the text."""
        held, self._held = self._held, ""
        if self._state == "thinking":
            return Piece(thinking=held.rstrip())
        return Piece(content=held)

    def _trimmed(self, text: str) -> str:
        if self._is_at_start:
            text = text.lstrip()
            self._is_at_start = not text
        return text


def _possible_beginning(text: str, tag: str) -> str:
    """Return the end of `text` that may be the beginning of `tag`, with the blanks before it."""
    for n in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-n:]):
            before = text[:-n]
            return text[len(before.rstrip()) :]
    return text[len(text.rstrip()) :]
