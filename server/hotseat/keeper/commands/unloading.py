"""Unload models from a command: by the keeper where there is one, else at the engine itself."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from hotseat.domain.errors import EngineError, EngineUnavailable
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState
from hotseat.engines.ollama import OllamaEngine
from hotseat.keeper.commands.held_memory import HeldMemory, held_memory
from hotseat.keeper.read_state import ANSWER_S, keepers, receive, state_in
from hotseat.keeper.releases import decode_answers, release_message
from hotseat.keeper.state import KeeperState
from hotseat.keeper.transport import Stream
from hotseat.keeper.versions import UNREADABLE
from hotseat.residency.released_models import Release, ReleaseAnswer, ReleaseOutcome

UNLOAD_PATIENCE_S = 60.0
"""As for Ollama's own unloads (`engines.ollama`)."""
_ORDER = (
    ReleaseOutcome.UNLOADED,
    ReleaseOutcome.BUSY,
    ReleaseOutcome.HELD,
    ReleaseOutcome.FOREIGN,
    ReleaseOutcome.ABSENT,
)
"""Of the outcomes at several engines the first of these is reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperRelease:
    """What one keeper answered. `state` is that before."""

    state: KeeperState
    answers: tuple[ReleaseAnswer, ...]


async def unload(releases: Sequence[Release] | None) -> list[ReleaseAnswer]:
    """Unload the models (None: all that Hotseat loaded), wait until they are gone, and return one
    answer for each.

    Raises HotseatError.
    """
    kept = await release_at_keepers(releases)
    answers = [answer for each in kept for answer in each.answers]
    for held in await held_memory(kept_urls={each.state.engine.url for each in kept}):
        answers += await unload_at(held, releases)
    if releases is None:
        return _strongest(a for a in answers if a.outcome is not ReleaseOutcome.ABSENT)
    absent = (ReleaseAnswer(model=r.model, outcome=ReleaseOutcome.ABSENT) for r in releases)
    return _strongest([*answers, *absent])


async def release_at_keepers(
    releases: Sequence[Release] | None, *, stops_engine: bool = False
) -> list[KeeperRelease]:
    """Unload the models at every keeper, and wait until they are gone.

    Raises EngineUnavailable for a keeper that cannot be asked, EngineError for a model that stays.
    """
    found = []
    async with aclosing(keepers()) as streams:
        async for stream in streams:
            message = await receive(stream, "state", ANSWER_S)
            state = state_in(message) if message is not None else None
            if state is None:
                continue  # it is stopped, or of another version, which was logged
            stream.send(release_message(releases, stops_engine=stops_engine))
            answers = await _answers(stream)
            if not (stops_engine and state.engine.can_start):
                gone = {a.model for a in answers if a.outcome is ReleaseOutcome.UNLOADED}
                await _until_gone(stream, gone)
            found.append(KeeperRelease(state=state, answers=answers))
    return found


async def unload_at(held: HeldMemory, releases: Sequence[Release] | None) -> list[ReleaseAnswer]:
    """Unload models at an engine without a keeper. Raises EngineError."""
    wanted = None if releases is None else {release.model for release in releases}
    answers = []
    async with aclosing(OllamaEngine(held.url)) as engine:
        for model in held.models:
            if wanted is not None and model.name not in wanted:
                continue
            outcome = ReleaseOutcome.FOREIGN
            if model.is_ours:
                await engine.unload(ModelSpec(model.name))
                outcome = ReleaseOutcome.UNLOADED
            answers.append(
                ReleaseAnswer(model=model.name, outcome=outcome, size_bytes=model.size_bytes)
            )
    return answers


async def _answers(stream: Stream) -> tuple[ReleaseAnswer, ...]:
    message = await receive(stream, "released", ANSWER_S)
    try:
        return tuple(decode_answers(message or {}))
    except UNREADABLE:
        raise EngineUnavailable(
            "The editor window that drives the engine does not unload models for commands",
            hint="Restart the windows that were open before Hotseat was updated",
        ) from None


async def _until_gone(stream: Stream, names: Collection[str]) -> None:
    """Wait for a state without these models in memory. Raises EngineError."""
    left = set(names)
    try:
        async with asyncio.timeout(UNLOAD_PATIENCE_S):
            while left:
                message = await receive(stream, "state", UNLOAD_PATIENCE_S)
                if message is None or (state := state_in(message)) is None:
                    return  # the window has gone
                left &= _in_memory(state)
    except TimeoutError:
        raise EngineError(
            f"{', '.join(sorted(left))}: still in memory after {UNLOAD_PATIENCE_S:.0f} s",
            hint="Another program may be using it; `hotseat status` shows what is in memory",
        ) from None


def _in_memory(state: KeeperState) -> set[str]:
    away = (ModelState.ABSENT, ModelState.FAILED)
    return {canonical_model_name(m.spec.model) for m in state.models if m.state not in away}


def _strongest(answers: Iterable[ReleaseAnswer]) -> list[ReleaseAnswer]:
    """Return one answer for each model; sizes of those that are unloaded add up."""
    found: dict[str, ReleaseAnswer] = {}
    for answer in answers:
        known = found.get(answer.model)
        if known is None:
            found[answer.model] = answer
        elif known.outcome is answer.outcome is ReleaseOutcome.UNLOADED:
            found[answer.model] = replace(known, size_bytes=known.size_bytes + answer.size_bytes)
        elif _ORDER.index(answer.outcome) < _ORDER.index(known.outcome):
            found[answer.model] = answer
    return list(found.values())
