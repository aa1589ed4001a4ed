"""One process, one base, many adapters: the order of requests.

llama.cpp computes requests with different adapters one after the other, each to its end, so a
completion would wait for a whole answer. Therefore requests take turns: those of one voice (the
base alone, or with certain adapters) run together, a completion precedes answers, and an answer
yields and continues later from the KV cache of a slot that it keeps.

Pure except for the event loop; the clock is injectable.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from hotseat.embedded.kept.slot_table import SlotTable, Voice

SLICE_S = 2.0
"""Time that an answer runs before it yields to another answer."""


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


class Sharing:
    """Shares one process among voices.

    `adapters` are listed in the order in which the process loaded them; each voice has `slots_each`
    slots (`slots`).
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
        self.slots = SlotTable(self.voices, slots_each=slots_each)
        self._running: list[RunPermit] = []
        self._waiting: list[RunPermit] = []
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
