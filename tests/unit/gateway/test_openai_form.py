"""OpenAI's requests as Ollama's, and the answers back."""

from __future__ import annotations

from typing import Any

import pytest

from hotseat.serving.openai.form import ChatForm
from hotseat.serving.openai.request import chat_body
from hotseat.serving.wire import ApiError

HELLO = {"role": "user", "content": "Hello"}


def message(**more: Any) -> dict[str, Any]:
    (found,) = chat_body({"messages": [{"role": "user", **more}]})["messages"]
    return dict(found)


def test_options() -> None:
    given = {"temperature": 0.5, "max_completion_tokens": 9, "stop": "END", "seed": 1}
    body = chat_body({"messages": [HELLO], **given, "unknown": {}})
    assert body["options"] == {"temperature": 0.5, "num_predict": 9, "stop": ["END"], "seed": 1}
    assert body["stream"] is False


def test_an_image_passes_as_it_is() -> None:
    parts = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}},
    ]
    found = message(content=parts)
    assert (found["content"], found["images"]) == ("What is it?", ["aGVsbG8="])


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, "json"),
        (
            {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}},
            {"type": "object"},
        ),
    ],
)
def test_formats(given: dict[str, Any], sent: object) -> None:
    assert chat_body({"messages": [HELLO], "response_format": given}).get("format") == sent


def test_calls_of_tools_come_back_as_objects() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    found = message(role="assistant", content=None, tool_calls=[call])
    assert found["tool_calls"] == [{"id": "1", "function": {"name": "f", "arguments": {"a": 1}}}]


@pytest.mark.parametrize(
    "bad",
    [
        {"n": 2},
        {"temperature": "hot"},
        {"stop": 3},
        {"response_format": {"type": "xml"}},
        {"response_format": "json"},
        {"messages": [{"content": "x"}]},
        {"messages": [{"role": "user", "content": 3}]},
        {"messages": [{"role": "assistant", "tool_calls": [{"function": {"arguments": "{"}}]}]},
        {"messages": [{"role": "assistant", "tool_calls": ["f"]}]},
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": "http://x/y.png"}]}
            ]
        },
    ],
    ids=str,
)
def test_what_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as caught:
        chat_body({"messages": [HELLO], **bad})
    assert caught.value.status == 400


def test_a_sign_of_life_is_one_comment() -> None:
    assert ChatForm("id", 0).waiting("go is\n\nloading") == b": go is loading\n\n"
