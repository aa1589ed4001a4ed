"""Many adapters over one base, in one process: whose bytes, whose turn, whose cache."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.engine_process import (
    EngineProcess,
    create_model,
    loaded,
    loaded_names,
    put_blob,
    unload,
    until,
)
from support.tiny_gguf import SLOW, Shape, write_adapter, write_model

SHORT = {"num_thread": 1, "temperature": 0, "num_predict": 8, "num_ctx": 1024}
PROMPT = "def alpha beta gamma " * 20


def create_adapted(client: httpx.Client, name: str, base: str, adapter: Path) -> httpx.Response:
    digest = put_blob(client, adapter)
    body = {"model": name, "from": base, "adapters": {"a.gguf": digest}, "stream": False}
    return client.post("/api/create", json=body)


def ask(client: httpx.Client, model: str, prompt: str = PROMPT, **options: Any) -> dict[str, Any]:
    body = {"model": model, "prompt": prompt, "raw": True, "stream": False}
    answer = client.post("/api/generate", json={**body, "options": {**SHORT, **options}})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


class Family:
    def __init__(self, client: httpx.Client, folder: Path, shape: Shape, n_adapters: int) -> None:
        self._client, self._folder, self._shape = client, folder, shape
        prefix = f"hotseat-contract-{secrets.token_hex(4)}"
        self.base = create_model(client, f"{prefix}:base", write_model(folder / "b", shape=shape))
        self.adapted = [self.add(f"{prefix}:a{i}", seed=20 + i) for i in range(n_adapters)]

    def add(self, name: str, *, seed: int) -> str:
        path = write_adapter(self._folder / f"{seed}", shape=self._shape, seed=seed)
        answer = create_adapted(self._client, name, self.base, path)
        assert answer.status_code == 200, answer.text
        return name

    def unload(self) -> None:
        for name in (self.base, *self.adapted):
            unload(self._client, name)

    def delete(self) -> None:
        self.unload()
        for name in (self.base, *self.adapted):
            self._client.request("DELETE", "/api/delete", json={"model": name})


@pytest.fixture
def family(
    embedded: EngineProcess, client: httpx.Client, tmp_path: Path, nothing_loaded: None
) -> Iterator[Family]:
    made = Family(client, tmp_path, Shape(), 2)
    yield made
    made.delete()


@pytest.fixture
def slow_family(
    embedded: EngineProcess, client: httpx.Client, tmp_path: Path, nothing_loaded: None
) -> Iterator[Family]:
    made = Family(client, tmp_path, SLOW, 2)
    yield made
    made.delete()


def test_adapters_share_the_process_of_their_base(
    embedded: EngineProcess, client: httpx.Client, family: Family
) -> None:
    texts = {name: ask(client, name)["response"] for name in (family.base, *family.adapted)}
    assert len(set(texts.values())) == 3, "each answers in its own way"
    assert len(embedded.children()) == 1
    entries = {entry["name"]: entry for entry in loaded(client)}
    assert set(entries) == set(texts)
    rss = embedded.children()[0].memory_info().rss
    total = sum(entry["size"] for entry in entries.values())
    assert total == pytest.approx(rss, rel=0.1), "the base counts once"
    sizes = [entries[name]["size"] for name in family.adapted]
    assert max(sizes) < 200_000, "an adapter's own bytes, without the base"
    assert {entry["hotseat"]["adapter"] for entry in entries.values()} == {True, False}


def test_an_answer_is_the_same_whether_or_not_another_adapter_ran(
    client: httpx.Client, family: Family
) -> None:
    """Cold with cold, in the same slot: the first request of a fresh process takes the same one."""
    one, other = family.adapted
    cold = ask(client, one, logprobs=True)
    family.unload()
    assert client.post("/api/hotseat/beside", json={"forget": one}).status_code == 200
    ask(client, other)
    ask(client, family.base)
    after_others = ask(client, one, logprobs=True)
    assert after_others["timings"]["cache_n"] == 0, "nothing came from another's cache"
    assert after_others["response"] == cold["response"]
    assert ask(client, one)["timings"]["cache_n"] > 0, "but from its own"


def test_a_completion_goes_before_an_answer_on_another_adapter(
    client: httpx.Client, slow_family: Family
) -> None:
    one, other = slow_family.adapted
    options = {**SHORT, "num_predict": 150}
    body = {"model": one, "messages": [{"role": "user", "content": "tell"}], "options": options}
    ask(client, other)
    undisturbed = client.post("/api/chat", json={**body, "stream": False}).json()
    text, said_at = "", []
    with client.stream("POST", "/api/chat", json=body) as chat:
        for n, line in enumerate(chat.iter_lines()):
            event = json.loads(line)
            text += event["message"]["content"]
            if n in (10, 20):
                assert ask(client, other)["eval_count"] == 8
                said_at.append(len(text))
            if event["done"]:
                break
    assert len(said_at) == 2, "it was not at its end when the completions were"
    assert event["eval_count"] == 150, "it lost nothing"
    assert event["prompt_eval_count"] == undisturbed["prompt_eval_count"]
    whole = undisturbed["message"]["content"]
    assert text[: said_at[0]] == whole[: said_at[0]]
    assert whole[:10] not in text[10:], "it went on, and did not begin again"


def test_a_new_adapter_joins(embedded: EngineProcess, client: httpx.Client, family: Family) -> None:
    ask(client, family.base)
    ask(client, family.adapted[0])
    new = family.add(f"{family.base}-new", seed=40)
    family.adapted.append(new)
    answer = ask(client, new)["response"]
    assert loaded_names(client) == {family.base, family.adapted[0], new}, "who was there stays"
    assert answer != ask(client, family.base)["response"]
    assert ask(client, family.adapted[0])["eval_count"] == 8
    assert len(embedded.children()) == 1


def test_a_join_that_nobody_waits_for_any_more_leaves_the_base_in_memory(
    client: httpx.Client, family: Family
) -> None:
    """Who types on leaves the request by which a new adapter joins: the base was there before."""
    ask(client, family.base, num_predict=1)
    added = family.add(f"{family.base}-late", seed=50)
    family.adapted.append(added)
    body = {"model": added, "prompt": PROMPT, "raw": True, "stream": True, "options": SHORT}
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/generate", json=body, timeout=0.03)
    until(lambda: family.base in loaded_names(client), within_s=20, what="a load for who was there")


def test_an_adapter_that_is_replaced_leaves_the_base_where_it_is(
    embedded: EngineProcess, client: httpx.Client, family: Family
) -> None:
    """Else the base would be missed for as long as what was loaded in its place stays."""
    name = family.adapted[0]
    ask(client, family.base)
    before = ask(client, name)["response"]
    family.add(name, seed=41)
    assert ask(client, name)["response"] != before
    assert loaded_names(client) == {family.base, name}
    assert len(embedded.children()) == 1
    unload(client, family.base)
    assert loaded_names(client) == set()


def test_unloading_an_adapter_leaves_the_base_and_unloading_the_base_ends_it_all(
    embedded: EngineProcess, client: httpx.Client, family: Family
) -> None:
    for name in (family.base, *family.adapted):
        ask(client, name)
    unload(client, family.adapted[0])
    assert loaded_names(client) == {family.base, family.adapted[1]}
    unload(client, family.base)
    assert loaded_names(client) == set()
    assert embedded.children() == []


def test_an_adapter_with_a_time_of_its_own_outlives_the_base(
    client: httpx.Client, family: Family
) -> None:
    body = {"model": family.adapted[0], "keep_alive": 60, "options": SHORT, "stream": False}
    client.post("/api/generate", json=body)
    ask(client, family.base)
    unload(client, family.base)
    assert loaded_names(client) == {family.adapted[0]}
    (entry,) = loaded(client)
    assert entry["size"] > 1_000_000, "now the base counts here"


def test_memory_for_many_prompts_that_fill_the_cache(client: httpx.Client, family: Family) -> None:
    """Together they have as many tokens as two requests may use; what is idle gives way."""
    for _ in range(2):
        for name in (family.base, *family.adapted):
            said = ask(client, name, "alpha " * 190)
            assert said["eval_count"] == 8
    again = ask(client, family.adapted[-1], "alpha " * 190)
    assert again["timings"]["cache_n"] > 0, "the last one is still there"


def test_an_adapter_for_another_base_is_refused(
    embedded: EngineProcess, client: httpx.Client, family: Family, tmp_path: Path
) -> None:
    wide = write_adapter(tmp_path / "wide", shape=Shape(n_embd=96))
    answer = create_adapted(client, "hotseat-contract-misfit", family.base, wide)
    assert answer.status_code == 400
    assert "another base" in answer.json()["error"]
    deep = write_adapter(tmp_path / "deep", shape=Shape(n_layers=3))
    answer = create_adapted(client, "hotseat-contract-misfit", family.base, deep)
    assert answer.status_code == 400
    assert "blk.2" in answer.json()["error"]


# Longer than the context


def test_a_long_chat_is_shortened_for_an_adapter_too(client: httpx.Client, family: Family) -> None:
    messages = [{"role": "user", "content": f"question number {i}"} for i in range(60)]
    options = {**SHORT, "num_ctx": 256}
    body = {"model": family.adapted[0], "messages": messages, "stream": False, "options": options}
    answer = client.post("/api/chat", json=body)
    assert answer.status_code == 200, answer.text
    assert 200 < answer.json()["prompt_eval_count"] < 256
    long = ask(client, family.adapted[1], "a b " * 400, num_ctx=256)
    assert long["prompt_eval_count"] == 131


def test_an_answer_in_turns_goes_on_when_the_context_is_full(
    client: httpx.Client, slow_family: Family
) -> None:
    one, other = slow_family.adapted
    options = {**SHORT, "num_ctx": 256, "num_predict": 400, "repeat_penalty": 1.5}
    body = {"model": one, "messages": [{"role": "user", "content": "tell"}], "options": options}
    ask(client, other, "def", num_ctx=256)
    n_asked = 0
    with client.stream("POST", "/api/chat", json=body) as chat:
        for n, line in enumerate(chat.iter_lines()):
            event = json.loads(line)
            assert "error" not in event, event
            if n % 100 == 50:
                assert ask(client, other, "def", num_ctx=256)["eval_count"] == 8
                n_asked += 1
    assert n_asked == 4, "the answer gave way before and after its context was full"
    assert (event["eval_count"], event["done_reason"]) == (400, "length")
