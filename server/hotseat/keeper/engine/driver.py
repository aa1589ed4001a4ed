"""Carries out the scheduler's effects: estimate, load, cancel, unload, renew.

Each effect runs as a task of its own, and ends with one event for the scheduler.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial

from hotseat.domain.errors import EngineError, EngineUnavailable, HotseatError, ModelNotFound
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.engines.protocol import KEEPS_PROMPTS
from hotseat.keeper.engine.connection import EngineConnection
from hotseat.keeper.engine.owned_models import OwnedModels
from hotseat.keeper.engine.watch import EngineWatch
from hotseat.keeper.sizing import footprint_bytes
from hotseat.keeper.tasks import Tasks
from hotseat.residency.beside import BesideBounds
from hotseat.residency.messages import (
    BoundBeside,
    CancelLoad,
    Effect,
    Estimate,
    Estimated,
    Event,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    Renew,
    Tick,
    Unload,
    UnloadDone,
    UnloadFailed,
)

log = logging.getLogger(__name__)


class EngineDriver:
    """`feed` takes the events, `on_lost` the error when the engine is gone."""

    def __init__(
        self,
        connection: EngineConnection,
        watch: EngineWatch,
        owned: OwnedModels,
        tasks: Tasks,
        *,
        feed: Callable[[Event], None],
        on_lost: Callable[[HotseatError], None],
        keep_alive_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._watch = watch
        self._owned = owned
        self._tasks = tasks
        self._feed = feed
        self._on_lost = on_lost
        self._keep_alive_s = keep_alive_s
        self._clock = clock
        self._bounding: asyncio.Task[None] | None = None
        """The last request that bounds the memory beside the models."""
        self._loads: dict[ModelSpec, asyncio.Task[None]] = {}
        self._renewals: dict[ModelSpec, asyncio.Task[None]] = {}
        self._renewing_s: dict[str, float] = {}
        """When the renewal of each model began, while it lasts."""

    def carry_out(self, effects: Iterable[Effect]) -> None:
        """Begin each of them."""
        for effect in effects:
            match effect:
                case BoundBeside(bounds):
                    self._bounding = self._tasks.start(self._bound(bounds, self._bounding))
                case Estimate(spec, size_hint_bytes):
                    self._start(partial(self._estimate, spec, size_hint_bytes), LoadFailed, spec)
                case Load(spec, keep_alive_s):
                    work = partial(self._load, spec, keep_alive_s or self._keep_alive_s)
                    self._loads[spec] = self._start(work, LoadFailed, spec)
                case CancelLoad(spec):
                    if (load := self._loads.pop(spec, None)) is not None:
                        self._start(partial(self._drop_load, spec, load), _not_dropped, spec)
                case Unload(spec, _, is_by_hand):
                    work = partial(self._unload, spec, is_by_hand=is_by_hand)
                    self._start(work, UnloadFailed, spec)
                case Renew(spec, keep_alive_s):
                    renewal = self._renew(spec, keep_alive_s or self._keep_alive_s)
                    self._renewals[spec] = self._tasks.start(renewal)

    def engine_lost(self) -> None:
        """End the loads that are under way: the engine is gone."""
        for task in self._loads.values():
            task.cancel()
        self._loads.clear()

    def report_renewals(self) -> None:
        """Report the renewals under way: they load a model that has left memory since the list."""
        for name, began_s in self._renewing_s.items():
            self._watch.note_use(name, began_s, self._clock())

    def _start(
        self,
        work: Callable[[], Awaitable[Event]],
        failed: Callable[[ModelSpec, str], Event],
        spec: ModelSpec,
    ) -> asyncio.Task[None]:
        return self._tasks.start(self._carry_out(work, failed, spec))

    async def _carry_out(
        self,
        work: Callable[[], Awaitable[Event]],
        failed: Callable[[ModelSpec, str], Event],
        spec: ModelSpec,
    ) -> None:
        """Do it and feed its end. Every error ends it too, or it would last for ever."""
        engine = self._connection.engine
        try:
            event = await work()
        except EngineUnavailable as error:
            if self._connection.engine is engine:  # not another one since
                self._on_lost(error)
            return
        except HotseatError as error:
            event = failed(spec, str(error))
            if isinstance(event, LoadFailed):
                event = replace(event, is_missing=isinstance(error, ModelNotFound))
        except Exception as error:
            log.exception("The keeper has a bug")
            event = failed(spec, f"{type(error).__name__}: {error}")
        if self._connection.engine is engine:
            self._feed(event)

    async def _estimate(self, spec: ModelSpec, size_hint_bytes: int | None) -> Event:
        engine, about = self._connection.live(), self._connection.info
        if about.owns_memory:
            await self._watch.observe(engine)  # what it has is not loaded by Hotseat
        info = await self._watch.ask(engine, spec.model)
        self._watch.learn(spec.model, info)
        return Estimated(spec, footprint_bytes(spec, info, about, size_hint_bytes))

    async def _load(self, spec: ModelSpec, keep_alive_s: float) -> Event:
        engine = self._connection.live()
        if self._bounding is not None:  # What is kept beside the models makes room first.
            await asyncio.wait([self._bounding])
        self._owned.begin_load(canonical_model_name(spec.model))
        load_s = await engine.ensure_ready(spec, keep_alive_s=keep_alive_s)
        await self._watch.observe(engine)  # measured before the next step is decided
        return LoadDone(spec, load_s)

    async def _drop_load(self, spec: ModelSpec, load: asyncio.Task[None]) -> Event:
        """Abort the load, and make sure that nothing of it is left in memory."""
        load.cancel()
        await asyncio.wait([load])
        if not load.cancelled():
            return Tick()  # it had ended already, and fed its event
        await self._connection.live().unload(spec)
        return LoadCancelled(spec)

    async def _bound(self, bounds: BesideBounds, before: asyncio.Task[None] | None) -> None:
        """Bound what the engine holds beside its models, after the last such request."""
        if before is not None:
            await asyncio.wait([before])
        try:
            await self._connection.live().bound_beside(
                kept_limit_bytes=bounds.kept_limit_bytes, spare=bounds.spare
            )
        except HotseatError as error:
            log.warning("The engine's memory beside its models was not bounded: %s", error)

    async def _unload(self, spec: ModelSpec, *, is_by_hand: bool = False) -> Event:
        if (renewal := self._renewals.pop(spec, None)) is not None:
            await asyncio.wait([renewal])  # overtaken by the unload, it would load it again
        engine = self._connection.live()
        await engine.unload(spec)
        if is_by_hand and KEEPS_PROMPTS in self._connection.info.features:
            await engine.bound_beside(forget=spec.model)  # The user wants the memory.
        self._connection.live()
        self._owned.discard(canonical_model_name(spec.model))
        return UnloadDone(spec)

    async def _renew(self, spec: ModelSpec, keep_alive_s: float) -> None:
        """Renew the keep-alive if the engine still has the model. The request for it, an empty
        prompt, loads a model that is absent, and loads are the plan's."""
        name = canonical_model_name(spec.model)
        try:
            engine = self._connection.live()
            if not await self._watch.still_holds(engine, spec):
                log.info("Keep-alive of %s not renewed: it has left memory", spec.model)
                return
            self._renewing_s[name] = self._clock()
            await self._connection.live().ensure_ready(spec, keep_alive_s=keep_alive_s)
        except EngineError as error:
            log.warning("Keep-alive of %s not renewed: %s", spec.model, error)
        finally:
            self.report_renewals()
            self._renewing_s.pop(name, None)


def _not_dropped(spec: ModelSpec, error: str) -> Event:
    """It may be in memory or not: the engine's next list shows it."""
    log.warning("The load of %s could not be dropped: %s", spec.model, error)
    return LoadCancelled(spec)
