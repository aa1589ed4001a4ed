"""The oldest request first: which requests leave room for one that has waited for long.

A model in use is never unloaded, so requests that come without a break for the models in memory
would keep one for another model waiting for ever. A request that has waited for PATIENCE_S holds
back newer ones for one of the models in use, until that model is free.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec

PATIENCE_S = 5.0
"""So long a request leaves models in use to newer ones: most become free by themselves meanwhile,
and agents that take turns would otherwise wait for each other."""
_STEP = 0.001
"""Between the probabilities of two awaited models: the keeper loads the likelier one first."""
_MAX_STEPS = 50


@dataclass(slots=True, eq=False)
class _Request:
    seat: ModelSpec
    since_s: float


class OldestFirst:
    """The requests of all clients. `is_loading` returns whether the model is being loaded: then it
    needs no other's place. `clock` returns monotonic seconds."""

    def __init__(
        self,
        is_loading: Callable[[ModelSpec], bool],
        clock: Callable[[], float] = time.monotonic,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._is_loading = is_loading
        self._clock = clock
        self._patience_s = patience_s
        self._waiting: list[_Request] = []
        """For a model, the oldest first; those that are held back are not among them."""
        self._running = Counter[ModelSpec]()
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def admitted(self, seat: ModelSpec) -> AsyncIterator[Callable[[], None]]:
        """Enter when no older request has to go first. Yields what is to be called when the model
        is in memory and the request runs."""
        request = _Request(seat, self._clock())
        while self.is_held_back(seat, request.since_s):
            await self._changed.wait()
        self._waiting.append(request)
        self._waiting.sort(key=lambda one: one.since_s)

        def begin() -> None:
            self._waiting.remove(request)
            self._running[seat] += 1
            self.look_again()

        try:
            yield begin
        finally:
            if request in self._waiting:
                self._waiting.remove(request)
            else:
                self._running -= Counter([seat])
            self.look_again()

    def is_held_back(self, seat: ModelSpec, since_s: float) -> bool:
        """Return whether a request of that age for the model leaves room for an older one."""
        now_s = self._clock()
        has_overdue = any(
            one.seat != seat
            and one.since_s < since_s
            and now_s - one.since_s >= self._patience_s
            and not self._is_loading(one.seat)
            for one in self._waiting
        )
        return has_overdue and seat == self._leaving()

    def ordered(self, wants: tuple[Want, ...]) -> list[Want]:
        """Return the wants with those that are awaited in the order of their oldest requests."""
        seats = list(dict.fromkeys(one.seat for one in self._waiting))
        places = {seat: min(i, _MAX_STEPS) for i, seat in enumerate(seats)}
        return [
            want._replace(probability=want.probability - _STEP * places[want.spec])
            if want.awaited and want.spec in places
            else want
            for want in wants
        ]

    def _leaving(self) -> ModelSpec | None:
        """Return the model in use that will be free first, as far as the requests show."""
        awaited = {one.seat for one in self._waiting}
        in_use = [seat for seat in self._running if seat not in awaited]
        return min(in_use, key=lambda seat: (self._running[seat], seat.key), default=None)

    def look_again(self) -> None:
        """A model's state may have changed."""
        self._changed.set()
        self._changed = asyncio.Event()
