"""The models that `bench switch` measures with: their check, their measurement, and a roster of
them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import ModelSpec, Roster, canonical_model_name
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from hotseat.engines.pull_hint import model_pull_command
from hotseat.lab.bench.load_parts import load_parts, median_parts
from hotseat.lab.bench.switch_walk import KEEP_ALIVE_S, N_CTX, Page
from hotseat.lab.bench.timed_requests import TimedEngine
from hotseat.roster.load import load_choice
from hotseat.roster.shipped import DEFAULT, shipped_roster

OPTIONS = {"num_ctx": N_CTX, "num_thread": 1}
"""One thread, so that a running model does not slow down the load of another."""
_ABSENT_MODEL = "hotseat-bench-absent"
_SPARE_SHARE = 0.5
"""Spare room in the budget, as a share of the smallest model: a model grows a little while it
runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelMeasurements:
    """Measurements of the models. `footprints` are bytes after some use, by model."""

    load_s: float
    footprints: dict[str, int]

    def budget_bytes(self, n_seats: int) -> int:
        """Return a budget that holds any `n_seats` of them, but no more if their sizes are
        similar."""
        sizes = sorted(self.footprints.values(), reverse=True)
        return sum(sizes[:n_seats]) + int(sizes[-1] * _SPARE_SHARE)


async def check_given(engine: OllamaEngine, models: Sequence[str]) -> None:
    """Raise HotseatError unless `models` are distinct models of the engine, and none is loaded."""
    about = await engine.version()
    there = await engine.models()
    if len(models) < 2:
        names = ", ".join(there) or "none: pull some first"
        raise HotseatError(
            "Name the models of the experts: --models A,B,C,D",
            hint=f"At least two distinct models of {engine.base_url} are needed; it has: {names}",
        )
    if missing := [model for model in models if model not in there]:
        command = model_pull_command(missing[0], (), about)
        pull = f"`{command}`, or " if command else "No command can pull it into this engine: "
        raise HotseatError(
            f"{engine.base_url} does not have {', '.join(missing)}",
            hint=f"{pull}use others: {', '.join(there)}",
        )
    blobs: dict[str, str] = {}
    for model in models:
        blob = (await engine.show(model)).blob or model
        if blob in blobs:
            raise HotseatError(
                f"{blobs[blob]} and {model} are one model: switching between them loads nothing",
                hint="Name models with weights of their own",
            )
        blobs[blob] = model
    if resident := await engine.resident():
        names = ", ".join(model.model for model in resident)
        raise HotseatError(
            f"{engine.base_url} has models loaded ({names}), which would distort the measurement",
            hint="Close the programs that use them, and unload them: `ollama stop NAME`",
        )


async def measure(
    engine: OllamaEngine, roster: Roster, report: Callable[[str], None]
) -> ModelMeasurements:
    """Measure load times with the files in the page cache, and the memory after some use.

    The faster of two loads counts for each model, as another program may slow one down; the slowest
    model counts for all.
    """
    loads_s: list[float] = []
    footprints: dict[str, int] = {}
    for i, expert in enumerate(roster.experts, start=1):
        spec = expert.spec
        report(f"measuring {spec.model} ({i} of {len(roster.experts)})")
        await engine.ensure_ready(spec, keep_alive_s=KEEP_ALIVE_S)
        for path in ("one/file.txt", "another/file.txt"):
            request = GenerateRequest(spec=spec, prompt=Page(path).text, n_predict=32)
            async for _ in engine.generate(request):
                pass
        resident = {model.model: model.size_bytes for model in await engine.resident()}
        footprints[spec.model] = resident[canonical_model_name(spec.model)]
        tries_s = []
        for _ in range(2):
            await engine.unload(spec)
            tries_s.append(await engine.ensure_ready(spec, keep_alive_s=KEEP_ALIVE_S))
        await engine.unload(spec)
        loads_s.append(min(tries_s))
    return ModelMeasurements(load_s=max(loads_s), footprints=footprints)


def write_roster(
    models: Sequence[str],
    folder: Path,
    languages: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> Roster:
    """Write a roster of these models alone to `folder`; return it as Hotseat loads it.

    `more` are other keys at the top of the roster.
    """
    languages = languages or [f"language-{i}" for i in range(len(models))]
    names = [f"expert-{i}" for i in range(1, len(models) + 1)]
    shipped = shipped_roster(DEFAULT).experts
    entries: list[dict[str, Any]] = [
        {"name": name, "languages": [language], "model": model}
        for name, language, model in zip(names, languages, models, strict=True)
    ]
    entries += [{"name": expert.name, "remove": True} for expert in shipped]
    # The generalist is replaced by an absent model, as an existing one would want a seat of its
    # own.
    roster = {
        "use": DEFAULT,
        "options": OPTIONS,
        "generalist": {"model": _ABSENT_MODEL},
        "experts": entries,
        **(more or {}),
    }
    path = folder / "experts.yaml"
    path.write_text(json.dumps(roster), encoding="utf-8")
    return load_choice(str(path), None, trusted=True).roster


async def measure_parts(store: Path, models: Sequence[str], n_rounds: int = 3) -> dict[str, float]:
    """Return the medians of the parts of a load and its first token, in milliseconds.

    On an engine of its own with Hotseat's schedule, as a load begins by default: in a process that
    waits.
    """
    found = []
    async with TimedEngine.started(store) as engine:
        for _ in range(n_rounds):
            for model in models:
                await engine.until_spare()
                found.append(await load_parts(engine, model))
                await engine.unload(model)
    return median_parts(found)


async def unload(engine: OllamaEngine, models: Sequence[str]) -> None:
    """Unload those of the models that are loaded; return when they are gone."""
    ours = set(models)
    for model in await engine.resident():
        if model.model in ours:
            await engine.unload(ModelSpec(model.model))
