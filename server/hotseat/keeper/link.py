"""One window's link to the keeper, which it becomes itself when there is none.

Every window, the keeper's own included, talks to the keeper over the same local socket. When the
connection ends, all race for the lock; the window that gets it keeps. A keeper that does not
acknowledge wants is stopped, and deposed (`election`).
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hotseat.domain.decisions import Decision
from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import EngineAddress
from hotseat.engines.runtime import runtime_dir
from hotseat.keeper.candidacy import Candidacy
from hotseat.keeper.decision_requests import DecisionRequests
from hotseat.keeper.election import Election
from hotseat.keeper.keeper import Keeper
from hotseat.keeper.keeper_watchdog import KeeperWatchdog
from hotseat.keeper.machine import HERE, Machine
from hotseat.keeper.releases import Releases
from hotseat.keeper.settings import LINK_DEFAULTS, LinkSettings
from hotseat.keeper.state import (
    KeeperState,
    WindowFocus,
    decode_decision,
    encode_spec,
    engine_status,
)
from hotseat.keeper.transport import Stream, connect
from hotseat.keeper.versions import UNREADABLE, KeeperVersion, Mismatch
from hotseat.keeper.window_report import WindowReport
from hotseat.residency.released_models import Released

log = logging.getLogger(__name__)

CONNECTING = "Connecting"
"""The engine's message until the keeper has sent a state."""
LISTEN_RETRY_S = 1.0


