"""The kept states of all models: found by key and prompt, and bounded together.

Owns the memory of the states. The least recently used one leaves first. Does not talk to children.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import psutil

from hotseat.embedded.kept.memory_file import MemoryFile
from hotseat.embedded.kept.slot_table import Voice, common_length
from hotseat.embedded.kept.state_file import HEAD_BYTES, StateHead, head_length, read_head
from hotseat.embedded.options import LoadOptions

FREE_SHARE = 0.08
"""No state is saved that would leave less than this share of the machine's memory free: the share
that the keeper keeps free too (`residency/pressure.py`)."""
_SUPERSEDED = 0.75
"""A state with this share of its prompt at the beginning of a newer one's has no use of its own."""


class StateKey(NamedTuple):
    """What a process must have in common with the one that saved a state."""

    base: str
    """Digest of the weights."""
    voice: Voice
    options: LoadOptions
    version: str
    """Of xllamacpp in the child: it may be upgraded while the engine runs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptState:
    """One saved state: its prompt, and its bytes in memory."""

    key: StateKey
    model: str
    """The name with which its prompt was asked."""
    text: str
    file: MemoryFile
    head: StateHead
    size_bytes: int

    def is_intact(self) -> bool:
        """Return whether the bytes are those that were saved: length, version and tokens."""
        return self.file.size_bytes == self.size_bytes and head_of(self.file) == self.head


class Found(NamedTuple):
    """A state, and the characters of the prompt that it covers."""

    state: KeptState
    n_common: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the prompts of one model cost, and what is kept of them."""

    model: str
    read_s: float
    """Seconds that its last long prompt took without a kept state."""
    kept_bytes: int
    n_states: int


def head_of(file: MemoryFile) -> StateHead | None:
    """Return the head of a state; None if it is truncated or of another format."""
    length = head_length(file.read(HEAD_BYTES))
    return None if length is None else read_head(file.read(length))


def machine_room_bytes() -> int:
    """Return the memory of the machine that states may still take."""
    memory = psutil.virtual_memory()
    return int(memory.available - FREE_SHARE * memory.total)


class KeptStore:
    """All kept states of an engine. `room_bytes` returns what the machine can give."""

    def __init__(
        self,
        limit_bytes: int,
        *,
        room_bytes: Callable[[], int] = machine_room_bytes,
    ) -> None:
        self.limit_bytes = limit_bytes
        self._room_bytes = room_bytes
        self._states: dict[KeptState, None] = {}
        """The most recently used last."""
        self._read_s: dict[tuple[str, Voice], tuple[str, float]] = {}

    @property
    def used_bytes(self) -> int:
        return sum(state.size_bytes for state in self._states)

    def states(self) -> list[KeptState]:
        """Return all states, the least recently used first."""
        return list(self._states)

    def set_limit(self, limit_bytes: int) -> None:
        """Change the bound; what exceeds it is freed at once."""
        self.limit_bytes = max(0, limit_bytes)
        self._make_room(0)

    def find(self, key: StateKey, text: str) -> Found | None:
        """Return the state that covers the longest beginning of `text`; None for none."""
        found = [
            Found(state, common_length(state.text, text))
            for state in self._states
            if state.key == key
        ]
        return max(found, key=lambda each: each.n_common, default=None)

    def begin(self, size_bytes: int) -> MemoryFile | None:
        """Return an empty file for a state of about this size, and make room for it.

        None if it exceeds the bound or what the machine has.
        """
        if size_bytes > self.limit_bytes:
            return None
        self._make_room(size_bytes)
        if size_bytes > self._room_bytes():
            return None
        try:
            return MemoryFile()
        except OSError:  # No memory, or no file descriptor.
            return None

    def add(self, key: StateKey, model: str, text: str, file: MemoryFile) -> bool:
        """Keep what was saved in `file`, and drop what it supersedes. False: it is not usable."""
        size_bytes, head = file.size_bytes, head_of(file)
        if head is None or size_bytes > self.limit_bytes:
            file.close()
            return False
        for state in tuple(self._states):
            common = common_length(state.text, text)
            if state.key == key and common >= _SUPERSEDED * len(state.text):
                self.drop(state)
        self._make_room(size_bytes)
        state = KeptState(
            key=key, model=model, text=text, file=file, head=head, size_bytes=size_bytes
        )
        self._states[state] = None
        return True

    def touch(self, state: KeptState) -> None:
        """Mark a state as used now."""
        if state in self._states:
            del self._states[state]
            self._states[state] = None

    def drop(self, state: KeptState) -> None:
        """Free a state."""
        self._states.pop(state, None)
        state.file.close()

    def forget(self, base: str, voice: Voice | None = None) -> None:
        """Free the states of a model; without `voice` those of all adapters over the base."""
        for state in tuple(self._states):
            if state.key.base == base and voice in (None, state.key.voice):
                self.drop(state)

    def clear(self) -> None:
        """Free all states."""
        for state in tuple(self._states):
            self.drop(state)

    def note_read(self, key: StateKey, model: str, read_s: float) -> None:
        """Note how long a long prompt took without a kept state."""
        self._read_s[key.base, key.voice] = (model, read_s)

    def readings(self) -> list[Reading]:
        """Return the costs of each model that read a long prompt."""
        found = []
        for (base, voice), (model, read_s) in self._read_s.items():
            states = [s for s in self._states if (s.key.base, s.key.voice) == (base, voice)]
            found.append(
                Reading(
                    model=model,
                    read_s=read_s,
                    kept_bytes=sum(state.size_bytes for state in states),
                    n_states=len(states),
                )
            )
        return found

    def _make_room(self, size_bytes: int) -> None:
        while self._states and self.used_bytes + size_bytes > self.limit_bytes:
            self.drop(next(iter(self._states)))
