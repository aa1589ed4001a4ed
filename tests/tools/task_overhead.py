"""What a step of a task costs beside its model: a real server, an engine that answers at once.

    PYTHONPATH=server:tests python tests/tools/task_overhead.py

A task of 20 steps rewrites a file of 60 functions in each. Wall time a step, processor time of the
server with its parser and its index, and the stub engine's own time.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from support.lsp_client import LspClient
from support.lsp_start import ROSTER
from support.stub_engine import MIB, StubEngine

N_STEPS = 20
N_FUNCTIONS = 60
_HOMES = {"HOTSEAT_RUNTIME_DIR": "run", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config"}


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, below in _HOMES.items():
            os.environ[name] = str(place / below)
        (place / "experts.yaml").write_text(f"{ROSTER}tasks: {{files: {N_STEPS}}}\n")
        os.environ["HOTSEAT_EXPERTS"] = str(place / "experts.yaml")
        workspace = _workspace(place / "shop")
        async with StubEngine() as stub:
            stub.models = dict.fromkeys(("go:1b", "web:1b", "general:1b"), 100 * MIB)
            stub.templates = dict.fromkeys(stub.models, "{{ .Messages }}")
            engine_s = _answered_at_once(stub)
            async with LspClient(["--engine-url", stub.url], cwd=workspace) as client:
                await client.initialize(workspace=workspace)
                await _run(client, engine_s)


async def _run(client: LspClient, engine_s: list[float]) -> None:
    steps = [{"path": f"f{n}.go", "what": "Change it"} for n in range(N_STEPS)]
    asked = {"instruction": "Change all", "steps": steps, "planOnly": True}
    planned = await client.request("hotseat/task", asked)
    before_s, began_s = _processor_s(client.process.pid), time.perf_counter()
    run = client.begin("hotseat/task", {"task": planned["task"]["id"], "partialResultToken": "t"})
    result = (await client.answer(run))["result"]
    wall_s = time.perf_counter() - began_s
    processor_s = _processor_s(client.process.pid) - before_s
    done = sum(step["state"] == "done" for step in result["task"]["steps"])
    print(f"{done} of {N_STEPS} steps done")
    print(f"wall time a step:      {wall_s / N_STEPS * 1000:6.1f} ms")
    print(f"processor time a step: {processor_s / N_STEPS * 1000:6.1f} ms")
    print(f"the engine's own time: {sum(engine_s) / len(engine_s) * 1000:6.1f} ms")


def _workspace(folder: Path) -> Path:
    folder.mkdir()
    functions = "".join(
        f"func f{n}(a int) int {{\n\treturn a + {n}\n}}\n\n" for n in range(N_FUNCTIONS)
    )
    for n in range(N_STEPS):
        (folder / f"f{n}.go").write_text(f"package main\n\n{functions}")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


def _answered_at_once(stub: StubEngine) -> list[float]:
    """Have the stub rewrite what it is shown; return the list that its times are added to."""
    times_s: list[float] = []

    async def answer(seen: Any, reply: Any) -> None:
        began_s = time.perf_counter()
        shown = seen.body["messages"][1]["content"].split("are to change:\n", 1)[1]
        text = shown.split("\n\nYour step")[0].replace("a + 1\n", "a + 100\n")
        await reply.begin_stream()
        for at in range(0, len(text), 200):
            await reply.chunk({"message": {"content": text[at : at + 200]}})
        await reply.chunk({"message": {"content": ""}, "done": True, "eval_count": 7})
        await reply.end_stream()
        times_s.append(time.perf_counter() - began_s)

    stub.answers["/api/chat"] = answer
    return times_s


def _processor_s(pid: int) -> float:
    server = psutil.Process(pid)
    return sum(sum(p.cpu_times()[:2]) for p in (server, *server.children(recursive=True)))


if __name__ == "__main__":
    asyncio.run(main())
