"""The figures of `bench chaos` and `bench soak`, as functions of what was observed."""

from __future__ import annotations

import math
import statistics
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WARM_UP_SHARE = 0.25
"""The share of a soak that is not counted: caches fill, and every model is loaded once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProcess:
    """A process that holds a model, or is about to. `blob` is the file that it has mapped, empty
    while it loads."""

    pid: int
    rss_bytes: int
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySample:
    t_s: float
    models: tuple[ModelProcess, ...]

    @property
    def rss_bytes(self) -> int:
        return sum(model.rss_bytes for model in self.models)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverBudget:
    """`most_bytes` above the budget, in `n_samples`; `longest_s` is the longest time in one go."""

    most_bytes: int
    longest_s: float
    n_samples: int


def over_budget(samples: Sequence[MemorySample], budget_bytes: int) -> OverBudget:
    """A time over the budget lasts until the first sample within it, so that one sample counts as
    the interval after it."""
    most_bytes, longest_s, n_samples = 0, 0.0, 0
    since_s: float | None = None
    for sample in samples:
        excess_bytes = sample.rss_bytes - budget_bytes
        if since_s is None and excess_bytes > 0:
            since_s = sample.t_s
        if since_s is not None:
            longest_s = max(longest_s, sample.t_s - since_s)
        if excess_bytes > 0:
            n_samples += 1
            most_bytes = max(most_bytes, excess_bytes)
        else:
            since_s = None
    return OverBudget(most_bytes=most_bytes, longest_s=longest_s, n_samples=n_samples)


def double_loads(samples: Iterable[MemorySample]) -> set[tuple[str, tuple[int, ...]]]:
    """Return each model that several processes held in one sample, with their pids."""
    found = set()
    for sample in samples:
        blobs = Counter(model.blob for model in sample.models if model.blob)
        for blob, n in blobs.items():
            if n > 1:
                found.add((blob, tuple(sorted(m.pid for m in sample.models if m.blob == blob))))
    return found


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the smallest value that `percent` % (1 to 100) of the values do not exceed, rounded to
    two digits after the point; None for no values."""
    if not values:
        return None
    return round(sorted(values)[math.ceil(len(values) * percent / 100) - 1], 2)


def percentile_by_victim(
    heals: Iterable[tuple[float, Collection[tuple[str, str]]]], percent: int
) -> dict[str, dict[str, float | None]]:
    """Return a percentile of the times after bursts, by target and signal.

    `heals` are the seconds after each burst, with the targets and signals of that burst. A burst of
    several kinds counts for each of them.
    """
    seconds: dict[str, dict[str, list[float]]] = {}
    for heal_s, burst in heals:
        for target, name in burst:
            seconds.setdefault(target, {}).setdefault(name, []).append(heal_s)
    return {
        target: {name: percentile(by_name[name], percent) for name in sorted(by_name)}
        for target, by_name in sorted(seconds.items())
    }


class HealTimes:
    """How long it takes after each burst until a completion has text, and until a model has
    answered one, whether or not its text was shown; and the same without a burst."""

    def __init__(self) -> None:
        self._answers_s: deque[tuple[float, float]] = deque(maxlen=1000)
        self._texts: list[tuple[float, Collection[tuple[str, str]]]] = []
        self._answers: list[tuple[float, Collection[tuple[str, str]]]] = []
        self._calm_texts_s: list[float] = []
        self._calm_answers_s: list[float] = []

    def answered(self, asked_s: float, answered_s: float) -> None:
        """A model answered a completion that was asked for at `asked_s`."""
        self._answers_s.append((asked_s, answered_s))

    def healed(self, struck_s: float, text_s: float, burst: Collection[tuple[str, str]]) -> None:
        """A completion had text at `text_s`, for the first time after the burst."""
        self._texts.append((text_s - struck_s, burst))
        self._answers.append((self._first_after(struck_s, text_s) - struck_s, burst))

    def calm(self, asked_s: float, text_s: float) -> None:
        """The same without a burst, since `asked_s`."""
        self._calm_texts_s.append(text_s - asked_s)
        self._calm_answers_s.append(self._first_after(asked_s, text_s) - asked_s)

    def figures(self) -> dict[str, Any]:
        """Return percentiles, in seconds, by the names that they have in JSON."""
        texts_s = [seconds for seconds, _ in self._texts]
        answers_s = [seconds for seconds, _ in self._answers]
        return {
            "heal_s_p95": percentile(texts_s, 95),
            "heal_s_p50": percentile(texts_s, 50),
            "heal_s_max": percentile(texts_s, 100),
            "heal_s_p95_by_victim": percentile_by_victim(self._texts, 95),
            "answer_s_p95": percentile(answers_s, 95),
            "answer_s_p50": percentile(answers_s, 50),
            "answer_s_p95_by_victim": percentile_by_victim(self._answers, 95),
            "calm_s_p50": percentile(self._calm_texts_s, 50),
            "calm_s_p95": percentile(self._calm_texts_s, 95),
            "calm_answer_s_p95": percentile(self._calm_answers_s, 95),
        }

    def _first_after(self, moment_s: float, text_s: float) -> float:
        """Return when the first completion that was asked for after the moment was answered."""
        found = [answered_s for asked_s, answered_s in self._answers_s if asked_s > moment_s]
        return min([*found, text_s])


class PassingStates:
    """The longest time that a model was shown as loading, and as unloading, without a pause."""

    def __init__(self) -> None:
        self._since_s: dict[tuple[str, str], tuple[str, float]] = {}
        self.longest_s = 0.0
        self.longest: str | None = None

    def note(self, now_s: float, window: str, states: Mapping[str, str]) -> None:
        """`states` by expert, as the window shows them."""
        for expert, state in states.items():
            key = (window, expert)
            before, since_s = self._since_s.get(key, ("", now_s))
            if before in ("loading", "unloading") and now_s - since_s > self.longest_s:
                self.longest_s, self.longest = now_s - since_s, f"{window}: {expert} {before}"
            if state != before:
                self._since_s[key] = (state, now_s)

    def forget(self, window: str) -> None:
        """The window's server ended, and shows nothing any more."""
        self._since_s = {key: seen for key, seen in self._since_s.items() if key[0] != window}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What one kind of process has at one moment, all of them together."""

    n_processes: int
    rss_bytes: int
    n_descriptors: int
    n_threads: int


def flatness(samples: Sequence[Resources]) -> dict[str, Any]:
    """Compare the first third after the warm-up with the last one, by medians.

    `growth` is the share by which the later resident memory is larger, negative if it is smaller.
    """
    counted = samples[int(len(samples) * WARM_UP_SHARE) :]
    third = max(1, len(counted) // 3)
    early, late = counted[:third], counted[-third:]
    rss = [statistics.median(sample.rss_bytes for sample in part) for part in (early, late)]
    return {
        "rss_bytes": [int(value) for value in rss],
        "growth": round(rss[1] / rss[0] - 1, 4) if rss[0] else 0.0,
        "descriptors": _medians(early, late, "n_descriptors"),
        "threads": _medians(early, late, "n_threads"),
        "processes": _medians(early, late, "n_processes"),
    }


def _medians(early: Sequence[Resources], late: Sequence[Resources], name: str) -> list[float]:
    return [statistics.median(getattr(sample, name) for sample in part) for part in (early, late)]
