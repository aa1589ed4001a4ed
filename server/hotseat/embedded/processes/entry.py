"""The entries of the pool's table: a process from before its start to its end, and its models."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

from hotseat.embedded.kept.process_prompts import ProcessPrompts
from hotseat.embedded.kept.slot_table import SlotTable, Voice
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import StoredModel
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.runner import Child
from hotseat.embedded.processes.sharing import Sharing

DEFAULT_KEEP_ALIVE_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """One line of /api/ps."""

    model: StoredModel
    card: ModelCard
    options: LoadOptions
    size_bytes: int
    """The model's own bytes; one of the models that share a process also has the base's."""
    shares: bool
    """Whether its process also serves models with other adapters."""
    expires_s: float
    """Seconds since the epoch."""
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A loaded model that stays loaded while the lease is held."""

    child: Child
    load_s: float
    """The time that this request waited for the load; near 0 if the model was loaded."""
    discard: Callable[[], None]
    """Discards a child that no longer listens; the next lease starts a new one."""
    voice: Voice
    sharing: Sharing | None
    """None: the base has no adapters, so requests need not take turns."""
    slots: AbstractAsyncContextManager[object] = field(default_factory=nullcontext)
    """Held while an answer is computed, where answers wait for each other."""
    slot_table: SlotTable | None = None
    """Which prompts the slots of the process hold; None: llama.cpp chooses slots itself."""
    prompts: ProcessPrompts | None = None
    """None: no prompt of this model is kept."""
    drafts: bool = False
    """Whether the process drafts tokens, whose log-probabilities it does not know."""


class Member:
    """A model in use, one of those that share a process."""

    def __init__(self, model: StoredModel) -> None:
        self.model = model
        self.keep_alive_s: float | None = None
        """None: no request set it. The model then stays as long as the base does, if the base is in
        use."""
        self.n_users = 0
        self.used_s = time.time()
        self.timer: asyncio.TimerHandle | None = None

    @property
    def voice(self) -> Voice:
        return self.model.manifest.adapters

    @property
    def stays_s(self) -> float:
        return DEFAULT_KEEP_ALIVE_S if self.keep_alive_s is None else self.keep_alive_s

    @property
    def expires_s(self) -> float:
        return (time.time() if self.n_users else self.used_s) + self.stays_s

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()


class Entry:
    """A process, from before its start to its end."""

    def __init__(self, model: StoredModel, card: ModelCard, options: LoadOptions) -> None:
        self.model = model
        """The model for which the process was started."""
        self.card = card
        self.options = options
        self.members: dict[Voice, Member] = {}
        self.sharing: Sharing | None = None
        self.slot_table: SlotTable | None = None
        self.prompts: ProcessPrompts | None = None
        self.retiring = False
        """The process ends with its last user; no request may join."""
        self.reloads_with_adapter = False
        """The process ends to be loaded again with one more adapter; its models stay."""
        self.load_continues = False
        """It was loaded again with one more adapter; the load continues even if no request waits
        for it."""
        self.n_switches_trimmed = 0
        self.trim_timer: asyncio.TimerHandle | None = None
        self.stopped = False
        self.ready: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()
        self.life: asyncio.Task[None] | None = None

    @property
    def n_users(self) -> int:
        return sum(member.n_users for member in self.members.values())

    @property
    def keep_alive_s(self) -> float:
        return max((member.stays_s for member in self.members.values()), default=0.0)

    @property
    def used_s(self) -> float:
        return max((member.used_s for member in self.members.values()), default=0.0)

    @property
    def child(self) -> Child | None:
        done = self.ready.done() and not self.ready.cancelled() and not self.ready.exception()
        return self.ready.result() if done else None

    def lacks(self, voice: Voice) -> bool:
        """Return whether the process is loaded without these adapters."""
        voices = self.sharing.voices if self.sharing else ((),)
        return self.child is not None and voice not in voices

    def member(self, model: StoredModel) -> Member:
        return self.members.setdefault(model.manifest.adapters, Member(model))
