"""Weights fitted to outcomes: they follow what the user takes, within bounds."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.completion.filter.features import Features
from hotseat.completion.filter.refit import (
    MAX_SHIFT,
    MIN_OUTCOMES,
    JudgedFeatures,
    refit,
    within_bounds,
)
from hotseat.completion.filter.score import PRIOR, decide

USUAL = Features(
    language="go",
    mode="line",
    n_chars=12,
    n_lines=1,
    parses=True,
    repeated_share=0.0,
    duplicate_share=0.0,
    mean_logprob=-0.5,
    first_logprob=-0.8,
    joint_logprob=-3.0,
    mid_identifier=False,
    has_suffix=False,
)


def outcomes(n: int, seed: int = 1) -> list[JudgedFeatures]:
    """Of a user who takes single lines and no blocks."""
    chance = random.Random(seed)
    found = []
    for _ in range(n):
        is_block = chance.random() < 0.5
        features = replace(USUAL, mode="block" if is_block else "line")
        is_taken = chance.random() < (0.05 if is_block else 0.9)
        found.append(JudgedFeatures(features=features, is_taken=is_taken))
    return found


def test_what_is_never_taken_scores_lower_afterwards() -> None:
    found = refit(outcomes(600), PRIOR)
    assert found is not None
    assert found.is_better
    assert found.n_outcomes == 600
    block = replace(USUAL, mode="block")
    before = decide(block, threshold=0.3).score
    assert decide(block, threshold=0.3, weights=found.weights).score < before - 0.1
    lines = decide(USUAL, threshold=0.3, weights=found.weights).score
    assert lines > decide(block, threshold=0.3, weights=found.weights).score + 0.1


def test_few_outcomes_change_nothing() -> None:
    assert refit(outcomes(MIN_OUTCOMES - 1), PRIOR) is None
    assert refit(outcomes(MIN_OUTCOMES), PRIOR) is not None
    assert refit([], PRIOR) is None
    assert refit([JudgedFeatures(features=USUAL, is_taken=True)] * 300, PRIOR) is None


def test_no_weight_leaves_its_bounds_and_no_fit_hides_everything() -> None:
    never = [replace(one, is_taken=i == 0) for i, one in enumerate(outcomes(800))]
    found = refit(never, PRIOR)
    assert found is not None
    assert within_bounds(found.weights, PRIOR)
    assert min(found.weights[name] - PRIOR[name] for name in PRIOR) == pytest.approx(-MAX_SHIFT)
    sure = replace(USUAL, mean_logprob=-0.05, first_logprob=-0.05, joint_logprob=-0.5)
    assert decide(sure, threshold=0.3, weights=found.weights).shown


def test_a_fit_that_does_not_hold_for_the_newest_outcomes_is_no_better() -> None:
    """The user's habits have turned into their opposite."""
    old = outcomes(480)
    new = [replace(one, is_taken=not one.is_taken) for one in outcomes(120, seed=2)]
    found = refit([*old, *new], PRIOR)
    assert found is not None
    assert not found.is_better


def test_a_language_with_many_outcomes_gets_a_weight_of_its_own() -> None:
    found = refit(outcomes(300), PRIOR)
    assert found is not None
    assert "language=go" in found.weights
    mixed = [
        replace(one, features=replace(one.features, language=f"language {i}"))
        for i, one in enumerate(outcomes(300))
    ]
    found = refit(mixed, PRIOR)
    assert found is not None
    assert set(found.weights) == set(PRIOR)


def test_it_gives_up_at_once_when_someone_types() -> None:
    asked: list[int] = []

    def goes_on() -> bool:
        asked.append(1)
        return len(asked) < 5

    assert refit(outcomes(400), PRIOR, goes_on) is None
    assert len(asked) == 5


odd = st.floats() | st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308, 0.0])
odd_features = st.builds(
    Features,
    language=st.text(max_size=5),
    mode=st.sampled_from(["line", "block"]),
    n_chars=st.integers(),
    n_lines=st.integers(min_value=-(2**70), max_value=2**70),
    parses=st.none() | st.booleans(),
    repeated_share=odd,
    duplicate_share=odd,
    mean_logprob=st.none() | odd,
    first_logprob=st.none() | odd,
    joint_logprob=st.none() | odd,
    mid_identifier=st.booleans(),
    has_suffix=st.booleans(),
)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.builds(JudgedFeatures, features=odd_features, is_taken=st.booleans()), max_size=30),
    odd,
)
def test_odd_rows_are_harmless(rows: list[JudgedFeatures], weight: float) -> None:
    fit = refit([*outcomes(MIN_OUTCOMES), *rows], {**PRIOR, "short": weight})
    assert fit is not None
    assert all(math.isfinite(value) for value in fit.weights.values())
    assert math.isfinite(fit.loss_fitted)
    assert math.isfinite(fit.loss_shipped)
    assert 0.0 <= decide(USUAL, threshold=0.3, weights=fit.weights).score <= 1.0
