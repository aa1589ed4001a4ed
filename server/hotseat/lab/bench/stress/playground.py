"""A place for windows and their embedded engine, apart from the user's: models, roster, folders.

The windows start the engine themselves, as editors' servers do.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotseat.client.engine_process import (
    gguf_file_of,
    make_copies,
    runtime_folder,
    start_engine_process,
    work_folder,
)
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Measured
from hotseat.engines.discovery import EMBEDDED
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from hotseat.engines.runtime import read_engine_file
from hotseat.lab.bench.stress.figures import PassingStates
from hotseat.lab.bench.stress.processes import ProcessWatch, send
from hotseat.lab.bench.stress.typed_text import LANGUAGES
from hotseat.lab.bench.stress.typist import Pace, Typist
from hotseat.lab.bench.switch_models import write_roster
from hotseat.lab.bench.switch_walk import KEEP_ALIVE_S
from hotseat.lab.bench.wire_client import WireClient
from hotseat.roster.shipped import shipped_roster
from hotseat.storage.measured_sizes import MeasureStore

STARTER_MODEL = "smollm2:135m"
"""The smallest model of the starter roster."""
SEATS = 1.5
"""The budget holds one model and a half: every switch of the language needs a swap."""
SHOW_ALL = {"threshold": 0, "statistics": False}
"""A small model is rarely sure of its answer: nothing is hidden, as that counts as no text."""
ENGINE_EXIT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Playground:
    workspace: Path
    runtime: Path
    logs: Path
    roster: Path
    models: tuple[str, ...]
    model_bytes: int
    """What one model takes after some use; all are copies of one."""
    budget_bytes: int

    def typist(
        self,
        name: str,
        *,
        states: PassingStates,
        seed: int,
        pace: Pace,
        on_text: Callable[[float], None],
    ) -> Typist:
        """Return a window with a user; its server starts when the user begins."""

        async def start() -> WireClient:
            with (self.logs / f"{name}.log").open("ab") as log:
                options = ["--roster", str(self.roster), "--log-level", "info"]
                return await WireClient.start(options, log=log)

        return Typist(
            name,
            start,
            {"budgetBytes": self.budget_bytes, "watchFiles": False},
            self.workspace,
            states,
            random.Random(seed),
            pace,
            on_text,
        )

    async def end_engine(self, watch: ProcessWatch) -> list[str]:
        """End the engine by SIGTERM; return what is left of all processes, and kill that."""
        engine = read_engine_file(self.runtime)
        if engine is not None:
            send(engine.pid, signal.SIGTERM)
        for _ in range(int(ENGINE_EXIT_S / 0.1)):
            if not watch.processes():
                break
            await asyncio.sleep(0.1)
        left = watch.processes()
        for process in left:
            send(process.pid, signal.SIGKILL)
        return [f"{kind} {process.pid}" for process, kind in left.items()]


@asynccontextmanager
async def playground(
    gguf: Path | None, report: Callable[[str], None], *, keep: Path | None = None
) -> AsyncIterator[Playground]:
    """Make the models: copies of `gguf` (default: the smallest starter model), one per language.

    While the context lasts, this process has the playground's environment. On leaving, the logs are
    copied to the folder `keep`, all processes are killed, and everything is removed. Raises
    HotseatError.
    """
    starter = next(
        expert
        for expert in shipped_roster("starter").everyone()
        if expert.spec.model == STARTER_MODEL
    )
    size_bytes = gguf.stat().st_size if gguf else starter.size_bytes or 0
    with work_folder(size_bytes * (len(LANGUAGES) + 2)) as folder, runtime_folder() as runtime:
        data = folder / "data"
        workspace, logs = folder / "workspace", folder / "logs"
        workspace.mkdir()
        logs.mkdir()
        source = gguf or await gguf_file_of(starter, folder, lambda step: report(step.status))
        report(f"making {len(LANGUAGES)} distinct models of {gguf or STARTER_MODEL}")
        async with start_engine_process(data / "hotseat" / "models") as url:
            models = await make_copies(url, source, len(LANGUAGES), folder)
            more = {"engine": "embedded", "completion": SHOW_ALL}
            roster = write_roster(models, folder, list(LANGUAGES), more)
            specs = [expert.spec for expert in roster.experts]
            model_bytes = await _size_in_use(url, specs[0])
        # As on any day but the first: an estimate may be larger than the budget.
        known = {spec.key: Measured(size_bytes=model_bytes) for spec in specs}
        MeasureStore(data / "hotseat" / "measured.sqlite").write(EMBEDDED.key, known)
        watch = ProcessWatch(runtime)
        with _environment(runtime, data, folder / "config"):
            try:
                yield Playground(
                    workspace=workspace,
                    runtime=runtime,
                    logs=logs,
                    roster=folder / "experts.yaml",
                    models=tuple(models),
                    model_bytes=model_bytes,
                    budget_bytes=int(model_bytes * SEATS),
                )
            finally:
                for process in watch.processes():
                    send(process.pid, signal.SIGKILL)
                if keep is not None:
                    shutil.copytree(logs, keep, dirs_exist_ok=True)
                    if (runtime / "engine.log").is_file():
                        shutil.copy(runtime / "engine.log", keep)


async def _size_in_use(url: str, spec: ModelSpec) -> int:
    engine = OllamaEngine(url)
    try:
        await engine.ensure_ready(spec, keep_alive_s=KEEP_ALIVE_S)
        for prompt in ("def first(", "func second(" * 40):
            async for _ in engine.generate(
                GenerateRequest(spec=spec, prompt=prompt, raw=True, n_predict=32)
            ):
                pass
        return max(model.size_bytes for model in await engine.resident())
    finally:
        await engine.aclose()


@contextmanager
def _environment(runtime: Path, data: Path, config: Path) -> Iterator[None]:
    """Set the folders of this process and of those that it starts."""
    ours = {
        "HOTSEAT_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(data),
        "XDG_CONFIG_HOME": str(config),
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
