"""Many agents at once, while the engine's processes and the keeper are killed: each request is
answered, and nothing is left over in the gateway."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from support.engine_process import EngineProcess, create_model, orphans, running_engine
from support.gateway import environment_of, running_gateway, write_roster
from support.tiny_gguf import write_model, write_scripted

pytestmark = pytest.mark.slow

N_CLIENTS, KILL_EVERY, LEAVE_EVERY = 50, 40, 11
QUESTIONS = (
    {"role": "user", "content": "Why is this slow?\n```go\npackage main\n```"},
    {"role": "user", "content": "Why?\n```zig\nconst a = 1;\n```"},
)
MAX_GROWTH_MB = 30
MAX_NEW_DESCRIPTORS = 8
"""Connections that the gateway's own client keeps for its next requests."""


async def outcome(client: httpx.AsyncClient, i: int) -> str:
    """Send request number `i`. Return `answer` or `error`, or `left` if the client leaves."""
    is_openai, streams = i % 2 == 0, i % 3 != 0
    body: dict[str, Any] = {"model": "auto", "messages": [QUESTIONS[i % 5 % 2]], "stream": streams}
    body |= {"max_tokens": 20} if is_openai else {"options": {"num_predict": 20}}
    path = "/v1/chat/completions" if is_openai else "/api/chat"
    async with client.stream("POST", path, json=body) as answer:
        if i % LEAVE_EVERY == 0:
            return "left"
        text = (await answer.aread()).decode()
    if answer.status_code != 200:
        assert json.loads(text)["error"]
        return "error"
    lines = [line for line in text.splitlines() if line and line[0] != ":"]
    if lines[-1] == "data: [DONE]":
        return "answer"
    last = json.loads(lines[-1].removeprefix("data: "))
    assert last.get("done") or last.get("choices") or last["error"], lines[-1]
    return "error" if "error" in last else "answer"


@contextmanager
def keeping_window(engine: EngineProcess, roster: Path) -> Iterator[subprocess.Popen[str]]:
    """Another gateway, which is the keeper of the engine as it comes first."""
    environment = environment_of(engine, roster.parent)
    command = [sys.executable, "-m", "hotseat", "serve", "--port", "0", "--roster", str(roster)]
    process = subprocess.Popen(
        [*command, "--engine-url", engine.url],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "listening on" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.parametrize(
    ("n_requests", "ends_engine"),
    [(200, False), pytest.param(1000, True, marks=pytest.mark.extra)],
)
async def test_a_storm(tmp_path: Path, n_requests: int, ends_engine: bool) -> None:
    """With `ends_engine`, the whole engine is killed too, and started again at its address."""
    with ExitStack() as stack:
        engine = stack.enter_context(running_engine(tmp_path))
        with engine.client(timeout=60) as setup:
            for name, path in (
                ("talker", write_scripted(tmp_path / "talker.gguf", ("It", " will", " rain."))),
                ("rambler", write_model(tmp_path / "rambler.gguf")),
            ):
                create_model(setup, name, path, parameters={"num_thread": 1})
        experts = {"go": ("go", "talker"), "zig": ("zig", "rambler")}
        roster = write_roster(tmp_path / "experts.yaml", experts, generalist="talker")
        keeper = stack.enter_context(keeping_window(engine, roster))
        gateway = stack.enter_context(running_gateway(engine, roster))
        process = psutil.Process(gateway.process.pid)
        outcomes = Counter[str]()
        async with httpx.AsyncClient(
            base_url=gateway.url, headers=gateway.headers, timeout=100, trust_env=False
        ) as client:
            for i in (1, 2, 3, 4):
                assert await outcome(client, i) == "answer"
            n_fds, n_bytes = process.num_fds(), process.memory_info().rss
            numbers = list(range(n_requests))
            engines = [engine]

            async def end_engine() -> None:
                engine.process.kill()
                engine.process.wait()
                for orphan in orphans(engine.runtime):
                    orphan.kill()
                port = engine.url.rsplit(":", 1)[1]
                again = running_engine(tmp_path, "--port", port, runtime=engine.runtime)
                engines.append(await asyncio.to_thread(stack.enter_context, again))

            async def agent() -> None:
                while numbers:
                    i = numbers.pop()
                    if i == n_requests // 2:
                        keeper.kill()
                    if ends_engine and i == n_requests // 4:
                        await end_engine()
                    if i % KILL_EVERY == KILL_EVERY - 1:
                        with suppress(psutil.NoSuchProcess):  # of an engine that was just killed
                            for child in engines[-1].children():
                                child.kill()
                    outcomes[await outcome(client, i)] += 1

            await asyncio.gather(*(agent() for _ in range(N_CLIENTS)))
        assert outcomes.total() == n_requests
        assert outcomes["answer"] > n_requests // 2, outcomes
        # The agents have closed their connections.
        async with asyncio.timeout(30):
            while process.num_fds() > n_fds + MAX_NEW_DESCRIPTORS:
                await asyncio.sleep(0.05)
        grown_mb = (process.memory_info().rss - n_bytes) / 1e6
        assert grown_mb < MAX_GROWTH_MB
        print(f"{dict(outcomes)}; memory +{grown_mb:.1f} MB, {process.num_fds() - n_fds:+d} fds")
