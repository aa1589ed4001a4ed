"""What a client relies on beyond the shape of answers: keep-alive, options, streams, sharing.

Holds for Ollama and for the embedded engine; seen with Ollama 0.32 on a CPU.
"""

from __future__ import annotations

import itertools
import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from support.engine_process import Models, loaded, loaded_names, unload, until

pytestmark = pytest.mark.both_schedules

OPTIONS = {"num_thread": 1, "num_ctx": 512, "temperature": 0, "num_predict": 8}


def generate(client: httpx.Client, model: str, prompt: str = "def a", **more: Any) -> Any:
    options = {**OPTIONS, **more.pop("options", {})}
    body = {"model": model, "prompt": prompt, "stream": False, "options": options, **more}
    answer = client.post("/api/generate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def load(client: httpx.Client, model: str, **more: Any) -> Any:
    return generate(client, model, "", **more)


def expires_in_s(client: httpx.Client, model: str) -> float:
    (entry,) = [entry for entry in loaded(client) if entry["name"] == model]
    expires = datetime.fromisoformat(str(entry["expires_at"]).replace("Z", "+00:00"))
    return (expires - datetime.now(UTC)).total_seconds()


# Loading and unloading


def test_an_empty_prompt_loads_and_says_so(
    client: httpx.Client, models: Models, nothing_loaded: None
) -> None:
    answer = load(client, models.plain)
    assert (answer["response"], answer["done"], answer["done_reason"]) == ("", True, "load")
    (entry,) = [entry for entry in loaded(client) if entry["name"] == models.plain]
    assert entry["context_length"] == 512
    assert int(str(entry["size"])) > 0


def test_keep_alive_0_without_a_prompt_unloads(client: httpx.Client, models: Models) -> None:
    load(client, models.plain)
    answer = load(client, models.plain, keep_alive=0)
    assert answer["done_reason"] == "unload"
    until(lambda: models.plain not in loaded_names(client), within_s=5, what="unloaded")


def test_keep_alive_0_with_a_prompt_unloads_after_the_answer(
    client: httpx.Client, models: Models
) -> None:
    answer = generate(client, models.plain, keep_alive=0)
    assert answer["response"]
    until(lambda: models.plain not in loaded_names(client), within_s=5, what="unloaded")


def test_unloading_a_busy_model_lets_it_finish(
    client: httpx.Client, models: Models, nothing_loaded: None
) -> None:
    steady = {"repeat_penalty": 1.5, "repeat_last_n": 64}  # See test_num_predict_0_is_unlimited.
    body = {
        "model": models.plain,
        "prompt": "a",
        "options": {**OPTIONS, "num_predict": 400, **steady},
    }
    with client.stream("POST", "/api/generate", json=body) as answer:
        lines = answer.iter_lines()
        next(lines)
        started_s = time.monotonic()
        assert load(client, models.plain, keep_alive=0)["done_reason"] == "unload"
        replied_s = time.monotonic() - started_s
        last = json.loads(list(lines)[-1])
    assert last["done"]
    assert last["eval_count"] == 400
    assert replied_s < 1
    until(lambda: models.plain not in loaded_names(client), within_s=5, what="unloaded")


def test_a_model_goes_when_its_keep_alive_is_over(client: httpx.Client, models: Models) -> None:
    load(client, models.plain, keep_alive=0.3)
    waited_s = until(lambda: models.plain not in loaded_names(client), within_s=5, what="gone")
    assert waited_s > 0.2


@pytest.mark.parametrize(
    ("keep_alive", "seconds"), [(90, 90), ("2m", 120), ("1h30m", 5400), ("-1s", 1e9), (-1, 1e9)]
)
def test_keep_alive_is_seconds_or_a_duration(
    client: httpx.Client, models: Models, keep_alive: int | str, seconds: float
) -> None:
    load(client, models.plain, keep_alive=keep_alive)
    left_s = expires_in_s(client, models.plain)
    assert left_s > 1e9 if seconds == 1e9 else seconds - 5 < left_s <= seconds + 1


def test_keep_alive_sticks_until_another_is_sent(client: httpx.Client, models: Models) -> None:
    load(client, models.plain, keep_alive=1000)
    generate(client, models.plain)
    assert 900 < expires_in_s(client, models.plain) <= 1001
    generate(client, models.plain, keep_alive=50)
    assert expires_in_s(client, models.plain) <= 51


def test_a_keep_alive_without_a_unit_is_refused(client: httpx.Client, models: Models) -> None:
    answer = client.post("/api/generate", json={"model": models.plain, "keep_alive": "300"})
    assert answer.status_code == 400
    assert answer.json() == {"error": 'time: missing unit in duration "300"'}


# Options


@pytest.mark.parametrize(
    ("before", "after"), [({}, {"num_ctx": 256}), ({"use_mmap": True}, {"use_mmap": False})]
)
def test_another_load_option_reloads(
    client: httpx.Client, models: Models, before: dict[str, Any], after: dict[str, Any]
) -> None:
    generate(client, models.plain, options=before)
    assert generate(client, models.plain, options=after)["load_duration"] > 20e6


def test_another_sampling_option_does_not_reload(client: httpx.Client, models: Models) -> None:
    generate(client, models.plain)
    a_load_ns = generate(client, models.plain, options={"num_ctx": 300})["load_duration"]
    for changed in ({"top_k": 5}, {"repeat_penalty": 1.2}, {"stop": ["x"]}):
        now = generate(client, models.plain, options={"num_ctx": 300, **changed})
        assert now["load_duration"] < a_load_ns / 3


def test_num_ctx_is_capped_at_the_trained_length(client: httpx.Client, models: Models) -> None:
    load(client, models.plain, options={"num_ctx": 1_000_000})
    (entry,) = [entry for entry in loaded(client) if entry["name"] == models.plain]
    assert entry["context_length"] == 2048


def test_num_predict_bounds_the_answer(client: httpx.Client, models: Models) -> None:
    answer = generate(client, models.plain, options={"num_predict": 3})
    assert (answer["eval_count"], answer["done_reason"]) == (3, "length")


def test_num_predict_0_is_unlimited(client: httpx.Client, models: Models) -> None:
    # Ollama ends an answer that repeats one token 30 times; penalties keep these weights from it.
    steady = {"repeat_penalty": 1.5, "repeat_last_n": 64}
    options = {**OPTIONS, "num_predict": 0, "num_ctx": 256, **steady}
    body = {"model": models.plain, "prompt": "def a", "options": options}
    with client.stream("POST", "/api/generate", json=body) as answer:
        pieces = itertools.islice(answer.iter_lines(), 300)
        assert not any(json.loads(piece)["done"] for piece in pieces), "Ollama's has no end at all"


def test_a_stop_text_ends_the_answer_and_is_not_in_it(client: httpx.Client, models: Models) -> None:
    whole = generate(client, models.plain, options={"num_predict": 40})["response"]
    stop = whole[10]
    answer = generate(client, models.plain, options={"num_predict": 40, "stop": [stop]})
    assert answer["response"] == whole[: whole.index(stop)]
    assert answer["done_reason"] == "stop"


def test_one_seed_gives_one_answer(client: httpx.Client, models: Models) -> None:
    hot = {"temperature": 1.5, "num_predict": 30}
    answers = {
        seed: [generate(client, models.plain, options={**hot, "seed": seed}) for _ in range(2)]
        for seed in (1, 2)
    }
    texts = {seed: {answer["response"] for answer in both} for seed, both in answers.items()}
    assert len(texts[1]) == len(texts[2]) == 1
    assert texts[1] != texts[2]


def test_parameters_of_the_model_hold_unless_the_request_says_otherwise(
    client: httpx.Client, models: Models
) -> None:
    name = models.plain + "-short"
    body = {"model": name, "from": models.plain, "parameters": {"num_predict": 2}}
    assert client.post("/api/create", json={**body, "stream": False}).status_code == 200
    try:
        request = {"model": name, "prompt": "a", "stream": False}
        default = client.post("/api/generate", json=request).json()
        assert default["eval_count"] == 2
        given = {**request, "options": {"num_predict": 5}}
        assert client.post("/api/generate", json=given).json()["eval_count"] == 5
    finally:
        for loaded_name in (name, models.plain):
            unload(client, loaded_name)
        client.request("DELETE", "/api/delete", json={"model": name})


# Answers


def test_a_stream_is_the_answer_in_pieces(client: httpx.Client, models: Models) -> None:
    body = {"model": models.plain, "prompt": "def a", "options": {**OPTIONS, "num_predict": 20}}
    with client.stream("POST", "/api/generate", json=body) as answer:
        assert answer.headers["content-type"] == "application/x-ndjson"
        lines = [json.loads(line) for line in answer.iter_lines()]
    whole = generate(client, models.plain, options={"num_predict": 20})
    assert "".join(line["response"] for line in lines) == whole["response"]
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert len(lines) > 10


def test_logprobs_come_for_every_token(client: httpx.Client, models: Models) -> None:
    answer = generate(client, models.plain, raw=True, logprobs=True, top_logprobs=3)
    assert len(answer["logprobs"]) == 8
    for entry in answer["logprobs"]:
        best = entry["top_logprobs"][0]
        assert len(entry["top_logprobs"]) == 3
        assert best["logprob"] == entry["logprob"] <= 0  # Greedy: the token is the likeliest.
        assert bytes(best["bytes"]).decode() == best["token"]


def test_a_json_schema_binds_the_answer(client: httpx.Client, models: Models) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
    # Random weights like blanks too much to end in time; penalties make them get on with it.
    options = {**OPTIONS, "num_predict": 300, "repeat_penalty": 1.5, "repeat_last_n": 300}
    body = {
        "model": models.plain,
        "messages": [{"role": "user", "content": "ok?"}],
        "format": {**schema, "additionalProperties": False},
        "stream": False,
        "options": options,
    }
    answer = client.post("/api/chat", json=body).json()
    assert type(json.loads(answer["message"]["content"])["ok"]) is bool


def test_suffix_fills_in_the_middle_where_the_model_can(
    client: httpx.Client, models: Models
) -> None:
    shown = client.post("/api/show", json={"model": models.fim}).json()
    if "insert" not in shown["capabilities"]:
        pytest.skip("not applicable: this engine takes the capability from a template")
    plain = generate(client, models.fim, "def a")
    filled = generate(client, models.fim, "def a", suffix="return a")
    other = generate(client, models.fim, "def a", suffix="if x:\n    return 12345")
    assert filled["prompt_eval_count"] > plain["prompt_eval_count"]
    assert len({plain["response"], filled["response"], other["response"]}) == 3


def test_suffix_is_refused_where_the_model_cannot(client: httpx.Client, models: Models) -> None:
    shown = client.post("/api/show", json={"model": models.plain}).json()
    assert "insert" not in shown["capabilities"]
    answer = client.post(
        "/api/generate", json={"model": models.plain, "prompt": "a", "suffix": "b"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("does not support insert")


# Sharing


def test_an_alias_shares_the_process_and_the_name_that_loaded_it_is_shown(
    client: httpx.Client, models: Models, nothing_loaded: None
) -> None:
    alias = models.plain + "-alias"
    body = {"model": alias, "from": models.plain, "system": "Be brief.", "stream": False}
    assert client.post("/api/create", json=body).status_code == 200
    try:
        load(client, models.plain)
        assert generate(client, alias, raw=True)["load_duration"] < 20e6
        assert alias not in loaded_names(client)
        assert models.plain in loaded_names(client)
    finally:
        client.request("DELETE", "/api/delete", json={"model": alias})
    assert generate(client, models.plain)["response"], "deleting an alias leaves the model"


def test_requests_during_a_load_join_it(
    client: httpx.Client, models: Models, nothing_loaded: None
) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: generate(client, models.plain), range(4)))
    assert len({answer["response"] for answer in answers}) == 1
    assert len([name for name in loaded_names(client) if name == models.plain]) == 1


def test_two_models_stay_loaded_beside_each_other(
    client: httpx.Client, models: Models, nothing_loaded: None
) -> None:
    first, second = generate(client, models.plain), generate(client, models.other)
    assert first["response"] != second["response"]
    if {models.plain, models.other} - loaded_names(client):
        pytest.skip("not applicable: this engine is set to one model at a time")
    assert generate(client, models.plain)["load_duration"] < 20e6


def test_a_client_that_leaves_stops_its_generation(
    client: httpx.Client, models: Models, nothing_loaded: None
) -> None:
    options = {**OPTIONS, "num_ctx": 2048, "num_predict": -1}
    body = {"model": models.plain, "prompt": "a", "options": options}
    with client.stream("POST", "/api/generate", json=body) as answer:
        next(answer.iter_lines())
    # A busy model would stay until its work ends.
    load(client, models.plain, keep_alive=0, options=options)
    until(lambda: models.plain not in loaded_names(client), within_s=1, what="slot free")


@pytest.mark.alone
def test_small_answers_do_not_wait_for_an_acknowledgement(client: httpx.Client) -> None:
    """Two writes on a socket without TCP_NODELAY cost 40 ms each time."""
    taken_s = []
    for _ in range(15):
        started_s = time.monotonic()
        client.get("/api/version")
        taken_s.append(time.monotonic() - started_s)
    assert statistics.median(taken_s) < 0.025


# The store


def test_a_blob_must_be_what_its_digest_says(client: httpx.Client) -> None:
    digest = "sha256:" + "1" * 64
    assert client.post(f"/api/blobs/{digest}", content=b"other").status_code == 400
    assert client.head(f"/api/blobs/{digest}").status_code == 404


def test_a_deleted_model_is_gone(client: httpx.Client, models: Models) -> None:
    name = models.plain + "-gone"
    client.post("/api/create", json={"model": name, "from": models.plain, "stream": False})
    assert name in {entry["name"] for entry in client.get("/api/tags").json()["models"]}
    assert client.request("DELETE", "/api/delete", json={"model": name}).status_code == 200
    assert name not in {entry["name"] for entry in client.get("/api/tags").json()["models"]}
    assert client.post("/api/show", json={"model": name}).status_code == 404


def test_a_name_without_a_tag_is_the_latest(
    client: httpx.Client, models: Models, tmp_path: Any
) -> None:
    name = models.plain.split(":")[0] + "-untagged"
    client.post("/api/create", json={"model": name, "from": models.plain, "stream": False})
    try:
        names = {entry["name"] for entry in client.get("/api/tags").json()["models"]}
        assert name + ":latest" in names
        assert client.post("/api/show", json={"model": name + ":latest"}).status_code == 200
    finally:
        client.request("DELETE", "/api/delete", json={"model": name})
