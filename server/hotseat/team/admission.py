"""Who may ask now: per-developer limits, and developers in turns where all wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hotseat.serving.turns import Turns
from hotseat.serving.wire import ApiError
from hotseat.team.config import TeamConfig


class Admission:
    """The requests of all developers to one application."""

    def __init__(self, config: TeamConfig, *, total: int) -> None:
        """`total`: requests that the replicas answer at once, all together."""
        self._config = config
        self._total = total
        self._turns = Turns()
        self._present: Counter[str] = Counter()
        self.n_running = 0

    @property
    def n_present(self) -> int:
        """Return how many requests run or wait."""
        return self._present.total()

    @property
    def n_waiting(self) -> int:
        return self.n_present - self.n_running

    @asynccontextmanager
    async def entered(self, developer: str) -> AsyncIterator[None]:
        """Wait for the developer's turn. Raises ApiError 429 if too many of theirs wait already."""
        limits = self._config.limits_of(developer)
        if self._present[developer] >= limits.concurrent + limits.waiting:
            raise ApiError(
                429,
                f"too many requests at once: {limits.concurrent} are answered, "
                f"{limits.waiting} more may wait",
            )
        self._present[developer] += 1
        try:
            async with (
                self._turns.taken(("developer", developer), developer, limits.concurrent),
                self._turns.taken("all", developer, self._total),
            ):
                self.n_running += 1
                try:
                    yield
                finally:
                    self.n_running -= 1
        finally:
            self._present[developer] -= 1
            if not self._present[developer]:
                del self._present[developer]
