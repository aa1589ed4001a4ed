"""Hostile texts through real language servers: answer times, memory, and whether they live."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from support.hostile_texts import HostileText
from support.lsp_client import LspClient

HANDLED_S = 10.0
"""The longest wait until the worker is done with a text, a pause before its start included."""
POLL_S = 0.03
N_IDLE_POLLS = 3


@dataclass(kw_only=True)
class HostileRun:
    """What one server did with the texts of one language."""

    language: str
    n_texts: int = 0
    n_workers: int = 0
    n_deaths: int = 0
    answers_s: list[float] = field(default_factory=list)
    slowest: str = ""
    slowest_cpu_s: float = 0.0
    """Processor time of the server in the slowest answer: much less on a busy machine."""
    start_bytes: int = 0
    peak_bytes: int = 0
    largest: str = ""

    @property
    def more_bytes(self) -> int:
        """Memory of server and worker together, at most, above that at the start."""
        return self.peak_bytes - self.start_bytes

    def percentile_s(self, percent: float) -> float:
        """Return the answer time that so many percent of the answers keep."""
        times = sorted(self.answers_s)
        return times[min(len(times) - 1, int(percent / 100 * len(times)))] if times else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the figures of the run."""
        return {
            "texts": self.n_texts,
            "deaths": self.n_deaths,
            "workers": self.n_workers,
            "answer_p50_ms": round(self.percentile_s(50) * 1000, 1),
            "answer_p99_ms": round(self.percentile_s(99) * 1000, 1),
            "answer_max_ms": round(max(self.answers_s, default=0.0) * 1000, 1),
            "slowest": self.slowest,
            "slowest_cpu_ms": round(self.slowest_cpu_s * 1000, 1),
            "more_mb": round(self.more_bytes / 1e6, 1),
            "largest": self.largest,
        }


class _Memory:
    """Samples the memory of a server and its children."""

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)
        self.peak_bytes = 0
        self.workers: set[int] = set()

    def children(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            return self._server.children()
        return []

    def server_cpu_s(self) -> float:
        """Return the processor time of the server alone, so far."""
        with suppress(psutil.Error):
            times = self._server.cpu_times()
            return float(times.user + times.system)
        return 0.0

    def sample(self) -> int:
        n_bytes = 0
        for process in (self._server, *self.children()):
            with suppress(psutil.Error):
                n_bytes += process.memory_info().rss
                if process is not self._server:
                    self.workers.add(process.pid)
        self.peak_bytes = max(self.peak_bytes, n_bytes)
        return n_bytes

    async def watch(self) -> None:
        while True:
            self.sample()
            await asyncio.sleep(0.01)

    async def handled(self) -> None:
        """Wait until the worker has nothing to do, or is not started again."""
        ends_s = time.monotonic() + HANDLED_S
        n_idle, last = 0, -1.0
        while n_idle < N_IDLE_POLLS and time.monotonic() < ends_s:
            await asyncio.sleep(POLL_S)
            spent_s = 0.0
            for child in self.children():
                with suppress(psutil.Error):
                    times = child.cpu_times()
                    spent_s += times.user + times.system + child.pid
            n_idle = n_idle + 1 if spent_s == last and spent_s else 0
            last = spent_s


async def run_hostile(
    language: str,
    texts: Iterable[HostileText],
    folder: Path,
    arguments: list[str],
    on_text: Callable[[HostileText], None] = lambda _: None,
) -> HostileRun:
    """Open each text in a real server, type into it, and ask for the status meanwhile.

    `language` is that of all texts which state none.

    Raises AssertionError if the server dies.
    """
    run = HostileRun(language=language)
    async with LspClient(arguments, cwd=folder) as client:
        await client.initialize(workspace=folder)
        await client.request("hotseat/status", {})
        memory = _Memory(client.process.pid)
        client.open((folder / "start.py").as_uri(), "python", "def first():\n    return 'a'\n")
        await memory.handled()
        await client.request("hotseat/status", {})
        run.start_bytes = memory.sample()
        watching = asyncio.create_task(memory.watch())
        try:
            for text in texts:
                on_text(text)
                await _one(client, memory, run, text, folder)
                if client.process.returncode is not None:
                    run.n_deaths += 1
                    raise AssertionError(f"{language}: the server died of {text.name}")
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        await client.request("shutdown", None)
        client.notify("exit", None)
        await client.process.wait()
    run.n_workers = len(memory.workers)
    return run


async def _one(
    client: LspClient, memory: _Memory, run: HostileRun, text: HostileText, folder: Path
) -> None:
    run.n_texts += 1
    uri = (folder / f"{run.n_texts}").as_uri()
    before_bytes = memory.peak_bytes
    steps: list[Callable[[], None]] = [
        lambda: client.open(uri, text.language or run.language, text.text)
    ]
    for i, key in enumerate(("x", "(", '"', "\n", "<")):
        at = (0, i) if key != "\n" else (0, 0)
        steps.append(lambda at=at, key=key: client.change(uri, (at, at, key)))
    for step in steps:
        began_s, cpu_s = time.perf_counter(), memory.server_cpu_s()
        step()
        await client.request("hotseat/status", {})
        took_s = time.perf_counter() - began_s
        if took_s > max(run.answers_s, default=0.0):
            run.slowest, run.slowest_cpu_s = text.name, memory.server_cpu_s() - cpu_s
        run.answers_s.append(took_s)
    completion = client.begin_complete(uri, 0, 1)
    for _ in range(3):
        began_s = time.perf_counter()
        await client.request("hotseat/status", {})
        run.answers_s.append(time.perf_counter() - began_s)
        await asyncio.sleep(0.02)
    await client.answer(completion)
    await memory.handled()
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    if memory.peak_bytes > before_bytes and memory.peak_bytes > run.peak_bytes:
        run.largest, run.peak_bytes = text.name, memory.peak_bytes


def arguments_for_nothing() -> list[str]:
    """Return arguments of a server that finds no engine."""
    return ["--engine-url", "http://127.0.0.1:9"]
