"""Decayed counts of what followed a context: the forecaster's memory.

Owns forgetting and bounds. Must not know what contexts or outcomes mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat

Row = dict[str, float]
_FORGOTTEN = 0.02
_NOTHING: Mapping[str, float] = {}


class Counts:
    """For each context, how often each outcome followed it, the latest counting most.

    `decay` (0 to 1) multiplies a context's counts at each new observation of it. Of more than
    `max_contexts` contexts the one that was observed longest ago is forgotten, of more than
    `max_outcomes` outcomes the weakest. `changed` holds the contexts to be saved.
    """

    def __init__(self, *, decay: float, max_contexts: int, max_outcomes: int = 24) -> None:
        self.rows: dict[str, Row] = {}
        self.changed: set[str] = set()
        self._decay = decay
        self._max_contexts = max_contexts
        self._max_outcomes = max_outcomes

    def row(self, context: str) -> Mapping[str, float]:
        return self.rows.get(context, _NOTHING)

    def add(self, context: str, outcomes: Iterable[str], weight: float = 1.0) -> None:
        """One observation: all of `outcomes` came of `context`."""
        row = self.fade(context)
        for outcome in outcomes:
            row[outcome] = row.get(outcome, 0.0) + weight
        while len(row) > self._max_outcomes:
            del row[min(row, key=row.__getitem__)]

    def fade(self, context: str) -> Row:
        """Its counts, decayed by one observation, to be added to."""
        old = self.rows.pop(context, None) or _NOTHING
        decay = self._decay
        row = {o: n * decay for o, n in old.items() if n * decay >= _FORGOTTEN}
        self.rows[context] = row
        self.changed.add(context)
        if len(self.rows) > self._max_contexts:
            oldest = next(iter(self.rows))
            del self.rows[oldest]
            self.changed.add(oldest)
        return row

    def bump(self, context: str, outcome: str, weight: float) -> None:
        """Add without fading the rest: one more part of an observation."""
        row = self.rows.get(context)
        if row is None:
            self.add(context, (outcome,), weight)
            return
        row[outcome] = row.get(outcome, 0.0) + weight
        self.changed.add(context)
        if len(row) > self._max_outcomes:
            del row[min(row, key=row.__getitem__)]


def blend(
    row: Mapping[str, float], candidates: Sequence[str], prior: Sequence[float], strength: float
) -> Sequence[float]:
    """Probabilities of `candidates`: their counts, with `strength` observations of the prior.

    Additive smoothing towards a back-off distribution (MacKay & Peto 1995).
    """
    if not row:
        return prior
    counts = list(map(row.get, candidates, repeat(0.0)))
    scale = 1.0 / (sum(counts) + strength)
    share = strength * scale
    return [n * scale + share * p for n, p in zip(counts, prior, strict=True)]
