"""How long a load would hold up the user's next one, on an engine that ends no load early.

The user may come to another model while a speculative load is under way; then the load that they
need begins when the other one has ended. How soon users move on is learned from the stays so far.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from itertools import accumulate

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec

PRIOR_STAYS_S = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Stays that are assumed before any was seen: a guess, spread evenly over the orders of magnitude.
Six seen stays outweigh them."""
MAX_STAYS = 64
"""How many stays count: habits of an hour or two, not of the day before."""


class StayLengths:
    """The stays with one set of demanded models; a stay ends when a model is demanded that was not
    before. Times are seconds of the caller's monotonic clock."""

    def __init__(
        self, *, prior_s: Iterable[float] = PRIOR_STAYS_S, max_stays: int = MAX_STAYS
    ) -> None:
        self._prior_s = tuple(prior_s)
        self._stays_s: deque[float] = deque(maxlen=max_stays)
        self._sort()
        self._demanded: frozenset[ModelSpec] = frozenset()
        self._since_s: float | None = None

    def note(self, demand: Demand, now_s: float) -> None:
        """Note what is demanded now. A moment without any demand ends no stay."""
        demanded = frozenset(want.spec for want in demand.wants if want.demanded)
        if not demanded:
            return
        if demanded - self._demanded:
            if self._since_s is not None:
                self._stays_s.append(now_s - self._since_s)
                self._sort()
            self._since_s = now_s
        self._demanded = demanded

    def delay_s(self, load_s: float, now_s: float) -> float:
        """Return the mean time by which a load of `load_s` that begins now outlasts the stay.

        The stay has lasted for a while already: only stays that were longer than that count.
        """
        age_s = 0.0 if self._since_s is None else now_s - self._since_s
        first = bisect_right(self._sorted_s, age_s)
        last = bisect_right(self._sorted_s, age_s + load_s)
        n_longer = len(self._sorted_s) - first
        if not n_longer:
            return 0.0  # no stay was so long
        total_s = (last - first) * (age_s + load_s) - (self._sums_s[last] - self._sums_s[first])
        return total_s / n_longer

    def _sort(self) -> None:
        self._sorted_s = sorted((*self._prior_s, *self._stays_s))
        self._sums_s = list(accumulate(self._sorted_s, initial=0.0))
