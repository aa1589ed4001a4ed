"""`hotseat bench switch`: three clients on one engine, in real time, on the same switching history.

    reactive   no Hotseat: the model is asked at the first key, the engine loads and evicts alone
    focus      the language server without its forecaster: loads on focus
    hotseat    the language server with habits learned from the trace before the replay window

They run one after the other, with the same replay window, models, options and room for models;
memory is empty at the beginning of each. Owns the order of the runs and the folders; does not touch
the user's own data, engine and keeper.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotseat.attention.forecaster import Forecaster
from hotseat.client.editor import Editor
from hotseat.client.engine_process import (
    gguf_file_of,
    make_copies,
    runtime_folder,
    start_engine_process,
    work_folder,
)
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import canonical_model_name
from hotseat.domain.residency import Measured as MeasuredModel
from hotseat.engines.discovery import ollama_address
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.token import client_environment
from hotseat.lab.bench.resident_watch import ResidentWatch
from hotseat.lab.bench.switch_figures import CLIENTS, ClientRun, summary
from hotseat.lab.bench.switch_models import (
    ModelMeasurements,
    check_given,
    measure,
    measure_parts,
    unload,
    write_roster,
)
from hotseat.lab.bench.switch_walk import Client, EditorClient, PluginClient, TimedVisit, walk
from hotseat.lab.simulate.replay_window import (
    ReplayPace,
    ReplayWindow,
    choose_replay_window,
    counted,
    teach,
)
from hotseat.lab.simulate.traces import TraceVisit
from hotseat.roster.shipped import shipped_roster
from hotseat.storage.habit_store import HabitStore, habits_path
from hotseat.storage.measured_sizes import MeasureStore

QUICK_LOAD_S = 0.1
"""A replay window that is unusable even with this load time is rejected before anything starts."""
STARTER_MODEL = "gemma3:270m"
"""The model of the starter roster that takes longer to load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSettings:
    """The settings of a run.

    `models` are those of a given engine; without one, copies of `gguf` are made on an engine of our
    own (default: the starter roster's larger model).
    """

    visits: Sequence[TraceVisit]
    minutes: float = 3.0
    max_experts: int = 4
    n_seats: int | None = None
    """Default: room for half of the experts."""
    gguf: Path | None = None
    schedule: str = "hotseat"
    """The order of loads of our own engine: `hotseat`, or `ollama`."""
    max_models: int | None = None
    """The highest number of models that our own engine holds. Default: the seats."""
    engine_url: str | None = None
    models: tuple[str, ...] = ()
    seed: int = 1
    pace: ReplayPace = field(default_factory=ReplayPace)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchProgress:
    """Callbacks that receive the progress."""

    report: Callable[[str], None] = lambda _text: None
    visits: Callable[[str, ReplayWindow, list[TimedVisit]], None] = (
        lambda _arm, _replay_window, _turns: None
    )


async def bench_switch(settings: SwitchSettings, progress: SwitchProgress) -> dict[str, Any]:
    """Return the figures of `hotseat bench switch --json`. Raises HotseatError."""
    _replay_window(settings, len(settings.models) or settings.max_experts, QUICK_LOAD_S)
    if settings.engine_url is not None:
        if settings.schedule != "hotseat" or settings.max_models is not None:
            raise HotseatError(
                "The engine at --engine-url has a schedule and a limit of its own",
                hint="Leave out --schedule and --limit, or --engine-url",
            )
        return await _on_given_engine(settings, settings.engine_url, progress)
    if settings.models:
        raise HotseatError(
            "--models are models of an engine that you name", hint="Add --engine-url URL"
        )
    return await _on_own_engine(settings, progress)


async def _on_own_engine(settings: SwitchSettings, progress: SwitchProgress) -> dict[str, Any]:
    n_models = min(settings.max_experts, len({v.language for v in counted(settings.visits)}))
    everyone = shipped_roster("starter").everyone()
    starter = next(expert for expert in everyone if expert.spec.model == STARTER_MODEL)
    size_bytes = _size_of(settings.gguf) if settings.gguf else starter.size_bytes or 0
    with work_folder(size_bytes * (n_models + 2)) as folder:
        gguf = settings.gguf or await gguf_file_of(
            starter, folder, lambda step: progress.report(step.status)
        )
        store = folder / "models"
        progress.report(f"making {n_models} distinct models of {settings.gguf or STARTER_MODEL}")
        async with (
            start_engine_process(store, schedule=settings.schedule) as url,
            _engine(url) as engine,
        ):
            models = await make_copies(url, gguf, n_models, folder)
            measurements = await measure(engine, write_roster(models, folder), progress.report)
        replay, n_seats = _replay_window(settings, n_models, measurements.load_s)
        max_models = settings.max_models or n_seats
        async with (
            start_engine_process(
                store, schedule=settings.schedule, max_loaded_models=max_models
            ) as url,
            _engine(url) as engine,
        ):
            result = await _ClientRuns(engine, models, replay, n_seats, measurements, folder).run(
                progress
            )
            result["engine"]["max_loaded_models"] = max_models
            result["engine"]["schedule"] = settings.schedule
        progress.report("measuring the parts of a load")
        result["load_parts"] = await measure_parts(store, models)
        return result


