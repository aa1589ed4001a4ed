"""`hotseat serve` as an agent sees it: a real gateway, keeper and engine, with small models."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import ollama
import pytest

from clients.conftest import CALL, TOOLS_TEMPLATE
from support.clients import require_python
from support.engine_process import EngineProcess, create_model, running_engine, until
from support.gateway import GatewayProcess, environment_of, running_gateway, write_roster
from support.tiny_gguf import SLOW, write_embedding_model, write_model, write_scripted

pytestmark = pytest.mark.slow

GO_PARTS, PLAIN_PARTS = ("Use", " go", " fmt", " now."), ("Well", ", that", " depends.")
GO_TEXT, PLAIN_TEXT = "".join(GO_PARTS), "".join(PLAIN_PARTS)
GO_QUESTION = {"role": "user", "content": "Why is this slow?\n```go\npackage main\n```"}
DRIVE_OPENAI = Path(__file__).parent.parent / "clients" / "drive_openai.py"
DRIVE = Path(__file__).parent.parent / "clients" / "drive_gateway.py"
N_SLOTS = 2
"""Of each model of the embedded engine."""
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather, for programs in Go (`main.go`)",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


@dataclass(frozen=True, kw_only=True)
class Setup:
    engine: EngineProcess
    gateway: GatewayProcess
    folder: Path

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        with self.gateway.client() as client:
            return client.post(path, json=body)

    def chat(self, *messages: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"model": "auto", "messages": list(messages), **more}
        return self.post("/v1/chat/completions", body)


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    folder = tmp_path_factory.mktemp("gateway")
    with running_engine(folder) as engine:
        files = {
            "gopher": write_scripted(folder / "gopher.gguf", GO_PARTS),
            "plain": write_scripted(folder / "plain.gguf", PLAIN_PARTS),
            "caller": write_scripted(
                folder / "caller.gguf", (*CALL, "tool_call>"), chat_template=TOOLS_TEMPLATE
            ),
            "rambler": write_model(folder / "rambler.gguf", shape=SLOW),
            "embedder": write_embedding_model(folder / "embedder.gguf"),
        }
        with engine.client(timeout=60) as client:
            for name, path in files.items():
                create_model(client, name, path, parameters={"num_thread": 1})
        experts = {
            "go": ("go", "gopher"),
            "python": ("python", "caller"),
            "rambler": ("zig", "rambler"),
            "embedder": ("r", "embedder"),
        }
        roster = write_roster(
            folder / "experts.yaml", experts, generalist="plain", n_ctx={"rambler": 4096}
        )
        with running_gateway(engine, roster) as gateway:
            yield Setup(engine=engine, gateway=gateway, folder=folder)


@pytest.fixture
def client(setup: Setup) -> Iterator[ollama.Client]:
    with ollama.Client(setup.gateway.url, headers=setup.gateway.headers) as client:
        yield client


def events(answer: httpx.Response) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line[:1] == "d"]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_ollamas_client(setup: Setup, client: ollama.Client) -> None:
    names = [model.model for model in client.list().models]
    assert names[:2] == ["auto:latest", "generalist:latest"]
    assert "go:latest" in names
    whole = client.chat("auto", [GO_QUESTION])
    assert (whole.model, whole.message.content) == ("go", GO_TEXT)
    parts = list(client.chat("auto:latest", [GO_QUESTION], stream=True))
    assert [part.message.content for part in parts if part.message.content] == list(GO_PARTS)
    assert {part.model for part in parts} == {"go"}
    assert parts[-1].done_reason == "stop"
    assert client.generate("generalist", "Well?").response == PLAIN_TEXT
    assert len(client.embed("embedder", ["one", "two"]).embeddings) == 2
    assert "go:latest" in [model.model for model in client.ps().models]
    shown = client.show("go").modelinfo
    assert shown is not None
    assert [v for k, v in shown.items() if k.endswith("context_length")] == [512]
    assert "tools" in (client.show("auto").capabilities or [])


def test_ollamas_api_streams_unless_it_is_refused(setup: Setup) -> None:
    """As `curl` asks without `stream`: such a request was answered by an error 502."""
    for path, question in (("chat", {"messages": [GO_QUESTION]}), ("generate", {"prompt": "Hi"})):
        answer = setup.post(f"/api/{path}", {"model": "go", **question})
        assert answer.status_code == 200, answer.text
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert len(lines) > 1
        assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]


def test_a_system_prompt_and_tools_do_not_route(setup: Setup) -> None:
    system = {"role": "system", "content": "You write Go. ```go\npackage main\n```"}
    answer = setup.chat(system, {"role": "user", "content": "What does our licence allow?"})
    assert answer.headers["x-hotseat-expert"] == answer.json()["model"] == "generalist"
    assert answer.json()["choices"][0]["message"]["content"] == PLAIN_TEXT


def test_a_conversation_stays_with_its_expert(setup: Setup) -> None:
    turns = [GO_QUESTION, {"role": "assistant", "content": GO_TEXT}]
    assert setup.chat(GO_QUESTION).json()["model"] == "go"
    assert setup.chat(*turns, {"role": "user", "content": "And then?"}).json()["model"] == "go"


def test_openais_stream(setup: Setup) -> None:
    options = {"stream_options": {"include_usage": True}, "max_tokens": 32_000}
    answer = setup.chat(GO_QUESTION, stream=True, **options)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *chunks, last = events(answer)
    assert {chunk["model"] for chunk in chunks} == {"go"}
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert "".join(delta.get("content", "") for delta in deltas) == GO_TEXT
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert last["usage"]["completion_tokens"] > 0


def test_tools_go_to_an_expert_that_can_call_them(setup: Setup, client: ollama.Client) -> None:
    question = {"role": "user", "content": "The weather, for main.py"}
    (choice,) = setup.chat(question, tools=[WEATHER]).json()["choices"]
    (call,) = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == "tool_calls"
    assert call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == {"city": "Paris"}
    chunks = events(setup.chat(question, tools=[WEATHER], stream=True))
    calls = [c for e in chunks for c in e["choices"][0]["delta"].get("tool_calls", ())]
    assert [(c["index"], c["function"]["name"]) for c in calls] == [(0, "get_weather")]
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"
    # The expert for Go has no tools, nor has the generalist: the one that has them answers.
    answer = client.chat("auto", [GO_QUESTION], tools=[WEATHER])
    assert answer.model == "python"
    assert answer.message.tool_calls is not None
    with pytest.raises(ollama.ResponseError, match="does not support tools") as caught:
        client.chat("go", [GO_QUESTION], tools=[WEATHER])
    assert caught.value.status_code == 400


def test_openais_client(setup: Setup) -> None:
    python = require_python("openai")
    done = subprocess.run(
        [python, DRIVE_OPENAI],
        env={
            **os.environ,
            "OPENAI_BASE_URL": f"{setup.gateway.url}/v1",
            "OPENAI_API_KEY": setup.gateway.key,
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    got = json.loads(done.stdout.splitlines()[-1])
    assert got.pop("dimensions") == 64
    assert got == {
        "models": ["auto", "generalist"],
        "chat": ["go", GO_TEXT],
        "stream": GO_TEXT,
        "call": ["python", "get_weather", '{"city": "Paris"}'],
        "completion": GO_TEXT,
        "not_found": 404,
        "unauthorized": 401,
    }


def drive(setup: Setup, package: str, hint: str) -> dict[str, Any]:
    environment = {**os.environ, "LLM_USER_PATH": str(setup.folder / "llm")}
    environment |= {"HOME": str(setup.folder), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    done = subprocess.run(
        [require_python(package, hint=hint), DRIVE, package, setup.gateway.url, setup.gateway.key],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    got: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return got


def test_llm_with_llm_ollama(setup: Setup) -> None:
    got = drive(setup, "llm", "run tests/tools/install-clients.sh")
    assert {"ollama/auto:latest", "ollama/go:latest"} <= set(got["models"])
    assert (got["whole"], got["stream"]) == (GO_TEXT, GO_TEXT)
    assert got["talk"] == [GO_TEXT, GO_TEXT], "the conversation stays with its expert"


@pytest.mark.extra
def test_litellm(setup: Setup) -> None:
    """Not in CI: it takes 300 MB."""
    got = drive(setup, "litellm", "run tests/tools/install-clients.sh .tools/clients litellm")
    assert set(got.values()) == {GO_TEXT}


def test_what_openai_has_besides_chats(setup: Setup) -> None:
    answer = setup.post("/v1/completions", {"model": "auto", "prompt": "package main\n"}).json()
    assert (answer["model"], answer["choices"][0]["text"]) == ("go", GO_TEXT)
    got = setup.post("/v1/embeddings", {"model": "embedder", "input": "one"}).json()
    (entry,) = got["data"]
    coded = setup.post(
        "/v1/embeddings", {"model": "embedder", "input": "one", "encoding_format": "base64"}
    ).json()
    raw = base64.b64decode(coded["data"][0]["embedding"])
    numbers = struct.unpack(f"<{len(raw) // 4}f", raw)
    assert list(numbers) == pytest.approx(entry["embedding"], abs=1e-6)
    with setup.gateway.client() as client:
        listed = [entry["id"] for entry in client.get("/v1/models").json()["data"]]
        assert listed[:2] == ["auto", "generalist"]
        assert client.get("/v1/models/go").json()["id"] == "go"


BAD = [
    ("/v1/chat/completions", {"model": "none"}, 404, "there are: auto, generalist"),
    ("/api/chat", {"model": "none"}, 404, "there are: auto, generalist"),
    ("/api/chat", {"messages": []}, 400, "model is required"),
    ("/v1/chat/completions", {"model": "go", "messages": [1]}, 400, "must be an object"),
    ("/v1/chat/completions", {"model": "go", "messages": "x"}, 400, "messages"),
    ("/v1/completions", {"model": "go", "prompt": 1}, 400, "prompt must be one text"),
    ("/v1/embeddings", {"model": "go", "input": "x"}, 501, "does not support embeddings"),
    ("/api/pull", {"model": "go"}, 403, "hotseat pull"),
    ("/v1/nothing", {}, 404, "no such route"),
]


@pytest.mark.parametrize(("path", "body", "status", "words"), BAD)
def test_a_bad_request(
    setup: Setup, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    answer = setup.post(path, body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert words in (error["message"] if path.startswith("/v1") else error)


def test_who_is_refused(setup: Setup) -> None:
    url = setup.gateway.url
    with httpx.Client(base_url=url, trust_env=False) as client:
        assert "--show-key" in client.get("/api/tags").json()["error"]
        answer = client.get("/v1/models", headers={"Authorization": "Bearer wrong"})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "invalid_api_key"
    with setup.gateway.client() as client:
        for foreign in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            assert client.get("/v1/models", headers=foreign).status_code == 403
        answer = client.post("/v1/chat/completions", content=b'{"model": "go", ')
        assert answer.status_code == 400
        assert "unexpected EOF" in answer.json()["error"]["message"]
        answer = client.post("/v1/chat/completions", content=b" " * 100_000_000)
        assert answer.status_code == 413
        assert client.get("/").text == "Ollama is running"


@pytest.mark.alone
def test_a_client_that_leaves_frees_the_model(setup: Setup) -> None:
    """Whole answers, of 4,000 tokens, would hold both slots for many seconds."""
    body = {"model": "rambler", "prompt": "for", "stream": True}
    with setup.gateway.client() as client:
        for _ in range(N_SLOTS):
            with client.stream("POST", "/v1/completions", json=body) as answer:
                assert any(line.startswith("data:") for line in answer.iter_lines())
        began_s = time.monotonic()
        body |= {"max_tokens": 1, "stream": False}
        assert client.post("/v1/completions", json=body).status_code == 200
        assert time.monotonic() - began_s < 1.0


@pytest.mark.extra
def test_a_slow_sender_is_cut_off(setup: Setup) -> None:
    port = int(setup.gateway.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        key = setup.gateway.key
        connection.sendall(
            f"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
            "Content-Length: 100\r\n\r\n{".encode()
        )
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""


def test_the_status_shows_clients_and_routes(setup: Setup) -> None:
    setup.chat(GO_QUESTION)
    done = subprocess.run(
        [sys.executable, "-m", "hotseat", "status", "--json"],
        env=environment_of(setup.engine, setup.folder),
        capture_output=True,
        text=True,
        check=True,
    )
    (gateway,) = json.loads(done.stdout)["gateways"]
    assert gateway["url"] == setup.gateway.url
    (client,) = (c for c in gateway["clients"] if c["name"].startswith("python-httpx"))
    assert client["requests"] >= 1
    last = gateway["routes"][-1]
    assert (last["model"], last["expert"], last["outcome"]) == ("auto", "go", "answered")
    assert last["reason"] == "go in the latest turn"


def test_the_port_of_another_one(setup: Setup) -> None:
    port = setup.gateway.url.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "hotseat", "serve", "--port", port],
        env=environment_of(setup.engine, setup.folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot listen on" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_ends_in_the_middle(setup: Setup) -> None:
    """The client gets an error object in the stream, and the next request an answer."""
    body = {"model": "rambler", "messages": [GO_QUESTION], "stream": True}
    short = {**body, "stream": False, "options": {"num_predict": 1}}

    def heals() -> bool:
        return setup.post("/api/chat", short).status_code == 200

    for path, prefix in (("/v1/chat/completions", "data: "), ("/api/chat", "")):
        with (
            setup.gateway.client() as client,
            client.stream("POST", path, json=body) as answer,
        ):
            lines = (line for line in answer.iter_lines() if line and line[0] != ":")
            next(lines)
            for child in setup.engine.children():
                child.kill()
            *_, last = lines
        assert json.loads(last.removeprefix(prefix))["error"]
        # A request may come before the engine has seen that the process is gone.
        until(heals, within_s=10, what="an answer of the model")
    assert setup.chat(GO_QUESTION).json()["model"] == "go"
