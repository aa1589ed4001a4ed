"""One process, one base, many adapters: the order of requests, and their slots.

llama.cpp computes requests with different adapters one after the other, each to its end, so a
completion would wait for a whole answer. Therefore requests take turns: those of one voice (the
base alone, or with certain adapters) run together, a completion precedes answers, and an answer
yields and continues later from the KV cache of a slot that it keeps.

Pure except for the event loop; the clock is injectable.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

SLICE_S = 2.0
"""Time that an answer runs before it yields to another answer."""

_ALIKE = 0.1
"""A smaller common share does not justify overwriting the content of a slot (llama.cpp's limit)."""

Voice = tuple[str, ...]
"""Digests of the adapters that a model puts on the base; () is the base alone."""


@dataclass(eq=False, slots=True)
class RunPermit:
    """The permission of one request to run."""

    voice: Voice
    urgent: bool
    """It precedes all requests that are not urgent, because a user is typing."""
    yields: bool
    """It can stop anywhere and continue later."""
    _gives_way: Callable[[RunPermit], bool]
    since_s: float = 0.0
    granted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def should_yield(self) -> bool:
        """Return whether a request of another voice waits, and this one has had its time."""
        return self.yields and self._gives_way(self)


@dataclass(slots=True)
class _Slot:
    n_users: int = 0
    text: str = ""
    """The text computed last; the KV cache holds it."""
    used: int = 0


class Sharing:
    """Shares one process among voices.

    `adapters` are listed in the order in which the process loaded them; each voice has `slots_each`
    slots.
    """

    def __init__(
        self,
        adapters: Sequence[str],
        voices: Sequence[Voice],
        *,
        slots_each: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.adapters = tuple(adapters)
        self.voices = tuple(voices)
        self._clock = clock
        self._slots = [_Slot() for _ in range(slots_each * len(self.voices))]
        self._slots_each = slots_each
        self._running: list[RunPermit] = []
        self._waiting: list[RunPermit] = []
        self._n_uses = 0
        self._last_voice: Voice = ()
        self.n_switches = 0
        """Number of times that a different voice ran than before."""

    def lora(self, voice: Voice) -> list[dict[str, Any]]:
        """Return every adapter with its scale; with an empty list llama.cpp would choose adapters
        itself."""
        return [
            {"id": i, "scale": 1.0 if digest in voice else 0.0}
            for i, digest in enumerate(self.adapters)
        ]

    @contextmanager
    def slot(self, voice: Voice, text: str) -> Iterator[int]:
        """Yield the number of a slot that belongs to this voice.

        Chooses the slot with the fewest users, then the one that computed the longest beginning of
        `text`, then the one unused longest.
        """
        first = self.voices.index(voice) * self._slots_each
        numbers = range(first, first + self._slots_each)

        def fitness(number: int) -> tuple[int, int, int]:
            slot = self._slots[number]
            common = _common_length(slot.text, text)
            return (-slot.n_users, common if common > _ALIKE * len(text) else 0, -slot.used)

        number = max(numbers, key=fitness)
        slot = self._slots[number]
        self._n_uses += 1
        slot.n_users, slot.text, slot.used = slot.n_users + 1, text, self._n_uses
        try:
            yield number
        finally:
            slot.n_users -= 1

    @asynccontextmanager
    async def turn(self, voice: Voice, *, urgent: bool, yields: bool) -> AsyncIterator[RunPermit]:
        """Enter when the request may run. A request that sees `should_yield` leaves and requests
        again."""
        turn = RunPermit(voice, urgent, yields, self._gives_way)
        self._waiting.append(turn)
        self._grant()
        try:
            await turn.granted.wait()
            yield turn
        finally:
            (self._running if turn in self._running else self._waiting).remove(turn)
            self._grant()

    def _grant(self) -> None:
        for turn in sorted(self._waiting, key=lambda turn: not turn.urgent):
            if self._running and self._running[0].voice != turn.voice:
                continue
            if not turn.urgent and self._urgent_elsewhere(turn):
                continue  # Joining would delay the urgent request for which the others yield.
            self._waiting.remove(turn)
            self._running.append(turn)
            self.n_switches += turn.voice != self._last_voice
            self._last_voice = turn.voice
            turn.since_s = self._clock()
            turn.granted.set()

    def _gives_way(self, turn: RunPermit) -> bool:
        if self._urgent_elsewhere(turn):
            return True
        waits = any(other.voice != turn.voice for other in self._waiting)
        return waits and self._clock() - turn.since_s >= SLICE_S

    def _urgent_elsewhere(self, turn: RunPermit) -> bool:
        return any(other.urgent and other.voice != turn.voice for other in self._waiting)


def _common_length(a: str, b: str) -> int:
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
