"""Which gate a model's suggestions pass: the filter's score, the joint probability, or both.

Owns the choice for each family of models, and the threshold of the joint probability. The choices
come from `hotseat bench complete --gates`; a family that was not measured keeps the filter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

JOINT_THRESHOLD = 0.7
"""Of the product of the probabilities of all tokens up to the shown end. From a public benchmark of
completions over six repositories, whose best gate it was."""


class Gate(StrEnum):
    FILTER = "filter"
    """The score alone."""
    JOINT = "joint"
    """The joint probability alone; the score where the engine reports no probabilities."""
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyGate:
    """A gate with the joint probability from which it shows a suggestion."""

    gate: Gate = Gate.FILTER
    joint_threshold: float = JOINT_THRESHOLD


FILTER_ALONE = FamilyGate()
GATES: Mapping[str, FamilyGate] = {
    "smollm2": FamilyGate(gate=Gate.BOTH, joint_threshold=0.02),
    "gemma3": FamilyGate(gate=Gate.BOTH, joint_threshold=0.05),
}
"""The gate of each measured family that does not keep the filter alone, by `family_of`.

The threshold is the largest that was tried and kept at least 95 % of the right suggestions which
the filter shows; one step lower for gemma3, which had only 12 of them. JOINT_THRESHOLD lost four
and five of ten with these models (docs/stats.md has the figures).
"""


def family_of(model: str) -> str:
    """Return the name of a model without registry, namespace and tag: `qwen2.5-coder`."""
    return model.rpartition("/")[2].partition(":")[0].lower()


def gate_of(model: str) -> FamilyGate:
    """Return the gate for a model. An adapter over a base has a name of its own, so it keeps the
    filter although its base was measured."""
    return GATES.get(family_of(model), FILTER_ALONE)


def joint_probability(joint_logprob: float | None) -> float | None:
    """Return e to the power of a sum of natural logarithms, at most 1; None where it is unknown."""
    if joint_logprob is None or math.isnan(joint_logprob):
        return None
    return math.exp(max(-700.0, min(0.0, joint_logprob)))


def passes(
    gate: FamilyGate, *, score: float, threshold: float, joint_logprob: float | None
) -> bool:
    """Return whether a suggestion is shown. A threshold of 0 shows everything.

    `threshold` is that of the score; the joint probability has its own.
    """
    if threshold <= 0.0:
        return True
    probability = joint_probability(joint_logprob)
    if gate.gate is Gate.FILTER or probability is None:
        return score >= threshold
    is_sure = probability >= gate.joint_threshold
    return is_sure if gate.gate is Gate.JOINT else is_sure and score >= threshold