class KeeperLink:
    """Use `start`, `set_demand`, `aclose`. `on_state` is called with every new state."""

    def __init__(
        self,
        address: EngineAddress,
        *,
        budget_bytes: int,
        keep_alive_s: float,
        on_state: Callable[[KeeperState], None],
        settings: LinkSettings = LINK_DEFAULTS,
        machine: Machine = HERE,
    ) -> None:
        self.address = address
        self._keep_alive_s = keep_alive_s
        self._on_state = on_state
        self._settings = settings
        self._machine = machine
        self._election = Election(runtime_dir(), address.key)
        self._candidacy = Candidacy(self._election, self._make_keeper)
        self._watchdog = KeeperWatchdog(
            send_ping=self._ping,
            on_stopped=self._depose,
            is_here=lambda: self._candidacy.keeps(self._generation),
            settings=settings,
        )
        self._decision_requests = DecisionRequests(
            lambda: self._send({"type": "decisions"}), answer_s=settings.decisions_s
        )
        self.releases = Releases(self._send, answer_s=settings.decisions_s)
        self._generation = 0
        self._report = WindowReport(WindowFocus(pid=os.getpid()), budget_bytes=budget_bytes)
        self._stream: Stream | None = None
        self._task: asyncio.Task[None] | None = None
        self._received_s = 0.0
        self._looked_s = float("-inf")
        self._mismatch: Mismatch | None = None
        """What the status says, until a state can be used."""
        self._logged: set[Mismatch] = set()
        self._version = KeeperVersion(unheard_s=settings.unheard_s)
        self.state = KeeperState(engine=engine_status(address, message=CONNECTING))

    def start(self) -> None:
        """Connect, or become the keeper, as a task; and again each time the connection ends."""
        self._received_s = time.monotonic()
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        """Leave the keeper, and stop keeping."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._disconnect()
        await self._candidacy.withdraw()

    @property
    def is_keeper(self) -> bool:
        return self._candidacy.is_keeper

    def silent_s(self) -> float:
        """Seconds since the keeper sent something, if it is late with its heartbeat; else 0."""
        silence_s = time.monotonic() - self._received_s
        return silence_s if silence_s > self._settings.silent_after_s else 0.0

    def set_demand(self, demand: Demand, focus: WindowFocus) -> None:
        """Send the wants to the keeper, if anything is new."""
        if self._report.set_demand(demand, focus):
            self._send_report()

    def set_budget(self, budget_bytes: int | None = None, *, held_bytes: int | None = None) -> None:
        """Send the budget, and what this window holds for models itself, if it is new."""
        if self._report.set_budget(budget_bytes, held_bytes):
            self._send_report()

    def look(self, *, has_failed: bool = False) -> None:
        """The user works with the engine: the keeper should know what it holds. At once if a
        request `has_failed`, as its model's process may be gone. May be called with every key."""
        every_s = self._settings.look_failed_s if has_failed else self._settings.look_every_s
        now_s = time.monotonic()
        if now_s - self._looked_s >= every_s:
            self._looked_s = now_s
            self._send({"type": "look", "failed": has_failed})

    def retry(self, spec: ModelSpec) -> None:
        """Forget the model's failures, and that it was unloaded by hand: it was pulled, or the user
        turned to it again."""
        self._send({"type": "retry", "spec": encode_spec(spec)})

    def resume(self) -> None:
        """The user needs the engine that was stopped by hand, for whatever model."""
        self._send({"type": "resume"})

    async def decisions(self) -> list[Decision]:
        """Return the keeper's last decisions, oldest first; none while there is no keeper yet.

        Raises EngineUnavailable if the keeper does not answer in time.
        """
        if self._stream is None:
            return []
        return await self._decision_requests.ask()

    def begin_use(self, spec: ModelSpec, began_s: float | None = None) -> None:
        """The model works for this window, or is about to: the keeper leaves it where it is.

        `began_s`: when a request began, by `time.monotonic`. None for callers that send their
        requests as soon as the model is warm: from then on they count as requests.
        """
        if began_s is None:
            is_warm = self.state.state_of(spec) is ModelState.WARM
            began_s = time.monotonic() if is_warm else math.inf
        if self._report.uses.begin(spec, began_s):
            self._send_report()

    def end_use(self, spec: ModelSpec) -> None:
        """A use of the model has ended."""
        if self._report.uses.end(spec):
            self._send_report()

    def report_use(self, spec: ModelSpec, began_s: float) -> None:
        """A request that is over already: if it loaded the model, the model is Hotseat's."""
        if self._report.uses.oldest_s(spec) in (None, math.inf):
            self.begin_use(spec, began_s)
            self.end_use(spec)

    def report_silence(self, spec: ModelSpec, *, is_silent: bool) -> None:
        """The model is in memory and does not answer, or answers again. The keeper believes it for
        `SILENCE_S`: report it again while it lasts."""
        if self._report.set_silence(spec, is_silent=is_silent):
            self._send_report()

    def report_answers(self, counts: dict[str, int]) -> None:
        """This window has so many answers to questions under way, by the model's name."""
        if self._report.set_answers(counts):
            self._send_report()

    def _send_report(self) -> None:
        self._send(self._report.message(time.monotonic()))
        if self._stream is not None:
            self._watchdog.expect_answer()
            self._version.acknowledgements.expect_one(time.monotonic())

    def _ping(self) -> None:
        self._send({"type": "ping"})
        self._version.acknowledgements.expect_one(time.monotonic())

    def _send(self, message: dict[str, Any]) -> None:
        if self._stream is not None:
            self._stream.send(message)

    def _depose(self) -> None:
        """The keeper is stopped: another must drive the engine."""
        log.warning("The window that drives the engine does not answer: another takes over")
        try:
            self._election.depose(self._generation)
        except OSError as error:
            log.error("No other window can take over: %s", error)
            return
        if self._stream is not None:
            self._stream.close()

    def _disconnect(self) -> None:
        self._watchdog.stop()
        self._version.forget()
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    async def _run(self) -> None:
        while True:
            self._generation = self._election.generation()
            try:
                self._stream = await connect(self._election.socket_path(self._generation))
            except OSError:
                await self._try_to_keep()
                continue
            self._send_report()
            self._watchdog.start()
            await self._listen(self._stream)
            self._disconnect()

    async def _listen(self, stream: Stream) -> None:
        while (message := await stream.receive()) is not None:
            self._received_s = time.monotonic()
            self._watchdog.message_received()
            match message.get("type"):
                case "state":
                    self._take_state(self._version.read_state(message, time.monotonic()))
                case "heard":
                    self._version.was_read()
                case "unreadable":
                    self._note_mismatch(self._version.was_refused(message))
                case "decisions":
                    with suppress(*UNREADABLE):  # then the request times out
                        decisions = [decode_decision(d) for d in message["decisions"]]
                        self._decision_requests.answered(decisions)
                case "released":
                    with suppress(*UNREADABLE):  # then the request times out
                        self.releases.answered(message)

    def _take_state(self, state: KeeperState | Mismatch) -> None:
        if isinstance(state, Mismatch):
            self._note_mismatch(state)
        else:
            self._mismatch = None
            self._use_state(state)

    def _note_mismatch(self, mismatch: Mismatch) -> None:
        """Another version of Hotseat keeps: report it, once in the log, and use nothing of it."""
        if mismatch is self._mismatch:
            return
        self._mismatch = mismatch
        if mismatch not in self._logged:
            self._logged.add(mismatch)
            log.error("%s", mismatch.value)
        self.state = KeeperState(engine=engine_status(self.address, message=mismatch.value))
        self._on_state(self.state)

    def _use_state(self, state: KeeperState) -> None:
        self.state = state
        self.releases.note_state(state)
        warm = {m.spec for m in state.models if m.state is ModelState.WARM}
        if self._report.uses.begin_requests(warm, time.monotonic()):
            self._send_report()
        self._on_state(state)

    async def _try_to_keep(self) -> None:
        """Become the keeper, or wait a moment for the window that just did."""
        if self._candidacy.is_active:
            await asyncio.sleep(self._settings.retry_s)
            return
        try:
            if not await self._candidacy.stand(self._generation):
                await asyncio.sleep(self._settings.retry_s)
        except OSError:
            await asyncio.sleep(LISTEN_RETRY_S)

    def _make_keeper(self, generation: int) -> Keeper:
        return Keeper(
            self.address,
            socket_path=self._election.socket_path(generation),
            budget_bytes=self._report.budget_bytes,
            keep_alive_s=self._keep_alive_s,
            still_keeps=lambda: self._election.generation() == generation,
            follows_stopped_keeper=self._election.was_deposed(),
            windows_before={w.pid for w in self.state.windows} - {self.state.keeper_pid},
            released=Released(frozenset(self.state.released), self.state.is_stopped),
            settings=self._settings.keeper,
            machine=self._machine,
        )
