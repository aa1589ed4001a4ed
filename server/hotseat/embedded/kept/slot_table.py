"""Which prompt each slot of a process holds in its KV cache, and the slot for a new prompt.

Pure. Slots of a voice (the base alone, or with certain adapters) belong to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_ALIKE = 0.1
"""A smaller common share does not justify overwriting the content of a slot (llama.cpp's limit)."""

Voice = tuple[str, ...]
"""Digests of the adapters that a model puts on the base; () is the base alone."""


class Slot:
    """One slot of llama.cpp, as far as our own requests explain its content."""

    def __init__(self, number: int, voice: Voice) -> None:
        self.number = number
        self.voice = voice
        self.n_users = 0
        self.text = ""
        """The prompt computed last; the KV cache holds it."""
        self.n_common = 0
        """Characters at the beginning of `text` that the slot held before it was taken."""
        self.before = ""
        """The prompt that it held before it was taken."""
        self.used = 0
        self.n_unsaved = 0
        """Tokens of the prompt that were read after its state was saved last."""
        self.owner: str | None = ""
        """Whose prompt it holds: only this client's prompts may reuse it. None: of several."""
        self.is_own = True
        """Whether the request that took it last may reuse what it held before."""
        self.has_run = False
        """Whether a request has run on it, with the adapters of its voice."""


class SlotTable:
    """The slots of one process: `slots_each` for each voice, numbered as llama.cpp does."""

    def __init__(self, voices: Sequence[Voice], *, slots_each: int) -> None:
        self._voices = tuple(voices)
        self._slots_each = slots_each
        self._slots = [
            Slot(i, self._voices[i // slots_each]) for i in range(slots_each * len(self._voices))
        ]
        self._n_uses = 0

    @contextmanager
    def take(self, voice: Voice, text: str, owner: str = "") -> Iterator[Slot]:
        """Yield a slot of this voice for the prompt `text` of a client, `owner`.

        Chooses the slot with the fewest users, then the one that computed the longest beginning of
        `text` for the same client, then the one unused longest. If the slot's `is_own` is false,
        the prompt must be read from its beginning: the time that it takes would show that another
        client sent the same.
        """
        first = self._voices.index(voice) * self._slots_each
        slots = self._slots[first : first + self._slots_each]

        def fitness(slot: Slot) -> tuple[int, int, int]:
            common = common_length(slot.text, text) if slot.owner == owner else 0
            return (-slot.n_users, common if common > _ALIKE * len(text) else 0, -slot.used)

        slot = max(slots, key=fitness)
        self._n_uses += 1
        # Two clients on one slot may be answered in any order.
        slot.is_own = slot.owner == owner and not (owner and slot.n_users)
        slot.owner = None if owner and slot.n_users else owner
        slot.before = slot.text
        slot.n_common = common_length(slot.text, text) if slot.is_own else 0
        slot.n_users, slot.text, slot.used = slot.n_users + 1, text, self._n_uses
        try:
            yield slot
        finally:
            slot.n_users -= 1


def common_length(a: str, b: str) -> int:
    """Return the number of characters at the beginning that two texts have in common."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
