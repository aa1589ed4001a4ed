"""One window's link to the keeper, which it becomes itself when there is none.

Every window, the keeper's own included, talks to the keeper over the same local socket. When the
connection ends, all race for the lock; who gets it keeps. A keeper that does not acknowledge wants
is stopped, and deposed (`election`). Nothing is forked while the lock is held without exec: a
forked child would hold it on.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from filelock import FileLock, Timeout

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import EngineAddress
from hotseat.engines.runtime import runtime_dir
from hotseat.keeper.election import Election
from hotseat.keeper.keeper import Keeper
from hotseat.keeper.state import (
    KeeperState,
    WindowFocus,
    decode_state,
    encode_spec,
    encode_want,
    engine_status,
)
from hotseat.keeper.transport import Stream, connect

log = logging.getLogger(__name__)

CONNECTING = "Connecting"
"""The engine's message until the keeper has said one."""
RETRY_S = 0.05
ANSWER_S = 1.0
"""A keeper that has not acknowledged wants by then is stopped, and deposed."""
LATE_S = 0.25
"""A timer that comes so late says that this process itself was stopped, or starved."""
SILENT_AFTER_S = 7.0
"""A keeper that says nothing for so long is stopped or swapped out: it has its heartbeat every five
seconds at least."""
PROBE_S = 2.0
"""A keeper that has said nothing for so long is asked: this window may have nothing to tell it, and
would go on showing what a stopped or deposed one said last."""
LOOK_EVERY_S = 10.0
"""Well within the time after which a keeper looks less often (`looks.CALM_AFTER_S`)."""


