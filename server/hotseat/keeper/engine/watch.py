"""Watches the engine: connects, lists what it holds at intervals, and finds it again when it is
gone. Decides which of the listed models are Hotseat's."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import psutil

from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import EngineLimit, Measured, ModelState, ResidentModel
from hotseat.engines.protocol import KEEPS_PROMPTS, Engine, EngineInfo, ModelInfo
from hotseat.keeper.engine.configured_limit import configured_limit
from hotseat.keeper.engine.connection import EngineConnection
from hotseat.keeper.engine.observation import Observation
from hotseat.keeper.engine.owned_models import OwnedModels
from hotseat.keeper.engine.poll_interval import PollInterval
from hotseat.keeper.machine import HERE, Machine
from hotseat.keeper.settings import KEEPER_DEFAULTS, KeeperSettings
from hotseat.machine.network import is_loopback
from hotseat.residency.messages import (
    Described,
    EngineKnown,
    Event,
    MemorySeen,
    Observed,
    Used,
)
from hotseat.residency.scheduler import Scheduler

log = logging.getLogger(__name__)

STOPPED = "You stopped the engine. It starts again when you need it"
"""The engine's message after `hotseat stop`."""
STORE_AGAIN_S = 60.0
"""After sizes could not be written."""


class SizeStore(Protocol):
    """`storage.measured_sizes.MeasureStore`."""

    def write(self, engine: str, measured: Mapping[str, Measured]) -> None: ...


class EngineLimits(Protocol):
    """`storage.engine_limits.LimitStore`."""

    def read(self, engine: str, version: str) -> tuple[EngineLimit, float]: ...

    def write(self, engine: str, version: str, limit: EngineLimit, age_s: float) -> None: ...


class UseStore(Protocol):
    """`storage.model_uses.ModelUseStore`."""

    def write(self, engine: str, models: Iterable[str], used_s: float) -> None: ...


