"""Which models are loaded, who uses them, and when they go: keep_alive over child processes.

Owns the table of entries and their timers. Each file with its adapters has at most one process;
models that differ only in their texts share it. A different set of load options replaces it. Loads
of different models run beside each other: no request waits for another model's load, unless there
is a limit on how many may be loaded; then one gives way first, or the request waits for one that
can. All state changes happen between two awaits of the one event loop.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.errors import EngineError
from hotseat.embedded.card import ModelCard
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.runner import CHILD_COMMAND, Child, ChildSpec
from hotseat.embedded.store import ModelStore, StoredModel
from hotseat.embedded.wire import FOREVER_S, ApiError

DEFAULT_KEEP_ALIVE_S = 300.0
LOAD_TIMEOUT_S = 300.0
MAX_PENDING = 512
_GONE_PATIENCE_S = 5.0

log = logging.getLogger("hotseat.engine")

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One line of /api/ps."""

    model: StoredModel
    card: ModelCard
    options: LoadOptions
    size_bytes: int
    expires_s: float
    """Seconds since the epoch."""
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A loaded model that stays loaded while it is held."""

    child: Child
    load_s: float
    """What this request waited for the load; near 0 when it was there."""
    discard: Callable[[], None]
    """The child does not listen any more: the next lease gets a new one."""


class _Entry:
    def __init__(
        self, model: StoredModel, card: ModelCard, options: LoadOptions, keep_alive_s: float
    ) -> None:
        self.model = model
        self.card = card
        self.options = options
        self.keep_alive_s = keep_alive_s
        self.n_users = 0
        self.used_s = time.time()
        self.retiring = False
        """Ends with its last user; nobody joins any more."""
        self.stopped = False
        self.ready: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()
        self.life: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None

    @property
    def child(self) -> Child | None:
        done = self.ready.done() and not self.ready.cancelled() and not self.ready.exception()
        return self.ready.result() if done else None


class Pool:
    """`sockets` is a directory of this user's own, 0700; None: children take loopback ports.

    `max_models` is how many processes there may be at once; None: as many as are asked for. Who
    gives way is what Ollama takes with OLLAMA_MAX_LOADED_MODELS, idle models before busy ones and
    the shortest keep_alive first; but of equal ones the least recently used, where Ollama goes by
    the path of the file.
    """

    def __init__(
        self,
        store: ModelStore,
        sockets: Path | None,
        *,
        command: tuple[str, ...] = CHILD_COMMAND,
        load_timeout_s: float = LOAD_TIMEOUT_S,
        max_models: int | None = None,
    ) -> None:
        self._store = store
        self._sockets = sockets
        self._command = command
        self._load_timeout_s = load_timeout_s
        self._max_models = max_models
        self._entries: dict[_Key, _Entry] = {}
        self._freed = asyncio.Event()
        """Set, and replaced, whenever a model became idle or went."""
        self._numbers = itertools.count(1)

    @property
    def is_empty(self) -> bool:
        return not self._entries

    def loaded(self) -> list[Loaded]:
        """Every model with a process that is loaded or on its way out; latest to expire first."""
        found = [
            Loaded(
                model=entry.model,
                card=entry.card,
                options=entry.options,
                size_bytes=entry.child.rss_bytes(),
                expires_s=(time.time() if entry.n_users else entry.used_s) + entry.keep_alive_s,
                pid=entry.child.pid,
            )
            for entry in self._entries.values()
            if entry.child is not None
        ]
        return sorted(found, key=lambda loaded: loaded.expires_s, reverse=True)

    @asynccontextmanager
    async def lease(
        self,
        model: StoredModel,
        card: ModelCard,
        options: LoadOptions,
        keep_alive_s: float | None,
    ) -> AsyncIterator[Lease]:
        """The model, loaded with `options`; joins a load in flight.

        Leaving it restarts the keep-alive timer. A load that nobody waits for any more is aborted.
        Raises EngineError when it cannot be loaded, ApiError 503 when too many wait.
        """
        started_s = time.monotonic()
        entry = await self._join(model, card, options)
        if keep_alive_s is not None:
            entry.keep_alive_s = keep_alive_s
        entry.n_users += 1
        if entry.timer is not None:
            entry.timer.cancel()
        try:
            child = await asyncio.shield(entry.ready)
            yield Lease(
                child=child,
                load_s=time.monotonic() - started_s,
                discard=lambda: self._stop(entry),
            )
        finally:
            self._release(entry)

    async def unload(self, model: StoredModel) -> None:
        """Gone on return when nobody uses it; else it goes with its last user."""
        entry = self._entries.get(_key(model))
        if entry is None:
            return
        entry.keep_alive_s = 0.0
        if entry.n_users == 0:
            self._stop(entry)
            try:
                async with asyncio.timeout(_GONE_PATIENCE_S):
                    await entry.gone.wait()
            except TimeoutError:
                log.warning("%s: its process is slow to end", entry.model.name.short)

    async def close(self) -> None:
        """End every child, whoever uses it."""
        entries = list(self._entries.values())
        for entry in entries:
            self._stop(entry)
        await asyncio.gather(*(entry.gone.wait() for entry in entries))

    async def _join(self, model: StoredModel, card: ModelCard, options: LoadOptions) -> _Entry:
        key = _key(model)
        while True:
            entry = self._entries.get(key)
            if entry is None:
                if self._max_models is None or len(self._entries) < self._max_models:
                    break
                await self._make_room()
                continue
            if not entry.retiring and entry.options == options:
                if entry.n_users >= MAX_PENDING:
                    raise ApiError(
                        503, "server busy, please try again.  maximum pending requests exceeded"
                    )
                return entry
            entry.retiring = True
            if entry.n_users == 0:
                self._stop(entry)
            await entry.gone.wait()
        entry = _Entry(model, card, options, DEFAULT_KEEP_ALIVE_S)
        self._entries[key] = entry
        entry.life = asyncio.create_task(self._live(entry))
        # Not the end of _live: a task that is cancelled before its first step never gets there.
        entry.life.add_done_callback(lambda _: self._forget(key, entry))
        return entry

    async def _make_room(self) -> None:
        """Returns when something has changed: one has gone, or one that was busy is idle."""
        idle = [entry for entry in self._entries.values() if entry.n_users == 0]
        if not idle:
            await self._freed.wait()
            return
        # One that is on its way out already makes the room that is needed.
        victim = min(idle, key=lambda e: (not e.stopped, e.keep_alive_s, e.used_s))
        self._stop(victim)
        await victim.gone.wait()

    async def _live(self, entry: _Entry) -> None:
        """From spawn to the end of the process, whatever ends it."""
        name = entry.model.name.short
        socket = None if self._sockets is None else self._sockets / f"{next(self._numbers)}.sock"
        spec = ChildSpec(
            model=self._store.blob_path(entry.model.manifest.base),
            adapters=tuple(self._store.blob_path(d) for d in entry.model.manifest.adapters),
            options=entry.options,
            socket=socket,
        )
        started_s = time.monotonic()
        try:
            child = await Child.start(spec, timeout_s=self._load_timeout_s, command=self._command)
            load_s = time.monotonic() - started_s
            log.info("%s: loaded in %.2f s, process %d", name, load_s, child.pid)
            entry.ready.set_result(child)
            status = await child.wait()
            if not entry.retiring:
                log.warning("%s: its process ended with status %d", name, status)
        except EngineError as error:
            log.warning("%s: %s", name, error)
            entry.ready.set_exception(error)
        except OSError as error:
            log.warning("%s: its process cannot be started: %s", name, error)
            entry.ready.set_exception(EngineError(f"a process cannot be started: {error}"))
        finally:
            if socket is not None:
                socket.unlink(missing_ok=True)

    def _forget(self, key: _Key, entry: _Entry) -> None:
        entry.retiring = True
        if entry.timer is not None:
            entry.timer.cancel()
        if not entry.ready.done():
            entry.ready.set_exception(EngineError("the load was stopped"))
        entry.ready.exception()  # Retrieved here: nobody may be waiting any more.
        del self._entries[key]
        entry.gone.set()
        self._tell_freed()

    def _release(self, entry: _Entry) -> None:
        entry.n_users -= 1
        entry.used_s = time.time()
        if entry.n_users > 0 or entry.gone.is_set():
            return
        self._tell_freed()
        if entry.retiring or entry.keep_alive_s == 0 or not entry.ready.done():
            self._stop(entry)
        elif entry.keep_alive_s < FOREVER_S:
            loop = asyncio.get_running_loop()
            entry.timer = loop.call_later(entry.keep_alive_s, self._stop, entry)

    def _tell_freed(self) -> None:
        self._freed.set()
        self._freed = asyncio.Event()

    def _stop(self, entry: _Entry) -> None:
        if entry.stopped:  # A second cancellation would cut short the cleaning of the first.
            return
        entry.stopped = entry.retiring = True
        if entry.timer is not None:
            entry.timer.cancel()
        if entry.child is not None:
            log.info("%s: unloading", entry.model.name.short)
            entry.child.kill()
        elif entry.life is not None:
            entry.life.cancel()


def _key(model: StoredModel) -> _Key:
    return model.manifest.blobs


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
