"""Figures of the gates, on suggestions of which it is known whether they were right."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import Filling
from hotseat.lab.evaluate.gates import (
    Judged,
    gate_figures,
    is_right,
    judged,
    log_loss,
    reliability,
)


@pytest.mark.parametrize(
    ("text", "middle", "right"),
    [
        ("total(a)", "total(a)", True),
        (" total(a)  \n", "total(a)", True),
        ("a := b", "a := b\nreturn a", True),
        ("a := b", "a := bc", False),
        ("a := ", "a := bc", True),
        ("total(a) + 1", "total(a)", False),
        ("x", "total", False),
        ("", "total", False),
        ("\n", "\n", False),
    ],
)
def test_a_suggestion_is_right_if_the_removed_text_begins_with_it(
    text: str, middle: str, right: bool
) -> None:
    assert is_right(text, middle) is right


def one(score: float, probability: float | None, right: bool, n_chars: int = 10) -> Judged:
    joint = None if probability is None else math.log(probability)
    return Judged(family="tiny", score=score, joint_logprob=joint, is_right=right, n_chars=n_chars)


def test_each_gate_is_judged_on_the_same_suggestions() -> None:
    suggestions = [
        one(0.9, 0.9, True),
        one(0.9, 0.05, False, 40),
        one(0.2, 0.8, True),
        one(0.5, 0.3, True),
        one(0.9, None, False),
    ]
    found = gate_figures(suggestions, threshold=0.3)["tiny"]
    assert (found["n"], found["unknown"], found["right"]) == (4, 1, 3)
    shown = {name: gate["shown"] for name, gate in found["gates"].items()}
    assert shown == {"filter": 3, "joint": 2, "both": 1}
    assert found["gates"]["filter"]["wrong_chars"] == 40
    assert found["gates"]["joint"]["right_share"] == 1.0
    assert found["both_at"]["0.1"]["right_shown"] == 2
    assert found["gates"]["joint"]["log_loss"] < found["gates"]["filter"]["log_loss"]
    assert len(found["suggestions"]) == 5


def test_a_sure_mistake_costs_more_than_an_unsure_one() -> None:
    assert log_loss([]) is None
    sure, unsure = log_loss([(1.0, False)]), log_loss([(0.6, False)])
    assert sure is not None
    assert unsure is not None
    assert 13 < sure < 14
    assert unsure == pytest.approx(0.9163)


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans())))
def test_every_prediction_is_in_one_bin(predictions: list[tuple[float, bool]]) -> None:
    rows = reliability(predictions)
    assert sum(row["n"] for row in rows) == len(predictions)
    assert all(
        row["from"] - 1e-4 <= row["predicted"] <= row["to"] + 1e-4 for row in rows if row["n"]
    )


odd = st.none() | st.booleans() | st.floats() | st.text(max_size=3)


@given(odd, odd)
def test_odd_certainties_are_harmless(score: object, joint: object) -> None:
    span = InfillingSpan(
        path="a.go",
        language="go",
        code_language="go",
        kind="line",
        before="",
        middle="total",
        after="",
        code=(0, 5),
    )
    filling = Filling(
        text="total",
        similarity=1.0,
        exact=True,
        first_line=True,
        parses=True,
        suggested="total",
        certainty={"score": score, "jointLogprob": joint},
    )
    found = gate_figures(judged([span], [filling], ["tiny:1b"]), threshold=0.3)
    json.dumps(found, allow_nan=False)
