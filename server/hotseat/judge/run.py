"""One judgement from beginning to end: which holes, which engine, and then the measuring."""

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
from hotseat.infill.fill import some_engine
from hotseat.infill.infilling_spans import chosen_languages, languages_in, sample_holes
from hotseat.judge.arms import Arm, arms_of, shares_generalist
from hotseat.judge.figures import Measured
from hotseat.judge.likelihood import from_store
from hotseat.judge.measure import estimate_s, forget, look_up, measure, to_score
from hotseat.judge.torch_likelihood import in_torch
from hotseat.roster.shipped import DEFAULT

N_LANGUAGES = 3
TARGET_S = 600.0
MIN_N, MAX_N = 12, 60
"""Holes in each language, when nobody says how many; as many as are filled in `TARGET_S`."""
DEFAULT_SIZE_BYTES = 1_000_000_000
"""Of a model whose size the roster does not tell, for the estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is to be judged."""

    repository: Path
    roster: Roster
    roster_name: str | None = None
    """As `--roster` had it."""
    base: str = DEFAULT
    """The shipped roster below the files."""
    languages: tuple[str, ...] = ()
    n: int | None = None
    seed: int = 1
    arms: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    engine_url: str | None = None
    score_tokens: int = 1500


class Watcher(Protocol):
    """Who is told how far it is."""

    def say(self, what: str) -> None: ...

    def begin(self, what: str, n_steps: int) -> None: ...

    def step(self, what: str) -> None: ...


def prepare(case: Case) -> Measured:
    """The arms and the holes, with nothing measured yet. Raises HotseatError."""
    languages = _languages(case)
    arms = arms_of(case.roster, languages, chosen=case.arms, others=case.others)
    n = case.n or _n_holes(arms, len(languages), case.score_tokens)
    holes = sample_holes(case.repository, n=n, seed=case.seed, languages=languages)
    found = {hole.language for hole in holes}
    return Measured(
        holes=holes,
        arms=arms,
        seed=case.seed,
        without_holes=tuple(name for name in languages if name not in found),
    )


async def run(case: Case, measured: Measured, watcher: Watcher) -> None:
    """Measure. Raises HotseatError; what is in `measured` by then is whole."""
    url, reason = await _engine(case)
    store = user_data_path("hotseat") / "models"
    scored = to_score(measured, case.score_tokens)
    open_likelihood = None if url else from_store(store)
    if case.score_tokens == 0:
        open_likelihood, reason = None, "--score-tokens is 0"
    else:
        try:
            open_likelihood = await asyncio.to_thread(in_torch, measured.arms, case.roster, url)
        except HotseatError as error:
            reason = f"{reason}; nor can torch: {error}"
    if open_likelihood is None:
        scored = frozenset()
        measured.likelihood = reason
    async with some_engine(url, store, watcher.say) as address:
        infos = await look_up(address, measured.arms, _pull_options(case))
        try:
            n_holes, n_arms = len(measured.holes), len(measured.arms)
            sizes = [infos[arm.name].size_bytes or _size(arm) for arm in measured.arms]
            minutes = estimate_s(sizes, n_holes, len(scored)) / 60
            watcher.begin(
                f"{n_holes} holes, {n_arms} models: roughly {max(1, round(minutes))} min on two"
                " cores; Ctrl-C reports what there is by then",
                (n_holes + len(scored)) * n_arms,
            )
            await measure(
                measured,
                case.repository,
                address,
                infos,
                open_likelihood=open_likelihood,
                scored=scored,
                on_step=watcher.step,
            )
        finally:
            await forget(address, measured.arms)


def _languages(case: Case) -> tuple[str, ...]:
    """Those named; else the most common for which there is something to decide, and beside a single
    one another, so that a specialist can show."""
    if case.languages:
        return tuple(chosen_languages(case.repository, case.languages))
    found = languages_in(case.repository)
    if not found:
        chosen_languages(case.repository)  # says what it looked for
    if case.arms or case.others:
        return tuple(found[:N_LANGUAGES])
    serving = {name: case.roster.expert_for(name) for name in found}
    served = [name for name in found if serving[name] in case.roster.experts]
    if not served:
        raise HotseatError(
            f"No expert of the roster serves what {case.repository} is written in:"
            f" {', '.join(found)}",
            hint="`hotseat experts` shows who serves what; --arm MODEL judges any model",
        )
    open_ones = [name for name in served if not shares_generalist(serving[name], case.roster)]
    others = [name for name in served if name not in open_ones]
    return tuple(open_ones[:N_LANGUAGES] + others[: max(0, 2 - len(open_ones))])


def _n_holes(arms: Sequence[Arm], n_languages: int, score_tokens: int) -> int:
    """In each language, a third of each kind."""
    sizes = [_size(arm) for arm in arms]

    def fits(n: int) -> bool:
        total = n * n_languages
        return estimate_s(sizes, total, total if score_tokens else 0) <= TARGET_S

    return max((n for n in range(MIN_N, MAX_N + 1, 3) if fits(n)), default=MIN_N)


async def _engine(case: Case) -> tuple[str | None, str]:
    """The engine's address, None for one of our own, and why it cannot score a given text."""
    if case.engine_url is not None:
        return case.engine_url, f"the engine at {case.engine_url} does not score a given text"
    address = await find_engine(case.roster.engine)
    if address.can_start:
        return None, ""
    if not address.capabilities.can_load:
        raise HotseatError(
            f"Models cannot be loaded one at a time at {address.url}, as judging them needs",
            hint="Name an Ollama with --engine-url, or say `engine: embedded` in experts.yaml",
        )
    if not await answers(address.url):
        raise EngineUnavailable(
            f"No Ollama answers at {address.url}",
            hint="Start it, or say `engine: embedded` in experts.yaml",
        )
    return address.url, "Ollama does not score a given text"


def _pull_options(case: Case) -> str:
    roster = f" --roster {case.roster_name}" if case.roster_name else ""
    return roster + (f" --engine-url {case.engine_url}" if case.engine_url else "")


def _size(arm: Arm) -> int:
    return arm.expert.size_bytes or DEFAULT_SIZE_BYTES
