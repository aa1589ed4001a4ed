"""The models that work for one window, and since when. Pure: times are seconds of the caller's
monotonic clock."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from hotseat.domain.experts import ModelSpec


class ModelUses:
    """Uses that were begun and not ended. A use whose request waits for the model began at inf."""

    def __init__(self) -> None:
        self._began_s: dict[ModelSpec, list[float]] = {}

    def begin(self, spec: ModelSpec, began_s: float) -> bool:
        """Add a use. Return whether the keeper must know: the first one, or the first request."""
        before_s = self.oldest_s(spec)
        self._began_s.setdefault(spec, []).append(began_s)
        return before_s is None or (before_s == math.inf != began_s)

    def end(self, spec: ModelSpec) -> bool:
        """Remove the use that began first. Return whether it was the last one.

        Raises KeyError if there is none.
        """
        uses_s = self._began_s[spec]
        uses_s.remove(min(uses_s))  # which of them it was makes little difference
        if not uses_s:
            del self._began_s[spec]
        return not uses_s

    def oldest_s(self, spec: ModelSpec) -> float | None:
        """When the oldest request began; inf if none has begun, None if there is no use."""
        return min(self._began_s[spec]) if spec in self._began_s else None

    def begin_requests(self, warm: Collection[ModelSpec], now_s: float) -> bool:
        """The uses that waited for one of the `warm` models are requests from now on.

        Return whether there were any.
        """
        waiting = [spec for spec, uses_s in self._began_s.items() if math.inf in uses_s]
        begun = [spec for spec in waiting if spec in warm]
        for spec in begun:
            self._began_s[spec] = [now_s if s == math.inf else s for s in self._began_s[spec]]
        return bool(begun)

    def ages_s(self, now_s: float) -> Iterable[tuple[ModelSpec, float | None]]:
        """Return each model with the age of its oldest request; None if none has begun."""
        for spec, uses_s in self._began_s.items():
            oldest_s = min(uses_s)
            yield spec, None if oldest_s == math.inf else round(now_s - oldest_s, 3)
