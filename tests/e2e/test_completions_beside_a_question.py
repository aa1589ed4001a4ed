"""Completions while another model answers a question, on the embedded engine, which gives each
model a process of its own. `pytest -s` shows the times and their ratio.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import pytest

from support.engine_process import EngineProcess, create_model, running_engine
from support.lsp_client import LspClient
from support.tiny_gguf import Shape, write_model

pytestmark = [pytest.mark.slow, pytest.mark.alone]

GO = "package main\n\nfunc main() {\n\t\n}\n"
SHAPE = Shape(n_embd=256, n_layers=6, n_heads=4, n_ff=512, context_length=2048)
N_ROUNDS = 3
N_IN_TURN = 8
"""Completions of a round, half of them before those that a question is streamed beside."""
MOST = 1.6
"""The largest ratio of the p95 times, each of 24 completions. 1.1 to 1.3 were seen in three runs on
two busy cores (the medians: 1.1, 1.2 and 1.9), in turn with runs in which the answer's model did
not pause: 1.4 to 1.5 (1.7 to 1.8). Elsewhere than on Linux it does not pause."""


def roster(folder: Path, engine: EngineProcess) -> Path:
    with engine.client(timeout=60) as client:
        for seed, name in enumerate(("tiny-go", "tiny-all")):
            path = write_model(
                folder / f"{seed}.gguf", shape=SHAPE, seed=seed, chat=name != "tiny-go"
            )
            create_model(client, name, path)
    path = folder / "experts.yaml"
    path.write_text(
        json.dumps(
            {
                "budget": "2GB",
                "options": {"num_ctx": 2048, "num_thread": 1},
                "generalist": {"name": "generalist", "model": "tiny-all", "fim": "none"},
                "experts": [{"name": "go", "languages": ["go"], "model": "tiny-go", "fim": "none"}],
            }
        )
    )
    return path


class Typing:
    """Completions for new lines of one document."""

    def __init__(self, client: LspClient, uri: str) -> None:
        self._client = client
        self._uri = uri
        self._n = 0

    async def complete(self) -> float:
        """Return the seconds until the expert has answered for a new line."""
        self._n += 1
        client, text = self._client, f"x{self._n} := "
        client.change(self._uri, ((3, 1), (3, 1), text))
        began_s = time.perf_counter()
        await client.complete(self._uri, 3, 1 + len(text))
        took_s = time.perf_counter() - began_s
        client.change(self._uri, ((3, 1), (3, 1 + len(text)), ""))
        record = (await client.request("hotseat/status"))["lastCompletion"]
        assert record["servedBy"] == "go"
        return took_s

    async def complete_beside_a_question(self, n: int) -> list[float]:
        """Return the times of `n` completions during which an answer was being written."""
        client = self._client
        times_s: list[float] = []
        while len(times_s) < n:
            n_seen = len(client.notifications)
            asked = client.begin(
                "hotseat/ask",
                {"question": "Why?", "expert": "generalist", "partialResultToken": "t"},
            )

            def is_streaming(n_seen: int = n_seen) -> bool:
                return any(
                    method == "$/progress" and params["value"].get("text")
                    for method, params in client.notifications[n_seen:]
                )

            await client.until(is_streaming)
            while asked not in client.answers and len(times_s) < n:
                took_s = await self.complete()
                if asked not in client.answers:
                    times_s.append(took_s)
            client.notify("$/cancelRequest", {"id": asked})
            await client.answer(asked)
        return times_s


def p95(times_s: list[float]) -> float:
    return statistics.quantiles(times_s, n=20, method="inclusive")[-1]


async def test_completions_keep_their_pace_while_a_question_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone_s: list[float] = []
    during_s: list[float] = []
    with running_engine(tmp_path) as engine:
        monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(engine.runtime))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        arguments = ["--roster", str(roster(tmp_path, engine)), "--engine-url", engine.url]
        async with LspClient(arguments, cwd=tmp_path) as client:
            await client.initialize(workspace=tmp_path)
            uri = (tmp_path / "main.go").as_uri()
            client.open(uri, "go", GO)
            await client.until_warm("go")
            await client.request("hotseat/ask", {"question": "Hi", "expert": "generalist"})
            await client.until_warm("go", "generalist")
            typing = Typing(client, uri)
            for _ in range(3):
                await typing.complete()  # The first ones learn the model's format and pace.
            for _ in range(N_ROUNDS):
                alone_s += [await typing.complete() for _ in range(N_IN_TURN // 2)]
                during_s += await typing.complete_beside_a_question(N_IN_TURN)
                alone_s += [await typing.complete() for _ in range(N_IN_TURN // 2)]
    ratio = p95(during_s) / p95(alone_s)
    print(
        f"alone p50 {statistics.median(alone_s) * 1000:.0f} ms p95 {p95(alone_s) * 1000:.0f} ms, "
        f"beside a question p50 {statistics.median(during_s) * 1000:.0f} ms p95 "
        f"{p95(during_s) * 1000:.0f} ms, ratio {ratio:.2f}, n {len(during_s)}"
    )
    assert ratio <= MOST or not sys.platform.startswith("linux")
