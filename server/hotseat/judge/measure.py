"""Run every arm over the same spans, in rounds, so that a run that is stopped can be reported.

Owns the order, and which model is in the engine's memory: one arm at a time, so that its memory can
be measured. The figures go into `Measurements` that the caller holds.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from hotseat.domain.errors import EngineError, HotseatError
from hotseat.domain.experts import ModelSpec, Roster, canonical_model_name
from hotseat.engines.delete import delete
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import EngineInfo, ModelInfo
from hotseat.engines.pull import add_adapter
from hotseat.engines.pull_hint import pull_command, pull_hint
from hotseat.infill.fill import open_span_filler
from hotseat.judge.arms import Arm, roster_for
from hotseat.judge.figures import Measurements
from hotseat.judge.likelihood import OpenLikelihood, within_budget
from hotseat.roster.load import load_choice
from hotseat.roster.shipped import DEFAULT, shipped_roster
from hotseat.syntax.text_spans import KINDS

N_ROUNDS = 3
START_S = 4.0
"""Once for each arm and round: start a language server and load the model."""
FILL_S, FILL_S_PER_GB = 1.0, 15.0
"""Time for one span on two cores without a GPU, by the size of the weights."""
SCORE_S, SCORE_S_PER_GB = 0.5, 8.0

OnStep = Callable[[str], None]


def rounds(measured: Measurements) -> list[list[int]]:
    """Return the indices of the spans in up to `N_ROUNDS` parts, each with a share of every
    language."""
    by_language: dict[str, list[int]] = {}
    for i, span in enumerate(measured.spans):
        by_language.setdefault(span.code_language, []).append(i)
    parts: list[list[int]] = [[] for _ in range(N_ROUNDS)]
    for at in by_language.values():
        # Kinds alternate, so spans of all kinds stay together.
        size = len(KINDS) * max(1, -(-len(at) // (len(KINDS) * N_ROUNDS)))
        for n in range(N_ROUNDS):
            parts[n] += at[n * size : (n + 1) * size if n < N_ROUNDS - 1 else None]
    return [part for part in parts if part]


def to_score(measured: Measurements, n_tokens: int) -> frozenset[int]:
    """Return the indices of the spans whose bits are measured: `n_tokens` in each language."""
    found: set[int] = set()
    languages = dict.fromkeys(span.code_language for span in measured.spans)
    for language in languages:
        at = [i for i, span in enumerate(measured.spans) if span.code_language == language]
        within = within_budget([measured.spans[i] for i in at], n_tokens)
        found |= {at[i] for i in within}
    return frozenset(found)


def estimate_s(sizes_bytes: Sequence[int], n_spans: int, n_scored: int) -> float:
    """Estimate the seconds for arms of these sizes on a machine with two cores and no GPU."""
    gigabytes = [size / 1e9 for size in sizes_bytes]
    fill_s = sum(FILL_S + FILL_S_PER_GB * gb for gb in gigabytes) * n_spans
    score_s = sum(SCORE_S + SCORE_S_PER_GB * gb for gb in gigabytes) * n_scored
    n_starts = N_ROUNDS * len(sizes_bytes) * (2 if n_scored else 1)
    return fill_s + score_s + START_S * n_starts


async def look_up(url: str, arms: Sequence[Arm], pull_options: str) -> dict[str, ModelInfo]:
    """Return the engine's information on each arm's model, after registering the adapters.

    Raises HotseatError, with the command to run, for models that the engine lacks.
    """
    engine = OllamaEngine(url)
    try:
        there = set(await engine.models())
        missing = [arm for arm in arms if canonical_model_name(arm.weights) not in there]
        if missing:
            labels = ", ".join(dict.fromkeys(arm.weights for arm in missing))
            hint = _missing_hint(missing, await engine.version(), pull_options)
            raise HotseatError(f"The engine does not have {labels}", hint=hint)
        for arm in arms:
            if arm.expert.adapter is not None:
                await add_adapter(url, arm.expert)
        return {arm.name: await engine.show(arm.expert.spec.model) for arm in arms}
    finally:
        await engine.aclose()


async def measure(
    measured: Measurements,
    repository: Path,
    url: str,
    infos: dict[str, ModelInfo],
    *,
    open_likelihood: OpenLikelihood | None,
    scored: frozenset[int],
    on_step: OnStep,
) -> None:
    """Fill `measured`, which is consistent at any time. Raises HotseatError.

    `on_step` is called after each span that was filled and each span that was scored.
    """
    engine = OllamaEngine(url)
    try:
        before = {entry.model for entry in await engine.resident()}
        for arm in measured.arms:
            if arm.expert.adapter is not None:
                measured.adapter_bytes[arm.name] = Path(arm.expert.adapter).stat().st_size
        for part in rounds(measured):
            for arm in measured.arms:
                async with _alone(engine, arm, before):
                    await _fill(measured, arm, part, repository, url, on_step)
                    await _note_memory(measured, arm, engine)
                if open_likelihood is not None and scored & set(part):
                    bits = measured.scored.setdefault(arm.name, {})
                    async with open_likelihood(arm, infos[arm.name]) as likelihood:
                        measured.likelihood = likelihood.how
                        for i in part:
                            if i in scored:
                                bits[i] = await likelihood.score(measured.spans[i])
                                on_step(f"{arm.name}: bits in {measured.spans[i].code_language}")
    finally:
        await engine.aclose()


async def forget(url: str, arms: Sequence[Arm]) -> None:
    """Remove adapters of arms that are in no roster from the engine."""
    for arm in arms:
        if arm.expert.adapter is not None and not arm.experts and not arm.is_generalist:
            with suppress(EngineError):
                await delete(url, arm.expert.spec.model)


async def _fill(
    measured: Measurements,
    arm: Arm,
    part: Sequence[int],
    repository: Path,
    url: str,
    on_step: OnStep,
) -> None:
    fillings = measured.fillings.setdefault(arm.name, {})
    languages = {x for span in measured.spans for x in (span.language, span.code_language)}
    with tempfile.TemporaryDirectory(prefix="hotseat-judge-") as folder:
        path = Path(folder) / "experts.yaml"
        # JSON is YAML.
        path.write_text(
            json.dumps({"use": DEFAULT, **roster_for(arm, languages, shipped_roster(DEFAULT))})
        )
        roster = _roster(path)
        async with open_span_filler(repository, str(path), roster, url, filtered=False) as fills:
            for i in part:
                span = measured.spans[i]
                filled = await fills.fill(span)
                if filled.failed:  # a fault of the machine, which says nothing about the model
                    measured.n_failed += 1
                else:
                    fillings[i] = filled
                on_step(f"{arm.name}: {span.code_language}, {filled.similarity:.2f}")
    if not fillings:
        raise HotseatError(
            f"{arm.label} returned no suggestion: {filled.note}",
            hint="Run `hotseat doctor`; stop other programs that keep the machine busy",
        )


def _roster(path: Path) -> Roster:
    return load_choice(str(path), None, trusted=True).roster


async def _note_memory(measured: Measurements, arm: Arm, engine: OllamaEngine) -> None:
    names = {canonical_model_name(name) for name in arm.models}
    used = sum(entry.size_bytes for entry in await engine.resident() if entry.model in names)
    if used:
        measured.memory_bytes[arm.name] = max(used, measured.memory_bytes.get(arm.name, 0))


@asynccontextmanager
async def _alone(engine: OllamaEngine, arm: Arm, before: set[str]) -> AsyncIterator[None]:
    """Unload on leaving what was loaded for the arm; models that were loaded before stay."""
    try:
        yield
    finally:
        with suppress(EngineError):
            for name in arm.models:
                if canonical_model_name(name) not in before:
                    await engine.unload(ModelSpec(name, arm.expert.spec.options))


def _missing_hint(missing: Sequence[Arm], engine: EngineInfo, pull_options: str) -> str:
    """Return the command that brings the models, or what to do where no command can."""
    for arm in missing:
        if pull_command(arm.expert, engine) is None:
            return pull_hint(arm.expert, engine)
    names = " ".join(dict.fromkeys(_pull_name(arm) for arm in missing))
    return f"hotseat pull {names}{pull_options}"


def _pull_name(arm: Arm) -> str:
    if arm.experts:
        return arm.experts[0]
    return arm.expert.name if arm.is_generalist else arm.weights
