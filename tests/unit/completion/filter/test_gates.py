"""Which suggestions pass the gate of their model's family."""

from __future__ import annotations

import math

import pytest

from hotseat.completion.filter.features import Features, features_of
from hotseat.completion.filter.gates import (
    FILTER_ALONE,
    GATES,
    FamilyGate,
    Gate,
    family_of,
    gate_of,
    joint_probability,
)
from hotseat.completion.filter.score import decide


def features(*logprobs: float) -> Features:
    return features_of(
        "total += price", prefix="\t", suffix="\n}", language="go", mode="line", logprobs=logprobs
    )


BOTH = FamilyGate(gate=Gate.BOTH, joint_threshold=0.1)
JOINT = FamilyGate(gate=Gate.JOINT)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("smollm2:135m", "smollm2"),
        ("registry.ollama.ai/library/Gemma3:270m", "gemma3"),
        ("localhost:5000/me/coder", "coder"),
        ("", ""),
    ],
)
def test_a_family_is_the_models_name(model: str, family: str) -> None:
    assert family_of(model) == family


def test_a_family_that_was_not_measured_keeps_the_filter() -> None:
    for model in ("qwen2.5-coder:1.5b", "starcoder2:3b", "hotseat/smollm2-go", ""):
        assert gate_of(model) is FILTER_ALONE
    assert all(gate.gate is not Gate.FILTER for gate in GATES.values())


def test_many_fair_tokens_make_an_unlikely_text() -> None:
    fair = features(*[-0.3] * 20)  # the product is 0.002
    assert decide(fair, threshold=0.3).shown
    hidden = decide(fair, threshold=0.3, gate=BOTH)
    assert not hidden.shown
    assert hidden.reason == (
        "hidden: the model gives all of it a probability of 0.002 (shown from 0.1)"
    )
    assert decide(features(-0.1, -0.1), threshold=0.3, gate=BOTH).shown
    assert decide(features(-0.1, -0.1), threshold=0.3, gate=JOINT).shown
    assert not decide(features(-0.2, -0.2), threshold=0.3, gate=JOINT).shown


def test_the_joint_probability_alone_ignores_the_score() -> None:
    sure = features(-0.01)
    assert decide(sure, threshold=1.0, gate=JOINT).shown
    assert not decide(sure, threshold=1.0, gate=BOTH).shown


@pytest.mark.parametrize("gate", [BOTH, JOINT, FILTER_ALONE])
def test_what_the_user_asked_for_is_shown(gate: FamilyGate) -> None:
    assert decide(features(-50.0), threshold=0.0, gate=gate).shown


@pytest.mark.parametrize("gate", [BOTH, JOINT])
def test_without_probabilities_the_score_decides(gate: FamilyGate) -> None:
    assert decide(features(), threshold=0.3, gate=gate).shown
    assert not decide(features(math.nan), threshold=1.0, gate=gate).shown


@pytest.mark.parametrize(
    ("logprob", "probability"),
    [(0.0, 1.0), (3.0, 1.0), (-math.inf, 0.0), (math.nan, None), (None, None), (-1.0, 0.3679)],
)
def test_a_sum_of_logarithms_is_a_probability(
    logprob: float | None, probability: float | None
) -> None:
    found = joint_probability(logprob)
    assert found == (None if probability is None else pytest.approx(probability, abs=1e-4))
