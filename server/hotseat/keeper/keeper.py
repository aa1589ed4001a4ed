"""The keeper: merges the wants of all windows, drives the engine, and pushes its state back.

One per engine and user; `link` decides who it is. Owns the scheduler and every call that loads or
unloads. Everything runs on one event loop; slow work is bracketed by two quick events.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.errors import EngineError, EngineUnavailable, HotseatError
from hotseat.domain.experts import Adapter, ModelSpec, canonical_model_name
from hotseat.domain.residency import Measured, ResidentModel
from hotseat.engines.discovery import EngineAddress, open_engine, start_embedded
from hotseat.engines.protocol import Engine, EngineInfo
from hotseat.engines.wire import is_loopback
from hotseat.keeper.machine import has_gpu, machine_memory
from hotseat.keeper.model_status import model_statuses
from hotseat.keeper.observation import Observation
from hotseat.keeper.owned_models import LoadedNames
from hotseat.keeper.poll_interval import Looks
from hotseat.keeper.sizing import footprint_bytes
from hotseat.keeper.state import (
    KeeperState,
    WindowFocus,
    decode_spec,
    decode_want,
    encode_state,
    engine_status,
)
from hotseat.keeper.tasks import Tasks
from hotseat.keeper.transport import Stream, listen
from hotseat.residency.messages import (
    BudgetChanged,
    CancelLoad,
    DemandChanged,
    EngineLost,
    Estimate,
    Estimated,
    Event,
    Forgiven,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    MemorySeen,
    Observed,
    Renew,
    Tick,
    Unload,
    UnloadDone,
    UnloadFailed,
)
from hotseat.residency.ownership import Comebacks
from hotseat.residency.scheduler import Scheduler
from hotseat.storage.measured_sizes import MeasureStore

log = logging.getLogger(__name__)

OBSERVE_S = 1.0
"""Between two looks at what the engine holds: 0.6 ms of its time each. Also the heartbeat."""
OBSERVE_CALM_S = 5.0
"""The same while nobody wants anything new."""
OBSERVE_LOST_S = 0.25
STRAY_S = 10.0
"""For so long a load that a stopped keeper left under way has its place kept in the budget."""
MAX_BACKLOG_BYTES = 1024 * 1024
"""A window that takes no state for so long is stopped: it gets the newest when it goes on."""


@dataclass(slots=True)
class _Window:
    stream: Stream
    wants: tuple[Want, ...] = ()
    busy: frozenset[ModelSpec] = frozenset()
    busy_since_s: dict[str, float] = field(default_factory=dict)
    """By model name: when the oldest request that is under way began."""
    budget_bytes: int | None = None
    focus: WindowFocus | None = None
    """Both None for an observer (`hotseat status`), which wants nothing."""

    @property
    def chances_aside(self) -> tuple[object, ...]:
        """What it wants, but for how likely: that changes all the time."""
        wants = frozenset((want.spec, want.demanded, want.pinned) for want in self.wants)
        return (wants, self.busy, self.budget_bytes, self.focus)


class Keeper:
    """Use `start` and `aclose`. `socket_path` is where windows connect.

    `still_keeps` is asked before everything that is done to the engine: False ends this keeper.
    `after_a_stopped_one`: a load that the keeper before had begun may still be under way.
    """

    def __init__(
        self,
        address: EngineAddress,
        *,
        socket_path: Path,
        budget_bytes: int,
        keep_alive_s: float,
        measures: MeasureStore | None = None,
        still_keeps: Callable[[], bool] = lambda: True,
        after_a_stopped_one: bool = False,
    ) -> None:
        self._address = address
        self._socket_path = socket_path
        self._still_keeps = still_keeps
        self._stray_until_s = time.monotonic() + STRAY_S if after_a_stopped_one else 0.0
        self._keep_alive_s = keep_alive_s
        self._measures = measures or MeasureStore()
        self._loaded = LoadedNames(socket_path.parent / f"keeper-{address.key}.loaded.json")
        self._engine: Engine | None = None
        self._adapters: dict[str, Adapter] = {}
        """By model name: what the engine may load, where it can."""
        self._info: EngineInfo | None = None
        self._message = ""
        self._windows: list[_Window] = []
        self._observation = Observation()
        self._comebacks = Comebacks()
        self._looks = Looks()
        self._expert_names: dict[ModelSpec, str] = {}
        self._loads: dict[ModelSpec, asyncio.Task[None]] = {}
        self._renewals: dict[ModelSpec, asyncio.Task[None]] = {}
        self._tasks = Tasks()
        self._in_ram: bool | None = None
        self._peak_bytes = 0
        self._written: dict[str, Measured] = {}
        self._closed = False
        self._push_pending = False
        self._pushed: KeeperState | None = None
        self._pushed_s = 0.0
        self._scheduler = Scheduler(
            budget_bytes=budget_bytes,
            keep_alive_s=keep_alive_s,
            known=self._measures.read(address.key),
        )

    async def start(self) -> None:
        self._server = await listen(self._socket_path, self._serve)
        self._tasks.start(self._watch_engine())

    @property
    def stepped_down(self) -> bool:
        """It found that it keeps no longer, and awaits `aclose`."""
        return self._closed

    async def aclose(self) -> None:
        """Stop keeping. What is in memory stays there for the next keeper."""
        self._step_down()
        await self._tasks.cancel()
        if self._engine is not None:
            await self._engine.aclose()

    def _step_down(self) -> None:
        if not self._closed:
            self._closed = True
            self._server.close()
            for window in self._windows:
                window.stream.close()

    # --- windows ---

    async def _serve(self, stream: Stream) -> None:
        window = _Window(stream=stream)
        self._windows.append(window)
        self._looks.stir()
        stream.send({"type": "state", "state": encode_state(self.state())})
        try:
            while (message := await stream.receive()) is not None:
                try:
                    self._handle(window, message)
                except (KeyError, TypeError, ValueError) as error:
                    log.warning("A window sent what the keeper cannot read: %r", error)
        finally:
            self._note_uses()
            self._windows.remove(window)
            stream.close()
            self._merge()

    def _handle(self, window: _Window, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "demand":
                before = window.chances_aside
                window.wants = tuple(decode_want(want) for want in message["wants"])
                self._note_uses()  # as they were until now
                busy = [decode_spec(spec) for spec in message["busy"]]
                ages_s = message.get("busy_s", [None] * len(busy))
                window.busy = frozenset(busy)
                window.busy_since_s = _began_s(busy, ages_s, time.monotonic())
                self._note_uses()
                window.budget_bytes = int(message["budget_bytes"])
                window.focus = WindowFocus(**message["focus"])
                window.stream.send({"type": "heard"})
                if window.chances_aside != before:
                    self._looks.stir()
                self._merge()
            case "retry":
                self._looks.stir()
                self._feed(Forgiven(decode_spec(message["spec"])))
            case "look":
                self._looks.stir()
            case "ping":
                window.stream.send({"type": "heard"})
            case other:
                log.warning("A window sent an unknown message: %r", other)

    def _merge(self) -> None:
        """All windows' wants as one demand; the smallest budget counts."""
        budgets = [w.budget_bytes for w in self._windows if w.budget_bytes is not None]
        if budgets and min(budgets) != self._scheduler.budget_bytes:
            self._feed(BudgetChanged(min(budgets)))
        demand = merge_wants(itertools.chain.from_iterable(w.wants for w in self._windows))
        for want in reversed(demand.wants):
            self._expert_names[want.spec] = want.expert
            if want.adapter is not None:
                self._adapters[canonical_model_name(want.spec.model)] = want.adapter
        busy = frozenset[ModelSpec]().union(*(w.busy for w in self._windows))
        self._feed(DemandChanged(demand, busy))

    def _note_uses(self) -> None:
        """Requests of windows that are under way: they load a model that is not in memory."""
        now_s = time.monotonic()
        for window in self._windows:
            for name, began_s in window.busy_since_s.items():
                self._comebacks.used(name, began_s, now_s)

    def state(self) -> KeeperState:
        """The truth, for everybody."""
        scheduler = self._scheduler
        return KeeperState(
            engine=engine_status(
                replace(self._address, url=self._engine.base_url)
                if self._engine
                else self._address,
                self._info,
                up=scheduler.engine_up,
                message=self._message or self._shortage(),
            ),
            models=model_statuses(scheduler, self._expert_names, time.monotonic()),
            budget_bytes=scheduler.budget_bytes,
            used_bytes=scheduler.used_bytes(),
            foreign_bytes=scheduler.foreign_bytes,
            peak_bytes=self._peak_bytes,
            windows=tuple(w.focus for w in self._windows if w.focus is not None),
            keeper_pid=os.getpid(),
        )

    def _shortage(self) -> str:
        """What people should know of a machine that is short of memory."""
        if not self._scheduler.is_short:
            return ""
        room = f"{self._scheduler.limit_bytes() / 1e9:.1f} GB"
        return f"The machine is short of memory: models may take {room} for now"

    def _push_soon(self) -> None:
        """Once per turn of the event loop, however many events it held."""
        if not self._push_pending:
            self._push_pending = True
            asyncio.get_running_loop().call_soon(self._push)

    def _push(self) -> None:
        """To every window, when something changed or a heartbeat is due."""
        self._push_pending = False
        state = self.state()
        timeless = replace(state, models=tuple(replace(m, state_s=0.0) for m in state.models))
        now_s = time.monotonic()
        if timeless == self._pushed and now_s - self._pushed_s < OBSERVE_S * 0.9:
            return
        self._pushed, self._pushed_s = timeless, now_s
        message = {"type": "state", "state": encode_state(state)}
        for window in self._windows:
            if window.stream.backlog_bytes < MAX_BACKLOG_BYTES:
                window.stream.send(message)

    # --- events and effects ---

    def _feed(self, event: Event) -> None:
        if self._closed:
            return
        effects = self._scheduler.handle(event, time.monotonic())
        self._peak_bytes = max(self._peak_bytes, self._scheduler.used_bytes())
        if effects:
            self._looks.stir()
        for effect in effects:
            match effect:
                case Estimate(spec, size_hint_bytes):
                    self._start(partial(self._estimate, spec, size_hint_bytes), LoadFailed, spec)
                case Load(spec):
                    self._loads[spec] = self._start(partial(self._load, spec), LoadFailed, spec)
                case CancelLoad(spec):
                    if (load := self._loads.pop(spec, None)) is not None:
                        self._start(partial(self._drop_load, spec, load), _not_dropped, spec)
                case Unload(spec):
                    self._start(partial(self._unload, spec), UnloadFailed, spec)
                case Renew(spec):
                    self._renewals[spec] = self._tasks.start(self._renew(spec))
        self._push_soon()

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
        """Do it and feed its end. Whatever goes wrong ends it too, or it would last for ever."""
        engine = self._engine
        try:
            event = await work()
        except EngineUnavailable as error:
            if self._engine is engine and not self._closed:  # not another one since
                self._lose_engine(error)
            return
        except HotseatError as error:
            event = failed(spec, str(error))
        except Exception as error:
            log.exception("The keeper has a bug")
            event = failed(spec, f"{type(error).__name__}: {error}")
        if self._engine is engine:
            self._feed(event)

    async def _estimate(self, spec: ModelSpec, size_hint_bytes: int | None) -> Event:
        engine = self._live_engine()
        if self._about().owns_memory:
            await self._observe(engine)  # what it has is not ours to load
        info = await engine.show(spec.model)
        self._observation.learn(spec.model, info)
        return Estimated(spec, footprint_bytes(spec, info, self._about(), size_hint_bytes))

    async def _load(self, spec: ModelSpec) -> Event:
        engine = self._live_engine()
        self._loaded.add(canonical_model_name(spec.model))
        load_s = await engine.ensure_ready(spec, keep_alive_s=self._keep_alive_s)
        await self._observe(engine)  # measured before the next step is decided
        return LoadDone(spec, load_s)

    async def _drop_load(self, spec: ModelSpec, load: asyncio.Task[None]) -> Event:
        """Abort the load, and see that nothing of it is left in memory."""
        load.cancel()
        await asyncio.wait([load])
        if not load.cancelled():
            return Tick()  # it had ended already, and said so
        await self._live_engine().unload(spec)
        return LoadCancelled(spec)

    async def _unload(self, spec: ModelSpec) -> Event:
        if (renewal := self._renewals.pop(spec, None)) is not None:
            await asyncio.wait([renewal])  # overtaken by the unload, it would load it again
        await self._live_engine().unload(spec)
        self._live_engine()
        self._loaded.discard(canonical_model_name(spec.model))
        return UnloadDone(spec)

    async def _renew(self, spec: ModelSpec) -> None:
        began_s = time.monotonic()
        try:
            await self._live_engine().ensure_ready(spec, keep_alive_s=self._keep_alive_s)
            self._comebacks.used(canonical_model_name(spec.model), began_s, time.monotonic())
        except EngineError as error:
            log.warning("Keep-alive of %s not renewed: %s", spec.model, error)

    # --- the engine ---

    def _about(self) -> EngineInfo:
        return self._info or EngineInfo(version="")

    def _live_engine(self) -> Engine:
        """Asked for right before every call that changes what the engine holds."""
        if self._closed or not self._still_keeps():
            self._step_down()
            raise EngineUnavailable("Another window drives the engine now")
        if self._engine is None:
            raise EngineUnavailable("The engine is not running yet")
        return self._engine

    async def _watch_engine(self) -> None:
        """Look, for ever, at what the engine holds; find or start it again when it is gone."""
        while True:
            try:
                if self._engine is None:
                    await self._connect()
                await self._observe(self._live_engine())
                await self._look_at_memory()
                await self._remember()
                await self._looks.pause(self._observe_s(), OBSERVE_CALM_S)
            except HotseatError as error:
                if self._closed:
                    return
                self._lose_engine(error)
                await asyncio.sleep(OBSERVE_LOST_S)
            except Exception:
                log.exception("The keeper has a bug")
                await asyncio.sleep(OBSERVE_S)

    def _observe_s(self) -> float:
        """Nothing comes or goes by us at somebody's server, which others use as well."""
        is_elsewhere = self._engine is not None and not is_loopback(self._engine.base_url)
        return OBSERVE_CALM_S if is_elsewhere and self._about().owns_memory else OBSERVE_S

    async def _connect(self) -> None:
        url = self._address.url
        if self._address.can_start:
            url = await start_embedded()
        engine = open_engine(self._address, url, self._adapters)
        try:
            self._info = await engine.version()
        except BaseException:
            await engine.aclose()
            raise
        self._loaded.attach(self._info.instance)
        self._comebacks.clear()
        self._engine, self._message = engine, ""
        log.info("Keeping %s (%s)", url, self._info.version)

    async def _observe(self, engine: Engine) -> None:
        asked_s = time.monotonic()
        resident = await self._observation.resident(engine, self._about())
        self._live_engine()  # a keeper that was stopped meanwhile writes nothing down
        stray = self._stray(resident)
        stray_bytes = sum(
            known.size_bytes or 0
            for key, known in self._scheduler.known().items()
            if canonical_model_name(key.partition("[")[0]) in stray
        )
        self._note_uses()
        names = {model.model for model in resident}
        again = self._comebacks.look(
            ours=self._loaded.names(),
            resident=names,
            asked_s=asked_s,
            now_s=time.monotonic(),
        )
        for name in again:
            self._loaded.add(name)
        self._feed(Observed(asked_s, resident, self._loaded.names(), stray_bytes))
        # What has left memory is no longer ours: another program may load it next (comebacks.py).
        self._loaded.keep_only(self._occupied() | stray | names)

    def _occupied(self) -> set[str]:
        """Names of the models that take memory or may."""
        records = self._scheduler.records()
        return {canonical_model_name(r.spec.model) for r in records if r.occupies}

    def _stray(self, resident: tuple[ResidentModel, ...]) -> set[str]:
        """Models whose load a stopped keeper began, and that are not in memory yet."""
        if time.monotonic() >= self._stray_until_s:
            return set()
        records = self._scheduler.records()
        known = {canonical_model_name(r.spec.model) for r in records if r.occupies}
        return set(self._loaded.names()) - known - {model.model for model in resident}

    async def _look_at_memory(self) -> None:
        """Of this machine, unless the models are elsewhere: in a GPU, on another machine."""
        if self._in_ram is None:
            local = is_loopback(self._live_engine().base_url) and not self._about().owns_memory
            may_use_gpu = self._about().may_use_gpu
            self._in_ram = local and not (may_use_gpu and await asyncio.to_thread(has_gpu))
        self._feed(MemorySeen(machine_memory() if self._in_ram else None))

    def _lose_engine(self, error: HotseatError) -> None:
        if str(error) != self._message:
            log.warning("Engine lost: %s", error)
        self._message = str(error)
        for task in self._loads.values():
            task.cancel()
        self._loads.clear()
        if self._engine is not None:
            self._tasks.start(self._engine.aclose())
            self._engine = None
        self._feed(EngineLost())

    async def _remember(self) -> None:
        known = dict(self._scheduler.known())
        if known != self._written:
            self._written = known
            try:
                await asyncio.to_thread(self._measures.write, self._address.key, known)
            except (sqlite3.Error, OSError) as error:
                log.warning("What models take is not remembered: %s", error)


def _began_s(
    busy: Sequence[ModelSpec], ages_s: Sequence[float | None], now_s: float
) -> dict[str, float]:
    """By model name: when the oldest request of a window began. None: it waits for the model.

    Raises TypeError and ValueError.
    """
    began_s: dict[str, float] = {}
    for spec, age_s in zip(busy, ages_s, strict=True):
        if age_s is not None:
            name = canonical_model_name(spec.model)
            began_s[name] = min(began_s.get(name, now_s), now_s - float(age_s))
    return began_s


def _not_dropped(spec: ModelSpec, error: str) -> Event:
    """It may be in memory or not: the next look tells."""
    log.warning("The load of %s could not be dropped: %s", spec.model, error)
    return LoadCancelled(spec)
