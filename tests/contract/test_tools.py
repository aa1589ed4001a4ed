"""Calls of tools, from models that always answer the same, on any engine with Ollama's API."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.engine_process import EngineProcess, Models, create_model, put_blob, unload
from support.tiny_gguf import CHAT_TEMPLATE as NO_TOOLS
from support.tiny_gguf import Shape, write_adapter, write_scripted

CHAT_TEMPLATE = """{%- if tools %}<|im_start|>system
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools>
Call a function within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif %}{% for message in messages %}{% if message.role == "tool" %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}{% if message.tool_calls %}{% for tool_call in message.tool_calls %}
<tool_call>
{"name": "{{ tool_call.function.name }}", "arguments": {{ tool_call.function.arguments | tojson }}}
</tool_call>{% endfor %}{% endif %}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
GO_TEMPLATE = """{{- if .Tools }}TOOLS {{ .Tools }}
{{ end }}{{- range .Messages }}{{ .Role }}: {{ .Content }}
{{- if .ToolCalls }}<tool_call>
{{ range .ToolCalls -}}
{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}{{ end }}
</tool_call>{{ end }}
{{ end }}assistant: """
CALL = (
    *("<tool_call>", '\n{"name": "', "get_weather", '", "arguments": ', '{"city": "'),
    *("Paris", '", "days": ', "3}}", "\n</tool_call>"),
)
SECOND_CALL = (*("\n<tool_call>", '\n{"name": "get_time"', ', "arguments": {'), '"zone": "CET"}}\n')
TEXT = ("It", " will", " rain", " soon", " there.")
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather of a city",
            "parameters": {
                "type": "object",
                "required": ["city"],
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "get_time",
            "description": "The time in a zone",
            "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}},
        },
    },
]
OPTIONS = {"num_thread": 1, "temperature": 0, "num_predict": 40}
QUESTION = {"role": "user", "content": "What is the weather in Paris?"}
ARGUMENTS = {"city": "Paris", "days": 3}

Make = Callable[..., str]


