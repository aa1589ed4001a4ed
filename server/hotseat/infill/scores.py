"""How similar fillings are to the removed text, and the uncertainty of a difference.

Pure arithmetic; knows no model and no language.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

N_RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A model's text for one infilling span, with its scores.

    `parses` is None where the file was not parsed, because the text is empty.
    """

    text: str
    similarity: float
    exact: bool
    first_line: bool
    parses: bool | None
    first_token_ms: float | None = None
    total_ms: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    failed: bool = False
    """The engine did not answer; the text counts as empty."""
    hidden: bool = False
    """The filter rejected the suggestion."""
    note: str = ""
    """The reason of a failure."""
    suggested: str = ""
    """The text that the filter judged, shown or hidden."""
    certainty: Mapping[str, Any] | None = None
    """What the filter knew of it (`hotseat/status`, `lastCompletion.certainty`)."""


def edit_similarity(text: str, truth: str) -> float:
    """Return 1 − Levenshtein distance / length of the longer text; 0 if one of them is empty.

    White space at both ends and at line ends does not count.
    """
    text, truth = _tidy(text), _tidy(truth)
    if not text or not truth:
        return 0.0
    return 1 - edit_distance(text, truth) / max(len(text), len(truth))


def is_exact(text: str, truth: str) -> bool:
    """Return whether the texts are equal, apart from white space at ends of lines and texts."""
    return _tidy(text) == _tidy(truth)


def same_first_line(text: str, truth: str) -> bool:
    """Return whether the first lines are equal, apart from white space at their ends."""
    return _tidy(text).partition("\n")[0] == _tidy(truth).partition("\n")[0]


def edit_distance(a: str, b: str) -> int:
    """Return the Levenshtein distance, computed with bit vectors (Myers 1999, Hyyrö 2003).

    Each column of the table is one int.
    """
    if not a or not b:
        return len(a) or len(b)
    masks: dict[str, int] = {}
    for i, char in enumerate(a):
        masks[char] = masks.get(char, 0) | 1 << i
    all_bits, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    up, down, distance = all_bits, 0, len(a)
    for char in b:
        match = masks.get(char, 0)
        diagonal = (((match & up) + up) ^ up) | match | down
        right_up = down | (~(diagonal | up) & all_bits)
        right_down = up & diagonal
        distance += bool(right_up & last) - bool(right_down & last)
        right_up = right_up << 1 | 1
        right_down <<= 1
        up = (right_down | ~(diagonal | right_up)) & all_bits
        down = right_up & diagonal & all_bits
    return distance


def summary(fillings: Sequence[Filling]) -> dict[str, Any]:
    """Return the figures of one setting. Rates are shares of all spans, `parse_rate` of those
    filled."""
    n = len(fillings)
    parsed = [f.parses for f in fillings if f.parses is not None]
    counted = [f for f in fillings if f.n_prompt_tokens]
    n_prompt = sum(f.n_prompt_tokens or 0 for f in counted)
    cached = [f for f in counted if f.n_cached_tokens is not None]
    n_cached_of = sum(f.n_prompt_tokens or 0 for f in cached)
    return {
        "n": n,
        "exact_match": _share(f.exact for f in fillings),
        "edit_similarity": _mean([f.similarity for f in fillings]),
        "first_line_match": _share(f.first_line for f in fillings),
        "parse_rate": _share(parsed),
        "empty_rate": _share(not f.text for f in fillings),
        "hidden_rate": _share(f.hidden for f in fillings),
        "failed": sum(f.failed for f in fillings),
        "first_token_ms": _quantiles([f.first_token_ms for f in fillings]),
        "total_ms": _quantiles([f.total_ms for f in fillings]),
        "prompt_tokens": round(n_prompt / len(counted), 1) if counted else None,
        "cached_share": _ratio(sum(f.n_cached_tokens or 0 for f in cached), n_cached_of),
    }


def paired_comparison(ours: Sequence[float], theirs: Sequence[float], seed: int) -> dict[str, Any]:
    """Compare similarities on the same spans, in the same order.

    Return the mean difference and the ratio of the means, each with a percentile bootstrap interval
    over spans. Raises ValueError for different lengths.
    """
    if len(ours) != len(theirs):
        raise ValueError("the two settings did not fill the same spans")
    n = len(ours)
    if n == 0:
        return {"n": 0}
    chance = random.Random(seed)
    differences, ratios = [], []
    for _ in range(N_RESAMPLES):
        drawn = chance.choices(range(n), k=n)
        a, b = sum(ours[i] for i in drawn) / n, sum(theirs[i] for i in drawn) / n
        differences.append(a - b)
        ratios.append(a / b if b else math.inf)
    a, b = sum(ours) / n, sum(theirs) / n
    return {
        "n": n,
        "edit_similarity_ratio": _ratio(a, b),
        "ratio_interval": _interval(ratios),
        "edit_similarity_difference": round(a - b, 4),
        "interval": _interval(differences),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A mean of paired differences with its bootstrap interval; positive is better."""

    n: int
    mean: float
    low: float
    high: float

    @property
    def is_gain(self) -> bool:
        """Return whether the whole interval is positive."""
        return self.low > 0

    @property
    def is_loss(self) -> bool:
        return self.high < 0


def paired_difference(
    gains: Sequence[float], weights: Sequence[float], seed: int
) -> Difference | None:
    """Return the sum of gains over the sum of weights, with a bootstrap interval over pairs.

    With weights of 1 this is the mean gain; with bits and bytes it is the gain in bits per byte.
    Return None when the weights sum to 0. Raises ValueError for different lengths.
    """
    n, weight = len(gains), math.fsum(weights)
    if n != len(weights):
        raise ValueError("gains and weights differ in number")
    if weight <= 0:
        return None
    chance = random.Random(seed)
    means = []
    for _ in range(N_RESAMPLES):
        drawn = chance.choices(range(n), k=n)
        total = sum(weights[i] for i in drawn)
        if total > 0:
            means.append(sum(gains[i] for i in drawn) / total)
    low, high = _bounds(means)
    mean = math.fsum(gains) / weight
    mean, low, high = (round(value, 4) + 0.0 for value in (mean, low, high))  # no -0.0
    return Difference(n=n, mean=mean, low=low, high=high)


def _interval(values: list[float]) -> list[float | None]:
    """Return the interval's bounds, None for an infinite one, which JSON cannot express."""
    return [round(end, 4) if math.isfinite(end) else None for end in _bounds(values)]


def _bounds(values: list[float]) -> tuple[float, float]:
    values = sorted(values)
    tail = (1 - CONFIDENCE) / 2
    return values[int(tail * len(values))], values[math.ceil((1 - tail) * len(values)) - 1]


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def _quantiles(values: Sequence[float | None]) -> Mapping[str, float | None]:
    known = sorted(value for value in values if value is not None)
    if not known:
        return {"p50": None, "p95": None}
    return {
        "p50": round(known[(len(known) - 1) // 2], 1),
        "p95": round(known[math.ceil(0.95 * len(known)) - 1], 1),
    }


def _share(flags: Any) -> float | None:
    return _mean([float(flag) for flag in flags])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _ratio(a: float, b: float) -> float | None:
    return round(a / b, 4) if b else None
