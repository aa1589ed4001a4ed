"""The loaded models, their users and their end: keep_alive over child processes.

Owns the table of entries and their timers. Each base file has at most one process, which loads all
adapters that the store has for it: models that differ only in their adapters or texts share it. A
different set of load options replaces the process, and so does an adapter that it has not loaded
yet, as soon as no request runs on it. Loads of different bases run concurrently: no request waits
for another model's load, unless the number of loaded models is limited; then a model is evicted
first, or the request waits until one can be. All state changes happen between two awaits of the one
event loop.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from hotseat.domain.errors import EngineError
from hotseat.embedded.kept.store import KeptStore
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import ModelStore, StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.entry import Entry, Lease, LoadedModel, Member
from hotseat.embedded.processes.heap_trimming import HeapTrimmer
from hotseat.embedded.processes.keep_alive import KeepAlive
from hotseat.embedded.processes.process_run import ProcessRun
from hotseat.embedded.processes.runner import CHILD_COMMAND, N_SLOTS, SILENCE_S, Child
from hotseat.embedded.processes.spare import SpareChild
from hotseat.embedded.processes.voices import member_sizes
from hotseat.serving.wire import ApiError

LOAD_TIMEOUT_S = 300.0
MAX_PENDING = 512
_GONE_PATIENCE_S = 5.0

log = logging.getLogger("hotseat.engine")


class Pool:
    """Starts, shares and ends the child processes.

    `sockets` is a directory of this user's own, mode 0700; None: children take loopback ports.
    `max_models` is the highest number of processes; None: no limit. The victim is the one that
    Ollama chooses with OLLAMA_MAX_LOADED_MODELS: idle models before busy ones and the shortest
    keep_alive first; among equals the least recently used, where Ollama goes by the path of the
    file. `kept` holds the states of prompts, and `spare` a process that waits for a load; None:
    without. `size_of` measures a process.
    """

    def __init__(
        self,
        store: ModelStore,
        sockets: Path | None,
        *,
        command: tuple[str, ...] = CHILD_COMMAND,
        load_timeout_s: float = LOAD_TIMEOUT_S,
        silence_s: float = SILENCE_S,
        max_models: int | None = None,
        n_slots: int = N_SLOTS,
        trimmer: HeapTrimmer | None = None,
        kept: KeptStore | None = None,
        spare: SpareChild | None = None,
        size_of: Callable[[Child], int] = Child.rss_bytes,
    ) -> None:
        self.kept = kept
        self.spare = spare
        self.n_slots = n_slots
        self.shares_bases = True
        self.preempts_loads = True
        self.drafts = False
        self._size_of = size_of
        self._store = store
        self._process = ProcessRun(
            store,
            sockets,
            command=command,
            load_timeout_s=load_timeout_s,
            silence_s=silence_s,
            n_slots=n_slots,
            kept=kept,
            spare=spare,
        )
        self._max_models = max_models
        self._trimmer = trimmer or HeapTrimmer()
        self._keep_alive = KeepAlive(self._stop)
        self._entries: dict[str, Entry] = {}
        """By the digest of the base."""
        self._freed = asyncio.Event()
        """Set, and replaced, whenever a model became idle or was removed."""

    @property
    def is_empty(self) -> bool:
        return not self._entries

    def loaded(self) -> list[LoadedModel]:
        """Return every model whose process is loaded or ending; the latest to expire first."""
        entries = self._entries.values()
        found = [each for entry in entries for each in _loaded(self._store, entry, self._size_of)]
        return sorted(found, key=lambda loaded: loaded.expires_s, reverse=True)

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
        """Lease the model, loaded with `options`; joins a load in flight.

        Leaving restarts the keep-alive timer. A load that no request waits for is aborted, unless
        it continues for models that were in memory before. Raises EngineError when the model cannot
        be loaded, ApiError 503 when too many requests wait, and ApiError 409 when the model is
        neither loaded nor loading and `may_load` is false.
        """
        started_s = time.monotonic()
        while True:
            entry = await self._join(model, card, options, may_load=may_load)
            member = entry.member(model)
            if keep_alive_s is not None:
                member.keep_alive_s = keep_alive_s
            member.n_users += 1
            member.stop_timer()
            try:
                child = await asyncio.shield(entry.ready)
                if entry.lacks(member.voice):  # The load that it joined had started without it.
                    continue
                yield Lease(
                    child=child,
                    load_s=time.monotonic() - started_s,
                    discard=partial(self._stop, entry),
                    voice=member.voice,
                    sharing=entry.sharing,
                    slot_table=entry.slot_table,
                    prompts=entry.prompts,
                )
                return
            finally:
                self._release(entry, member)

    async def unload(self, model: StoredModel) -> None:
        """Unload the model: before returning if it is idle, otherwise with the end of its last
        request."""
        entry = self._entries.get(model.manifest.base)
        if entry is None or (member := entry.members.get(model.manifest.adapters)) is None:
            return
        member.keep_alive_s = 0.0
        if member.n_users > 0:
            return
        self._keep_alive.expire(entry, member)
        if entry.stopped:
            try:
                async with asyncio.timeout(_GONE_PATIENCE_S):
                    await entry.gone.wait()
            except TimeoutError:
                log.warning("%s: its process has not ended yet", entry.model.name.short)

    async def close(self) -> None:
        """End every child, including those in use, and free what is kept."""
        if self.kept is not None:
            self.kept.clear()
        if self.spare is not None:
            await self.spare.close()
        entries = list(self._entries.values())
        for entry in entries:
            self._stop(entry)
        await asyncio.gather(*(entry.gone.wait() for entry in entries))

    async def _join(
        self, model: StoredModel, card: ModelCard, options: LoadOptions, *, may_load: bool
    ) -> Entry:
        key = model.manifest.base
        before: Entry | None = None
        while True:
            entry = self._entries.get(key)
            if entry is None:
                if not may_load and before is None:
                    raise _not_loaded(model)
                if self._max_models is None or len(self._entries) < self._max_models:
                    break
                await self._make_room()
                continue
            if not entry.retiring and entry.options == options:
                if entry.n_users >= MAX_PENDING:
                    raise ApiError(
                        503, "server busy, please try again.  maximum pending requests exceeded"
                    )
                if not entry.lacks(model.manifest.adapters):
                    return entry
                if entry.n_users > 0:  # The process serves its requests to their end first.
                    await self._freed.wait()
                    continue
                entry.reloads_with_adapter = True
            elif not may_load:
                raise _not_loaded(model)
            entry.retiring = True
            if entry.n_users == 0:
                self._stop(entry)
            await entry.gone.wait()
            before = entry if entry.reloads_with_adapter and entry.options == options else None
        entry = Entry(model, card, options)
        self._entries[key] = entry
        if before is not None:
            self._keep_members(before, entry)
        entry.life = asyncio.create_task(self._process.run(entry))
        # A done callback, because a task that is cancelled before its first step never runs its
        # end.
        entry.life.add_done_callback(lambda _: self._forget(key, entry))
        return entry

    def _keep_members(self, before: Entry, entry: Entry) -> None:
        """Keep the models of a process that is loaded again with one more adapter, as long as
        before.

        Models that the store no longer has are dropped.
        """
        base = entry.model.manifest.base
        there = {m.manifest.adapters for m in self._store.models() if m.manifest.base == base}
        stay = [m for m in before.members.values() if not m.voice or m.voice in there]
        entry.load_continues = bool(stay)
        for old in stay:
            member = entry.member(old.model)
            member.keep_alive_s, member.used_s = old.keep_alive_s, old.used_s
        for member in entry.members.values():
            self._keep_alive.start(entry, member)

    async def _make_room(self) -> None:
        """Make room for a process; return when an entry has ended or a busy one has become idle."""
        idle = [entry for entry in self._entries.values() if entry.n_users == 0]
        if not idle:
            await self._freed.wait()
            return
        # An entry that is already ending makes the room that is needed.
        victim = min(idle, key=lambda e: (not e.stopped, e.keep_alive_s, e.used_s))
        self._stop(victim)
        await victim.gone.wait()

    def _forget(self, key: str, entry: Entry) -> None:
        entry.retiring = True
        for member in entry.members.values():
            member.stop_timer()
        if not entry.ready.done():
            entry.ready.set_exception(EngineError("the load was stopped"))
        entry.ready.exception()  # Retrieved here, as there may be no waiter.
        del self._entries[key]
        entry.gone.set()
        self._announce_free()

    def _release(self, entry: Entry, member: Member) -> None:
        member.n_users -= 1
        member.used_s = time.time()
        if entry.gone.is_set():
            return
        self._trimmer.request_ended(entry)
        if entry.n_users == 0:
            self._announce_free()
            if entry.retiring or not (entry.ready.done() or entry.load_continues):
                self._stop(entry)
                return
        if member.n_users > 0:
            return
        self._keep_alive.member_idle(entry, member)

    def _announce_free(self) -> None:
        self._freed.set()
        self._freed = asyncio.Event()

    def _stop(self, entry: Entry) -> None:
        if entry.stopped:  # A second cancellation would interrupt the first one's cleanup.
            return
        entry.stopped = entry.retiring = True
        if entry.child is not None:
            log.info("%s: unloading", entry.model.name.short)
            entry.child.kill()
        elif entry.life is not None:
            entry.life.cancel()


def _not_loaded(model: StoredModel) -> ApiError:
    return ApiError(409, f"model '{model.name.full}' is not in memory, and may not be loaded now")


def _loaded(store: ModelStore, entry: Entry, size_of: Callable[[Child], int]) -> list[LoadedModel]:
    """Return the models in one process; none before it is loaded."""
    child = entry.child
    if child is None:
        return []
    return [
        LoadedModel(
            model=member.model,
            card=entry.card,
            options=entry.options,
            size_bytes=size_bytes,
            shares=entry.sharing is not None,
            expires_s=member.expires_s,
            pid=child.pid,
        )
        for member, size_bytes in member_sizes(store, entry, size_of(child))
    ]
