"""The embedded engine answers only its user: each route, over TCP, with the token and without."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import ollama
import psutil
import pytest

from hotseat.domain.experts import ModelSpec
from hotseat.embedded.api.app import _ROUTES
from hotseat.engines.discovery import running_embedded_url
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from support.engine_process import (
    EngineProcess,
    Models,
    create_model,
    loaded_names,
    running_engine,
    unload,
)
from support.tiny_gguf import write_model

DIGEST = "sha256:" + "0" * 64
ROUTES = [
    (method, route.path.replace("{digest:path}", DIGEST))
    for route in _ROUTES
    for method in sorted(route.methods or ())
]
ELSEWHERE = [("GET", "/nothing"), ("POST", "/api/nothing"), ("POST", "/api/version"), ("PUT", "/")]


@pytest.mark.parametrize("token", [None, "wrong"])
@pytest.mark.parametrize(("method", "path"), [*ROUTES, *ELSEWHERE])
def test_no_route_answers_without_the_token(
    embedded: EngineProcess, method: str, path: str, token: str | None
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=embedded.url, headers=headers, trust_env=False) as stranger:
        answer = stranger.request(method, path, json={"model": "m"} if method == "POST" else None)
    assert answer.status_code == 401
    assert embedded.token not in answer.text
    if method != "HEAD":
        error = answer.json()["error"]
        error = error["message"] if path.startswith("/v1/") else error
        assert "OLLAMA_API_KEY" in error
        assert str(embedded.runtime / "engine.json") in error


@pytest.mark.parametrize(("method", "path"), [*ROUTES, *ELSEWHERE])
def test_each_route_answers_with_it(embedded: EngineProcess, method: str, path: str) -> None:
    with embedded.client(timeout=30) as client:
        answer = client.request(method, path, json={} if method != "GET" else None)
    assert answer.status_code not in (401, 403)


def test_a_stranger_changes_nothing(
    embedded: EngineProcess, client: httpx.Client, models: Models
) -> None:
    before = client.get("/api/tags").json()
    with httpx.Client(base_url=embedded.url, trust_env=False) as stranger:
        body = {"model": models.plain, "from": models.other, "system": "evil", "stream": False}
        assert stranger.post("/api/create", json=body).status_code == 401
        body = {"model": models.plain}
        assert stranger.request("DELETE", "/api/delete", json=body).status_code == 401
        assert stranger.post("/api/generate", json=body).status_code == 401
        large = b"x" * 2_000_000
        assert stranger.post(f"/api/blobs/{DIGEST}", content=large).status_code == 401
    assert client.get("/api/tags").json() == before


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root to be another")
def test_another_user_cannot_read_the_token(embedded: EngineProcess) -> None:
    script = "import os, sys; os.setgid(65534); os.setuid(65534); open(sys.argv[1])"
    command = [sys.executable, "-c", script, str(embedded.runtime / "engine.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr


def test_ollamas_own_client_works_with_the_key_in_its_environment(
    embedded: EngineProcess,
    client: httpx.Client,
    models: Models,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", embedded.url)
    monkeypatch.delenv("OLLAMA_API_KEY", raising=False)
    with (
        ollama.Client() as stranger,
        pytest.raises(ollama.ResponseError, match="OLLAMA_API_KEY"),
    ):
        stranger.list()
    monkeypatch.setenv("OLLAMA_API_KEY", embedded.token)
    with ollama.Client() as ours:
        assert models.plain in {model.model for model in ours.list().models}
        answer = ours.generate(models.plain, "a", options={"num_predict": 2, "num_thread": 1})
    assert answer.eval_count == 2
    unload(client, models.plain)


def hotseat(embedded: EngineProcess, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hotseat", *arguments],
        env={**os.environ, "HOTSEAT_RUNTIME_DIR": str(embedded.runtime)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_print_env_prints_what_a_shell_can_take(embedded: EngineProcess) -> None:
    done = hotseat(embedded, "engine", "--print-env")
    assert done.returncode == 0, done.stderr
    assert shlex.split(done.stdout) == [
        "export",
        f"OLLAMA_HOST={embedded.url}",
        f"OLLAMA_API_KEY={embedded.token}",
    ]


def test_print_env_without_an_engine_says_so(tmp_path: Path) -> None:
    env = {**os.environ, "HOTSEAT_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "hotseat", "engine", "--print-env"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "hotseat engine" in done.stderr


def test_the_token_is_told_nowhere_else(
    embedded: EngineProcess, client: httpx.Client, models: Models
) -> None:
    client.post("/api/generate", json={"model": models.plain})
    said = [hotseat(embedded, "status", "--json"), hotseat(embedded, "doctor", "--json")]
    said.append(hotseat(embedded, "engine"))
    texts = [text for done in said for text in (done.stdout, done.stderr)]
    texts.append((embedded.store.parent / "engine.log").read_text())
    processes = [psutil.Process(embedded.pid), *embedded.children()]
    assert len(processes) > 1
    texts += [" ".join(process.cmdline()) for process in processes]
    unload(client, models.plain)
    assert not [text for text in texts if embedded.token in text]
    assert embedded.url in said[1].stdout, "doctor found it"


async def test_a_client_outlives_a_restart_at_the_same_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed, and started again by hand at once: another token, another instance."""
    with running_engine(tmp_path) as first:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(first.runtime))
        with first.client(timeout=30) as client:
            create_model(client, "m", write_model(tmp_path / "m.gguf"))
        engine = OllamaEngine(first.url)
        request = GenerateRequest(spec=ModelSpec("m:latest"), prompt="a", n_predict=2)
        assert [chunk async for chunk in engine.generate(request)]
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        port = first.url.rpartition(":")[2]
        with running_engine(tmp_path, "--port", port, runtime=first.runtime) as second:
            assert (second.url, second.token == first.token) == (first.url, False)
            assert [chunk async for chunk in engine.generate(request)][-1].done
            assert await engine.models() == ("m:latest",)
            assert await running_embedded_url() == second.url
            with second.client() as client:
                assert loaded_names(client) == {"m:latest"}
        await engine.aclose()


async def test_it_can_listen_on_the_other_loopback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_engine(tmp_path, "--host", "::1") as engine:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(engine.runtime))
        with engine.client(timeout=30) as client:
            create_model(client, "m", write_model(tmp_path / "m.gguf"))
        ours = OllamaEngine(engine.url)
        request = GenerateRequest(spec=ModelSpec("m:latest"), prompt="a", n_predict=2)
        assert [chunk async for chunk in ours.generate(request)][-1].done
        await ours.aclose()


def test_a_token_of_the_users_own_is_written_down_for_hotseat(tmp_path: Path) -> None:
    with running_engine(tmp_path, "--token-env", "MINE", environment={"MINE": "chosen"}) as engine:
        assert json.loads((engine.runtime / "engine.json").read_text())["token"] == "chosen"
        assert httpx.get(engine.url, headers=engine.headers, trust_env=False).status_code == 200
