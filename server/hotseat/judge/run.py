"""One judgement from beginning to end: choose spans and engine, then measure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from platformdirs import user_data_path

from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import Roster
from hotseat.engines.discovery import answers, find_engine
from hotseat.infill.fill import given_or_own_engine
from hotseat.infill.infilling_spans import chosen_languages, languages_in, sample_spans
from hotseat.judge.arms import Arm, arms_of, shares_generalist
from hotseat.judge.figures import Measurements
from hotseat.judge.likelihood import likelihood_from_store
from hotseat.judge.measure import estimate_s, forget, look_up, measure, to_score
from hotseat.judge.torch_likelihood import open_torch_likelihood
from hotseat.roster.shipped import DEFAULT

N_LANGUAGES = 3
TARGET_S = 600.0
MIN_N, MAX_N = 12, 60
"""Limits of the spans in each language by default; as many as can be filled in `TARGET_S`."""
DEFAULT_SIZE_BYTES = 1_000_000_000
"""Estimate for a model whose size the roster does not state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeRequest:
    """A request to judge a roster on a repository."""

    repository: Path
    roster: Roster
    roster_name: str | None = None
    """The value of `--roster`."""
    base: str = DEFAULT
    """The name of the shipped roster below the roster files."""
    languages: tuple[str, ...] = ()
    n: int | None = None
    seed: int = 1
    arms: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    suffix_first: bool = False
    """Whether each model that fills in by no format is judged with the suffix first too."""
    engine_url: str | None = None
    score_tokens: int = 1500


class JudgeProgress(Protocol):
    """Receives the progress of a judgement."""

    def report(self, what: str) -> None: ...

    def begin(self, what: str, n_steps: int) -> None: ...

    def step(self, what: str) -> None: ...


def prepare(request: JudgeRequest) -> Measurements:
    """Return the arms and spans, with nothing measured yet. Raises HotseatError."""
    languages = _languages(request)
    arms = arms_of(
        request.roster,
        languages,
        chosen=request.arms,
        others=request.others,
        suffix_first=request.suffix_first,
    )
    n = request.n or _n_spans(arms, len(languages), request.score_tokens)
    spans = sample_spans(request.repository, n=n, seed=request.seed, languages=languages)
    found = {span.language for span in spans}
    return Measurements(
        spans=spans,
        arms=arms,
        seed=request.seed,
        without_spans=tuple(name for name in languages if name not in found),
    )


async def run(request: JudgeRequest, measured: Measurements, progress: JudgeProgress) -> None:
    """Measure into `measured`, which is consistent at any time. Raises HotseatError."""
    url, reason = await _engine(request)
    store = user_data_path("hotseat") / "models"
    scored = to_score(measured, request.score_tokens)
    open_likelihood = None if url else likelihood_from_store(store)
    if request.score_tokens == 0:
        open_likelihood, reason = None, "--score-tokens is 0"
    else:
        try:
            open_likelihood = await asyncio.to_thread(
                open_torch_likelihood, measured.arms, request.roster, url
            )
        except HotseatError as error:
            reason = f"{reason}; torch cannot either: {error}"
    if open_likelihood is None:
        scored = frozenset()
        measured.likelihood = reason
    async with given_or_own_engine(url, store, progress.report) as address:
        infos = await look_up(address, measured.arms, _pull_options(request))
        try:
            n_spans, n_arms = len(measured.spans), len(measured.arms)
            sizes = [infos[arm.name].size_bytes or _size(arm) for arm in measured.arms]
            minutes = estimate_s(sizes, n_spans, len(scored)) / 60
            progress.begin(
                f"{n_spans} holes, {n_arms} models: roughly {max(1, round(minutes))} min on two"
                " cores; Ctrl-C reports the figures so far",
                (n_spans + len(scored)) * n_arms,
            )
            await measure(
                measured,
                request.repository,
                address,
                infos,
                open_likelihood=open_likelihood,
                scored=scored,
                on_step=progress.step,
            )
        finally:
            await forget(address, measured.arms)


def _languages(request: JudgeRequest) -> tuple[str, ...]:
    """Return the languages to judge: those named, else the most common ones whose expert differs
    from the generalist.

    With fewer than two of them, another language is added, so that a specialist can be recognized.
    """
    if request.languages:
        return tuple(chosen_languages(request.repository, request.languages))
    found = languages_in(request.repository)
    if not found:
        chosen_languages(request.repository)  # raises an error that names the supported languages
    if request.arms or request.others or request.suffix_first:
        return tuple(found[:N_LANGUAGES])
    serving = {name: request.roster.expert_for(name) for name in found}
    served = [name for name in found if serving[name] in request.roster.experts]
    if not served:
        raise HotseatError(
            f"No expert of the roster serves the languages of {request.repository}:"
            f" {', '.join(found)}",
            hint="`hotseat experts` lists what each expert serves; --arm MODEL judges any model",
        )
    open_ones = [name for name in served if not shares_generalist(serving[name], request.roster)]
    others = [name for name in served if name not in open_ones]
    return tuple(open_ones[:N_LANGUAGES] + others[: max(0, 2 - len(open_ones))])


def _n_spans(arms: Sequence[Arm], n_languages: int, score_tokens: int) -> int:
    """Return the number of spans in each language, a third of each kind."""
    sizes = [_size(arm) for arm in arms]

    def fits(n: int) -> bool:
        total = n * n_languages
        return estimate_s(sizes, total, total if score_tokens else 0) <= TARGET_S

    return max((n for n in range(MIN_N, MAX_N + 1, 3) if fits(n)), default=MIN_N)


async def _engine(request: JudgeRequest) -> tuple[str | None, str]:
    """Return the engine's address (None: start an embedded one), and why it cannot score a text."""
    if request.engine_url is not None:
        return request.engine_url, f"the engine at {request.engine_url} does not score a given text"
    address = await find_engine(request.roster.engine)
    if address.can_start:
        return None, ""
    if not address.capabilities.can_load:
        raise HotseatError(
            f"The engine at {address.url} cannot load one model at a time, which judging requires",
            hint="Name an Ollama with --engine-url, or set `engine: embedded` in experts.yaml",
        )
    if not await answers(address.url):
        raise EngineUnavailable(
            f"No Ollama answers at {address.url}",
            hint="Start it, or set `engine: embedded` in experts.yaml",
        )
    return address.url, "Ollama does not score a given text"


def _pull_options(request: JudgeRequest) -> str:
    roster = f" --roster {request.roster_name}" if request.roster_name else ""
    return roster + (f" --engine-url {request.engine_url}" if request.engine_url else "")


def _size(arm: Arm) -> int:
    return arm.expert.size_bytes or DEFAULT_SIZE_BYTES
