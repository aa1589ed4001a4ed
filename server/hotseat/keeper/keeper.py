"""The keeper: merges the wants of all windows, drives the engine, and sends its state back.

One per engine and user; `link` decides which process it is. Composes the window hub, the scheduler,
the engine driver and the engine watch, all on one event loop. Slow work is bracketed by two quick
events.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from hotseat.domain.decisions import Decision
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Adapter, ModelSpec, canonical_model_name
from hotseat.domain.residency import Measured
from hotseat.engines.discovery import EngineAddress
from hotseat.keeper.engine.closing import long_kept, shorten_keep_alives
from hotseat.keeper.engine.connection import EngineConnection
from hotseat.keeper.engine.driver import EngineDriver
from hotseat.keeper.engine.hints import Hints
from hotseat.keeper.engine.owned_models import OwnedModels, owned_path
from hotseat.keeper.engine.poll_interval import PollInterval
from hotseat.keeper.engine.releasing import Releasing
from hotseat.keeper.engine.watch import EngineWatch
from hotseat.keeper.machine import HERE, Machine
from hotseat.keeper.model_status import model_statuses
from hotseat.keeper.settings import KEEPER_DEFAULTS, KeeperSettings
from hotseat.keeper.state import KeeperState, engine_status
from hotseat.keeper.tasks import Tasks
from hotseat.keeper.transport import listen
from hotseat.keeper.window_hub import MergedDemand, WindowHub
from hotseat.residency.decision_log import Circumstances, DecisionLog, log_line
from hotseat.residency.messages import (
    BudgetChanged,
    DemandChanged,
    EngineLost,
    Event,
    Forgiven,
    Resumed,
)
from hotseat.residency.released_models import (
    NOTHING_RELEASED,
    Release,
    ReleaseAnswer,
    Released,
)
from hotseat.residency.scheduler import Scheduler
from hotseat.storage.engine_limits import LimitStore
from hotseat.storage.measured_sizes import MeasureStore
from hotseat.storage.model_uses import ModelUseStore

log = logging.getLogger(__name__)

SIZES_S = 3.0
"""For reading the measured sizes; a file that another process writes to is waited for for 1 s."""


class Keeper:
    """Use `start` and `aclose`. `socket_path` is where windows connect.

    `still_keeps` is asked before everything that is done to the engine: False ends this keeper.
    `follows_stopped_keeper`: a load that the keeper before had begun may still be under way.
    `windows_before`: pids of the windows of the keeper before; what that one left in memory stays
    until they have reported what they want. `released` is what the user had unloaded under it.
    `clock` returns monotonic seconds, `wall_clock` seconds since 1970.
    """

    def __init__(
        self,
        address: EngineAddress,
        *,
        socket_path: Path,
        budget_bytes: int,
        keep_alive_s: float,
        measures: MeasureStore | None = None,
        limits: LimitStore | None = None,
        still_keeps: Callable[[], bool] = lambda: True,
        follows_stopped_keeper: bool = False,
        windows_before: Collection[int] = (),
        released: Released = NOTHING_RELEASED,
        settings: KeeperSettings = KEEPER_DEFAULTS,
        machine: Machine = HERE,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._socket_path = socket_path
        self._still_keeps = still_keeps
        self._clock = clock
        self._wall_clock = wall_clock
        self._closed = False
        self._server: asyncio.AbstractServer | None = None
        self._peak_bytes = 0
        self._expert_names: dict[ModelSpec, str] = {}
        self._adapters: dict[str, Adapter] = {}
        self._tasks = Tasks()
        self._decisions = DecisionLog(max_decisions=settings.max_decisions)
        self._poll = PollInterval(calm_after_s=settings.calm_after_s, clock=clock)
        self._hub = WindowHub(self, windows_before=windows_before, settings=settings, clock=clock)
        self._connection = EngineConnection(
            address, may_drive=self._may_drive, adapters=self._adapters
        )
        self._address_key = address.key
        self._sizes = sizes = measures or MeasureStore()
        self._scheduler = Scheduler(
            budget_bytes=budget_bytes,
            keep_alive_s=keep_alive_s,
            released=released,
            keep_prompts_bytes=settings.keep_prompts_bytes,
        )
        owned = OwnedModels(owned_path(socket_path.parent, address.key))
        self._watch = EngineWatch(
            self._connection,
            self._scheduler,
            owned,
            sizes,
            self._poll,
            feed=self._feed,
            on_lost=self._lose_engine,
            is_closed=lambda: self._closed,
            before_observed=self._report_uses,
            engine_key=address.key,
            orphans_until_s=clock() + settings.orphan_load_s if follows_stopped_keeper else 0.0,
            settings=settings,
            machine=machine,
            limits=limits or LimitStore(),
            uses=ModelUseStore(),
            clock=clock,
            wall_clock=wall_clock,
        )
        self._releasing = Releasing(
            self._scheduler,
            self._connection,
            windows=self._hub.wants,
            feed=self._feed,
            on_lost=self._lose_engine,
        )
        self._hints = Hints(self._connection, clock=clock)
        self._driver = EngineDriver(
            self._connection,
            self._watch,
            owned,
            self._tasks,
            feed=self._feed,
            on_lost=self._lose_engine,
            keep_alive_s=keep_alive_s,
            clock=clock,
        )

    async def start(self) -> None:
        """Listen for windows, and begin to watch the engine. Raises OSError."""
        self._scheduler.recall(await _measured_before(self._sizes, self._address_key))
        self._server = await listen(self._socket_path, self._hub.serve)
        self._tasks.start(self._hub.await_windows())
        self._tasks.start(self._watch.run())

    @property
    def stepped_down(self) -> bool:
        """It found that another keeper drives the engine, and waits for `aclose`."""
        return self._closed

    async def aclose(self) -> None:
        """Stop keeping. What is in memory stays there for the next keeper, and is freed within a
        minute if there is none, unless it is pinned."""
        engine, leaving = self._connection.engine, long_kept(self._scheduler)
        is_last = len(self._hub.focuses()) <= 1 and self._may_drive()
        self._step_down()
        await self._tasks.cancel()
        if engine is not None and is_last:
            await shorten_keep_alives(engine, leaving)
        await self._watch.store_uses()
        await self._connection.aclose()

    def state(self) -> KeeperState:
        """Return the state that every window gets."""
        scheduler = self._scheduler
        return KeeperState(
            engine=engine_status(
                self._connection.address,
                self._connection.answer,
                up=scheduler.engine_up,
                message=self._connection.message or _shortage(scheduler),
            ),
            models=model_statuses(
                scheduler,
                self._expert_names,
                self._clock(),
                self._hub.silent_models(),
                self._hub.answers(),
                self._watch.server_bytes,
            ),
            budget_bytes=scheduler.budget_bytes,
            used_bytes=scheduler.used_bytes(),
            foreign_bytes=scheduler.foreign_bytes,
            peak_bytes=self._peak_bytes,
            kept_bytes=scheduler.beside.kept_bytes,
            spare_bytes=scheduler.beside.spare_bytes,
            windows=self._hub.focuses(),
            keeper_pid=os.getpid(),
            released=self._releasing.released(),
            is_stopped=scheduler.released.is_stopped,
        )

    # --- what the window hub reports and asks ---

    def decisions(self) -> Sequence[Decision]:
        """Return the last decisions, oldest first."""
        return self._decisions.recent()

    def demand_merged(self, demand: MergedDemand) -> None:
        """Schedule by what all windows want now."""
        scheduler = self._scheduler
        budget_bytes = demand.budget_bytes or scheduler.budget_bytes
        known = (scheduler.budget_bytes, scheduler.windows_bytes)
        if (budget_bytes, demand.held_bytes) != known:
            self._feed(BudgetChanged(budget_bytes, demand.held_bytes))
        for want in reversed(demand.demand.wants):
            self._expert_names[want.spec] = want.expert
            if want.adapter is not None:
                self._adapters[canonical_model_name(want.spec.model)] = want.adapter
        self._feed(DemandChanged(demand.demand, demand.busy, demand.is_complete))
        if self._connection.info.takes_hints:
            self._tasks.start(self._hints.send(demand.demand.wants, self._watch.server_bytes))

    def retry_wanted(self, spec: ModelSpec) -> None:
        """Forget the model's failures."""
        self._watch.ask_again(spec.model)
        self._feed(Forgiven(spec))

    def release_wanted(
        self, releases: Sequence[Release] | None, *, stops_engine: bool
    ) -> list[ReleaseAnswer]:
        """Unload models (None: all), and stop the engine perhaps."""
        return self._releasing.release(releases, stops_engine=stops_engine)

    def resume_wanted(self) -> None:
        """The engine may start again."""
        self._feed(Resumed())

    def window_active(self) -> None:
        """Observe the engine soon."""
        self._poll.note_activity()

    def window_works(self, *, has_failed: bool) -> None:
        """Observe the engine soon, if it was not for a while; at once if a request has failed."""
        self._poll.look(at_once=has_failed)

    def model_used(self, name: str, began_s: float, until_s: float) -> None:
        """A window's request to the model is under way."""
        self._watch.note_use(name, began_s, until_s)

    # --- events and effects ---

    def _feed(self, event: Event) -> None:
        if self._closed:
            return
        now_s = self._clock()
        effects = self._scheduler.handle(event, now_s)
        self._peak_bytes = max(self._peak_bytes, self._scheduler.used_bytes())
        ended = self._decisions.update(event, effects, self._circumstances(now_s))
        for decision in ended:
            log.info("%s", log_line(decision))
        if effects:
            self._poll.note_activity()
        self._driver.carry_out(effects)
        self._hub.push_soon()

    def _report_uses(self) -> None:
        self._hub.report_uses()
        self._driver.report_renewals()

    def _circumstances(self, now_s: float) -> Circumstances:
        scheduler = self._scheduler
        return Circumstances(
            time_s=self._wall_clock(),
            now_s=now_s,
            demand=scheduler.demand,
            expert_names=self._expert_names,
            records=scheduler.records(),
            used_bytes=scheduler.used_bytes(),
            budget_bytes=scheduler.budget_bytes,
            limit_bytes=scheduler.limit_bytes(),
            departures=scheduler.departures,
        )

    def _may_drive(self) -> bool:
        """Return whether this is still the keeper; step down if it is not."""
        if self._closed or not self._still_keeps():
            self._step_down()
            return False
        return True

    def _step_down(self) -> None:
        if not self._closed:
            self._closed = True
            if self._server is not None:
                self._server.close()
            self._hub.close()

    def _lose_engine(self, error: HotseatError) -> None:
        if self._closed:
            return
        closing = self._connection.lose(error)
        self._driver.engine_lost()
        if closing is not None:
            self._tasks.start(closing)
        self._feed(EngineLost())


async def _measured_before(sizes: MeasureStore, engine: str) -> Mapping[str, Measured]:
    """Return what models took in earlier runs; nothing if the disk does not answer in time."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(sizes.read, engine), SIZES_S)
    except TimeoutError:
        log.warning("What models take is not known: the disk did not answer in time")
        return {}


def _shortage(scheduler: Scheduler) -> str:
    """Return what the user should know of a machine that is short of memory."""
    if not scheduler.is_short:
        return ""
    room = f"{scheduler.limit_bytes() / 1e9:.1f} GB"
    return f"The machine is short of memory: models may take {room} for now"
