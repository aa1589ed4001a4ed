"""The last act of a keeper without a successor: the memory of its models is freed soon.

Only for an engine that gets the roster's `keep_alive` while windows live (`residency.keep_alive`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from hotseat.domain.errors import EngineError
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import Engine
from hotseat.residency.scheduler import Scheduler
from hotseat.residency.settings import SHORT_KEEP_ALIVE_S

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""An editor kills a server that takes long to end."""


def long_kept(scheduler: Scheduler) -> list[ModelSpec]:
    """Return the models, but for pinned ones, whose keep-alive is too long without a window."""
    if scheduler.keeps_short or scheduler.keep_alive_s <= SHORT_KEEP_ALIVE_S:
        return []
    pinned = {want.spec for want in scheduler.demand.wants if want.pinned}
    return [
        r.spec
        for r in scheduler.records()
        if r.ours and r.state is ModelState.WARM and not r.alias_of and r.spec not in pinned
    ]


async def shorten_keep_alives(
    engine: Engine,
    specs: Sequence[ModelSpec],
    *,
    keep_alive_s: float = SHORT_KEEP_ALIVE_S,
    patience_s: float = PATIENCE_S,
) -> None:
    """Let the models leave memory after `keep_alive_s`; a window that opens until then keeps them.

    Loads none: those that the engine does not list are left alone.
    """
    if not specs:
        return
    try:
        async with asyncio.timeout(patience_s):
            held = {model.model for model in await engine.resident()}
            for spec in specs:
                if canonical_model_name(spec.model) in held:
                    await engine.ensure_ready(spec, keep_alive_s=keep_alive_s)
    except TimeoutError:
        log.warning("Models stay in memory until their keep-alive ends: no answer in time")
    except EngineError as error:
        log.warning("Models stay in memory until their keep-alive ends: %s", error)