class KeeperLink:
    """Use `start`, `set_demand`, `aclose`. `on_state` is called with every new state."""

    def __init__(
        self,
        address: EngineAddress,
        *,
        budget_bytes: int,
        keep_alive_s: float,
        on_state: Callable[[KeeperState], None],
    ) -> None:
        self.address = address
        self._budget_bytes = budget_bytes
        self._keep_alive_s = keep_alive_s
        self._on_state = on_state
        self._election = Election(runtime_dir(), address.key)
        self._generation = 0
        self._lock: FileLock | None = None
        self._unanswered: asyncio.TimerHandle | None = None
        self._probing: asyncio.TimerHandle | None = None
        self._demand = Demand()
        self._focus = WindowFocus(pid=os.getpid())
        self._busy: dict[ModelSpec, list[float]] = {}
        """When the requests began that are under way; inf for those that wait for the model."""
        self._stream: Stream | None = None
        self._keeper: Keeper | None = None
        self._task: asyncio.Task[None] | None = None
        self._heard_s = 0.0
        self._looked_s = float("-inf")
        self.state = KeeperState(engine=engine_status(address, message=CONNECTING))

    def start(self) -> None:
        self._heard_s = time.monotonic()
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._stream is not None:
            self._stream.close()
        self._answered()
        self._stop_probing()
        await self._stop_keeping()

    @property
    def is_keeper(self) -> bool:
        return self._keeper is not None

    def silent_s(self) -> float:
        """Seconds since the keeper was heard beyond its heartbeat; 0 while it is well."""
        silence_s = time.monotonic() - self._heard_s
        return silence_s if silence_s > SILENT_AFTER_S else 0.0

    def set_demand(self, demand: Demand, focus: WindowFocus) -> None:
        """Tell the keeper, if anything is new."""
        if demand != self._demand or focus != self._focus:
            self._demand, self._focus = demand, focus
            self._send_demand()

    def set_budget(self, budget_bytes: int) -> None:
        """Tell the keeper, if it is new."""
        if budget_bytes != self._budget_bytes:
            self._budget_bytes = budget_bytes
            self._send_demand()

    def look(self) -> None:
        """Somebody works with the engine: the keeper should know what it holds. May be called with
        every key."""
        now_s = time.monotonic()
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            self._send({"type": "look"})

    def retry(self, spec: ModelSpec) -> None:
        """Forget the model's failures: it was pulled, or the person asked again."""
        self._send({"type": "retry", "spec": encode_spec(spec)})

    def begin_use(self, spec: ModelSpec, began_s: float | None = None) -> None:
        """The model works for this window, or is about to: the keeper leaves it where it is.

        `began_s`: when a request began, by `time.monotonic`. None for whoever sends its requests
        as soon as the model is warm: from then on they count as requests.
        """
        if began_s is None:
            is_warm = self.state.state_of(spec) is ModelState.WARM
            began_s = time.monotonic() if is_warm else math.inf
        before_s = self._began_s(spec)
        self._busy.setdefault(spec, []).append(began_s)
        if before_s is None or (before_s == math.inf != began_s):
            self._send_demand()

    def end_use(self, spec: ModelSpec) -> None:
        """The oldest of those that began: which one it was makes little difference."""
        self._busy[spec].remove(min(self._busy[spec]))
        if not self._busy[spec]:
            del self._busy[spec]
            self._send_demand()

    def report_use(self, spec: ModelSpec, began_s: float) -> None:
        """A request that is over already: if it loaded the model, the model is Hotseat's."""
        if self._began_s(spec) in (None, math.inf):
            self.begin_use(spec, began_s)
            self.end_use(spec)

    def _began_s(self, spec: ModelSpec) -> float | None:
        """When the oldest request under way began; inf: none has, None: nobody uses the model."""
        return min(self._busy[spec]) if spec in self._busy else None

    def _note_warm(self) -> None:
        """Whoever waited for a model sends its requests now."""
        waiting = [s for s, uses_s in self._busy.items() if math.inf in uses_s]
        warm = [s for s in waiting if self.state.state_of(s) is ModelState.WARM]
        for spec in warm:
            now_s = time.monotonic()
            self._busy[spec] = [now_s if s == math.inf else s for s in self._busy[spec]]
        if warm:
            self._send_demand()

    def _send_demand(self) -> None:
        now_s = time.monotonic()
        self._send(
            {
                "type": "demand",
                "wants": [encode_want(want) for want in self._demand.wants],
                "busy": [encode_spec(spec) for spec in self._busy],
                "busy_s": [
                    None if min(uses_s) == math.inf else round(now_s - min(uses_s), 3)
                    for uses_s in self._busy.values()
                ],
                "budget_bytes": self._budget_bytes,
                "focus": asdict(self._focus),
            }
        )
        if self._stream is not None and self._unanswered is None:
            self._expect_answer()

    def _expect_answer(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time() + ANSWER_S
        self._unanswered = loop.call_at(due_s, self._no_answer, due_s)

    def _answered(self) -> None:
        if self._unanswered is not None:
            self._unanswered.cancel()
            self._unanswered = None

    def _probe(self) -> None:
        left_s = self._heard_s + PROBE_S - time.monotonic()
        if left_s <= 0:
            left_s = PROBE_S
            if self._unanswered is None:
                self._send({"type": "ping"})
                self._expect_answer()
        self._probing = asyncio.get_running_loop().call_later(left_s, self._probe)

    def _stop_probing(self) -> None:
        if self._probing is not None:
            self._probing.cancel()
            self._probing = None

    def _no_answer(self, due_s: float) -> None:
        """The keeper is stopped: another must drive the engine."""
        self._unanswered = None
        if asyncio.get_running_loop().time() - due_s > LATE_S:
            self._expect_answer()  # it was this window that slept
            return
        log.warning("The window that drives the engine does not answer: another takes over")
        try:
            self._election.depose(self._generation)
        except OSError as error:
            log.error("No other window can take over: %s", error)
            return
        if self._stream is not None:
            self._stream.close()

    def _send(self, message: dict[str, Any]) -> None:
        if self._stream is not None:
            self._stream.send(message)

    async def _run(self) -> None:
        while True:
            self._generation = self._election.generation()
            try:
                self._stream = await connect(self._election.socket_path(self._generation))
            except OSError:
                await self._try_to_keep()
                continue
            self._send_demand()
            self._probe()
            await self._listen(self._stream)
            self._answered()
            self._stop_probing()
            self._stream.close()
            self._stream = None

    async def _listen(self, stream: Stream) -> None:
        while (message := await stream.receive()) is not None:
            self._heard_s = time.monotonic()
            self._answered()
            if message.get("type") == "state":
                try:
                    self.state = decode_state(message["state"])
                except (AttributeError, KeyError, TypeError, ValueError) as error:
                    log.warning("The keeper is of another version of Hotseat: %r", error)
                    continue
                self._note_warm()
                self._on_state(self.state)

    async def _try_to_keep(self) -> None:
        """Become the keeper, or wait a moment for whoever just did."""
        if self._keeper is not None and not self._keeper.stepped_down:
            await asyncio.sleep(RETRY_S)
            return
        await self._stop_keeping()
        generation = self._generation
        lock = FileLock(self._election.lock_path(generation), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            await asyncio.sleep(RETRY_S)
            return
        keeper = Keeper(
            self.address,
            socket_path=self._election.socket_path(generation),
            budget_bytes=self._budget_bytes,
            keep_alive_s=self._keep_alive_s,
            still_keeps=lambda: self._election.generation() == generation,
            after_a_stopped_one=self._election.was_deposed(),
        )
        try:
            await keeper.start()
        except OSError:
            log.exception("The keeper cannot listen at %s", self._election.socket_path(generation))
            lock.release()
            await asyncio.sleep(1.0)
            return
        self._election.tidy(generation)
        self._keeper, self._lock = keeper, lock

    async def _stop_keeping(self) -> None:
        if self._keeper is not None:
            await self._keeper.aclose()
            self._keeper = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
