"""The runs of `hotseat bench task`: an engine of its own, and copies of one model as experts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.client.engine_process import (
    gguf_file_of,
    make_copies,
    start_engine_process,
    work_folder,
)
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.ollama import OllamaEngine
from hotseat.lab.bench.switch_models import measure, write_roster
from hotseat.lab.bench.task.arms import score_arms
from hotseat.lab.bench.task.kills import bench_kills
from hotseat.lab.bench.task.own_tests import check_possible
from hotseat.lab.bench.task.samples import changes
from hotseat.lab.bench.task.stalls import Bench

N_EXPERTS = 3
MEANINGLESS = (
    "The experts and the generalist are copies of one small model, so the scores only prove that"
    " the harness works; no arm is the default without a measurement with real experts."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBenchSettings:
    """`gguf` is the model; default: `expert`'s. `n_scored` changes are written by every arm."""

    expert: Expert
    gguf: Path | None = None
    n_rounds: int = 5
    n_scored: int = 1
    run_tests: bool = False
    n_kills: int = 0
    """Not 0: only what is left after so many kills is measured."""


async def bench_task(
    settings: TaskBenchSettings, on_progress: Callable[[str], None]
) -> dict[str, Any]:
    """Return the figures of `hotseat bench task --json`. Raises HotseatError."""
    if settings.run_tests:
        check_possible()
    every = changes()
    size_bytes = settings.gguf.stat().st_size if settings.gguf else settings.expert.size_bytes or 0
    with work_folder(size_bytes * (N_EXPERTS + 2)) as folder:
        on_progress("fetching the model")
        gguf = settings.gguf or await gguf_file_of(settings.expert, folder, lambda _step: None)
        if settings.n_kills:
            return {"kills": await bench_kills(gguf, settings.n_kills, folder, on_progress)}
        async with start_engine_process(folder / "models") as url, _client(url) as engine:
            models = await make_copies(url, gguf, N_EXPERTS, folder)
            measurements = await measure(engine, _roster(models, folder), on_progress)
            runs = folder / "runs"
            runs.mkdir()
            bench = Bench(
                engine=engine,
                models=models,
                roster_of=lambda languages, place: _roster(models, place, languages),
                measurements=measurements,
                folder=runs,
            )
            chosen = every[: settings.n_rounds]
            result: dict[str, Any] = {
                "one_seat": await bench.stalls(chosen, 1, on_progress),
                "two_seats": await bench.stalls(chosen, 2, on_progress),
            }
            scores = await score_arms(
                engine,
                every[: settings.n_scored],
                models[0],
                lambda language: models[sum(map(ord, language)) % N_EXPERTS],
                run_tests=settings.run_tests,
                report=on_progress,
            )
    return {
        **result,
        "scores": scores,
        "scores_mean": MEANINGLESS,
        "answers": "scripted; those of the scores are the models' own",
        "changes": len(every),
        "load_s": round(measurements.load_s, 3),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _roster(models: Sequence[str], folder: Path, languages: Sequence[str] = ()) -> Roster:
    return write_roster(models, folder, languages)


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[OllamaEngine]:
    engine = OllamaEngine(url)
    try:
        yield engine
    finally:
        await engine.aclose()
