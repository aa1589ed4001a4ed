"""Which request goes first, and which waits for a running one to end.

A model in use is never unloaded. So requests that come without a break for the models in memory
would keep one for another model waiting for ever: a request that has waited for PATIENCE_S holds
back newer ones for one of the models in use, until that model is free. And so a load evicts what is
idle, even where a model in use will be free in a moment and is needed less: with more agents than
seats, each load evicted the model that was needed next. Answers' usual length shows whether it is
worth to wait for one's end.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec

PATIENCE_S = 5.0
"""So long a request leaves models in use to newer ones: most become free by themselves meanwhile,
and agents that take turns would otherwise wait for each other."""
MAX_ANSWERS = 32
"""Whose lengths count: some minutes of agents' work."""
_STEP = 0.001
"""Between the probabilities of two awaited models: the keeper loads the likelier one first."""
_MAX_STEPS = 50


@dataclass(slots=True, eq=False)
class _Request:
    seat: ModelSpec
    since_s: float
    began_s: float = 0.0
    """When its model was in memory and it ran."""


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
        self._running: list[_Request] = []
        self._answers_s: deque[float] = deque(maxlen=MAX_ANSWERS)
        """How long the latest ones took."""
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def admitted(
        self, seat: ModelSpec, wait_s: Callable[[float], float] = lambda since_s: 0.0
    ) -> AsyncIterator[Callable[[], None]]:
        """Enter when no older request has to go first, and `wait_s` returns 0: it is called with
        the time of the request, and returns for how long it waits for a running one to end. Yields
        what is to be called when the model is in memory and the request runs."""
        request = _Request(seat, self._clock())
        while self.is_held_back(seat, request.since_s):
            await self._changed.wait()
        while (most_s := wait_s(request.since_s)) > 0.0:
            with suppress(TimeoutError):
                async with asyncio.timeout(most_s):
                    await self._changed.wait()
        self._waiting.append(request)
        self._waiting.sort(key=lambda one: one.since_s)

        def begin() -> None:
            self._waiting.remove(request)
            request.began_s = self._clock()
            self._running.append(request)
            self.look_again()

        try:
            yield begin
        finally:
            if request in self._waiting:
                self._waiting.remove(request)
            else:
                self._running.remove(request)
                self._answers_s.append(self._clock() - request.began_s)
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

    def worth_waiting_s(
        self,
        seat: ModelSpec,
        since_s: float,
        *,
        chances: Mapping[ModelSpec, float],
        least_idle: float,
        load_s: float,
    ) -> float:
        """Return for how long a request for an absent model does well to wait for an answer's end,
        instead of evicting the idle model that is least likely to be needed; 0 if not at all.

        `chances` are those of the models in use to be needed after it, `least_idle` the one of that
        idle model. The wait is worth the load that it is expected to save, and ends with the
        request's patience.
        """
        now_s = self._clock()
        if not self._answers_s or now_s - since_s >= self._patience_s:
            return 0.0
        usual_s = sum(self._answers_s) / len(self._answers_s)
        left_s: dict[ModelSpec, float] = {}
        for one in self._running:
            rest_s = usual_s - (now_s - one.began_s)
            # One that takes longer than usual may take much longer.
            rest_s = rest_s if rest_s > 0.0 else math.inf
            left_s[one.seat] = max(left_s.get(one.seat, 0.0), rest_s)
        for one in self._waiting:
            if self._is_loading(one.seat):
                left_s.setdefault(one.seat, usual_s)
        return min(
            (
                rest_s
                for other, rest_s in left_s.items()
                if other != seat and (least_idle - chances.get(other, 0.0)) * load_s > rest_s
            ),
            default=0.0,
        )

    def in_use(self) -> frozenset[ModelSpec]:
        """Return the models that requests run on or wait for."""
        return frozenset(one.seat for one in (*self._running, *self._waiting))

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
        in_use = Counter(one.seat for one in self._running if one.seat not in awaited)
        return min(in_use, key=lambda seat: (in_use[seat], seat.key), default=None)

    def look_again(self) -> None:
        """A model's state may have changed."""
        self._changed.set()
        self._changed = asyncio.Event()
