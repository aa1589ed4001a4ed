"""The run of one child process: which files it loads, its start, and its end.

Owns the sockets of the children. Who uses a process, and when it ends, is the pool's.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from pathlib import Path

import psutil

from hotseat.domain.errors import EngineError
from hotseat.embedded.kept.families import is_restorable
from hotseat.embedded.kept.memory_file import shared_folder
from hotseat.embedded.kept.process_prompts import ProcessPrompts
from hotseat.embedded.kept.slot_table import SlotTable
from hotseat.embedded.kept.store import KeptStore
from hotseat.embedded.models.store import ModelStore
from hotseat.embedded.processes.entry import Entry
from hotseat.embedded.processes.limits import child_limits
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.embedded.processes.sharing import Sharing
from hotseat.embedded.processes.spare import SpareChild
from hotseat.embedded.processes.voices import voices_of

log = logging.getLogger("hotseat.engine")


class ProcessRun:
    """Runs the processes of one pool, each with a socket of its own; see `Pool` for the arguments.

    Each process loads all adapters that the store has for its base.
    """

    def __init__(
        self,
        store: ModelStore,
        sockets: Path | None,
        *,
        command: tuple[str, ...],
        load_timeout_s: float,
        silence_s: float,
        n_slots: int,
        kept: KeptStore | None,
        spare: SpareChild | None,
    ) -> None:
        self._kept = kept
        self._spare = spare
        self._states = None if kept is None else shared_folder()
        self._store = store
        self._sockets = sockets
        self._command = command
        self._load_timeout_s = load_timeout_s
        self._silence_s = silence_s
        self._n_slots = n_slots
        self._numbers = itertools.count(1)

    async def run(self, entry: Entry) -> None:
        """Run the process of the entry from its start to its end.

        Sets `entry.ready`: the child when its model is loaded, an EngineError when it cannot be.
        """
        name = entry.model.name.short
        socket = None if self._sockets is None else self._sockets / f"{next(self._numbers)}.sock"
        started_s = time.monotonic()
        try:
            voices = await asyncio.to_thread(voices_of, self._store, entry.model)
            adapters = tuple(dict.fromkeys(digest for voice in voices for digest in voice))
            if adapters:
                entry.sharing = Sharing(adapters, voices, slots_each=self._n_slots)
                entry.slot_table = entry.sharing.slots
            elif entry.card.embedding is None:
                entry.slot_table = SlotTable(((),), slots_each=self._n_slots)
            spec = self._spec(entry, adapters, len(voices), socket)
            child = await Child.start(
                spec,
                timeout_s=self._load_timeout_s,
                command=self._command,
                silence_s=self._silence_s,
                waiting=None if self._spare is None else self._spare.take(),
            )
            entry.prompts = self._prompts(entry, child)
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
            if entry.prompts is not None:
                entry.prompts.close()
            if socket is not None:
                socket.unlink(missing_ok=True)

    def _prompts(self, entry: Entry, child: Child) -> ProcessPrompts | None:
        """Return what keeps the prompts of a process; None where no state is restored."""
        if self._kept is None or self._states is None or not _keeps(entry):
            return None
        return ProcessPrompts(
            child,
            self._kept,
            base=entry.model.manifest.base,
            options=entry.options,
            version=child.version,
            bytes_per_token=entry.card.kv_bytes_per_token,
            lora=None if entry.sharing is None else entry.sharing.lora,
        )

    def _spec(
        self, entry: Entry, adapters: tuple[str, ...], n_voices: int, socket: Path | None
    ) -> ChildSpec:
        base = entry.model.manifest.base
        return ChildSpec(
            model=self._store.blob_path(base),
            adapters=tuple(map(self._store.blob_path, adapters)),
            n_voices=n_voices,
            n_slots=self._n_slots,
            options=entry.options,
            socket=socket,
            states=self._states if _keeps(entry) else None,
            prompt_cache_mib=self._prompt_cache_mib(entry),
            limits=child_limits(
                entry.card,
                entry.options,
                files_bytes=self._store.size_bytes((base, *adapters)),
                n_slots=self._n_slots,
                total_bytes=psutil.virtual_memory().total,
            ),
        )

    def _prompt_cache_mib(self, entry: Entry) -> int:
        """Return the size of llama.cpp's own cache, where there are no memory files."""
        if self._kept is None or self._states is not None or not _keeps(entry):
            return 0
        return self._kept.limit_bytes >> 20


def _keeps(entry: Entry) -> bool:
    """Return whether prompts of the model are kept."""
    card = entry.card
    return card.embedding is None and is_restorable(
        card.family, has_sliding_window=card.has_sliding_window
    )
