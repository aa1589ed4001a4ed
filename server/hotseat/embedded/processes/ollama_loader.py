"""One load in Ollama's order: the process of a model, until it is a runner or its client has left.

Owns the sockets of the processes. When a model is loaded is decided by `ollama_pool`.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from hotseat.domain.errors import EngineError
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import ModelStore, StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.limits import child_limits
from hotseat.embedded.processes.ollama_runner import CallLater, OllamaRunner
from hotseat.embedded.processes.ollama_schedule import RunnerSetup
from hotseat.embedded.processes.runner import Child, ChildSpec

StartChild = Callable[[ChildSpec], Coroutine[Any, Any, Child]]
"""Starts a process and returns when its model is loaded, as `Child.start` does."""

log = logging.getLogger("hotseat.engine")


@dataclass(eq=False, slots=True, kw_only=True)
class PendingLoad:
    """A request that waits for its model."""

    model: StoredModel
    card: ModelCard
    options: LoadOptions
    setup: RunnerSetup
    keep_alive_s: float | None
    done: asyncio.Future[OllamaRunner] = field(default_factory=asyncio.Future)
    """The runner, used once for this request; cancelled when the request has left."""
    load: asyncio.Task[Child] | None = None

    @property
    def has_left(self) -> bool:
        return self.done.cancelled()

    def leave(self) -> None:
        self.done.cancel()
        if self.load is not None:
            self.load.cancel()

    def fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class OllamaLoader:
    """Loads the models of one pool; see `OllamaPool` for the arguments."""

    def __init__(
        self,
        store: ModelStore,
        sockets: Path | None,
        *,
        start: StartChild,
        n_slots: int,
        leaves_orphans: bool,
        clock: Callable[[], float],
        call_later: CallLater,
    ) -> None:
        self._store = store
        self._sockets = sockets
        self._start = start
        self._n_slots = n_slots
        self._leaves_orphans = leaves_orphans
        self._clock = clock
        self._call_later = call_later
        self._numbers = itertools.count(1)

    async def load(
        self, pending: PendingLoad, on_gone: Callable[[OllamaRunner], None]
    ) -> OllamaRunner | None:
        """Return the runner of the model; None if its client left. Raises EngineError.

        `on_gone` is called when the runner's process has ended.
        """
        socket = None if self._sockets is None else self._sockets / f"{next(self._numbers)}.sock"
        child = None
        try:
            child = await self._start_child(pending, socket)
        finally:
            if child is None and socket is not None:
                socket.unlink(missing_ok=True)
        if child is None:
            return None

        def gone(runner: OllamaRunner) -> None:
            if socket is not None:
                socket.unlink(missing_ok=True)
            on_gone(runner)

        return OllamaRunner(
            pending.model,
            pending.card,
            pending.options,
            pending.setup,
            child,
            n_slots=self._n_slots,
            on_gone=gone,
            clock=self._clock,
            call_later=self._call_later,
        )

    async def _start_child(self, pending: PendingLoad, socket: Path | None) -> Child | None:
        """Return the child with the model; None if its client left. Raises EngineError."""
        name, manifest = pending.model.name.short, pending.model.manifest
        spec = ChildSpec(
            model=self._store.blob_path(manifest.base),
            adapters=tuple(map(self._store.blob_path, manifest.adapters)),
            n_slots=self._n_slots,
            options=pending.options,
            socket=socket,
            limits=child_limits(
                pending.card,
                pending.options,
                files_bytes=self._store.size_bytes(manifest.blobs),
                n_slots=self._n_slots,
                total_bytes=psutil.virtual_memory().total,
            ),
            outlives_parent=self._leaves_orphans,
        )
        started_s = time.monotonic()
        pending.load = asyncio.create_task(self._start(spec))
        try:
            child = await pending.load
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not pending.has_left or (task is not None and task.cancelling()):
                raise
            log.info("%s: its load was aborted, because its client has left", name)
            return None
        except EngineError as error:
            log.warning("%s: %s", name, error)
            raise
        except OSError as error:
            log.warning("%s: its process cannot be started: %s", name, error)
            raise EngineError(f"a process cannot be started: {error}") from error
        log.info("%s: loaded in %.2f s, process %d", name, time.monotonic() - started_s, child.pid)
        return child
