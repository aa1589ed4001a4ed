"""Whether a finished suggestion is shown: a score from a few features, against a threshold.

Owns the weights and the words for the status. A suggestion that is not taken costs the user a
glance each time, so one that is probably bad is better not shown.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from hotseat.completion.filter.features import Features
from hotseat.completion.filter.gates import FILTER_ALONE, FamilyGate, joint_probability, passes

Weights = Mapping[str, float]

PRIOR: Weights = {
    "bias": 1.2,
    "broken": -1.8,
    "parses": 0.3,
    "repeated": -4.0,
    "duplicate": -1.0,
    "short": -0.5,
    "long": -0.5,
    "mean_logprob": 1.6,
    "first_logprob": 0.3,
    "joint_logprob": 0.0,
    "mid_identifier": -0.8,
    "has_suffix": -0.2,
    "block": -0.2,
}
"""Guesses, not learned: from them `refit.py` learns on each machine. What was never measured (None)
counts nothing; without log-probabilities little is left to separate right from wrong. A file takes
their place (`parse_weights`), which may also weigh languages, as `language=sql`."""

_SHORT_CHARS = 2
_LONG_LINES = 4
_BLOCK_LINES = 12
_TYPICAL_LOGPROB = -0.5
"""Of a token that a small code model is neither sure nor unsure of."""
_TYPICAL_FIRST_LOGPROB = -0.8
_TYPICAL_JOINT_LOGPROB = -1.0

_BECAUSE = {
    "broken": "it does not parse",
    "repeated": "it repeats itself",
    "duplicate": "it repeats lines nearby",
    "short": "it is very short",
    "long": "it is long",
    "mean_logprob": "the model is unsure of it",
    "first_logprob": "the model is unsure how to begin",
    "joint_logprob": "the model is unsure of all of it together",
    "mid_identifier": "the cursor is inside a name",
    "has_suffix": "there is text after the cursor",
    "block": "it is a whole block",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    shown: bool
    score: float
    """0 (hide) to 1 (show)."""
    reason: str
    """For people: why it is hidden, or its score."""


def decide(
    features: Features,
    *,
    threshold: float,
    weights: Weights = PRIOR,
    gate: FamilyGate = FILTER_ALONE,
) -> Verdict:
    """Return whether a suggestion passes its model's gate; a threshold of 0 shows everything."""
    parts = {
        name: weights.get(name, 0.0) * value for name, value in terms(features).items() if value
    }
    score = _logistic(weights.get("bias", 0.0) + sum(parts.values()))
    joint = features.joint_logprob
    if passes(gate, score=score, threshold=threshold, joint_logprob=joint):
        return Verdict(shown=True, score=score, reason=f"score {score:.2f}")
    if score >= threshold:
        reason = (
            f"hidden: the model gives all of it a probability of {joint_probability(joint):.3f} "
            f"(shown from {gate.joint_threshold:g})"
        )
        return Verdict(shown=False, score=score, reason=reason)
    against = sorted((value, name) for name, value in parts.items() if value < 0)
    because = " and ".join(_because(name) for _, name in against[:2]) or "of its score"
    reason = f"hidden: {because} (score {score:.2f}, shown from {threshold:.2f})"
    return Verdict(shown=False, score=score, reason=reason)


def parse_weights(text: str) -> Weights:
    """Weights from a file's text, a JSON object of numbers. Raises ValueError in plain words.

    A name that is left out weighs nothing: weights are fitted together.
    """
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON ({error})") from None
    if not isinstance(loaded, dict):
        raise ValueError("it is not a JSON object")
    if "bias" not in loaded:
        raise ValueError("it has no 'bias'")
    for name, value in loaded.items():
        if name not in PRIOR and not name.startswith("language="):
            raise ValueError(f"there is no feature '{name}'")
        # bool is an int to Python; JSON in Python also reads NaN.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"'{name}' is not a number")
        if not math.isfinite(value):
            raise ValueError(f"'{name}' is not a finite number")
    return {name: float(value) for name, value in loaded.items()}


def terms(features: Features) -> dict[str, float]:
    """Return what each weight is multiplied with: 0 or 1, shares, or distances from the typical."""
    return {
        "broken": float(features.parses is False),
        "parses": float(features.parses is True),
        "repeated": features.repeated_share,
        "duplicate": features.duplicate_share,
        "short": float(features.n_chars <= _SHORT_CHARS),
        "long": min(1.0, max(0, features.n_lines - _LONG_LINES) / (_BLOCK_LINES - _LONG_LINES)),
        "mean_logprob": _off(features.mean_logprob, _TYPICAL_LOGPROB),
        "first_logprob": _off(features.first_logprob, _TYPICAL_FIRST_LOGPROB),
        "joint_logprob": _off(features.joint_logprob, _TYPICAL_JOINT_LOGPROB),
        "mid_identifier": float(features.mid_identifier),
        "has_suffix": float(features.has_suffix),
        "block": float(features.mode == "block"),
        f"language={features.language}": 1.0,
    }


def _off(logprob: float | None, typical: float) -> float:
    """Return the bounded distance: one impossible token does not decide alone."""
    return 0.0 if logprob is None else max(-4.0, min(0.0, logprob) - typical)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, x))))


def _because(name: str) -> str:
    if name.startswith("language="):
        return f"suggestions in {name.removeprefix('language=')} are seldom taken"
    return _BECAUSE.get(name, "of its score")
