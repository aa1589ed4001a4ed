"""How likely each language is the next one: habits mixed by weights that are learned online.

Owns the mixing, its weights, and when a visit counts. Reads no clock: `now_s` comes in. What it
knows can be taken out and put back as plain rows; storing them is others' work.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import mul
from typing import NamedTuple

from hotseat.attention.habits import FEATURES, Column, Habits
from hotseat.attention.history import START, History, Visit

MIN_STAY_S = 1.0
"""A shorter stay was on the way to somewhere else: it is neither learned nor remembered."""
LEARNING_RATE = 0.001
HORIZON_VISITS = 3
"""Beyond it nothing needs to be loaded yet: the next file brings another forecast."""

# Fitted (conditional logit with a ridge) on the commit histories of four public projects; fits
# that leave one out forecast that one as well (docs/forecast.md). Learned on from there.
WEIGHTS: Mapping[str, float] = {
    "after1": 0.06,
    "after2": 0.01,
    "file": 0.09,
    "session": 0.15,
    "near": 0.18,
    "together": 0.23,
    "commits": 0.10,
    "age": 0.11,
    "age_switches": 0.04,
    "age_person": 0.07,
}
_WORTH_A_REASON = 0.03
_MAX_COUNT = 1e4
"""Counts decay: none grows beyond 200."""
_MAX_VISITS = 1e9
_MAX_WEIGHT = 100.0

Row = Mapping[str, float]
RowKey = tuple[str, str]
"""Table and context."""


class Guess(NamedTuple):
    """Probability (0 to 1) of being the next language, and what speaks for it most."""

    probability: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Scored:
    """Candidates with their features and probabilities, kept until the outcome is known."""

    candidates: Sequence[str]
    columns: Sequence[Column]
    probabilities: Sequence[float]


class Forecaster:
    """`forecast` is about the next change of language, so the probabilities of all others add up to
    one; `soon` is the probability that this change comes while it matters.

    `person` names the user whose habits count; empty while that is not known.
    """

    def __init__(self) -> None:
        self.person = ""
        self.version = 0
        """Changes with everything that may change a forecast."""
        self.habits = Habits()
        self.weights = dict(WEIGHTS)
        self._history = History()
        self._pending: tuple[Visit, float] | None = None
        self._ahead = self._history
        """With the pending visit, if there is one."""
        self._scored: _Scored | None = None
        """What was forecast after `_history`, and after the pending visit."""
        self._scored_pending: _Scored | None = None

    def begin(self, now_s: float) -> None:
        """A session begins: a window was opened."""
        self.version += 1
        self._settle(now_s)
        self._history = self._ahead = self._history.begin()
        self._scored = None

    def visit(self, path: str, language: str, now_s: float) -> None:
        """The cursor comes to a file, or to a region of another language in it."""
        self.version += 1
        self._settle(now_s)
        visit = Visit(path=path, language=language, person=self.person)
        self._pending, self._ahead = (visit, now_s), self._history.after(visit)

    def leave(self, now_s: float) -> None:
        """The cursor leaves. A stay that was long enough is learned now, and not when the next
        place waits for its forecast. The forecast from here stays valid, as `version` does."""
        if self._pending is None or self._scored_pending is None:
            return
        if now_s - self._pending[1] >= MIN_STAY_S:
            self._settle(now_s)

    def committed(self, files: Iterable[tuple[str, str]], now_s: float) -> None:
        """(path, language) of the files of one commit: the work that led to it is over."""
        self.version += 1
        self._settle(now_s)
        self.habits.learn_commit(files)
        self._history = self._ahead = replace(self._history, committed=True)

    def forecast(self, languages: Iterable[str], share: float = 1.0) -> dict[str, Guess]:
        """For each of `languages`, and of those seen before, how likely it is the next one; all of
        them together have `share`."""
        history = self._ahead
        candidates = sorted({*self.habits.last_seen, *languages} - {history.current})
        if not candidates:
            return {}
        columns = self.habits.features(history, candidates)
        weights = [self.weights[name] for name in FEATURES]
        scores = [sum(map(mul, weights, row)) for row in zip(*columns, strict=True)]
        scored = _Scored(candidates, columns, _softmax(scores))
        if self._pending is not None:
            self._scored_pending = scored
        else:
            self._scored = scored
        reasons = _reasons(scored, weights, history.current)
        return {
            language: Guess(share * p, reason)
            for language, p, reason in zip(candidates, scored.probabilities, reasons, strict=True)
        }

    def soon(self) -> float:
        """Chance that the language changes within the next HORIZON_VISITS files."""
        return 1.0 - (1.0 - self.habits.leaving(self._ahead)) ** HORIZON_VISITS

    # --- saved rows ---

    def changes(self) -> dict[RowKey, Row | None]:
        """Return the rows that changed since the last call; None for one that was forgotten."""
        rows: dict[RowKey, Row | None] = {}
        for name, table in self.habits.tables.items():
            for context in table.changed:
                row = table.rows.get(context)
                rows[name, context] = None if row is None else dict(row)
            table.changed.clear()
        if rows:
            seen = self.habits.last_seen
            rows["seen_visits", ""] = {k: float(v) for k, (v, _) in seen.items()}
            rows["seen_switches", ""] = {k: float(s) for k, (_, s) in seen.items()}
            rows["seen_by", ""] = {k: float(v) for k, v in self.habits.last_seen_by.items()}
            rows["weights", ""] = dict(self.weights)
            rows["clock", ""] = {
                "visits": float(self._history.n_visits),
                "switches": float(self._history.n_switches),
            }
        return rows

    def restore(self, rows: Mapping[RowKey, Row]) -> None:
        """Know what `changes` gave, instead of all that is known now; this session goes on.

        Numbers that were never counted are left out, and a clock that is late is set right.
        """
        self.version += 1
        habits = Habits()
        tables = habits.tables
        for (name, context), row in rows.items():
            if name in tables:
                tables[name].rows[context] = _within(row, 0.0, _MAX_COUNT)

        def times(name: str) -> dict[str, int]:
            row = _within(rows.get((name, ""), {}), 0.0, _MAX_VISITS)
            return {key: int(value) for key, value in row.items()}

        visits, switches, by, clock = map(
            times, ("seen_visits", "seen_switches", "seen_by", "clock")
        )
        habits.last_seen = {k: (v, switches.get(k, 0)) for k, v in visits.items()}
        habits.last_seen_by = by
        weights = _within(rows.get(("weights", ""), {}), -_MAX_WEIGHT, _MAX_WEIGHT)
        self.weights = {name: weights.get(name, WEIGHTS[name]) for name in FEATURES}
        self.habits = habits
        self._history = replace(
            self._history,
            n_visits=max([clock.get("visits", 0), *visits.values(), *by.values()]),
            n_switches=max([clock.get("switches", 0), *switches.values()]),
        )
        self._scored = self._scored_pending = None
        self._ahead = self._history.after(self._pending[0]) if self._pending else self._history

    # --- learning ---

    def _settle(self, now_s: float) -> None:
        """The visit under way is over: learn from it, if it was one."""
        if self._pending is None:
            return
        visit, since_s = self._pending
        scored, self._pending, self._scored_pending = self._scored_pending, None, None
        if now_s - since_s < MIN_STAY_S:
            self._ahead = self._history
            return
        if visit.language != self._history.current and self._scored is not None:
            self._learn_weights(self._scored, visit.language)
        self.habits.learn_visit(self._history, visit)
        self._history = self._ahead
        self._scored = scored

    def _learn_weights(self, scored: _Scored, outcome: str) -> None:
        """One step along the gradient of the log-likelihood of what happened."""
        if outcome not in scored.candidates:
            return
        i = scored.candidates.index(outcome)
        for name, column in zip(FEATURES, scored.columns, strict=True):
            expected = sum(map(mul, scored.probabilities, column))
            self.weights[name] += LEARNING_RATE * (column[i] - expected)


def _within(row: Row, low: float, high: float) -> dict[str, float]:
    """Return the numbers within the bounds; NaN is not."""
    return {key: value for key, value in row.items() if low <= value <= high}


def _softmax(scores: Sequence[float]) -> list[float]:
    best = max(scores)
    exps = [math.exp(score - best) for score in scores]
    total = sum(exps)
    return [e / total for e in exps]


def _reasons(scored: _Scored, weights: Sequence[float], current: str) -> Iterator[str]:
    """For each candidate that has a chance, what lifts it most above the average candidate."""
    after = "often comes first" if current == START else f"often comes after {current}"
    reasons = (
        after,
        "often follows this file",
        "is often edited along with this file",
        "is often committed with these files",
        "was here lately",
    )
    means = [sum(column) / len(column) for column in scored.columns]
    rows = zip(*scored.columns, strict=True)
    for probability, row in zip(scored.probabilities, rows, strict=True):
        if probability < _WORTH_A_REASON:
            yield after
            continue
        after1, after2, file, session, near, together, commits, *ages = (
            w * (x - mean) for w, x, mean in zip(weights, row, means, strict=True)
        )  # as in FEATURES
        lifts = (after1 + after2, file, near, together + commits, session + sum(ages))
        yield reasons[lifts.index(max(lifts))]
