"""Events of llama.cpp's chat as those of its completion."""

from __future__ import annotations

from typing import Any

import pytest

from hotseat.embedded.api.native_chat import ChatEvents
from hotseat.engines.upstream import UpstreamBroken


def event(finish_reason: str | None = None, **delta: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish_reason, "delta": delta}
    return {"choices": [choice], "timings": {"prompt_n": 3, "cache_n": 4, "predicted_n": 1}}


def part(index: int, name: str = "", arguments: str = "", **more: Any) -> dict[str, Any]:
    return {"index": index, "function": {"name": name, "arguments": arguments}, **more}


def test_text_and_thinking_pass() -> None:
    events = ChatEvents()
    assert events.translate(event(content="a"))["content"] == "a"
    assert events.translate(event(reasoning_content="b"))["thinking"] == "b"
    assert events.translate(event(content=None))["content"] == ""


def test_the_parts_of_calls_become_calls_at_the_end() -> None:
    events = ChatEvents()
    for parts in (
        [part(0, "get", id="x1")],
        [part(0, arguments='{"n"')],
        [part(1, "say", id="x2"), part(0, arguments=": 1}")],
    ):
        assert "tool_calls" not in events.translate(event(tool_calls=parts))
    last = events.translate(event("tool_calls"))
    assert (last["stop"], last["stop_type"], last["tokens_evaluated"]) == (True, "eos", 7)
    assert last["tool_calls"] == [
        {"id": "x1", "function": {"index": 0, "name": "get", "arguments": {"n": 1}}},
        {"id": "x2", "function": {"index": 1, "name": "say", "arguments": {}}},
    ]


def test_the_limit_is_a_reason_to_stop() -> None:
    assert ChatEvents().translate(event("length"))["stop_type"] == "limit"


def test_progress_and_errors_pass_as_they_are() -> None:
    others: tuple[dict[str, Any], ...] = ({"error": "x"}, {"choices": [], "usage": {}})
    for other in others:
        assert ChatEvents().translate(other) == other


@pytest.mark.parametrize("text", ['{"n": ', "[1]", "x"])
def test_a_call_that_was_cut_off_is_an_error(text: str) -> None:
    events = ChatEvents()
    events.translate(event(tool_calls=[part(0, "get", text)]))
    with pytest.raises(UpstreamBroken):
        events.translate(event("length"))
