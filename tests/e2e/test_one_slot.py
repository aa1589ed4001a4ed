"""Completions while their model answers a question, on an engine that gives each model one slot.

`hotseat lsp` on an engine with Ollama's schedule and OLLAMA_NUM_PARALLEL's default.
"""

from __future__ import annotations

import json
import os
import re
import signal
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.engine_process import EngineProcess, create_model, running_engine
from support.lsp_client import LspClient, state_of
from support.tiny_gguf import SLOW, write_model

pytestmark = [pytest.mark.slow, pytest.mark.alone]

GO = "package main\n\nfunc main() {\n\t\n}\n"
N_TIMES = 5


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProcess]:
    with running_engine(tmp_path, "--schedule", "ollama", "--parallel", "1") as daemon:
        with daemon.client(timeout=60) as client:
            for seed, name in enumerate(("tiny-go", "tiny-all")):
                path = write_model(tmp_path / f"{seed}.gguf", shape=SLOW, seed=seed)
                create_model(client, name, path)
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(daemon.runtime))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.setenv("HOME", str(tmp_path))
        yield daemon


@pytest.fixture
async def window(daemon: EngineProcess, tmp_path: Path) -> AsyncIterator[LspClient]:
    """A window with a Go file under the cursor, and both models warm."""
    roster = {
        "engine": {"kind": "ollama", "host": daemon.url},
        "budget": "2GB",
        "options": {"num_ctx": 1024, "num_thread": 1},
        "generalist": {"name": "generalist", "model": "tiny-all", "fim": "none"},
        "experts": [{"name": "go", "languages": ["go"], "model": "tiny-go", "fim": "none"}],
    }
    path = tmp_path / "experts.yaml"
    path.write_text(json.dumps(roster))
    async with LspClient(["--roster", str(path)], cwd=tmp_path) as client:
        await client.initialize(workspace=tmp_path)
        client.open(uri(tmp_path), "go", GO)
        await client.until_warm("go")
        # How many models the daemon holds is not known: a second one is loaded when it is needed.
        await client.request("hotseat/ask", {"question": "Hi", "expert": "generalist"})
        await client.until_warm("go", "generalist")
        yield client


def uri(folder: Path) -> str:
    return (folder / "main.go").as_uri()


async def completed(client: LspClient, folder: Path, n: int) -> tuple[float, dict[str, Any]]:
    """Seconds until the model has answered for a new line, and the record of the request."""
    text = f"x{n} := "
    client.change(uri(folder), ((3, 1), (3, 1), text))
    began_s = time.perf_counter()
    await client.complete(uri(folder), 3, 1 + len(text))
    took_s = time.perf_counter() - began_s
    client.change(uri(folder), ((3, 1), (3, 1 + len(text)), ""))
    record: dict[str, Any] = (await client.request("hotseat/status"))["lastCompletion"]
    return took_s, record


async def test_a_completion_does_not_wait_for_the_answer_to_a_question(
    window: LspClient, tmp_path: Path
) -> None:
    alone = [await completed(window, tmp_path, n) for n in range(N_TIMES)]
    question = {"question": "What is a mutex?", "expert": "go", "partialResultToken": "t"}
    asked = window.begin("hotseat/ask", question)

    def n_parts() -> int:
        return sum(method == "$/progress" for method, _ in window.notifications)

    await window.until(lambda: n_parts() > 3)
    began_s, n_before = time.perf_counter(), n_parts()
    during = [await completed(window, tmp_path, 10 + n) for n in range(N_TIMES)]
    token_s = (time.perf_counter() - began_s) / max(1, n_parts() - n_before)
    window.notify("$/cancelRequest", {"id": asked})
    await window.answer(asked)
    assert {record["servedBy"] for _, record in alone} == {"go"}
    assert {record["servedBy"] for _, record in during} == {"generalist"}
    alone_s = statistics.median(s for s, _ in alone)
    during_s = statistics.median(s for s, _ in during)
    print(f"alone {alone_s:.3f} s, during an answer {during_s:.3f} s, a token {token_s:.3f} s")
    assert during_s <= 2 * alone_s + token_s


async def test_a_runner_that_is_stopped_is_shown_and_others_stand_in(
    window: LspClient, tmp_path: Path
) -> None:
    first_s, record = await completed(window, tmp_path, 1)
    assert record["servedBy"] == "go"
    log = (tmp_path / "engine.log").read_text()
    runner = int(re.findall(r"tiny-go:latest: loaded in .* process (\d+)", log)[-1])
    os.kill(runner, signal.SIGSTOP)
    try:
        stopped_s, record = await completed(window, tmp_path, 2)
        assert record["note"].startswith("generalist stands in for go, which does not answer")
        assert stopped_s < 5.0 + max(1.0, 5 * first_s)
        await window.until_status(lambda s: state_of(s, "go") == "failed")
        again_s, record = await completed(window, tmp_path, 3)
        assert record["servedBy"] == "generalist"
        assert again_s < 3.0
    finally:
        os.kill(runner, signal.SIGCONT)
    await window.until_warm("go")
    _, record = await completed(window, tmp_path, 4)
    assert record["servedBy"] == "go"
