"""Fits the filter's weights to what became of suggestions on this machine.

A logistic regression in pure Python: each weight is drawn to the one that Hotseat comes with (L2),
and cannot leave it by more than MAX_SHIFT. Pure: the outcomes are given as features, and nothing
here is stored.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotseat.completion.filter.features import Features
from hotseat.completion.filter.score import Weights, terms

MIN_OUTCOMES = 200
"""With fewer the shipped weights count."""
MAX_OUTCOMES = 3000
"""The newest; a fit of so many takes about half a second of one core."""
MIN_OF_LANGUAGE = 40
"""A language with fewer outcomes gets no weight of its own."""
MAX_SHIFT = 1.0
"""How far a weight may leave the shipped one. With the bias 1 lower, a sure suggestion that parses
still scores above 0.5: no fit hides everything."""
PULL = 10.0
"""The strength of the pull to the shipped weights, in the unit of outcomes: half the distance is
left for a term that about 40 even outcomes have."""
HELD_OUT_SHARE = 0.2
"""Of the newest outcomes, on which a fit must be better than the shipped weights."""
_MAX_SWEEPS = 100
_DONE_AT = 1e-4
"""The largest step of a sweep after which the fit ends."""
_MAX_TERM = 10.0
_MAX_WEIGHT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFeatures:
    """What the user did with one suggestion."""

    features: Features
    is_taken: bool
    """Accepted, accepted in part, or typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """Weights that were fitted. Losses are mean log-losses (nats) on the newest outcomes, which
    were held out; the weights are then fitted to all."""

    weights: Weights
    n_outcomes: int
    loss_shipped: float
    loss_fitted: float

    @property
    def is_better(self) -> bool:
        """Return whether the fit was better than the shipped weights on the held-out outcomes."""
        return self.loss_fitted < self.loss_shipped


_Row = tuple[tuple[tuple[str, float], ...], float]
"""The terms that are not 0, and 1 for taken or 0."""


def refit(
    outcomes: Sequence[JudgedFeatures],
    shipped: Weights,
    goes_on: Callable[[], bool] = lambda: True,
) -> Refit | None:
    """Return fitted weights; `outcomes` are in the order of time.

    None with fewer than MIN_OUTCOMES usable ones, without both kinds of them, and when `goes_on`,
    asked between steps of a few milliseconds, returns False. Values that are not finite count as
    not measured.
    """
    rows = [row for one in outcomes[-MAX_OUTCOMES:] if (row := _row(one)) is not None]
    if len(rows) < MIN_OUTCOMES or len({taken for _, taken in rows}) < 2:
        return None
    rows = _without_rare_languages(rows)
    base = {
        name: value
        for name, value in shipped.items()
        if math.isfinite(value) and abs(value) <= _MAX_WEIGHT
    }
    n_old = len(rows) - max(1, int(len(rows) * HELD_OUT_SHARE))
    tried = _fitted(rows[:n_old], base, goes_on)
    if tried is None:
        return None
    newest = rows[n_old:]
    weights = _fitted(rows, base, goes_on)
    if weights is None:
        return None
    return Refit(
        weights={name: round(value, 6) for name, value in weights.items()},
        n_outcomes=len(rows),
        loss_shipped=round(_loss(newest, base), 4),
        loss_fitted=round(_loss(newest, tried), 4),
    )


def within_bounds(weights: Mapping[str, float], shipped: Weights) -> bool:
    """Return whether a fit can have made these: every weight is near the shipped one."""
    return set(shipped) <= set(weights) and all(
        abs(value - shipped.get(name, 0.0)) <= MAX_SHIFT + 1e-6 for name, value in weights.items()
    )


def _row(one: JudgedFeatures) -> _Row | None:
    try:
        found = terms(one.features)
    except (TypeError, ValueError, OverflowError):
        return None
    known = [("bias", 1.0)]
    for name, value in found.items():
        if math.isfinite(value) and value:
            known.append((name, max(-_MAX_TERM, min(_MAX_TERM, value))))
    return tuple(known), float(one.is_taken)


def _without_rare_languages(rows: Sequence[_Row]) -> list[_Row]:
    """Drop the terms of languages with fewer than MIN_OF_LANGUAGE outcomes."""
    counts = Counter(name for row, _ in rows for name, _ in row if name.startswith("language="))
    rare = {name for name, n in counts.items() if n < MIN_OF_LANGUAGE}
    return [(tuple(t for t in row if t[0] not in rare), taken) for row, taken in rows]


def _fitted(
    rows: Sequence[_Row], base: Mapping[str, float], goes_on: Callable[[], bool]
) -> dict[str, float] | None:
    """Minimise the log-loss and the pull, weight by weight, each within its bounds.

    A step is divided by an upper bound of the curvature (1/4 of the sum of squares), so that no
    step can increase the loss (Böhning and Lindsay 1988).
    """
    weights = {**base}
    columns: dict[str, list[tuple[int, float]]] = {}
    for i, (row, _) in enumerate(rows):
        for name, value in row:
            weights.setdefault(name, 0.0)
            columns.setdefault(name, []).append((i, value))
    margins = [sum(weights[name] * value for name, value in row) for row, _ in rows]
    for _ in range(_MAX_SWEEPS):
        largest = 0.0
        for name, column in columns.items():
            if not goes_on():
                return None
            old, middle = weights[name], base.get(name, 0.0)
            slope = PULL * (old - middle)
            curvature = PULL
            for i, value in column:
                slope += (_logistic(margins[i]) - rows[i][1]) * value
                curvature += value * value / 4
            new = max(middle - MAX_SHIFT, min(middle + MAX_SHIFT, old - slope / curvature))
            if new != old:
                weights[name] = new
                for i, value in column:
                    margins[i] += (new - old) * value
                largest = max(largest, abs(new - old))
        if largest < _DONE_AT:
            break
    return weights


def _loss(rows: Iterable[_Row], weights: Mapping[str, float]) -> float:
    """Return the mean log-loss."""
    losses = []
    for row, taken in rows:
        margin = sum(weights.get(name, 0.0) * value for name, value in row)
        signed = margin if taken else -margin
        losses.append(math.log1p(math.exp(-abs(signed))) + max(0.0, -signed))
    return math.fsum(losses) / len(losses)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, x))))
