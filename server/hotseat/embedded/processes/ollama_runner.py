"""One loaded runner of Ollama's schedule: its users, its keep_alive, and its end.

Owns the timer and the process. Which runner has to end is decided elsewhere (`ollama_schedule`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.entry import DEFAULT_KEEP_ALIVE_S, LoadedModel
from hotseat.embedded.processes.ollama_schedule import RunnerSetup, RunnerView
from hotseat.embedded.processes.runner import Child
from hotseat.embedded.processes.sharing import Sharing
from hotseat.serving.wire import FOREVER_S

log = logging.getLogger("hotseat.engine")


class Timer(Protocol):
    """A call that is due later."""

    def cancel(self) -> None:
        """Drop the call."""


CallLater = Callable[[float, Callable[[], None]], Timer]
"""Takes a delay in seconds and a function."""


class OllamaRunner:
    """A process with one model. As in Ollama, a process that ended by itself stays in the list.

    `on_gone` is called once, after `end` and when the memory is free. `clock` returns seconds since
    the epoch.
    """

    def __init__(
        self,
        model: StoredModel,
        card: ModelCard,
        options: LoadOptions,
        setup: RunnerSetup,
        child: Child,
        *,
        n_slots: int,
        on_gone: Callable[[OllamaRunner], None],
        clock: Callable[[], float],
        call_later: CallLater,
    ) -> None:
        self.model = model
        """The model whose request loaded it; /api/ps shows this name, an alias in use or not."""
        self.setup = setup
        self.child = child
        self.slots = asyncio.Semaphore(n_slots)
        self.sharing = (
            Sharing(setup.adapters, (setup.adapters,), slots_each=n_slots)
            if setup.adapters
            else None
        )
        self.n_users = 0
        self.is_ending = False
        self._card = card
        self._options = options
        self._on_gone = on_gone
        self._clock = clock
        self._call_later = call_later
        self._keep_alive_s = DEFAULT_KEEP_ALIVE_S
        self._expires_s: float | None = None
        """Seconds since the epoch; set when it becomes idle, and kept while it is in use."""
        self._timer: Timer | None = None
        self._size_bytes = child.rss_bytes()
        self._ended = asyncio.Event()
        self._life = asyncio.create_task(self._live())

    def view(self, *, answers: bool = True) -> RunnerView:
        """Return the scheduler's view."""
        return RunnerView(
            setup=self.setup,
            n_users=self.n_users,
            keep_alive_s=self._keep_alive_s,
            answers=answers,
        )

    def loaded(self) -> LoadedModel:
        """Return its line of /api/ps; a process that ended keeps its last size."""
        self._size_bytes = self.child.rss_bytes() or self._size_bytes
        expires_s = self._expires_s
        return LoadedModel(
            model=self.model,
            card=self._card,
            options=self._options,
            size_bytes=self._size_bytes,
            shares=False,
            expires_s=self._clock() + self._keep_alive_s if expires_s is None else expires_s,
            pid=self.child.pid,
        )

    def use(self, keep_alive_s: float | None) -> None:
        """Add a user. A given keep_alive also revives a runner that was chosen to end."""
        self.n_users += 1
        self._stop_timer()
        if keep_alive_s is not None:
            self._keep_alive_s = keep_alive_s

    def release(self) -> None:
        """Remove a user; the last one starts the keep_alive timer, or ends the runner."""
        self.n_users -= 1
        if self.n_users > 0 or self.is_ending:
            return
        if self._keep_alive_s <= 0:
            self.end()
            return
        self._expires_s = self._clock() + self._keep_alive_s
        self._stop_timer()
        if self._keep_alive_s < FOREVER_S:
            self._timer = self._call_later(self._keep_alive_s, self.end)

    def expire(self) -> None:
        """End it now if it is idle, otherwise with its last request."""
        self._stop_timer()
        self._keep_alive_s = 0.0
        self._expires_s = self._clock()
        if self.n_users == 0:
            self.end()

    def end(self) -> None:
        """Kill the process. `on_gone` follows."""
        if self.is_ending:
            return
        self.is_ending = True
        self._stop_timer()
        log.info("%s: unloading", self.model.name.short)
        self.child.kill()
        self._ended.set()

    async def gone(self) -> None:
        """Wait until it is gone; only after `end`."""
        await asyncio.wait({self._life})

    async def _live(self) -> None:
        status = await self.child.wait()
        if not self.is_ending:
            log.warning("%s: its process ended with status %d", self.model.name.short, status)
        await self._ended.wait()
        self._on_gone(self)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