async def _on_given_engine(
    settings: SwitchSettings, url: str, progress: SwitchProgress
) -> dict[str, Any]:
    models = [canonical_model_name(model) for model in settings.models]
    with work_folder(0) as folder:
        async with _engine(ollama_address(url).url) as engine:
            await check_given(engine, models)
            try:
                measurements = await measure(engine, write_roster(models, folder), progress.report)
                replay, n_seats = _replay_window(settings, len(models), measurements.load_s)
                return await _ClientRuns(engine, models, replay, n_seats, measurements, folder).run(
                    progress
                )
            finally:
                await unload(engine, models)


def _replay_window(
    settings: SwitchSettings, max_experts: int, load_s: float
) -> tuple[ReplayWindow, int]:
    """Return the replay window, and the number of experts for which there is room."""
    replay = choose_replay_window(
        settings.visits,
        minutes=settings.minutes,
        max_experts=max_experts,
        load_s=load_s,
        pace=settings.pace,
        seed=settings.seed,
    )
    n_experts = len(replay.languages)
    n_seats = settings.n_seats or n_experts // 2
    if n_seats >= n_experts:
        raise HotseatError(
            f"{n_seats} seats hold all {n_experts} experts of the replay: no load to measure",
            hint=f"Use at most --seats {n_experts - 1}",
        )
    return replay, n_seats


class _ClientRuns:
    """Runs the three clients one after the other, each in a folder of its own."""

    def __init__(
        self,
        engine: OllamaEngine,
        models: Sequence[str],
        replay: ReplayWindow,
        n_seats: int,
        measurements: ModelMeasurements,
        folder: Path,
    ) -> None:
        self._engine = engine
        self._models = models[: len(replay.languages)]
        self._replay_window = replay
        self._n_seats = n_seats
        self._measurements = measurements
        self._budget_bytes = measurements.budget_bytes(n_seats)
        self._folder = folder

    async def run(self, progress: SwitchProgress) -> dict[str, Any]:
        replay = self._replay_window
        progress.report(
            f"{len(replay.stops)} visits to {replay.n_files} files in"
            f" {', '.join(replay.languages)}, {replay.n_switches} switches; room for"
            f" {self._n_seats} experts; a load takes {self._measurements.load_s:.2f} s, each run"
            f" takes {replay.duration_s / 60:.1f} min"
        )
        about = await self._engine.version()
        runs = {name: await self._run(name, progress) for name in CLIENTS}
        return {
            **summary(runs),
            "stretch": {
                "first_visit": replay.first_visit,
                "duration_s": round(replay.duration_s, 1),
                "experts": dict(zip(replay.languages, self._models, strict=True)),
            },
            "seats": self._n_seats,
            "budget_bytes": self._budget_bytes,
            "load_s": round(self._measurements.load_s, 3),
            "engine": {
                "kind": "embedded" if about.instance else "ollama",
                "version": about.version,
                "max_loaded_models": None,
            },
            "cores": os.cpu_count(),
        }

    async def _run(self, name: str, progress: SwitchProgress) -> ClientRun:
        await unload(self._engine, self._models)
        watch = ResidentWatch(self._engine)
        async with watch.watching(), self._client(name) as client:
            visits = await walk(
                self._replay_window,
                client,
                lambda visits: progress.visits(name, self._replay_window, visits),
            )
        await unload(self._engine, self._models)
        return ClientRun(
            visits=visits,
            loads_s=client.loads_s,
            peak_bytes=watch.peak_bytes,
            n_loads=watch.n_loads,
            most_models=watch.most_models,
            load_average=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        )

    @asynccontextmanager
    async def _client(self, name: str) -> AsyncIterator[Client]:
        home = self._folder / name
        workspace, data = home / "workspace", home / "data" / "hotseat"
        workspace.mkdir(parents=True)
        roster = write_roster(self._models, home, self._replay_window.languages)
        experts = dict(zip(self._replay_window.languages, roster.experts, strict=True))
        if name == "reactive":
            yield PluginClient(self._engine, experts)
            return
        footprints = self._measurements.footprints
        known = {
            e.spec.key: MeasuredModel(size_bytes=footprints[e.spec.model]) for e in experts.values()
        }
        address = ollama_address(self._engine.base_url)
        MeasureStore(data / "measured.sqlite").write(address.key, known)
        if name == "hotseat":
            forecaster = Forecaster()
            await asyncio.to_thread(teach, forecaster, self._replay_window.history)
            habits = HabitStore(data / "workspaces" / habits_path(workspace).name)
            habits.write(forecaster.changes())
        with runtime_folder() as runtime:
            editor = Editor(
                ["--log-level", "error"],
                workspace,
                options={
                    "roster": str(home / "experts.yaml"),
                    "engineUrl": address.url,
                    "budgetBytes": self._budget_bytes,
                    "forecast": name == "hotseat",
                },
                # The user's own habits, sizes and keeper are not touched.
                environment={
                    **os.environ,
                    **await client_environment(address.url),
                    "HOTSEAT_RUNTIME_DIR": str(runtime),
                    "XDG_DATA_HOME": str(data.parent),
                },
            )
            async with editor:
                await editor.wait_for(
                    lambda status: bool(status["engine"].get("up")),
                    within_s=30,
                    what="Reaching the engine",
                )
                yield EditorClient(editor, workspace, experts)


@asynccontextmanager
async def _engine(url: str) -> AsyncIterator[OllamaEngine]:
    engine = OllamaEngine(url)
    try:
        yield engine
    finally:
        await engine.aclose()


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise HotseatError(f"{path} cannot be read: {error.strerror}") from error
