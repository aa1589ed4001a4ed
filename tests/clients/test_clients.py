"""Clients of Ollama's API that others wrote, with the embedded engine.

Each gets the address and the token by the variables that `hotseat engine --print-env` prints.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ollama
import pytest

from clients.conftest import JSON, TEXT, ClientSetup
from support.clients import require_npm_package, require_python
from support.node import require_node

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ANSWER, JSON_ANSWER = "".join(TEXT), "".join(JSON)
CALL = ["get_weather", {"city": "Paris"}]
N_CTX = 512


def run(setup: ClientSetup, *command: str | Path, **environment: str) -> dict[str, Any]:
    """Return what a program prints as the last line, JSON."""
    done = subprocess.run(
        list(map(str, command)),
        env=setup.environment | environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    got: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return got


def check_long_chat(input_tokens: list[int]) -> None:
    """The prompts grow to the context, lose their oldest messages, and stay below it."""
    assert max(input_tokens) < N_CTX
    assert min(input_tokens[6:]) > N_CTX // 2
    assert len(set(input_tokens)) > 3


@pytest.fixture
def client(setup: ClientSetup, monkeypatch: pytest.MonkeyPatch) -> Iterator[ollama.Client]:
    for name in ("OLLAMA_HOST", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, setup.environment[name])
    with ollama.Client() as client:
        yield client


QUESTION = {"role": "user", "content": "What will the weather be?"}


def test_ollama_python(setup: ClientSetup, client: ollama.Client) -> None:
    assert setup.talker in {model.model for model in client.list().models}
    assert client.generate(setup.talker, "Well?").response == ANSWER
    assert client.chat(setup.talker, [QUESTION]).message.content == ANSWER
    parts = list(client.chat(setup.talker, [QUESTION], stream=True))
    assert [part.message.content for part in parts if part.message.content] == list(TEXT)
    assert parts[-1].done_reason == "stop"
    got = client.chat(setup.json, [QUESTION], format="json").message.content
    assert got == JSON_ANSWER
    assert client.show(setup.talker).capabilities == ["completion"]


def test_ollama_python_in_a_long_chat(setup: ClientSetup, client: ollama.Client) -> None:
    talk: list[Any] = []
    tokens = []
    for i in range(12):
        talk.append({"role": "user", "content": f"question {i}: " + "why not " * 10})
        options = {"num_ctx": N_CTX, "num_predict": 8, "temperature": 0}
        answer = client.chat(setup.rambler, talk, options=options)
        tokens.append(answer.prompt_eval_count or 0)
        assert answer.message.content
        talk.append(answer.message)
    check_long_chat(tokens)


def test_ollama_python_calls_a_function(setup: ClientSetup, client: ollama.Client) -> None:
    """A Python function is a tool: the client reads its parameters from its docstring."""

    def get_weather(city: str) -> str:
        """Get the weather.

        Args:
          city: The city
        """
        return f"rain in {city}"

    talk: list[Any] = [QUESTION]
    answer = client.chat(setup.caller, talk, tools=[get_weather])
    (call,) = answer.message.tool_calls or []
    assert [call.function.name, call.function.arguments] == CALL
    result = get_weather(**call.function.arguments)
    talk += [answer.message, {"role": "tool", "tool_name": "get_weather", "content": result}]
    again = client.chat(setup.caller, talk, tools=[get_weather])
    assert (again.prompt_eval_count or 0) > (answer.prompt_eval_count or 0)


def test_ollama_python_embeds(setup: ClientSetup, client: ollama.Client) -> None:
    texts = ["the import of this class", "func return"]
    vectors = client.embed(setup.embedder, texts).embeddings
    assert [math.hypot(*vector) for vector in vectors] == pytest.approx([1.0, 1.0])
    older = client.embeddings(setup.embedder, texts[0]).embedding
    assert list(older) == pytest.approx(list(vectors[0]), abs=1e-5)


async def test_ollama_python_async(setup: ClientSetup, client: ollama.Client) -> None:
    async with ollama.AsyncClient() as ours:
        answer = await ours.chat(setup.talker, [QUESTION], stream=True)
        parts = [part.message.content async for part in answer]
    assert "".join(part or "" for part in parts) == ANSWER


def test_the_npm_package_ollama(setup: ClientSetup) -> None:
    """It sends OLLAMA_API_KEY to ollama.com only, so the token is among its `headers`."""
    names = (setup.talker, setup.json, setup.rambler, setup.caller, setup.embedder)
    folder = require_npm_package("ollama")
    got = run(setup, require_node(), HERE / "drive_npm.mjs", folder, *names)
    assert set(names) <= set(got["models"])
    assert (got["generate"], got["chat"]) == (ANSWER, ANSWER)
    assert [part for part in got["stream"] if part] == list(TEXT)
    assert got["json"] == JSON_ANSWER
    check_long_chat(got["inputTokens"])
    assert got["last"]
    assert got["call"] == CALL
    assert math.hypot(*got["embedding"]) == pytest.approx(1.0)
    assert got["shown"] == "llama"
    assert (bool(got["before"]), got["aborted"]) == (True, "AbortError")


def test_llm_with_llm_ollama(setup: ClientSetup) -> None:
    names = (setup.talker, setup.json, setup.rambler, setup.embedder)
    got = run(setup, require_python("llm_ollama"), HERE / "drive_llm.py", *names)
    chatting = {f"ollama/{name}" for name in (setup.talker, setup.json, setup.rambler)}
    assert chatting <= set(got["models"])
    assert f"ollama/{setup.embedder}" not in got["models"], "it does not chat"
    assert got["prompt"] == ANSWER
    assert [part for part in got["stream"] if part] == list(TEXT)
    assert got["answers"] == [ANSWER] * 3
    assert got["schema"] == JSON_ANSWER
    check_long_chat(got["input_tokens"])
    assert got["last"]
    assert len(got["embedding"]) == 64


@pytest.mark.extra
@pytest.mark.parametrize("way", ["ollama", "ollama_chat"])
def test_litellm(setup: ClientSetup, way: str) -> None:
    """Not in CI: it takes 300 MB."""
    hint = "run tests/tools/install-clients.sh .tools/clients litellm"
    python = require_python("litellm", hint=hint)
    names = (setup.talker, setup.json, setup.rambler, setup.caller, setup.embedder)
    address = setup.environment["OLLAMA_HOST"]
    more = {"OLLAMA_API_BASE": address, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    got = run(setup, python, HERE / "drive_litellm.py", way, *names, **more)
    assert got["chat"] == ANSWER
    assert "".join(got["stream"]) == ANSWER
    assert len([part for part in got["stream"] if part]) >= len(TEXT), "it streams"
    assert json.loads(got["json"]) == {"ok": True}
    assert got["last"]
    assert got.get("call", CALL) == CALL
    assert math.hypot(*got["embedding"]) == pytest.approx(1.0)


def test_without_the_token_a_client_is_refused(setup: ClientSetup) -> None:
    with (
        ollama.Client(host=setup.engine.url, headers={"Authorization": "Bearer x"}) as stranger,
        pytest.raises(ollama.ResponseError, match="OLLAMA_API_KEY"),
    ):
        stranger.list()
