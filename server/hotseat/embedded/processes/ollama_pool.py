"""A pool that schedules loads as an Ollama daemon does (`hotseat engine --schedule ollama`).

For tests and measurements of what Hotseat does on Ollama, without one. Owns the queue of requests
and the table of runners; `ollama_schedule` decides, `ollama_loader`
loads, `ollama_runner` is one loaded model.

One request at a time is at the head of the queue, and every other one that needs a load waits
after it, in order. A request for a model that is loaded as wanted does not queue. The head waits
for the runner that has to end, busy or not, and then for its own load. A load is aborted when the
request that started it leaves, even if others wait for the same model; the wait for a runner's end
is not. A request whose options differ from those of the loaded model queues, and the model is
loaded again. A runner whose process has died is noticed by the next request to it.

A runner that was chosen to end while it was busy is revived by a request with a keep_alive. The
head of the queue then waits until any runner has ended, as in Ollama 0.33 (ollama/ollama#17408).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from hotseat.domain.errors import EngineError
from hotseat.embedded.kept.store import KeptStore
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import ModelStore, StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.entry import Lease, LoadedModel
from hotseat.embedded.processes.ollama_loader import OllamaLoader, PendingLoad, StartChild
from hotseat.embedded.processes.ollama_runner import CallLater, OllamaRunner, Timer
from hotseat.embedded.processes.ollama_schedule import (
    DEFAULT_MAX_MODELS,
    DEFAULT_N_SLOTS,
    End,
    RunnerSetup,
    Use,
    needs_reload,
    next_step,
    setup_of,
)
from hotseat.embedded.processes.pool import MAX_PENDING
from hotseat.embedded.processes.spare import SpareChild
from hotseat.serving.wire import ApiError

log = logging.getLogger("hotseat.engine")


def _call_later(delay_s: float, work: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(delay_s, work)


class OllamaPool:
    """Runners in Ollama's order.

    `start` loads a model. `sockets` is a directory of this user's own, mode 0700; None: children
    take loopback ports. `max_models` is the highest number of runners, `n_slots` the number of
    answers that one runner computes at once. With `leaves_orphans`, runners keep running when the
    engine is killed, as Ollama's do.
    """

    def __init__(
        self,
        store: ModelStore,
        sockets: Path | None,
        *,
        start: StartChild,
        max_models: int = DEFAULT_MAX_MODELS,
        n_slots: int = DEFAULT_N_SLOTS,
        leaves_orphans: bool = True,
        max_pending: int = MAX_PENDING,
        clock: Callable[[], float] = time.time,
        call_later: CallLater = _call_later,
    ) -> None:
        self.n_slots = n_slots
        self.shares_bases = False
        self.preempts_loads = False
        self.drafts = False
        self.kept: KeptStore | None = None
        self.spare: SpareChild | None = None
        self._max_models = max_models
        self._loader = OllamaLoader(
            store,
            sockets,
            start=start,
            n_slots=n_slots,
            leaves_orphans=leaves_orphans,
            clock=clock,
            call_later=call_later,
        )
        self._runners: dict[str, OllamaRunner] = {}
        """By the digest of the base."""
        self._queue: asyncio.Queue[PendingLoad] = asyncio.Queue(max_pending)
        self._head: PendingLoad | None = None
        self._scheduler: asyncio.Task[None] | None = None
        self._freed = asyncio.Event()
        """Set, and replaced, whenever a runner is gone."""

    @property
    def is_empty(self) -> bool:
        return not self._runners and self._head is None and self._queue.empty()

    def loaded(self) -> list[LoadedModel]:
        """Return the loaded models and those that are ending, the latest to expire first."""
        found = [runner.loaded() for runner in self._runners.values()]
        return sorted(found, key=lambda loaded: int(loaded.expires_s), reverse=True)

    @asynccontextmanager
    async def lease(
        self,
        model: StoredModel,
        card: ModelCard,
        options: LoadOptions,
        keep_alive_s: float | None,
        *,
        may_load: bool = True,
    ) -> AsyncIterator[Lease]:
        """Lease the model, loaded with `options`; waits its turn when a load is needed.

        As in Ollama, every request may load: `may_load` has no effect.

        Raises EngineError when the model cannot be loaded, ApiError 503 when too many requests
        wait.
        """
        started_s = time.monotonic()
        setup = setup_of(model.manifest.base, model.manifest.adapters, options)
        runner = await self._loaded_as(setup)
        if runner is not None:
            runner.use(keep_alive_s)
        else:
            runner = await self._queued(
                PendingLoad(
                    model=model,
                    card=card,
                    # On a CPU, Ollama maps the file only when a request gives use_mmap.
                    options=replace(options, use_mmap=options.given.use_mmap is True),
                    setup=setup,
                    keep_alive_s=keep_alive_s,
                )
            )
        try:
            yield Lease(
                child=runner.child,
                load_s=time.monotonic() - started_s,
                discard=runner.child.kill,
                voice=setup.adapters,
                sharing=runner.sharing,
                slots=runner.slots,
                slot_table=runner.sharing.slots if runner.sharing else None,
            )
        finally:
            runner.release()

    async def unload(self, model: StoredModel) -> None:
        """End the runner if it is idle, otherwise with its last request. Does not wait for it.

        Does nothing for a model that is still loading.
        """
        runner = self._runners.get(model.manifest.base)
        if runner is not None:
            runner.expire()

    async def close(self) -> None:
        """End every runner, including those in use, and refuse the requests that wait."""
        if self._scheduler is not None:
            self._scheduler.cancel()
            await asyncio.wait({self._scheduler})
            self._scheduler = None
        while not self._queue.empty():
            self._queue.get_nowait().fail(EngineError("the load was stopped"))
        runners = list(self._runners.values())
        for runner in runners:
            runner.end()
        await asyncio.gather(*(runner.gone() for runner in runners))

    async def _loaded_as(self, setup: RunnerSetup) -> OllamaRunner | None:
        """Return the runner that can serve this setup now."""
        runner = self._runners.get(setup.base)
        if runner is None or runner.is_ending or needs_reload(runner.setup, setup):
            return None
        answers = await runner.child.answers()
        return runner if answers and not runner.is_ending else None

    async def _queued(self, pending: PendingLoad) -> OllamaRunner:
        """Wait in the queue; return the runner, with this request counted as a user of it."""
        if self._scheduler is None:
            self._scheduler = asyncio.create_task(self._serve_queue())
        try:
            self._queue.put_nowait(pending)
        except asyncio.QueueFull:
            raise ApiError(
                503, "server busy, please try again.  maximum pending requests exceeded"
            ) from None
        try:
            return await asyncio.shield(pending.done)
        except asyncio.CancelledError:
            if pending.done.done() and not pending.done.exception():
                pending.done.result().release()  # It was served and left at the same moment.
            pending.leave()
            raise

    async def _serve_queue(self) -> None:
        while True:
            pending = self._head = await self._queue.get()
            try:
                if not pending.has_left:
                    await self._serve(pending)
            except Exception as error:  # The next request must be served in any case.
                if not isinstance(error, EngineError):
                    log.exception("%s: not loaded", pending.model.name.short)
                pending.fail(error)
            finally:
                pending.fail(EngineError("the load was stopped"))
                self._head = None

    async def _serve(self, pending: PendingLoad) -> None:
        """Take steps until the request has its runner, or has left. Raises EngineError."""
        while True:
            freed = self._freed
            if any(runner.is_ending for runner in self._runners.values()):
                await freed.wait()
                continue
            loaded = self._runners.get(pending.setup.base)
            answers = loaded is None or await loaded.child.answers()
            if self._runners.get(pending.setup.base) is not loaded:
                continue
            views = [
                runner.view(answers=answers if runner is loaded else True)
                for runner in self._runners.values()
            ]
            step = next_step(pending.setup, views, self._max_models)
            if isinstance(step, End):
                self._runners[step.base].expire()
                await freed.wait()
                continue
            if isinstance(step, Use):
                if loaded is None or loaded.is_ending:
                    continue
                self._deliver(pending, loaded)
            elif not pending.has_left:
                runner = await self._loader.load(pending, self._runner_gone)
                if runner is not None:
                    self._runners[pending.setup.base] = runner
                    self._deliver(pending, runner)
            return

    def _runner_gone(self, runner: OllamaRunner) -> None:
        del self._runners[runner.setup.base]
        self._freed.set()
        self._freed = asyncio.Event()

    def _deliver(self, pending: PendingLoad, runner: OllamaRunner) -> None:
        runner.use(pending.keep_alive_s)
        if pending.has_left:
            runner.release()
        else:
            pending.done.set_result(runner)
