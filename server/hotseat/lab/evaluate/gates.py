"""How well each gate separates right suggestions from wrong ones, on the same filled spans.

Pure arithmetic over fillings with what the filter knew of them (`Filling.certainty`). Owns what
counts as right, the figures of each gate, and the reliability table of the joint probability.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from hotseat.completion.filter.gates import (
    JOINT_THRESHOLD,
    FamilyGate,
    Gate,
    family_of,
    joint_probability,
    passes,
)
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import Filling

THRESHOLDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Of the joint probability, each tried with the filter (`both`)."""
EDGES = (0.0, 0.01, 0.05, 0.2, 0.5, 0.7, 0.9, 1.0)
"""Borders of the bins of the reliability table."""
_SMALLEST = 1e-6
"""A probability nearer to 0 or 1 would make one surprise outweigh all other suggestions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One suggestion, shown or hidden. A span without a suggestion has none."""

    family: str
    score: float
    joint_logprob: float | None
    is_right: bool
    n_chars: int


def is_right(text: str, middle: str) -> bool:
    """Return whether `middle` begins with `text`, ending between two words.

    White space at both ends and at line ends does not count. A suggestion may stop early: what it
    shows is then right, and the user goes on from there.
    """
    text, middle = _tidy(text), _tidy(middle)
    if not text or not middle.startswith(text):
        return False
    return not (_is_word(text[-1]) and _is_word(middle[len(text) : len(text) + 1]))


def judged(
    spans: Iterable[InfillingSpan], fillings: Iterable[Filling], models: Iterable[str]
) -> list[Judged]:
    """Return the suggestions of the spans that got one; `models` are those that answered."""
    found = []
    for span, filling, model in zip(spans, fillings, models, strict=True):
        known = filling.certainty or {}
        score, joint = _finite(known.get("score")), _finite(known.get("jointLogprob"))
        if not filling.suggested or score is None:
            continue
        found.append(
            Judged(
                family=family_of(model),
                score=score,
                joint_logprob=joint,
                is_right=is_right(filling.suggested, span.middle),
                n_chars=len(filling.suggested),
            )
        )
    return found


def gate_figures(judged: Sequence[Judged], *, threshold: float) -> dict[str, Any]:
    """Return, for each family, the figures of each gate and the reliability table.

    `threshold` is that of the filter's score. Only suggestions with token probabilities count, so
    that all gates judge the same ones; `unknown` is the number of the others. `suggestions` holds
    no text; those of several repositories can be joined and judged together.
    """
    families = sorted({one.family for one in judged})
    return {
        family: _family([one for one in judged if one.family == family], threshold)
        for family in families
    }


def _family(of: Sequence[Judged], threshold: float) -> dict[str, Any]:
    known = [one for one in of if one.joint_logprob is not None]
    return {
        "n": len(known),
        "unknown": len(of) - len(known),
        "right": sum(one.is_right for one in known),
        "gates": {
            gate.value: {
                "log_loss": log_loss([(_probability(gate, one), one.is_right) for one in known]),
                **_shown(gate, known, threshold, JOINT_THRESHOLD),
            }
            for gate in Gate
        },
        "both_at": {str(joint): _shown(Gate.BOTH, known, threshold, joint) for joint in THRESHOLDS},
        "reliability": {
            "joint": reliability([(_probability(Gate.JOINT, x), x.is_right) for x in known]),
            "filter": reliability([(x.score, x.is_right) for x in known]),
        },
        "suggestions": [asdict(one) for one in of],
    }


def _shown(
    gate: Gate, known: Sequence[Judged], threshold: float, joint_threshold: float
) -> dict[str, Any]:
    """Return what a user would see with a gate."""
    shown = [
        one
        for one in known
        if passes(
            FamilyGate(gate=gate, joint_threshold=joint_threshold),
            score=one.score,
            threshold=threshold,
            joint_logprob=one.joint_logprob,
        )
    ]
    n_right = sum(one.is_right for one in shown)
    return {
        "shown": len(shown),
        "shown_share": _share(len(shown), len(known)),
        "right_shown": n_right,
        "right_share": _share(n_right, len(shown)),
        "right_chars": sum(one.n_chars for one in shown if one.is_right),
        "wrong_chars": sum(one.n_chars for one in shown if not one.is_right),
    }


def _probability(gate: Gate, one: Judged) -> float:
    """Return what the gate takes for the probability that the suggestion is right."""
    joint = joint_probability(one.joint_logprob)
    if gate is Gate.FILTER or joint is None:
        return one.score
    return joint if gate is Gate.JOINT else min(joint, one.score)


def log_loss(predictions: Sequence[tuple[float, bool]]) -> float | None:
    """Return the mean of -ln of the probability given to what happened; None for no prediction."""
    if not predictions:
        return None
    losses = []
    for probability, happened in predictions:
        bounded = min(1 - _SMALLEST, max(_SMALLEST, probability))
        losses.append(-math.log(bounded if happened else 1 - bounded))
    return round(math.fsum(losses) / len(losses), 4)


def reliability(predictions: Sequence[tuple[float, bool]]) -> list[dict[str, Any]]:
    """Return for each bin of `EDGES`: how many, the mean prediction, and the share that was right.

    The last bin includes 1.
    """
    rows = []
    for low, high in pairwise(EDGES):
        inside = [
            (p, right) for p, right in predictions if low <= p < high or p == high == EDGES[-1]
        ]
        n = len(inside)
        rows.append(
            {
                "from": low,
                "to": high,
                "n": n,
                "predicted": round(math.fsum(p for p, _ in inside) / n, 4) if n else None,
                "right_share": _share(sum(right for _, right in inside), n),
            }
        )
    return rows


def _share(n: int, n_all: int) -> float | None:
    return round(n / n_all, 4) if n_all else None


def _finite(value: object) -> float | None:
    """Return a finite number as it is; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()
