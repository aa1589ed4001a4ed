"""What `--schedule ollama` has in common with an Ollama daemon and not with Hotseat's own schedule.

The order of loads is tested in `unit/embedded/processes`; here real processes run.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from support.engine_process import (
    EngineProcess,
    create_model,
    loaded_names,
    orphans,
    put_blob,
    running_engine,
    until,
)
from support.tiny_gguf import SLOW, write_adapter, write_model

OPTIONS = {"num_thread": 1, "num_ctx": 512, "temperature": 0, "num_predict": 4}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """An engine with Ollama's schedule, a limit of two models, and three models."""
    folder = tmp_path_factory.mktemp("daemon")
    with running_engine(folder, "--schedule", "ollama", "--max-loaded-models", "2") as daemon:
        with daemon.client(timeout=60) as client:
            for seed, name in enumerate("abc"):
                create_model(client, name, write_model(folder / name, shape=SLOW, seed=seed))
        yield daemon


@pytest.fixture
def client(daemon: EngineProcess) -> Iterator[httpx.Client]:
    with daemon.client(timeout=60) as client:
        yield client


def ask(client: httpx.Client, model: str, prompt: str = "a", **more: Any) -> dict[str, Any]:
    options = {**OPTIONS, **more.pop("options", {})}
    body = {"model": model, "prompt": prompt, "stream": False, "options": options, **more}
    answer = client.post("/api/generate", json=body)
    assert answer.status_code == 200, answer.text
    answered: dict[str, Any] = answer.json()
    return answered


def test_the_shortest_keep_alive_gives_way_at_the_limit(client: httpx.Client) -> None:
    ask(client, "a", keep_alive="1m")
    ask(client, "b", keep_alive="1h")
    ask(client, "a")  # More recent, and with the keep_alive that it had.
    ask(client, "c")
    assert loaded_names(client) == {"b:latest", "c:latest"}


def test_a_completion_waits_for_the_whole_answer_of_its_model(client: httpx.Client) -> None:
    body = {"model": "a", "prompt": "a", "options": {**OPTIONS, "num_predict": 300}}
    with ThreadPoolExecutor(1) as pool, client.stream("POST", "/api/generate", json=body) as answer:
        lines = answer.iter_lines()
        next(lines)
        completion = pool.submit(ask, client, "a").result()
        last = json.loads(list(lines)[-1])
    assert (last["done"], last["eval_count"]) == (True, 300)
    assert completion["created_at"] > last["created_at"], "it ended after the answer"


def test_each_adapter_over_a_base_is_a_load_of_its_own(
    client: httpx.Client, tmp_path: Path
) -> None:
    digest = put_blob(client, write_adapter(tmp_path / "adapter", shape=SLOW))
    body = {"model": "adapted", "from": "a", "adapters": {"x": digest}, "stream": False}
    assert client.post("/api/create", json=body).status_code == 200
    plain = ask(client, "a")["response"]
    adapted = ask(client, "adapted")
    assert adapted["load_duration"] > 20e6
    assert "a:latest" not in loaded_names(client)
    assert ask(client, "a")["response"] == plain != adapted["response"]
    assert "adapted:latest" not in loaded_names(client)
    assert client.get("/api/version").json()["hotseat"]["features"] == ["timings"]


def test_runners_live_on_when_the_daemon_is_killed_and_not_when_it_is_ended(
    tmp_path: Path,
) -> None:
    def start(number: int) -> list[psutil.Process]:
        with (
            running_engine(tmp_path, "--schedule", "ollama") as daemon,
            daemon.client(timeout=60) as client,
        ):
            create_model(client, "m", write_model(tmp_path / "m"))
            ask(client, "m")
            runners = daemon.children()
            assert len(runners) == 1
            os.kill(daemon.pid, number)
            daemon.process.wait(10)
            if number == signal.SIGKILL:
                assert [process.pid for process in orphans(daemon.runtime)] == [runners[0].pid]
        return runners

    for number in (signal.SIGKILL, signal.SIGTERM):
        _, alive = psutil.wait_procs(start(number), timeout=5)
        assert not alive


def test_the_command_takes_the_schedule_with_its_limits(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "hotseat", "engine", "--store", str(tmp_path / "store")]
    settings = ["--schedule", "ollama", "--max-loaded-models", "1", "--parallel", "3"]
    with subprocess.Popen(
        [*command, *settings],
        env={**os.environ, "HOTSEAT_RUNTIME_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            (url,) = re.findall(r"http://\S+", process.stdout.readline())
            token = json.loads((tmp_path / "engine.json").read_text())["token"]
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
                assert client.get("/api/version").json()["hotseat"]["slots"] == 3
                for seed, name in enumerate("ab"):
                    create_model(client, name, write_model(tmp_path / name, seed=seed))
                    ask(client, name)
                until(lambda: loaded_names(client) == {"b:latest"}, within_s=1, what="the limit")
        finally:
            process.terminate()
