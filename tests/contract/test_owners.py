"""A server that asks for many clients: prompts are reused only within one of them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from support.engine_process import EngineProcess, create_model, running_engine
from support.tiny_gguf import write_model

PROMPT = "def alpha ( beta ) : return beta " * 12
OPTIONS = {"num_predict": 4}
CHAT = [{"role": "user", "content": PROMPT}]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    folder = tmp_path_factory.mktemp("owners")
    model = write_model(folder / "m.gguf")
    with running_engine(folder, "--keep-prompts", "0", "--parallel", "2") as engine:
        with engine.client(timeout=60) as client:
            for name in ("generate", "chat", "v1"):
                create_model(client, name, model)
        yield engine


def n_cached(client: httpx.Client, model: str, owner: str) -> int:
    """Ask by the route that the model is named after; return the prompt's tokens from the cache."""
    body: dict[str, object] = {"model": model, "stream": False, "options": OPTIONS}
    body |= {"messages": CHAT} if model == "chat" else {"prompt": PROMPT, "raw": True}
    answer = client.post(
        f"/api/{'chat' if model == 'chat' else 'generate'}",
        json=body,
        headers={"X-Hotseat-Owner": owner},
    )
    assert answer.status_code == 200, answer.text
    return int(answer.json()["timings"]["cache_n"])


@pytest.mark.parametrize("model", ["generate", "chat"])
def test_the_beginning_of_anothers_prompt_is_read_again(engine: EngineProcess, model: str) -> None:
    with engine.client(timeout=60) as client:
        assert n_cached(client, model, "anna") == 0
        assert n_cached(client, model, "anna") > 50
        assert n_cached(client, model, "ben") == 0
        assert n_cached(client, model, "carl") == 0, "no slot is free of others' prompts"
        assert n_cached(client, model, "carl") > 50


def test_openais_routes_leave_nothing_for_others_either(engine: EngineProcess) -> None:
    with engine.client(timeout=60) as client:
        body = {"model": "v1", "prompt": PROMPT, "max_tokens": 4}
        headers = {"X-Hotseat-Owner": "anna"}
        assert client.post("/v1/completions", json=body, headers=headers).status_code == 200
        assert n_cached(client, "v1", "ben") == 0
        assert n_cached(client, "v1", "anna") > 50
