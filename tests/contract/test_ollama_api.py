"""Ollama's API beyond loading and streams: long prompts, templates, context, thinking, texts of
models.

Holds for Ollama and for the embedded engine; compared with Ollama 0.33. Prompts are read with
`_debug_render_only`, which returns them instead of an answer.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.engine_process import EngineProcess, Models, create_model, unload
from support.tiny_gguf import UNKNOWN, write_model

N_CTX = 256
OPTIONS = {"num_thread": 1, "num_ctx": N_CTX, "temperature": 0, "num_predict": 8}
# Ollama ends an answer that repeats one token 30 times; the penalty keeps the weights from it.
STEADY = {"repeat_penalty": 1.5, "repeat_last_n": 64}
LONG = "a b " * 400
THINKING_TEMPLATE = UNKNOWN + (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}\n{% endfor %}"
    "<|assistant|>{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>"
    "\n\n{% else %}<think>\n{% endif %}"
)
CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' "
    "}}{% endif %}"
)


def post(client: httpx.Client, path: str, status: int = 200, /, **body: Any) -> Any:
    options = {**OPTIONS, **body.pop("options", {})}
    answer = client.post(path, json={"stream": False, "options": options, **body})
    assert answer.status_code == status, answer.text
    return answer.json()


def rendered(client: httpx.Client, path: str, /, **body: Any) -> str:
    answer = post(client, path, _debug_render_only=True, **body)
    return str(answer["_debug_info"]["rendered_template"])


def says(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


Make = Callable[..., str]


@pytest.fixture
def make(client: httpx.Client, models: Models) -> Iterator[Make]:
    """Makes a model over `models.plain`, or over a file; it is deleted after the test."""
    made: list[str] = []

    def create(path: Path | None = None, **more: Any) -> str:
        name = f"{models.plain}-{len(made)}"
        made.append(name)
        if path is not None:
            return create_model(client, name, path, **more)
        body = {"model": name, "from": models.plain, "stream": False, **more}
        answer = client.post("/api/create", json=body)
        assert answer.status_code == 200, answer.text
        return name

    yield create
    for name in made:
        unload(client, name)
        client.request("DELETE", "/api/delete", json={"model": name})


# Longer than the context


def test_a_long_chat_loses_its_oldest_messages(client: httpx.Client, models: Models) -> None:
    messages = [says("system", "SYS")]
    for i in range(30):
        messages += [says("user", f"question{i}"), says("assistant", f"answer{i}")]
    messages.append(says("user", "LAST"))
    prompt = rendered(client, "/api/chat", model=models.plain, messages=messages)
    assert prompt.startswith("<|system|>SYS\n")
    assert prompt.endswith("<|user|>LAST\n<|assistant|>")
    assert "question0\n" not in prompt
    kept = prompt.count("<|user|>") + prompt.count("<|assistant|>") - 1
    assert prompt == _chat(["SYS"], messages[-kept:])
    answer = post(client, "/api/chat", model=models.plain, messages=messages)
    assert answer["message"]["content"]
    assert N_CTX - 40 < answer["prompt_eval_count"] < N_CTX, "as many messages as fit"


def _chat(system: list[str], messages: list[dict[str, str]]) -> str:
    all_of_them = [*(says("system", text) for text in system), *messages]
    lines = [f"<|{message['role']}|>{message['content']}\n" for message in all_of_them]
    return "".join(lines) + "<|assistant|>"


def test_a_short_chat_keeps_all(client: httpx.Client, models: Models) -> None:
    messages = [says("system", "s"), says("user", "one"), says("assistant", "two")]
    messages.append(says("user", "three"))
    prompt = rendered(client, "/api/chat", model=models.plain, messages=messages)
    assert prompt == _chat(["s"], messages[1:])


@pytest.mark.parametrize(("num_keep", "kept"), [(None, 5), (0, 1), (20, 21)])
def test_a_long_prompt_is_cut_after_num_keep_tokens(
    client: httpx.Client, models: Models, num_keep: int | None, kept: int
) -> None:
    """The token before the prompt counts; half of the rest of the context is for the answer."""
    options = {} if num_keep is None else {"num_keep": num_keep}
    answer = post(
        client, "/api/generate", model=models.plain, prompt=LONG, raw=True, options=options
    )
    assert answer["prompt_eval_count"] == N_CTX - (N_CTX - kept) // 2
    assert answer["eval_count"] == 8


def test_without_truncate_a_long_prompt_is_refused(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": LONG, "raw": True, "truncate": False}
    answer = post(client, "/api/generate", 400, **body)
    assert f"exceeds the available context size ({N_CTX} tokens)" in answer["error"]


def test_without_shift_a_long_prompt_is_refused(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": LONG, "raw": True, "shift": False}
    answer = post(client, "/api/generate", 400, **body)
    assert "longer than the context length currently available to the model" in answer["error"]


def test_an_answer_goes_on_when_the_context_is_full(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": "a b", "raw": True}
    options = {"num_predict": 600, **STEADY}
    answer = post(client, "/api/generate", **body, options=options)
    assert (answer["eval_count"], answer["done_reason"]) == (600, "length")
    ended = post(client, "/api/generate", **body, options=options, shift=False)
    assert ended["eval_count"] + ended["prompt_eval_count"] <= N_CTX + 1
    assert ended["done_reason"] == "length"


# Names


def test_names_of_models_and_fields_count_in_any_case(client: httpx.Client, models: Models) -> None:
    body = {"Model": models.plain.upper(), "PROMPT": "a", "Stream": False, "Options": OPTIONS}
    answer = client.post("/api/generate", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == models.plain.upper(), "as the client wrote it"
    assert answer.json()["eval_count"] == 8
    message = {"Role": "USER", "Content": "hi"}
    prompt = rendered(client, "/api/chat", model=models.plain.upper(), Messages=[message])
    assert prompt == "<|user|>hi\n<|assistant|>"
    assert client.post("/api/show", json={"NAME": models.plain.upper()}).status_code == 200


def test_an_unknown_role_is_the_templates_matter(client: httpx.Client, models: Models) -> None:
    messages = [says("narrator", "Once"), says("user", "hi")]
    prompt = rendered(client, "/api/chat", model=models.plain, messages=messages)
    assert prompt.startswith("<|narrator|>Once\n<|user|>hi\n")
    assert post(client, "/api/chat", model=models.plain, messages=messages)["done"]


# Templates


def test_the_template_of_a_request_is_used(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": "hi", "system": "s"}
    template = "{{ if .System }}[{{ .System }}]{{ end }}<{{ .Prompt }}>"
    assert rendered(client, "/api/generate", **body, template=template) == "[s]<hi>"
    template = "{{ range .Messages }}{{ .Role }}={{ .Content }};{{ end }}"
    assert rendered(client, "/api/generate", **body, template=template) == "system=s;user=hi;"


def test_a_bad_template_of_a_request_is_an_error(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": "hi", "template": "{{ if }}{{ nosuch }}"}
    assert "template: :1: " in post(client, "/api/generate", 500, **body)["error"]


def test_the_template_of_a_model_is_used(client: httpx.Client, make: Make) -> None:
    name = make(template="{{ range .Messages }}({{ .Role }} {{ .Content }}){{ end }}>")
    messages = [says("user", "hi"), says("assistant", "ho"), says("user", "hu")]
    prompt = rendered(client, "/api/chat", model=name, messages=messages)
    assert prompt == "(user hi)(assistant ho)(user hu)>"
    assert rendered(client, "/api/generate", model=name, prompt="hi") == "(user hi)>"
    shown = client.post("/api/show", json={"model": name}).json()
    assert shown["template"].startswith("{{ range .Messages }}")


def test_a_long_chat_with_a_template_of_its_own_loses_its_oldest_messages(
    client: httpx.Client, make: Make
) -> None:
    name = make(template="{{ range .Messages }}({{ .Role }} {{ .Content }}){{ end }}>")
    messages = [says("system", "S"), *(says("user", "xy" * 20), says("assistant", "z" * 30)) * 9]
    messages.append(says("user", "LAST"))
    prompt = rendered(client, "/api/chat", model=name, messages=messages)
    assert prompt.startswith("(system S)(")
    assert prompt.endswith("(user LAST)>")
    assert 0 < prompt.count("xy" * 20) < 9


def test_a_template_with_a_suffix_makes_a_model_fill_in(client: httpx.Client, make: Make) -> None:
    name = make(template="<P>{{ .Prompt }}{{ if .Suffix }}<S>{{ .Suffix }}{{ end }}<M>")
    shown = client.post("/api/show", json={"model": name}).json()
    assert "insert" in shown["capabilities"]
    body = {"model": name, "prompt": "a", "suffix": "b"}
    assert rendered(client, "/api/generate", **body) == "<P>a<S>b<M>"
    assert post(client, "/api/generate", **body)["eval_count"] == 8


def test_a_bad_template_makes_no_model(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain + "-bad", "from": models.plain, "template": "{{ if .A }}"}
    error = post(client, "/api/create", 400, **body)["error"]
    assert error.startswith("template error: template: :1: ")
    assert post(client, "/api/show", 404, model=models.plain + "-bad")


def test_a_known_chat_template_brings_stop_texts(
    client: httpx.Client, make: Make, tmp_path: Path
) -> None:
    name = make(write_model(tmp_path / "chatml.gguf", template=CHATML, seed=31))
    parameters = client.post("/api/show", json={"model": name}).json()["parameters"].split()
    assert parameters == ["stop", '"<|im_start|>"', "stop", '"<|im_end|>"']


# Context


def test_the_context_of_an_answer_goes_on_in_the_next_one(
    client: httpx.Client, models: Models
) -> None:
    body = {"model": models.plain, "prompt": "hi"}
    first = post(client, "/api/generate", **body)
    alone = first["prompt_eval_count"]
    assert len(first["context"]) >= alone - 1 + first["eval_count"] - 1
    second = post(client, "/api/generate", **body, context=first["context"])
    assert second["prompt_eval_count"] > alone + len(first["context"]) - 5
    prompt = rendered(client, "/api/generate", **body, context=first["context"])
    assert prompt.startswith("<|user|>hi\n<|assistant|>" + first["response"])
    assert prompt.endswith("<|user|>hi\n<|assistant|>")
    assert len(second["context"]) > len(first["context"])


def test_a_raw_answer_has_no_context(client: httpx.Client, models: Models) -> None:
    answer = post(client, "/api/generate", model=models.plain, prompt="hi", raw=True)
    assert "context" not in answer
    body = {"model": models.plain, "prompt": "hi", "raw": True, "context": [5]}
    error = post(client, "/api/generate", 400, **body)["error"]
    assert error == "raw mode does not support template, system, or context"


def test_a_streamed_answer_has_the_context_at_its_end(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": "hi", "options": OPTIONS}
    lines = client.post("/api/generate", json=body).text.splitlines()
    assert '"context":[' in lines[-1]
    assert not any('"context"' in line for line in lines[:-1])


# Images and thinking


def test_images_are_refused_by_a_model_of_texts(client: httpx.Client, make: Make) -> None:
    image = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    template = "{{ range .Messages }}({{ .Role }} {{ .Content }}){{ end }}>"
    name = make(template=template)  # Without one, Ollama answers 500.
    words = "does not support multimodal requests"
    answer = post(client, "/api/generate", 400, model=name, prompt="hi", images=[image])
    assert words in answer["error"]
    message = {**says("user", "hi"), "images": [image]}
    assert words in post(client, "/api/chat", 400, model=name, messages=[message])["error"]
    body = {"model": name, "prompt": "hi", "images": ["%%%"]}
    assert "illegal base64 data" in post(client, "/api/generate", 400, **body)["error"]


@pytest.mark.parametrize("think", [True, "high"])
def test_a_model_that_cannot_think_refuses_to(
    client: httpx.Client, models: Models, think: bool | str
) -> None:
    words = f'"{models.plain}" does not support thinking'
    body = {"model": models.plain, "think": think}
    assert post(client, "/api/generate", 400, **body, prompt="a")["error"] == words
    assert post(client, "/api/chat", 400, **body, messages=[says("user", "a")])["error"] == words
    assert post(client, "/api/generate", model=models.plain, think=False, prompt="a")["done"]


def test_a_bad_think_is_refused(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": "a"}
    error = post(client, "/api/generate", 400, **body, think="much")["error"]
    assert error.startswith('invalid think value: "much"')
    error = post(client, "/api/generate", 400, **body, think=3)["error"]
    assert error.startswith("think must be a boolean or string")


def test_a_model_that_thinks_does_so_unless_told_not_to(
    client: httpx.Client, make: Make, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "thinking.gguf", template=THINKING_TEMPLATE, seed=32)
    name = make(path)
    shown = client.post("/api/show", json={"model": name}).json()
    assert "thinking" in shown["capabilities"]
    body = {"model": name, "messages": [says("user", "a")]}
    assert rendered(client, "/api/chat", **body).endswith("<|assistant|><think>\n")
    assert rendered(client, "/api/chat", **body, think=False).endswith("</think>\n\n")


def test_thinking_is_a_field_of_its_own(
    embedded: EngineProcess, client: httpx.Client, make: Make, tmp_path: Path
) -> None:
    """Ollama does so where llama.cpp recognizes the template, which it does not here."""
    name = make(write_model(tmp_path / "thinking.gguf", template=THINKING_TEMPLATE, seed=32))
    body = {"model": name, "messages": [says("user", "a")]}
    thought = post(client, "/api/chat", **body, think=True)["message"]
    assert thought["thinking"]
    assert not thought["content"], "the weights never end their thinking"
    said = post(client, "/api/chat", **body, think=False)["message"]
    assert said["content"]
    assert "thinking" not in said


def test_thinking_is_streamed_apart(
    embedded: EngineProcess, client: httpx.Client, make: Make, tmp_path: Path
) -> None:
    """Ollama does so for chats; here generate does it too."""
    name = make(write_model(tmp_path / "thinking.gguf", template=THINKING_TEMPLATE, seed=32))
    whole = post(client, "/api/generate", model=name, prompt="a")
    assert whole["response"] == ""
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    body = {
        "model": name,
        "prompt": "a",
        "format": schema,
        "options": {"num_predict": 200, **STEADY},
    }
    bound = post(client, "/api/generate", **body)
    assert bound["response"].startswith("{")
    assert "thinking" not in bound, "`format` binds the answer from its beginning"
    body = {"model": name, "prompt": "a", "options": OPTIONS}
    lines = map(json.loads, client.post("/api/generate", json=body).text.splitlines())
    assert "".join(line.get("thinking", "") for line in lines) == whole["thinking"]


# The store


def test_a_copy_is_a_second_name(client: httpx.Client, models: Models) -> None:
    name = models.plain + "-copy"
    answer = client.post("/api/copy", json={"source": models.plain, "destination": name})
    assert (answer.status_code, answer.content) == (200, b"")
    try:
        shown = [client.post("/api/show", json={"model": m}).json() for m in (models.plain, name)]
        assert shown[0]["model_info"] == shown[1]["model_info"]
        assert post(client, "/api/generate", model=name, prompt="a")["eval_count"] == 8
    finally:
        unload(client, models.plain)
        unload(client, name)
        client.request("DELETE", "/api/delete", json={"model": name})
    assert client.post("/api/show", json={"model": models.plain}).status_code == 200


@pytest.mark.parametrize(
    ("source", "destination", "status", "words"),
    [
        ("hotseat-none", "x", 404, 'model "hotseat-none" not found'),
        ("a//b", "x", 400, 'source "a//b" is invalid'),
        ("hotseat-none", "../x", 400, 'destination "../x" is invalid'),
        ("", "x", 400, 'source "" is invalid'),
    ],
)
def test_a_copy_of_nothing_or_to_nowhere_is_refused(
    client: httpx.Client, source: str, destination: str, status: int, words: str
) -> None:
    body = {"source": source, "destination": destination}
    assert post(client, "/api/copy", status, **body)["error"] == words


def test_texts_of_a_model_are_stored_and_shown(client: httpx.Client, make: Make) -> None:
    messages = [says("user", "2+2?"), says("assistant", "4")]
    name = make(license=["MIT", "and more"], messages=messages, system="Count.")
    shown = client.post("/api/show", json={"model": name}).json()
    assert shown["license"] == "MIT\nand more"
    assert shown["messages"] == messages
    assert shown["system"] == "Count."
    assert "MIT" in shown["modelfile"]
    prompt = rendered(client, "/api/chat", model=name, messages=[says("user", "3+3?")])
    assert prompt == _chat(["Count."], [*messages, says("user", "3+3?")])
    prompt = rendered(client, "/api/generate", model=name, prompt="3+3?")
    assert prompt == _chat(["Count."], [*messages, says("user", "3+3?")])
    own = [says("system", "Other."), says("user", "hi")]
    prompt = rendered(client, "/api/chat", model=name, messages=own)
    assert "Count." not in prompt


def test_a_model_of_a_model_keeps_its_texts(
    client: httpx.Client, models: Models, make: Make
) -> None:
    first = make(license="MIT", messages=[says("user", "a")], system="s")
    body = {"model": models.plain + "-second", "from": first, "license": "BSD"}
    post(client, "/api/create", **body)
    try:
        shown = client.post("/api/show", json={"model": models.plain + "-second"}).json()
        assert (shown["license"], shown["system"]) == ("MIT\nBSD", "s")
        assert shown["messages"] == [says("user", "a")]
    finally:
        client.request("DELETE", "/api/delete", json={"model": models.plain + "-second"})


def test_a_quantized_model_is_not_quantized_again(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain + "-q", "from": models.plain, "quantize": "q8_0"}
    error = post(client, "/api/create", 500, **body)["error"]
    assert error == "quantization is only supported for F16, BF16 and F32 models"
    error = post(client, "/api/create", 500, **{**body, "quantize": "nosuch"})["error"]
    assert error.startswith("unsupported quantization type NOSUCH")


def test_verbose_shows_the_vocabulary(client: httpx.Client, models: Models) -> None:
    shown = [
        client.post("/api/show", json={"model": models.plain, "verbose": verbose}).json()
        for verbose in (False, True)
    ]
    key = "tokenizer.ggml.tokens"
    assert not shown[0]["model_info"][key]
    assert shown[1]["model_info"][key][:3] == ["<unk>", "<s>", "</s>"]
    assert len(shown[1]["model_info"]["tokenizer.ggml.scores"]) > 300


def test_show_and_push_need_a_model(client: httpx.Client) -> None:
    for path in ("/api/show", "/api/push"):
        assert post(client, path, 400)["error"] == "model is required"


def test_the_cloud_is_reported(client: httpx.Client) -> None:
    assert set(client.get("/api/status").json()["cloud"]) == {"disabled", "source"}
    assert client.post("/api/me").status_code in (200, 401, 503)


# What the embedded engine refuses instead of ignoring it


def test_nothing_is_pushed(embedded: EngineProcess, client: httpx.Client, models: Models) -> None:
    lines = client.post("/api/push", json={"model": models.plain}).text.splitlines()
    assert "uploads no models" in lines[-1]
    assert "uploads no models" in post(client, "/api/push", 500, model=models.plain)["error"]


@pytest.mark.parametrize(
    "more",
    [
        {"renderer": "qwen3"},
        {"parser": "qwen3"},
        {"remote_host": "https://ollama.com"},
        {"draft_files": {"a": "sha256:" + "0" * 64}},
        {"info": {"context_length": 5}},
        {"license": 5},
        {"messages": ["x"]},
    ],
)
def test_what_create_cannot_do_is_refused(
    embedded: EngineProcess, client: httpx.Client, models: Models, more: dict[str, Any]
) -> None:
    body = {"model": models.plain + "-refused", "from": models.plain, "stream": False, **more}
    answer = client.post("/api/create", json=body)
    assert answer.status_code in (400, 500)
    assert answer.json()["error"]
    assert client.post("/api/show", json={"model": body["model"]}).status_code == 404


def test_tokens_outside_the_vocabulary_are_refused(
    embedded: EngineProcess, client: httpx.Client, models: Models
) -> None:
    for context in ([-1], [10**9], ["a"], [1.5], [True], 5):
        post(client, "/api/generate", 400, model=models.plain, prompt="a", context=context)
    assert post(client, "/api/generate", model=models.plain, prompt="a")["done"]


def test_a_template_without_end_is_stopped(
    embedded: EngineProcess, client: httpx.Client, models: Models
) -> None:
    for template in ("{{ range 1000000000 }}{{ end }}", "{{ range 100000 }}{{ $ }}{{ end }}"):
        body = {"model": models.plain, "prompt": "x" * 1000, "template": template}
        assert "template: " in post(client, "/api/generate", 500, **body)["error"]
    assert post(client, "/api/generate", model=models.plain, prompt="a")["done"]


@pytest.mark.slow
def test_a_chat_template_without_end_is_stopped(
    embedded: EngineProcess, client: httpx.Client, models: Models, make: Make, tmp_path: Path
) -> None:
    template = (
        "{% if messages[-1]['content'] == 'loop' %}{% for i in range(100000) %}"
        "{% for j in range(100000) %}{% set x = i %}{% endfor %}{% endfor %}{% endif %}x"
    )
    name = make(write_model(tmp_path / "endless.gguf", template=template, seed=33))
    assert post(client, "/api/chat", model=name, messages=[says("user", "hi")])["done"]
    answer = post(client, "/api/chat", 500, model=name, messages=[says("user", "loop")])
    assert "chat template took more than" in answer["error"]
    assert post(client, "/api/chat", model=name, messages=[says("user", "hi")])["done"]
