"""A real model: what a real Ollama answered with it (ollama-exchanges.json), and what we do."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.engine_process import EngineProcess, create_model, put_blob, unload, until
from support.repository import REPOSITORY
from support.smollm2 import smollm2_file

pytestmark = pytest.mark.slow

_EXCHANGES = json.loads((Path(__file__).parent / "ollama-exchanges.json").read_text())["exchanges"]
_BY_TITLE = {exchange["title"]: exchange for exchange in _EXCHANGES}


@pytest.fixture(scope="module")
def smollm2(client: httpx.Client, own_engine: EngineProcess | None) -> Iterator[str]:
    if own_engine is None:
        pytest.skip("not applicable: the recorded answers are compared with our own engine's")
    yield create_model(client, "smollm2-contract", asyncio.run(smollm2_file()))
    unload(client, "smollm2-contract:latest")
    client.request("DELETE", "/api/delete", json={"model": "smollm2-contract"})


def asked(client: httpx.Client, model: str, title: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The recorded answer, and ours to the same request."""
    exchange = _BY_TITLE[title]
    answer = client.post(
        exchange["request"]["path"], json={**exchange["request"]["body"], "model": model}
    )
    assert answer.status_code == 200, answer.text
    return exchange["response"]["lines"][-1], answer.json()


@pytest.mark.parametrize("title", ["generate, no stream", "generate, stop string"])
def test_greedy_answers_are_those_of_ollama(client: httpx.Client, smollm2: str, title: str) -> None:
    recorded, ours = asked(client, smollm2, title)
    for name in ("response", "done_reason", "prompt_eval_count", "eval_count"):
        assert ours[name] == recorded[name], name


def test_logprobs_are_close_to_those_of_ollama(client: httpx.Client, smollm2: str) -> None:
    recorded, ours = asked(client, smollm2, "generate with logprobs")
    assert ours["response"] == recorded["response"]
    for mine, theirs in zip(ours["logprobs"], recorded["logprobs"], strict=True):
        assert mine["token"] == theirs["token"]
        assert mine["bytes"] == theirs["bytes"]
        assert mine["logprob"] == pytest.approx(theirs["logprob"], abs=0.1)
        tops = [[top["token"] for top in side["top_logprobs"]] for side in (mine, theirs)]
        assert tops[0][0] == tops[1][0]


def test_show_says_what_ollama_says(client: httpx.Client, smollm2: str) -> None:
    recorded, ours = asked(client, smollm2, "show")
    assert ours["details"] == recorded["details"]
    assert ours["capabilities"] == recorded["capabilities"]
    for name, value in recorded["model_info"].items():
        assert ours["model_info"][name] == value, name


def test_a_chat_is_rendered_with_the_template_in_the_file(
    client: httpx.Client, smollm2: str
) -> None:
    messages = [{"role": "system", "content": "s"}, {"role": "user", "content": "Say hi"}]
    options = {"num_thread": 1, "num_ctx": 2048, "temperature": 0, "num_predict": 8}
    body = {"model": smollm2, "stream": False, "options": options}
    chat = client.post("/api/chat", json={**body, "messages": messages}).json()
    prompt = "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nSay hi<|im_end|>\n"
    prompt += "<|im_start|>assistant\n"
    raw = client.post("/api/generate", json={**body, "prompt": prompt, "raw": True}).json()
    assert chat["message"]["content"] == raw["response"]
    assert chat["prompt_eval_count"] == raw["prompt_eval_count"]


def test_a_cut_off_answer_keeps_its_prompt_in_the_cache(client: httpx.Client, smollm2: str) -> None:
    options = {"num_thread": 1, "num_ctx": 2048, "temperature": 0, "num_predict": 1}
    body = {"model": smollm2, "prompt": "x = 1\n" * 60, "raw": True, "stream": False}
    first = client.post("/api/generate", json={**body, "options": options}).json()
    again = client.post("/api/generate", json={**body, "options": options}).json()
    assert again["prompt_eval_count"] == first["prompt_eval_count"]
    assert again["timings"]["cache_n"] >= first["prompt_eval_count"] - 2
    assert again["timings"]["prompt_n"] <= 2


@pytest.mark.extra
def test_memory_that_switching_adapters_left_over_is_given_back(
    client: httpx.Client, own_engine: EngineProcess, smollm2: str, nothing_loaded: None
) -> None:
    """llama.cpp makes large buffers anew at every change of adapter, and glibc keeps them."""
    adapters = sorted((REPOSITORY / "adapters" / "hotseat_adapters").glob("*.gguf"))
    names = [f"smollm2-contract-{adapter.stem}:latest" for adapter in adapters]

    def resident_bytes() -> int:
        (child,) = own_engine.children()
        return int(child.memory_info().rss)

    def ask(model: str) -> int:
        """Resident bytes of the model's process, soon after an answer to a prompt of 190 tokens."""
        body = {
            "model": model,
            "prompt": "total = total + item.price\n" * 24,
            "raw": True,
            "stream": False,
            "options": {"num_predict": 1, "num_ctx": 2048, "num_thread": 1},
        }
        answer = client.post("/api/generate", json=body)
        assert answer.status_code == 200, answer.text
        time.sleep(0.1)  # Far less than the rest after which it gives back anyway.
        return resident_bytes()

    try:
        base_bytes = ask(smollm2)
        for name, adapter in zip(names, adapters, strict=True):
            blob = put_blob(client, adapter)
            body = {"model": name, "from": smollm2, "adapters": {"a.gguf": blob}, "stream": False}
            assert client.post("/api/create", json=body).status_code == 200
        seen_bytes = [ask(name) for _ in range(4) for name in names]
        assert any(b < a - 8_000_000 for a, b in itertools.pairwise(seen_bytes)), seen_bytes
        until(lambda: resident_bytes() < 1.25 * base_bytes, within_s=10, what="less memory")
        ask(names[0])
        after_bytes = ask(names[1])
        until(lambda: resident_bytes() < after_bytes - 1_000_000, within_s=10, what="less memory")
    finally:
        for name in names:
            client.request("DELETE", "/api/delete", json={"model": name})


def test_a_kept_prompt_is_answered_as_after_a_cold_read(
    client: httpx.Client, smollm2: str, own_engine: EngineProcess
) -> None:
    """With a real model: text and log-probabilities after unload and reload."""
    prompt = "".join(f"def total_{i}(order):\n    return order.price * {i}\n\n" for i in range(12))
    options = {"num_predict": 24, "temperature": 0, "num_thread": 1, "seed": 1}
    body = {"model": smollm2, "prompt": prompt, "raw": True, "stream": False, "logprobs": True}

    def kept_bytes() -> int:
        return int(client.get("/api/ps").json()["hotseat"]["kept_bytes"])

    before_bytes = kept_bytes()  # of the prompts of other tests
    cold = client.post("/api/generate", json={**body, "options": options}).json()
    until(
        lambda: kept_bytes() > before_bytes,
        within_s=30,
        what="the prompt is kept",
    )
    unload(client, f"{smollm2}:latest")
    again = client.post("/api/generate", json={**body, "options": options}).json()
    assert again["timings"]["prompt_n"] == 1
    assert again["response"] == cold["response"]
    differences = [
        abs(a["logprob"] - b["logprob"])
        for a, b in zip(again["logprobs"], cold["logprobs"], strict=True)
    ]
    assert max(differences) < 5e-3, "as much as a warm and a cold read differ in one process"
