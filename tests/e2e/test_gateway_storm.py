"""Many agents at once, while the engine's processes are killed: each request is answered, and
nothing is left over in the gateway."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from support.engine_process import create_model, running_engine
from support.gateway import running_gateway, write_roster
from support.tiny_gguf import write_model, write_scripted

pytestmark = pytest.mark.slow

N_CLIENTS, N_REQUESTS, KILL_EVERY, LEAVE_EVERY = 50, 200, 40, 11
QUESTIONS = (
    {"role": "user", "content": "Why is this slow?\n```go\npackage main\n```"},
    {"role": "user", "content": "Why?\n```zig\nconst a = 1;\n```"},
)
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


async def test_a_storm(tmp_path: Path) -> None:
    with running_engine(tmp_path) as engine:
        with engine.client(timeout=60) as setup:
            for name, path in (
                ("talker", write_scripted(tmp_path / "talker.gguf", ("It", " will", " rain."))),
                ("rambler", write_model(tmp_path / "rambler.gguf")),
            ):
                create_model(setup, name, path, parameters={"num_thread": 1})
        experts = {"go": ("go", "talker"), "zig": ("zig", "rambler")}
        roster = write_roster(tmp_path / "experts.yaml", experts, generalist="talker")
        with running_gateway(engine, roster) as gateway:
            process = psutil.Process(gateway.process.pid)
            async with httpx.AsyncClient(
                base_url=gateway.url, headers=gateway.headers, timeout=100, trust_env=False
            ) as client:
                assert await outcome(client, 1) == "answer"
                before = process.num_fds()
                numbers = list(range(N_REQUESTS))
                outcomes = []

                async def agent() -> None:
                    while numbers:
                        i = numbers.pop()
                        if i % KILL_EVERY == KILL_EVERY - 1:
                            for child in engine.children():
                                child.kill()
                        outcomes.append(await outcome(client, i))

                await asyncio.gather(*(agent() for _ in range(N_CLIENTS)))
            assert len(outcomes) == N_REQUESTS
            assert outcomes.count("answer") > N_REQUESTS // 2
            # The agents have closed their connections.
            async with asyncio.timeout(30):
                while process.num_fds() > before + MAX_NEW_DESCRIPTORS:
                    await asyncio.sleep(0.05)
