"""Embeddings: from a small BERT with mean pooling, on any engine with Ollama's API."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from support.engine_process import Models, create_model, loaded_names, unload
from support.tiny_gguf import EMBEDDING, write_embedding_model

TEXT = "the import of this class"
OPTIONS = {"num_thread": 1}


@pytest.fixture(scope="module")
def bert(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    name = f"hotseat-contract-{secrets.token_hex(4)}:bert"
    path = tmp_path_factory.mktemp("bert") / "bert.gguf"
    yield create_model(client, name, write_embedding_model(path))
    unload(client, name)
    client.request("DELETE", "/api/delete", json={"model": name})


def embed(client: httpx.Client, model: str, given: Any, **more: Any) -> httpx.Response:
    body = {"model": model, "input": given, "options": OPTIONS, **more}
    return client.post("/api/embed", json=body)


def vectors(client: httpx.Client, model: str, given: Any, **more: Any) -> list[list[float]]:
    answer = embed(client, model, given, **more)
    assert answer.status_code == 200, answer.text
    found: list[list[float]] = answer.json()["embeddings"]
    return found


def test_a_text_becomes_a_vector_of_length_1(client: httpx.Client, bert: str) -> None:
    answer = embed(client, bert, TEXT)
    assert answer.headers["content-type"].startswith("application/json")
    got = answer.json()
    (vector,) = got["embeddings"]
    assert len(vector) == EMBEDDING.n_embd
    assert math.hypot(*vector) == pytest.approx(1.0, abs=1e-5)
    assert got["model"] == bert
    assert got["prompt_eval_count"] == 7, "five words, and a token before and after them"
    assert got["total_duration"] > 0


@pytest.mark.both_schedules
def test_each_text_of_a_list_has_its_vector_in_order(client: httpx.Client, bert: str) -> None:
    texts = [TEXT, "func return", "var let const", TEXT]
    together = vectors(client, bert, texts)
    for text, vector in zip(texts, together, strict=True):
        assert vector == pytest.approx(vectors(client, bert, text)[0], abs=1e-5)
    assert together[0] != pytest.approx(together[1], abs=1e-3)


def test_many_texts_have_their_vectors_in_order(client: httpx.Client, bert: str) -> None:
    words = ("the", "import", "of", "this", "class")
    texts = [" ".join(words[: 1 + i % 5]) for i in range(203)]
    answer = embed(client, bert, texts).json()
    first = answer["embeddings"][:5]
    for i, vector in enumerate(answer["embeddings"]):
        assert vector == pytest.approx(first[i % 5], abs=1e-5)
    assert answer["prompt_eval_count"] == sum(len(text.split()) + 2 for text in texts)


def test_dimensions_cuts_the_vector_and_scales_it_again(client: httpx.Client, bert: str) -> None:
    (whole,) = vectors(client, bert, TEXT)
    (cut,) = vectors(client, bert, TEXT, dimensions=8)
    length = math.hypot(*whole[:8])
    assert cut == pytest.approx([value / length for value in whole[:8]], abs=1e-5)


@pytest.mark.parametrize("nothing", ["", [], None])
def test_no_input_loads_the_model_only(client: httpx.Client, bert: str, nothing: Any) -> None:
    unload(client, bert)
    assert embed(client, bert, nothing).json() == {"model": bert, "embeddings": []}
    assert bert in loaded_names(client)


def test_openais_route_has_the_same_vectors(client: httpx.Client, bert: str) -> None:
    answer = client.post("/v1/embeddings", json={"model": bert, "input": ["one", "two"]}).json()
    assert [entry["embedding"] for entry in answer["data"]] == vectors(client, bert, ["one", "two"])
    assert answer["usage"]["prompt_tokens"] > 0


def test_keep_alive_0_unloads_after_the_answer(client: httpx.Client, bert: str) -> None:
    vectors(client, bert, TEXT, keep_alive=0)
    unload(client, bert)  # returns when it is gone


@pytest.mark.parametrize("wrong", [1, [1], [["a"]], {"a": 1}])
def test_input_of_another_type_is_refused(client: httpx.Client, bert: str, wrong: Any) -> None:
    answer = embed(client, bert, wrong)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid input type"})


def test_a_long_text_is_cut_at_its_end(client: httpx.Client, bert: str) -> None:
    n_words = EMBEDDING.context_length - 2  # a token before and after the text
    (wanted,) = vectors(client, bert, "the " * n_words)
    got = embed(client, bert, ["the " * n_words + "import " * 300]).json()
    assert got["embeddings"][0] == pytest.approx(wanted, abs=1e-5)
    assert got["prompt_eval_count"] == EMBEDDING.context_length


def test_a_long_text_is_cut_to_num_ctx(client: httpx.Client, bert: str) -> None:
    options = {**OPTIONS, "num_ctx": 64}
    (wanted,) = vectors(client, bert, "the " * 62, options=options)
    (got,) = vectors(client, bert, "the " * 62 + "import " * 9, options=options)
    assert got == pytest.approx(wanted, abs=1e-5)


def test_a_context_of_3_tokens_has_place_for_one(client: httpx.Client, bert: str) -> None:
    (wanted,) = vectors(client, bert, "the", options=OPTIONS)
    (got,) = vectors(client, bert, "the import of", options={**OPTIONS, "num_ctx": 3})
    assert got == pytest.approx(wanted, abs=1e-5)
    answer = embed(client, bert, "the import of", options={**OPTIONS, "num_ctx": 1})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error == "input after truncation exceeds maximum context length"


def test_a_long_text_is_cut_to_a_batch(client: httpx.Client, bert: str) -> None:
    options = {**OPTIONS, "num_batch": 32}
    (wanted,) = vectors(client, bert, "the " * 30, options=options)
    (got,) = vectors(client, bert, "the " * 30 + "import " * 9, options=options)
    assert got == pytest.approx(wanted, abs=1e-5)


def test_without_truncate_a_long_text_is_refused(client: httpx.Client, bert: str) -> None:
    answer = embed(client, bert, "the " * 600, truncate=False)
    assert answer.status_code == 400
    assert answer.json() == {"error": "the input length exceeds the context length"}


def test_the_older_route_has_one_vector_of_any_length(client: httpx.Client, bert: str) -> None:
    body = {"model": bert, "prompt": TEXT, "options": OPTIONS}
    answer = client.post("/api/embeddings", json=body)
    assert answer.status_code == 200, answer.text
    got = answer.json()["embedding"]
    (wanted,) = vectors(client, bert, TEXT)
    assert got == pytest.approx([math.hypot(*got) * value for value in wanted], abs=1e-4)
    body["prompt"] = ""
    assert client.post("/api/embeddings", json=body).json() == {"embedding": []}


def test_the_older_route_cuts_nothing(client: httpx.Client, bert: str) -> None:
    body = {"model": bert, "prompt": "the " * 600, "options": OPTIONS}
    answer = client.post("/api/embeddings", json=body)
    assert answer.status_code == 500
    assert answer.json() == {"error": "the input length exceeds the context length"}


def test_what_it_can_do_is_shown(client: httpx.Client, bert: str) -> None:
    assert client.post("/api/show", json={"model": bert}).json()["capabilities"] == ["embedding"]


@pytest.mark.parametrize(
    ("path", "more", "word"),
    [
        ("/api/generate", {"prompt": "a"}, "generate"),
        ("/api/chat", {"messages": [{"role": "user", "content": "a"}]}, "chat"),
    ],
)
def test_an_embedding_model_generates_no_text(
    client: httpx.Client, bert: str, path: str, more: dict[str, Any], word: str
) -> None:
    answer = client.post(path, json={"model": bert, "stream": False, **more})
    assert answer.status_code == 400
    assert answer.json() == {"error": f'"{bert}" does not support {word}'}


def test_a_model_that_generates_text_has_no_vectors(client: httpx.Client, models: Models) -> None:
    answer = embed(client, models.plain, TEXT)
    assert answer.status_code == 501
    assert "does not support embeddings" in answer.json()["error"]
    body = {"model": models.plain, "prompt": TEXT}
    answer = client.post("/api/embeddings", json=body)
    assert answer.status_code == 500
    assert "does not support embeddings" in answer.json()["error"]
    assert vectors(client, models.plain, []) == []


def test_an_unknown_model_is_not_found(client: httpx.Client) -> None:
    assert embed(client, "hotseat-contract-nothing", TEXT).status_code == 404


def test_vectors_come_back_after_the_process_was_killed(
    client: httpx.Client, embedded: Any, bert: str
) -> None:
    before = vectors(client, bert, TEXT)
    for child in embedded.children():
        child.kill()
    assert vectors(client, bert, TEXT) == before
