"""`hotseat team serve`: Ray itself with two replicas and tiny models. Needs the extra `team`."""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
import pytest

from hotseat.team.keys import add_key
from support.tiny_gguf import write_model

pytestmark = [
    pytest.mark.extra,
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `team`"),
]
NAMES = ("go", "sql", "css")


@dataclass(frozen=True, kw_only=True)
class Team:
    url: str
    key: str
    process: subprocess.Popen[str]

    def client(self, key: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def ask(self, model: str, prompt: str) -> httpx.Response:
        options = {"num_predict": 4, "temperature": 0, "seed": 1}
        body = {"model": model, "prompt": prompt, "stream": False, "options": options}
        with self.client() as client:
            return client.post("/api/generate", json=body)

    def processes(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = ["models:"]
    for seed, name in enumerate(NAMES, 1):
        write_model(folder / f"{name}.gguf", seed=seed)
        lines.append(f"  - {{name: {name}, file: {name}.gguf, context: 512}}")
    lines += ["  - {name: broken, file: broken.gguf}"]
    (folder / "broken.gguf").write_bytes(b"not a model")
    # Room for two of the three at once in each replica.
    lines += ["replicas: 2", "bytes_per_replica: 250MB", f"listen: {{port: {port}}}"]
    lines += ["developers: {keys: team.keys, concurrent: 8}"]
    (folder / "team.yaml").write_text("\n".join(lines))
    key = add_key(folder / "team.keys", "anna")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hotseat", "team", "serve", str(folder / "team.yaml")],
            env={**os.environ, "XDG_DATA_HOME": str(folder / "data")},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "listening on" in line:
                break
        else:
            pytest.fail((folder / "log").read_text())
        yield Team(url=f"http://127.0.0.1:{port}", key=key, process=process)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == [], "processes are left"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_each_model_answers_by_both_apis(team: Team) -> None:
    texts = {name: team.ask(name, "x").json()["response"] for name in NAMES}
    assert len(set(texts.values())) == len(NAMES), "the models differ, and so do their answers"
    with team.client() as client:
        body = {"model": "sql", "max_tokens": 4, "messages": [{"role": "user", "content": "x"}]}
        answer = client.post("/v1/chat/completions", json=body).json()
        assert answer["model"] == "sql"
        with client.stream("POST", "/v1/chat/completions", json={**body, "stream": True}) as stream:
            lines = [line for line in stream.iter_lines() if line]
        assert lines[-1] == "data: [DONE]"


def test_many_requests_to_more_models_than_fit_each_get_their_own_answer(team: Team) -> None:
    expected = {name: team.ask(name, "same").json()["response"] for name in NAMES}
    asked = [NAMES[i % 3] for i in range(24)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda name: team.ask(name, "same"), asked))
    assert [a.status_code for a in answers] == [200] * 24
    assert [a.json()["response"] for a in answers] == [expected[name] for name in asked]


def test_wrong_key_unknown_model_and_one_that_cannot_be_used(team: Team) -> None:
    with team.client("wrong") as client:
        answer = client.post("/api/generate", json={"model": "go", "prompt": "x"})
        assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})
    unknown = team.ask("rust", "x")
    assert unknown.status_code == 404
    assert "go, sql, css" in unknown.json()["error"]
    broken = team.ask("broken", "x")
    assert broken.status_code == 503
    assert "'broken' cannot be used" in broken.json()["error"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Ray's import
def test_who_listens_and_who_connects(team: Team) -> None:
    team.ask("go", "x")
    everywhere: list[int] = []
    for process in team.processes():
        for one in process.net_connections(kind="inet"):
            if one.raddr:
                assert is_loopback(one.raddr.ip), f"{process.name()} is connected to {one.raddr}"
            elif one.status == psutil.CONN_LISTEN and not is_loopback(one.laddr.ip):
                everywhere.append(one.laddr.port)
    # Serve binds one port of each replica to all interfaces, whatever is set.
    assert len(everywhere) == 3
    for port in everywhere:
        assert is_refused_without_a_token(port)


def is_loopback(ip: str) -> bool:
    return ip.removeprefix("::ffff:").startswith("127.") or ip == "::1"


def is_refused_without_a_token(port: int) -> bool:
    grpc: Any = importlib.import_module("grpc")
    messages: Any = importlib.import_module("ray.serve.generated.serve_pb2")
    stubs: Any = importlib.import_module("ray.serve.generated.serve_pb2_grpc")
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = stubs.ASGIServiceStub(channel)
        try:
            stub.HandleRequest(messages.ASGIRequest(pickled_request_metadata=b"x"), timeout=10)
        except grpc.RpcError as error:
            return bool(error.code() == grpc.StatusCode.UNAUTHENTICATED)
    return False