class EngineWatch:
    """`run` never ends by itself. `scheduler` is only read.

    `before_observed` is called before a list is evaluated, so that the requests which are under way
    are known. `orphans_until_s`: until then, loads that an earlier keeper began may be under way.
    """

    def __init__(
        self,
        connection: EngineConnection,
        scheduler: Scheduler,
        owned: OwnedModels,
        sizes: SizeStore,
        poll: PollInterval,
        *,
        feed: Callable[[Event], None],
        on_lost: Callable[[HotseatError], None],
        is_closed: Callable[[], bool],
        before_observed: Callable[[], None],
        engine_key: str,
        orphans_until_s: float = 0.0,
        settings: KeeperSettings = KEEPER_DEFAULTS,
        machine: Machine = HERE,
        limits: EngineLimits | None = None,
        uses: UseStore | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._limits = limits
        self._uses = uses
        self._wall_clock = wall_clock
        self._held: frozenset[str] = frozenset()
        """Hotseat's own models in memory whose use was noted last."""
        self._connection = connection
        self._scheduler = scheduler
        self._owned = owned
        self._sizes = sizes
        self._poll = poll
        self._feed = feed
        self._on_lost = on_lost
        self._is_closed = is_closed
        self._before_observed = before_observed
        self._engine_key = engine_key
        self._orphans_until_s = orphans_until_s
        self._settings = settings
        self._machine = machine
        self._clock = clock
        self._observation = Observation(measure_s=settings.measure_s, clock=clock)
        self.server_bytes: Mapping[str, int] = {}
        """By model name: `ResidentModel.server_bytes`, where the engine reports them."""
        self._version: str | None = None
        """Of the engine that was connected last."""
        self._is_in_ram: bool | None = None
        self._stored: Mapping[str, Measured] = {}
        self._store_again_s = float("-inf")
        self._stored_limit = EngineLimit()

    async def run(self) -> None:
        """Observe the engine until this keeper is closed."""
        while True:
            try:
                self._connection.check_drives()
                if self._scheduler.released.is_stopped:
                    raise EngineUnavailable(STOPPED)
                came_back = self._connection.engine is None and await self._connect()
                await self.observe(self._connection.live())
                if came_back:  # Its models may be others now; but the first load waits for nothing.
                    self._observation.forget()
                    await self.observe(self._connection.live())
                await self._read_memory()
                await self._store_sizes()
                await self.store_uses()
                await self._poll.wait(self._observe_s(), self._settings.observe_calm_s)
            except HotseatError as error:
                if self._is_closed():
                    return
                self._on_lost(error)
                await asyncio.sleep(self._settings.observe_lost_s)
            except Exception:
                log.exception("The keeper has a bug")
                await asyncio.sleep(self._settings.observe_s)

    def learn(self, model: str, info: ModelInfo) -> None:
        """Store what the engine reported about a model: needed to read its lists."""
        name = canonical_model_name(model)
        self._feed(Described(name, self._observation.learn(model, info)))

    async def ask(self, engine: Engine, model: str) -> ModelInfo:
        """Return what the engine reports about the model. Raises EngineError."""
        return await self._observation.ask(engine, model)

    def ask_again(self, model: str) -> None:
        """The model was pulled, perhaps: what the engine reported about it may have changed."""
        self._observation.forget(canonical_model_name(model))

    def note_use(self, name: str, began_s: float, until_s: float) -> None:
        """A request of Hotseat's to the model was under way."""
        self._feed(Used(name, began_s, until_s))

    async def observe(self, engine: Engine) -> None:
        """List what the engine holds, and feed it. Raises EngineError."""
        asked_s = self._clock()
        resident = await self._observation.resident(engine, self._connection.info)
        self.server_bytes = _server_bytes(resident)
        await self._describe(engine, resident)
        self._connection.note_slots(self._observation.n_slots)
        self._connection.live()  # a keeper that was stopped meanwhile writes nothing
        self._owned.seen({model.model for model in resident})
        orphans = self._orphans()
        self._before_observed()
        # What the file names and the ledger has not seen: loads under way, an earlier keeper's.
        noted = self._owned.names() - self._scheduler.ledger.entries.keys()
        orphan_bytes = self._orphan_bytes(orphans)
        self._feed(Observed(asked_s, resident, noted, orphan_bytes, engine.beside))
        loading = {
            canonical_model_name(r.spec.model)
            for r in self._scheduler.records()
            if r.state is ModelState.LOADING
        }
        self._owned.replace(self._scheduler.ledger.owned() | loading | orphans)

    async def still_holds(self, engine: Engine, spec: ModelSpec) -> bool:
        """Ask the engine now, and return whether the model is warm and stays, as Hotseat's own.
        Raises EngineError."""
        await self.observe(engine)
        return any(
            r.spec == spec and r.ours and r.state is ModelState.WARM and not r.alias_of
            for r in self._scheduler.records()
        )

    async def _describe(self, engine: Engine, resident: tuple[ResidentModel, ...]) -> None:
        """Feed what the engine's store says of models that it was not asked about yet."""
        if not self._connection.info.can_load:
            return
        wanted = {canonical_model_name(w.spec.model) for w in self._scheduler.demand.wants}
        found = await self._observation.describe(engine, wanted, resident)
        for name, facts in found.items():
            self._feed(Described(name, facts))

    async def _connect(self) -> bool:
        """Connect to the engine. Return whether it was connected before."""
        info = await self._connection.connect()
        self._owned.attach(info.instance, self._connection.address.url)
        self._feed(await self._engine_known(info))
        came_back, self._version = self._version is not None, info.version
        return came_back

    async def _engine_known(self, info: EngineInfo) -> EngineKnown:
        """Return what is known of the engine's limit, from its configuration and earlier runs."""
        engine = self._connection.live()
        limit, age_s, max_models, n_at_least = EngineLimit(), 0.0, None, 0
        if info.evicts_models and self._limits is not None:
            limit, age_s = await asyncio.to_thread(
                self._limits.read, self._engine_key, info.version
            )
        if info.evicts_models and not info.instance and is_loopback(engine.base_url):
            max_models, n_at_least = await asyncio.to_thread(configured_limit, engine.base_url)
        self._stored_limit = limit
        return EngineKnown(
            shares_bases=info.shares_bases,
            preempts_loads=info.preempts_loads,
            evicts_models=info.evicts_models,
            is_another=self._version not in (None, info.version),
            limit=limit,
            limit_age_s=age_s,
            max_models=max_models,
            n_at_least=n_at_least,
            keeps_prompts=KEEPS_PROMPTS in info.features,
        )

    def _observe_s(self) -> float:
        """Longer for a server elsewhere that owns its memory: Hotseat loads nothing there."""
        engine = self._connection.engine
        is_elsewhere = engine is not None and not is_loopback(engine.base_url)
        if is_elsewhere and self._connection.info.owns_memory:
            return self._settings.observe_calm_s
        return self._settings.observe_s

    def _occupied(self) -> set[str]:
        """Return the names of the models that take memory or may."""
        records = self._scheduler.records()
        return {canonical_model_name(r.spec.model) for r in records if r.occupies}

    def _orphans(self) -> set[str]:
        """Return the models whose load a stopped keeper began and that are not in memory yet.

        One that was in memory and left it is none: its process was killed. Nor is one whose keeper
        has ended, on an engine that ends a load which no request waits for.
        """
        if self._clock() >= self._orphans_until_s:
            return set()
        loads = self._owned.inherited_loads()
        if self._connection.info.preempts_loads:
            loads = {name: pid for name, pid in loads.items() if _may_wait(pid)}
        return loads.keys() - self._occupied()

    def _orphan_bytes(self, orphans: set[str]) -> int:
        return sum(
            known.size_bytes or 0
            for key, known in self._scheduler.known().items()
            if canonical_model_name(key.partition("[")[0]) in orphans
        )

    async def _read_memory(self) -> None:
        """Feed this machine's memory, unless the models are in a GPU or on another machine."""
        if self._is_in_ram is None:
            info = self._connection.info
            is_here = is_loopback(self._connection.live().base_url) and not info.owns_memory
            has_gpu = self._machine.has_gpu
            self._is_in_ram = is_here and not (
                info.may_use_gpu and await asyncio.to_thread(has_gpu)
            )
        self._feed(MemorySeen(self._machine.memory() if self._is_in_ram else None))

    async def _store_sizes(self) -> None:
        known = dict(self._scheduler.known())
        if known == self._stored or self._clock() < self._store_again_s:
            return
        try:
            await asyncio.to_thread(self._sizes.write, self._engine_key, known)
        except (sqlite3.Error, OSError) as error:
            self._store_again_s = self._clock() + STORE_AGAIN_S
            log.warning("What models take is not remembered: %s", error)
        else:
            self._stored = known
        await self._store_limit()

    async def store_uses(self) -> None:
        """Note when a model came into memory for Hotseat, and when it left."""
        held = frozenset(self._scheduler.ledger.owned())
        if self._uses is None or held == self._held:
            return
        models, self._held = held | self._held, held
        try:
            await asyncio.to_thread(self._uses.write, self._engine_key, models, self._wall_clock())
        except (sqlite3.Error, OSError) as error:
            log.warning("When models were used is not remembered: %s", error)

    async def _store_limit(self) -> None:
        limit, info = self._scheduler.model_limit.learned(), self._connection.info
        if not info.evicts_models or self._limits is None or limit == self._stored_limit:
            return
        self._stored_limit = limit
        age_s = self._scheduler.model_limit.age_s(self._clock())
        try:
            await asyncio.to_thread(
                self._limits.write, self._engine_key, info.version, limit, age_s
            )
        except (sqlite3.Error, OSError) as error:
            log.warning("How many models the engine holds is not remembered: %s", error)


def _may_wait(pid: int) -> bool:
    """Return whether a keeper may wait for the load that it began (0: which one is not known)."""
    return pid == 0 or (pid != os.getpid() and psutil.pid_exists(pid))


def _server_bytes(resident: Iterable[ResidentModel]) -> dict[str, int]:
    return {one.model: one.server_bytes for one in resident if one.server_bytes is not None}
