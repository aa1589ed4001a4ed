"""`hotseat bench takeover`: how long windows have no keeper after it was killed or stopped.

Runs three language servers and an engine that answers immediately. The time runs from the signal
until a new keeper works on the demand that another window sent right after it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.keeper.read_state import keeper_states
from hotseat.lab.bench.timed_stub_engine import MODEL, TimedStubEngine
from hotseat.lab.bench.wire_client import WireClient

LANGUAGES = ("go", "python")
N_WINDOWS = 3
POLL_S = 0.002
PATIENCE_S = 20.0


async def bench_takeover(on_progress: Callable[[str], None], *, rounds: int) -> dict[str, Any]:
    """Return milliseconds by the way a keeper is lost: `{"killed": {"p50", "max"}, "stopped":
    …}`."""
    with TimedStubEngine() as engine, tempfile.TemporaryDirectory(prefix="hotseat-") as folder:
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        os.environ["HOTSEAT_RUNTIME_DIR"] = str(runtime)
        roster = Path(folder) / "experts.yaml"
        expert = {"name": "code", "languages": list(LANGUAGES), "model": MODEL}
        roster.write_text(json.dumps({"experts": [expert]}))
        windows = [await _open(engine.url, roster) for _ in range(N_WINDOWS)]
        took_ms: dict[str, list[float]] = {"killed": [], "stopped": []}
        try:
            for n in range(rounds):
                for how, times_ms in took_ms.items():
                    on_progress(f"{how}, {n + 1} of {rounds}")
                    times_ms.append(await _lose_keeper(windows, how, LANGUAGES[n % 2]))
                    if len(windows) < N_WINDOWS:
                        windows.append(await _open(engine.url, roster))
        finally:
            for window in windows:
                window.kill()
    return {
        how: {"p50": round(statistics.median(ms), 1), "max": round(max(ms), 1)}
        for how, ms in took_ms.items()
    }


async def _open(url: str, roster: Path) -> WireClient:
    window = await WireClient.start(["--roster", str(roster), "--engine-url", url])
    await window.initialize()
    for language in LANGUAGES:
        document = {"uri": _uri(language), "languageId": language, "version": 1, "text": ""}
        window.notify("textDocument/didOpen", {"textDocument": document})
    window.notify("textDocument/didFocus", {"textDocument": {"uri": _uri(LANGUAGES[1])}})
    await _keeper(lambda seen: seen.get(window.pid) == LANGUAGES[1])
    return window


async def _lose_keeper(windows: list[WireClient], how: str, language: str) -> float:
    keeper = await _keeper(lambda _: True)
    lost = next(window for window in windows if window.pid == keeper)
    other = next(window for window in windows if window is not lost)
    await _settle(other, next(name for name in LANGUAGES if name != language))
    began_s = time.perf_counter()
    if how == "killed":
        lost.kill()
        windows.remove(lost)
    else:
        os.kill(lost.pid, signal.SIGSTOP)
    try:
        other.notify("textDocument/didFocus", {"textDocument": {"uri": _uri(language)}})
        await _keeper(lambda seen: seen.get(other.pid) == language, not_pid=lost.pid)
        return (time.perf_counter() - began_s) * 1000
    finally:
        if how == "stopped":
            os.kill(lost.pid, signal.SIGCONT)
            await _keeper(lambda seen: lost.pid in seen)


async def _settle(window: WireClient, language: str) -> None:
    window.notify("textDocument/didFocus", {"textDocument": {"uri": _uri(language)}})
    await _keeper(lambda seen: seen.get(window.pid) == language)


async def _keeper(
    condition: Callable[[dict[int, str | None]], bool], *, not_pid: int | None = None
) -> int:
    """Wait until the keeper knows the expected languages of its windows; return its pid."""
    deadline_s = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < deadline_s:
        for state in await keeper_states(answer_s=0.2):
            seen = {focus.pid: focus.language for focus in state.windows}
            if state.keeper_pid != not_pid and condition(seen):
                return state.keeper_pid
        await asyncio.sleep(POLL_S)
    raise HotseatError(
        f"No window took over as keeper within {PATIENCE_S:.0f} s",
        hint="Run the benchmark on an idle machine",
    )


def _uri(language: str) -> str:
    return f"file:///bench/{language}"