@pytest.fixture(scope="module")
def make(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Make a model that says a script: with the template in its file, or with one of its own."""
    folder: Path = tmp_path_factory.mktemp("scripted")
    made: dict[tuple[tuple[str, ...], str], str] = {}

    def one(script: tuple[str, ...], *, template: str = "") -> str:
        if (script, template) not in made:
            in_file = NO_TOOLS if template else CHAT_TEMPLATE
            path = write_scripted(folder / f"{len(made)}.gguf", script, chat_template=in_file)
            own = {"template": template} if template else {}
            name = f"hotseat-contract-{secrets.token_hex(4)}:scripted"
            made[script, template] = create_model(client, name, path, **own)
        return made[script, template]

    yield one
    for name in made.values():
        unload(client, name)
        client.request("DELETE", "/api/delete", json={"model": name})


def chat(client: httpx.Client, model: str, *messages: Any, **more: Any) -> httpx.Response:
    body = {
        "model": model,
        "messages": list(messages) or [QUESTION],
        "tools": TOOLS,
        "options": OPTIONS,
        "stream": False,
        **more,
    }
    return client.post("/api/chat", json=body)


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def calls_in(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [call for line in found for call in line["message"].get("tool_calls", [])]


BOTH = pytest.mark.parametrize("template", ["", GO_TEMPLATE], ids=["in the file", "Go"])


@pytest.mark.both_schedules
@BOTH
@pytest.mark.parametrize("stream", [False, True])
def test_a_call_has_a_name_and_arguments(
    client: httpx.Client, make: Make, template: str, stream: bool
) -> None:
    found = lines(chat(client, make(CALL, template=template), stream=stream))
    (call,) = calls_in(found)
    assert call["function"]["name"] == "get_weather"
    assert call["function"]["arguments"] == ARGUMENTS
    assert call["id"]
    assert "".join(line["message"]["content"] for line in found).strip() == ""
    assert (found[-1]["done"], found[-1]["done_reason"]) == (True, "stop")
    assert found[-1]["eval_count"] >= len(CALL)
    assert found[-1]["prompt_eval_count"] > 100, "the tools are in the prompt"


@BOTH
def test_text_before_a_call_is_content(client: httpx.Client, make: Make, template: str) -> None:
    found = lines(chat(client, make((*TEXT, *CALL), template=template), stream=True))
    assert "".join(line["message"]["content"] for line in found).strip() == "".join(TEXT)
    (call,) = calls_in(found)
    assert call["function"]["arguments"] == ARGUMENTS


@BOTH
def test_an_answer_without_a_call_is_text(client: httpx.Client, make: Make, template: str) -> None:
    name = make(TEXT, template=template)
    found = lines(chat(client, name, stream=True))
    assert "".join(line["message"]["content"] for line in found) == "".join(TEXT)
    assert len([line for line in found if line["message"]["content"]]) == len(TEXT), "it streams"
    assert calls_in(found) == []


@BOTH
def test_a_call_and_its_result_go_into_the_next_prompt(
    client: httpx.Client, make: Make, template: str
) -> None:
    """They make it longer, and the call's name and arguments are in it."""
    call = {"function": {"name": "get_weather", "arguments": ARGUMENTS}}
    conversation = [
        QUESTION,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_name": "get_weather", "content": "rain"},
    ]
    name = make(TEXT, template=template)
    (without,) = lines(chat(client, name, QUESTION, *conversation[2:]))
    (got,) = lines(chat(client, name, *conversation))
    assert got["message"]["content"] == "".join(TEXT)
    more = got["prompt_eval_count"] - without["prompt_eval_count"]
    assert more > len('{"name": "get_weather", "arguments": {"city": "Paris", "days": 3}}') * 0.8


@BOTH
def test_without_tools_a_call_is_text(client: httpx.Client, make: Make, template: str) -> None:
    (got,) = lines(chat(client, make(CALL, template=template), tools=[]))
    assert got["message"]["content"].strip() == "".join(CALL)
    assert "tool_calls" not in got["message"]


def test_a_call_that_is_cut_off_is_not_returned(client: httpx.Client, make: Make) -> None:
    options = {**OPTIONS, "num_predict": 6}
    answer = chat(client, make(CALL), options=options)
    assert answer.status_code == 500
    assert '"get_weather"' in answer.json()["error"]
    (got,) = lines(chat(client, make(CALL, template=GO_TEMPLATE), options=options))
    assert (calls_in([got]), got["done_reason"]) == ([], "length")


def test_a_tool_may_lack_parameters(client: httpx.Client, make: Make) -> None:
    bare = [{"type": "function", "function": {"name": "get_weather"}}]
    (got,) = lines(chat(client, make(CALL, template=GO_TEMPLATE), tools=bare))
    assert [call["function"]["name"] for call in calls_in([got])] == ["get_weather"]


def test_names_of_fields_count_in_any_case(client: httpx.Client, make: Make) -> None:
    named = [{"Type": "function", "Function": {"Name": "get_weather", "Parameters": {}}}]
    (got,) = lines(chat(client, make(CALL, template=GO_TEMPLATE), tools=named))
    assert [call["function"]["name"] for call in calls_in([got])] == ["get_weather"]


def test_two_calls_are_numbered(client: httpx.Client, make: Make) -> None:
    found = lines(chat(client, make((*CALL, *SECOND_CALL), template=GO_TEMPLATE), stream=True))
    named = [(c["function"]["index"], c["function"]["name"]) for c in calls_in(found)]
    assert named == [(0, "get_weather"), (1, "get_time")]
    assert len({call["id"] for call in calls_in(found)}) == 2


@BOTH
def test_old_messages_are_dropped_for_tools_too(
    client: httpx.Client, make: Make, template: str
) -> None:
    talk = []
    for i in range(12):
        talk.append({"role": "user", "content": f"question {i} " + "a b c d " * 60})
        talk.append({"role": "assistant", "content": "yes"})
    options = {**OPTIONS, "num_ctx": 2048}
    answer = chat(client, make(CALL, template=template), *talk, QUESTION, options=options)
    (got,) = lines(answer)
    assert [call["function"]["arguments"] for call in calls_in([got])] == [ARGUMENTS]
    assert got["prompt_eval_count"] < 2048


@BOTH
def test_what_it_can_do_is_shown(client: httpx.Client, make: Make, template: str) -> None:
    shown = client.post("/api/show", json={"model": make(TEXT, template=template)}).json()
    assert set(shown["capabilities"]) == {"completion", "tools"}


def test_a_model_without_tools_in_its_template_is_refused(
    client: httpx.Client, models: Models
) -> None:
    answer = chat(client, models.plain)
    assert answer.status_code == 400
    name = f"registry.ollama.ai/library/{models.plain}"
    assert answer.json() == {"error": f"{name} does not support tools"}


@pytest.mark.parametrize(
    "more",
    [
        {"tools": {}},
        {"tools": ["get_weather"]},
        {"tools": [{"type": "function", "function": "get_weather"}]},
        {"tools": [{"type": "function", "function": {"name": 1}}]},
        {"messages": [{"role": "assistant", "tool_calls": "get_weather"}]},
        {"messages": [{"role": "assistant", "tool_calls": [{"function": "get_weather"}]}]},
    ],
)
def test_tools_of_another_type_are_refused(
    client: httpx.Client, make: Make, more: dict[str, Any]
) -> None:
    answer = chat(client, make(TEXT), **more)
    assert answer.status_code == 400
    assert "cannot unmarshal" in answer.json()["error"]


def test_logprobs_come_with_tools(client: httpx.Client, make: Make) -> None:
    """llama.cpp, which finds the calls for the other kind of template, refuses them."""
    name = make(TEXT, template=GO_TEMPLATE)
    (got,) = lines(chat(client, name, logprobs=True, top_logprobs=2))
    assert [token["token"] for token in got["logprobs"]][: len(TEXT)] == list(TEXT)
    answer = chat(client, make(TEXT), logprobs=True)
    assert answer.status_code == 400
    assert "logprobs is not supported with tools" in answer.json()["error"]


def test_a_lost_process_is_replaced(
    client: httpx.Client, embedded: EngineProcess, make: Make
) -> None:
    name = make(CALL)
    lines(chat(client, name))
    for child in embedded.children():
        child.kill()
    assert len(calls_in(lines(chat(client, name)))) == 1


def test_an_adapter_over_the_model_calls_too(
    client: httpx.Client, embedded: EngineProcess, make: Make, tmp_path: Path
) -> None:
    """It shares the process, and its answers take turns with those of others."""
    base = make(CALL)
    digest = put_blob(client, write_adapter(tmp_path / "a.gguf", shape=Shape(n_layers=1)))
    name = f"hotseat-contract-{secrets.token_hex(4)}:adapter"
    body = {"model": name, "from": base, "adapters": {"a.gguf": digest}, "stream": False}
    assert client.post("/api/create", json=body).status_code == 200
    for model in (name, base, name):
        assert chat(client, model).status_code == 200
    assert len(calls_in(lines(chat(client, base)))) == 1
    client.request("DELETE", "/api/delete", json={"model": name})
