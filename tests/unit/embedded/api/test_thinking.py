"""Thinking: what a request may ask for, and how an answer is split."""

from __future__ import annotations

from typing import Any

import pytest

from hotseat.embedded.api.thinking import ThinkingSplitter, requested, template_arguments
from hotseat.embedded.templates.prompts import Thinking
from hotseat.serving.wire import ApiError


@pytest.mark.parametrize(
    ("value", "can_think", "thinking", "arguments"),
    [
        (None, False, Thinking(), {}),
        (False, False, Thinking(is_set=True), {"enable_thinking": False}),
        (None, True, Thinking(on=True, level="medium", is_set=True), {"enable_thinking": True}),
        (True, True, Thinking(on=True, level="medium", is_set=True), {"enable_thinking": True}),
        (
            "high",
            True,
            Thinking(on=True, level="high", is_set=True),
            {"enable_thinking": True, "reasoning_effort": "high"},
        ),
    ],
)
def test_what_a_request_asks_for(
    value: Any, can_think: bool, thinking: Thinking, arguments: dict[str, Any]
) -> None:
    assert requested(value, name="m", can_think=can_think) == thinking
    assert template_arguments(thinking, value) == arguments


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, '"m" does not support thinking'),
        ("low", '"m" does not support thinking'),
        ("much", 'invalid think value: "much"'),
        (3, "think must be a boolean or string"),
    ],
)
def test_what_is_refused(value: Any, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        requested(value, name="m", can_think=False)
    assert (caught.value.status, words in caught.value.message) == (400, True)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("text", "begun", "thinking", "content"),
    [
        ("<think>\nWhy?\n</think>\n\nBecause.", False, "Why?", "Because."),
        ("  \n<think>a</think>b", False, "a", "b"),
        ("Why?</think>Because.\n", True, "Why?", "Because.\n"),
        ("Because </think> so", False, "", "Because </think> so"),
        ("<thin ice", False, "", "<thin ice"),
        ("<think>a < b </ b", False, "a < b </ b", ""),
        ("<think>a </thin", False, "a </thin", ""),
        ("<think>\n\n</think>\n\nx  y ", False, "", "x  y "),
        ("<think></think>", False, "", ""),
        ("", False, "", ""),
        ("<th", False, "", "<th"),
    ],
)
def test_an_answer_is_split_however_it_arrives(
    text: str, begun: bool, thinking: str, content: str, size: int
) -> None:
    splitter = ThinkingSplitter("<think>", "</think>", begun=begun)
    pieces = [splitter.add(text[at : at + size]) for at in range(0, len(text), size)]
    pieces.append(splitter.end())
    assert "".join(piece.thinking for piece in pieces) == thinking
    assert "".join(piece.content for piece in pieces) == content


def test_content_is_not_held_back() -> None:
    splitter = ThinkingSplitter("<think>", "</think>", begun=False)
    assert splitter.add("Be").content == "Be"
    assert splitter.add("<").content == "<"
