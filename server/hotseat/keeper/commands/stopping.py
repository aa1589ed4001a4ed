"""`hotseat stop`: end the embedded engine, and unload Hotseat's models from Ollama.

Only the engine of this user that holds the engine's lock is ended: its number may belong to another
program by now. An Ollama is never ended.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from hotseat.domain.errors import EngineUnavailable
from hotseat.engines.hung import lock_holder
from hotseat.engines.runtime import EngineFile, read_engine_file
from hotseat.keeper.commands.held_memory import HeldMemory, HeldModel, held_memory
from hotseat.keeper.commands.unloading import release_at_keepers, unload_at
from hotseat.residency.released_models import ReleaseAnswer, ReleaseOutcome

log = logging.getLogger(__name__)

END_PATIENCE_S = 10.0
"""For an engine to end its models and itself; after that it is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What was stopped."""

    is_engine_ended: bool
    """The embedded engine ran, and has ended."""
    engine_models: tuple[HeldModel, ...]
    """What it held."""
    unloaded: tuple[HeldModel, ...]
    """Hotseat's models that other engines held."""
    n_windows: int
    """Editor windows that are open."""


async def stop() -> Stopped:
    """Raises HotseatError."""
    before = await held_memory()
    kept = await release_at_keepers(None, stops_engine=True)
    kept_urls = {each.state.engine.url for each in kept}
    unloaded: list[HeldModel] = []
    for held in before:
        if held.can_end:
            continue
        if held.url in kept_urls:
            gone = _unloaded(answer for each in kept for answer in each.answers)
        else:
            gone = _unloaded(await unload_at(held, None))
        unloaded += [model for model in held.ours if model.name in gone]
    is_ended = await asyncio.to_thread(_end_embedded)
    return Stopped(
        is_engine_ended=is_ended,
        engine_models=_embedded_models(before) if is_ended else (),
        unloaded=tuple(unloaded),
        n_windows=sum(len(each.state.windows) for each in kept),
    )


def _unloaded(answers: Iterable[ReleaseAnswer]) -> set[str]:
    return {a.model for a in answers if a.outcome is ReleaseOutcome.UNLOADED}


def _embedded_models(before: Iterable[HeldMemory]) -> tuple[HeldModel, ...]:
    return next((held.models for held in before if held.can_end), ())


def _end_embedded() -> bool:
    """End the embedded engine; False if none runs. Raises EngineUnavailable if it does not end."""
    noted = read_engine_file()
    process = lock_holder(noted) if noted is not None else None
    if noted is None or process is None:
        return False
    try:
        process.terminate()
        if not _has_ended(noted):
            log.warning("The embedded engine (process %d) does not end: it is killed", process.pid)
            process.kill()
    except psutil.NoSuchProcess:
        return True
    except psutil.Error as error:
        raise _not_ended(noted) from error
    if not _has_ended(noted):
        raise _not_ended(noted)
    return True


def _has_ended(noted: EngineFile) -> bool:
    """Wait until the engine no longer holds its lock. Return False if it does for too long."""
    deadline_s = time.monotonic() + END_PATIENCE_S
    while lock_holder(noted) is not None:
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.05)
    return True


def _not_ended(noted: EngineFile) -> EngineUnavailable:
    return EngineUnavailable(
        f"The embedded engine (process {noted.pid}) cannot be ended",
        hint="Restart the machine if this stays",
    )
