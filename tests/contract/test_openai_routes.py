"""OpenAI's API of the embedded engine: the answers of Ollama's routes, in OpenAI's form.

Ollama serves these routes too; what is asserted holds for both, but for the error's code.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from support.engine_process import Models

QUESTION = [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}]


def greedy(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "temperature": 0, "seed": 1, "max_tokens": 8, **more}


def events(client: httpx.Client, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    with client.stream("POST", path, json={**body, "stream": True}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


def test_models_are_listed_and_found(client: httpx.Client, models: Models) -> None:
    listed = client.get("/v1/models").json()
    assert listed["object"] == "list"
    assert models.plain in [entry["id"] for entry in listed["data"]]
    assert client.get(f"/v1/models/{models.plain}").json()["id"] == models.plain


def test_a_chat_is_that_of_the_other_api(client: httpx.Client, models: Models) -> None:
    body = greedy(models.plain, messages=QUESTION)
    whole = client.post("/v1/chat/completions", json=body).json()
    options = {"temperature": 0, "seed": 1, "num_predict": 8}
    same = client.post(
        "/api/chat",
        json={
            "model": models.plain,
            "messages": [{"role": "user", "content": "Why?"}],
            "options": options,
            "stream": False,
        },
    ).json()
    choice = whole["choices"][0]
    assert choice["message"] == {"role": "assistant", "content": same["message"]["content"]}
    assert choice["finish_reason"] == same["done_reason"] == "length"
    assert whole["usage"]["completion_tokens"] == same["eval_count"]
    assert (whole["object"], whole["model"]) == ("chat.completion", models.plain)

    *pieces, last, usage = events(
        client, "/v1/chat/completions", {**body, "stream_options": {"include_usage": True}}
    )
    text = "".join(piece["choices"][0]["delta"].get("content", "") for piece in pieces)
    assert text == same["message"]["content"]
    assert last["choices"][0]["finish_reason"] == "length"
    assert usage["usage"]["completion_tokens"] == same["eval_count"]


def test_a_completion_continues_the_prompt_or_fills_the_gap(
    client: httpx.Client, models: Models
) -> None:
    body = greedy(models.fim, prompt="def add(a, b):\n")
    whole = client.post("/v1/completions", json=body).json()
    assert whole["object"] == "text_completion"
    assert whole["choices"][0]["text"]
    pieces = events(client, "/v1/completions", body)
    assert "".join(p["choices"][0]["text"] for p in pieces) == whole["choices"][0]["text"]
    filled = client.post("/v1/completions", json={**body, "suffix": "\nreturn c"}).json()
    assert filled["usage"]["prompt_tokens"] > whole["usage"]["prompt_tokens"]
    refused = client.post("/v1/completions", json=greedy(models.plain, prompt="a", suffix="b"))
    assert refused.status_code == 400
    assert "does not support insert" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/v1/chat/completions", {"model": "none", "messages": QUESTION}, 404, "'none' not found"),
        ("/v1/chat/completions", {"messages": "x"}, 400, "messages"),
        ("/v1/completions", {"prompt": ["a", "b"]}, 400, "prompt must be one text"),
        ("/v1/embeddings", {"input": []}, 400, "input"),
        ("/v1/nothing", {}, 404, "not found"),
    ],
)
def test_errors_have_openais_form(
    embedded: object, client: httpx.Client, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


def test_a_model_without_vectors_says_so(client: httpx.Client, models: Models) -> None:
    answer = client.post("/v1/embeddings", json={"model": models.plain, "input": "a"})
    assert answer.status_code >= 400
    assert "embed" in answer.json()["error"]["message"]
