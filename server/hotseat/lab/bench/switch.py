"""`hotseat bench switch`: three ways to have the right model, on one engine, in real time.

    reactive   no Hotseat: the model is asked at the first key, the engine loads and evicts alone
    focus      the language server without its forecaster: loads on focus
    hotseat    the language server with habits learned from the trace before the stretch

One after the other, with the same stretch, models, options and room for models; memory is empty at
the beginning of each. Owns the order of things and the folders; the person's own data, engine and
keeper are left alone.
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
    file_of,
    make_copies,
    own_engine,
    runtime_folder,
    work_folder,
)
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import canonical_model_name
from hotseat.domain.residency import Measured as MeasuredModel
from hotseat.engines.discovery import ollama_address
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.token import client_environment
from hotseat.lab.bench.resident_watch import ResidentWatch
from hotseat.lab.bench.switch_figures import ARMS, Arm, summary
from hotseat.lab.bench.switch_models import Measured, check_given, measure, unload, write_roster
from hotseat.lab.bench.switch_walk import Client, EditorClient, PluginClient, Turn, walk
from hotseat.lab.simulate.replay_window import Pace, Stretch, choose_stretch, counted, teach
from hotseat.lab.simulate.traces import TraceVisit
from hotseat.roster.shipped import shipped_roster
from hotseat.storage.habit_store import HabitStore, habits_path
from hotseat.storage.measured_sizes import MeasureStore

QUICK_LOAD_S = 0.1
"""What cannot be measured even with such a load is refused before anything is touched."""
STARTER_MODEL = "gemma3:270m"
"""Of the two in the starter roster, the one that takes longer to load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure. `models` are those of a given engine; without one, copies of `gguf` are
    made on an engine of our own (default: the starter roster's larger model)."""

    visits: Sequence[TraceVisit]
    minutes: float = 3.0
    max_experts: int = 4
    n_seats: int | None = None
    """Default: for half of the experts."""
    gguf: Path | None = None
    engine_url: str | None = None
    models: tuple[str, ...] = ()
    seed: int = 1
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Progress, for people."""

    say: Callable[[str], None] = lambda _text: None
    turns: Callable[[str, Stretch, list[Turn]], None] = lambda _arm, _stretch, _turns: None


async def bench_switch(plan: Plan, tell: Tell) -> dict[str, Any]:
    """The figures of `hotseat bench switch --json`. Raises HotseatError."""
    _stretch(plan, len(plan.models) or plan.max_experts, QUICK_LOAD_S)
    if plan.engine_url is not None:
        return await _on_given_engine(plan, plan.engine_url, tell)
    if plan.models:
        raise HotseatError(
            "--models are those of an engine of yours", hint="Name it, too: --engine-url URL"
        )
    return await _on_own_engine(plan, tell)


async def _on_own_engine(plan: Plan, tell: Tell) -> dict[str, Any]:
    n_models = min(plan.max_experts, len({v.language for v in counted(plan.visits)}))
    everyone = shipped_roster("starter").everyone()
    starter = next(expert for expert in everyone if expert.spec.model == STARTER_MODEL)
    size_bytes = _size_of(plan.gguf) if plan.gguf else starter.size_bytes or 0
    with work_folder(size_bytes * (n_models + 2)) as folder:
        gguf = plan.gguf or await file_of(starter, folder, lambda step: tell.say(step.status))
        store = folder / "models"
        tell.say(f"making {n_models} distinct models of {plan.gguf or STARTER_MODEL}")
        async with own_engine(store) as url, _engine(url) as engine:
            models = await make_copies(url, gguf, n_models, folder)
            measured = await measure(engine, write_roster(models, folder), tell.say)
        stretch, n_seats = _stretch(plan, n_models, measured.load_s)
        async with own_engine(store, max_loaded_models=n_seats) as url, _engine(url) as engine:
            result = await _Arms(engine, models, stretch, n_seats, measured, folder).run(tell)
            result["engine"]["max_loaded_models"] = n_seats
            return result


async def _on_given_engine(plan: Plan, url: str, tell: Tell) -> dict[str, Any]:
    models = [canonical_model_name(model) for model in plan.models]
    with work_folder(0) as folder:
        async with _engine(ollama_address(url).url) as engine:
            await check_given(engine, models)
            try:
                measured = await measure(engine, write_roster(models, folder), tell.say)
                stretch, n_seats = _stretch(plan, len(models), measured.load_s)
                return await _Arms(engine, models, stretch, n_seats, measured, folder).run(tell)
            finally:
                await unload(engine, models)


def _stretch(plan: Plan, max_experts: int, load_s: float) -> tuple[Stretch, int]:
    """And for how many experts there is room."""
    stretch = choose_stretch(
        plan.visits,
        minutes=plan.minutes,
        max_experts=max_experts,
        load_s=load_s,
        pace=plan.pace,
        seed=plan.seed,
    )
    n_experts = len(stretch.languages)
    n_seats = plan.n_seats or n_experts // 2
    if n_seats >= n_experts:
        raise HotseatError(
            f"{n_seats} seats hold all {n_experts} experts of the stretch: nobody would wait",
            hint=f"At most --seats {n_experts - 1}",
        )
    return stretch, n_seats


class _Arms:
    """The three walks, one after the other, each in a folder of its own."""

    def __init__(
        self,
        engine: OllamaEngine,
        models: Sequence[str],
        stretch: Stretch,
        n_seats: int,
        measured: Measured,
        folder: Path,
    ) -> None:
        self._engine = engine
        self._models = models[: len(stretch.languages)]
        self._stretch = stretch
        self._n_seats = n_seats
        self._measured = measured
        self._budget_bytes = measured.budget_bytes(n_seats)
        self._folder = folder

    async def run(self, tell: Tell) -> dict[str, Any]:
        stretch = self._stretch
        tell.say(
            f"{len(stretch.stops)} visits to {stretch.n_files} files in"
            f" {', '.join(stretch.languages)}, {stretch.n_switches} switches; room for"
            f" {self._n_seats} experts; a load takes {self._measured.load_s:.2f} s, an arm"
            f" {stretch.duration_s / 60:.1f} min"
        )
        about = await self._engine.version()
        arms = {name: await self._run(name, tell) for name in ARMS}
        return {
            **summary(arms),
            "stretch": {
                "first_visit": stretch.first_visit,
                "duration_s": round(stretch.duration_s, 1),
                "experts": dict(zip(stretch.languages, self._models, strict=True)),
            },
            "seats": self._n_seats,
            "budget_bytes": self._budget_bytes,
            "load_s": round(self._measured.load_s, 3),
            "engine": {
                "kind": "embedded" if about.instance else "ollama",
                "version": about.version,
                "max_loaded_models": None,
            },
            "cores": os.cpu_count(),
        }

    async def _run(self, name: str, tell: Tell) -> Arm:
        await unload(self._engine, self._models)
        watch = ResidentWatch(self._engine)
        async with watch.watching(), self._client(name) as client:
            turns = await walk(
                self._stretch, client, lambda turns: tell.turns(name, self._stretch, turns)
            )
        await unload(self._engine, self._models)
        return Arm(
            turns=turns,
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
        roster = write_roster(self._models, home, self._stretch.languages)
        experts = dict(zip(self._stretch.languages, roster.experts, strict=True))
        if name == "reactive":
            yield PluginClient(self._engine, experts)
            return
        footprints = self._measured.footprints
        known = {
            e.spec.key: MeasuredModel(size_bytes=footprints[e.spec.model]) for e in experts.values()
        }
        address = ollama_address(self._engine.base_url)
        MeasureStore(data / "measured.sqlite").write(address.key, known)
        if name == "hotseat":
            forecaster = Forecaster()
            await asyncio.to_thread(teach, forecaster, self._stretch.history)
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
                # The person's own habits, sizes and keeper are left alone.
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
