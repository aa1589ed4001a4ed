"""The questions and edits of one window whose answers stream now, and how many requests a model
takes at a time.

A model with one slot answers a completion only after the whole answer of a question. Owns no I/O.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hotseat.domain.experts import Expert, canonical_model_name

FLOWING_S = 5.0
"""An answer that had a part so recently, or began so recently, shows that its model works."""
RETEST_S = 600.0
"""For so long a learned number of slots is believed: the daemon may have been restarted with
another setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The process that serves a model. `blob` is the digest of the weights, empty if not known.

    Ollama serves all names of equal weights by one process.
    """

    name: str
    blob: str = ""

    def is_same(self, other: Runner) -> bool:
        """Return whether a request to one waits for a request to the other."""
        return self.name == other.name or (bool(self.blob) and self.blob == other.blob)


def runner_of(expert: Expert, blob: str = "") -> Runner:
    """Return the process that serves the expert. `blob`: the digest of its model's weights."""
    return Runner(name=canonical_model_name(expert.seat.model), blob=blob)


@dataclass(slots=True, eq=False)
class AnswerStream:
    """One answer that streams. `note_part` is called with each part that arrives."""

    runner: Runner
    heard_s: float
    clock: Callable[[], float]
    part_came: asyncio.Event = field(default_factory=asyncio.Event)
    has_ended: bool = False

    def note_part(self) -> None:
        self.heard_s = self.clock()
        self.part_came.set()
        self.part_came = asyncio.Event()

    def end(self) -> None:
        self.has_ended = True
        self.part_came.set()


class AnswerStreams:
    """`on_change` is called when `counts` changes. `clock` returns monotonic seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._on_change = on_change
        self._streams: list[AnswerStream] = []
        self._learned: dict[str, tuple[int, float]] = {}
        """Engine URL → slots of a model there, and when that was learned."""

    @contextmanager
    def streaming(self, runner: Runner) -> Iterator[AnswerStream]:
        """An answer of that process streams inside the `with` block."""
        stream = AnswerStream(runner, self._clock(), self._clock)
        self._streams.append(stream)
        self._on_change()
        try:
            yield stream
        finally:
            self._streams.remove(stream)
            stream.end()
            self._on_change()

    def counts(self) -> dict[str, int]:
        """Return how many answers stream now, by the name of the model in memory."""
        return dict(Counter(stream.runner.name for stream in self._streams))

    def of(self, runner: Runner) -> list[AnswerStream]:
        """Return the answers that the process streams now."""
        return [stream for stream in self._streams if stream.runner.is_same(runner)]

    def is_flowing(self, runner: Runner) -> bool:
        """Return whether the process works on an answer, as far as can be seen."""
        since_s = self._clock() - FLOWING_S
        return any(stream.heard_s >= since_s for stream in self.of(runner))

    def learn_slots(self, engine_url: str, n_slots: int) -> None:
        """A request showed how many requests a model of that engine takes at a time."""
        self._learned[engine_url] = (n_slots, self._clock())

    def learned_slots(self, engine_url: str) -> int | None:
        """Return what was learned of that engine lately; None if nothing was."""
        n_slots, learned_s = self._learned.get(engine_url, (None, 0.0))
        return n_slots if self._clock() - learned_s < RETEST_S else None

    def forget_slots(self) -> None:
        """The engine was lost: it may come back with another setting."""
        self._learned.clear()


async def goes_on(streams: list[AnswerStream]) -> bool:
    """Wait for the next part of one of the answers. Return False as soon as one has ended."""
    if not streams or any(stream.has_ended for stream in streams):
        return False
    waits = [asyncio.ensure_future(stream.part_came.wait()) for stream in streams]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return not any(stream.has_ended for stream in streams)
