"""The models in one replica's memory: who uses them, and room for the next.

Owns the counts and the order; `Loader` does the unloading and the measuring. One event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from hotseat.serving.wire import ApiError
from hotseat.team.seats import Resident, to_unload


class Loader(Protocol):
    """The engine, as far as memory is concerned. Models are base models."""

    async def unload(self, model: str) -> None:
        """Return when the model's memory is free. Raises HotseatError."""

    async def size_bytes(self, model: str) -> int:
        """Return what the model and its adapters take now; 0 if it is not loaded."""


@dataclass(slots=True)
class _Seat:
    size_bytes: int
    n_users: int = 0
    used_at_s: float = 0.0


class Residence:
    """`expected_bytes`: of each model, until it is measured."""

    def __init__(
        self,
        loader: Loader,
        *,
        bound_bytes: int,
        expected_bytes: Mapping[str, int],
        on_unload: Callable[[str], None] = lambda name: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loader = loader
        self._bound_bytes = bound_bytes
        self._expected = dict(expected_bytes)
        self._on_unload = on_unload
        self._clock = clock
        self._seats: dict[str, _Seat] = {}
        self._making_room = asyncio.Lock()  # First come, first served.
        self._released = asyncio.Event()
        self.n_loads = 0

    @property
    def residents(self) -> list[Resident]:
        return [
            Resident(name=n, size_bytes=s.size_bytes, n_users=s.n_users, used_at_s=s.used_at_s)
            for n, s in self._seats.items()
        ]

    def has(self, model: str) -> bool:
        """Return whether the model has its seat, loaded or not."""
        return model in self._seats

    @asynccontextmanager
    async def held_for_hint(self, model: str, *, idle_s: float) -> AsyncIterator[bool]:
        """Like `held`, but yield False instead of waiting, or of unloading a model that was used in
        the last `idle_s`."""
        size, now_s = self._expected[model], self._clock()
        settled = [
            one if now_s - one.used_at_s >= idle_s else replace(one, n_users=1)
            for one in self.residents
        ]
        leaving = to_unload(settled, size, self._bound_bytes)
        if self.has(model) or self._making_room.locked() or leaving is None:
            yield False
            return
        async with self.held(model):
            yield True

    @asynccontextmanager
    async def held(self, model: str) -> AsyncIterator[None]:
        """Have room for the model, and keep it, until the end of the block.

        The model itself is loaded by the first request. Raises ApiError 507 for a model that is
        larger than the bound; waits while models in use leave too little room.
        """
        seat = self._seats.get(model) or await self._new_seat(model)
        seat.n_users += 1
        seat.used_at_s = self._clock()
        try:
            yield
        finally:
            seat.n_users -= 1
            seat.used_at_s = self._clock()
            self._released.set()

    async def measure(self, model: str) -> None:
        """Take the model's real size, once it is loaded."""
        if size := await self._loader.size_bytes(model):
            self._expected[model] = size
            if (seat := self._seats.get(model)) is not None:
                seat.size_bytes = size
        if sum(seat.size_bytes for seat in self._seats.values()) > self._bound_bytes:
            await self._shrink()

    async def _shrink(self) -> None:
        """Unload what is not in use, if a model takes more than was expected of it."""
        async with self._making_room:
            for name in to_unload(self.residents, 0, self._bound_bytes) or ():
                if (seat := self._seats.get(name)) is None or seat.n_users:
                    continue  # Used again, while another one was unloaded.
                del self._seats[name]
                await self._loader.unload(name)
                self._on_unload(name)

    async def _new_seat(self, model: str) -> _Seat:
        async with self._making_room:
            if (seat := self._seats.get(model)) is not None:
                return seat
            size = self._expected[model]
            if size > self._bound_bytes:
                raise ApiError(
                    507,
                    f"'{model}' needs {size // 1_000_000} MB, and a replica has "
                    f"{self._bound_bytes // 1_000_000} MB: raise bytes_per_replica in team.yaml",
                )
            while (leaving := to_unload(self.residents, size, self._bound_bytes)) is None:
                self._released.clear()
                await self._released.wait()
            # Nothing awaited yet: none of these is in use. Their seats go at once, so that a
            # request that comes now waits for the lock, and loads again.
            for name in leaving:
                del self._seats[name]
            seat = self._seats[model] = _Seat(size, used_at_s=self._clock())
            seat.n_users += 1
            try:
                for name in leaving:
                    await self._loader.unload(name)
                    self._on_unload(name)
            except BaseException:
                del self._seats[model]
                for name in leaving:
                    self._seats.setdefault(name, _Seat(self._expected[name]))
                raise
            finally:
                seat.n_users -= 1
            self.n_loads += 1
            return seat
