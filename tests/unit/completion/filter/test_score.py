"""Which suggestions the filter lets through, and what it says of the others."""

from __future__ import annotations

import json
import logging
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.filter.features import Features, features_of, shown_logprobs
from hotseat.completion.filter.score import PRIOR, Verdict, decide, parse_weights
from hotseat.domain.experts import CompletionRule
from hotseat.session.suggest.show_weights import read_weights, weights_path

USUAL = CompletionRule().threshold


def features(text: str, prefix: str = "\t", suffix: str = "\n}\n", **more: Any) -> Features:
    return features_of(
        text, prefix=prefix, suffix=suffix, **{"language": "go", "mode": "line", **more}
    )


def judged(text: str, threshold: float = USUAL, **more: Any) -> Verdict:
    return decide(features(text, **more), threshold=threshold)


@pytest.mark.parametrize(
    "text", ["1", ")", "return a + b", "x.y(z)\n\treturn nil", "😀", "if err != nil {\n\treturn\n}"]
)
def test_an_honest_suggestion_of_which_little_is_known_is_shown(text: str) -> None:
    verdict = judged(text)
    assert verdict.shown
    assert verdict.reason == f"score {verdict.score:.2f}"


LOOPS = [
    "x = x + x = x + x = x + x = x + x = x",
    "go()\ngo()\ngo()\ngo()\nreturn",
    "a, a, a, a, a, a",
]


@pytest.mark.parametrize("text", LOOPS)
def test_what_goes_round_in_circles_is_hidden(text: str) -> None:
    verdict = judged(text)
    assert not verdict.shown
    assert "hidden: it repeats itself" in verdict.reason
    assert f"score {verdict.score:.2f}, shown from 0.30" in verdict.reason


def test_what_stands_nearby_already_and_does_not_parse_is_hidden() -> None:
    prefix = "total := sum(items)\nprint(total)\n"
    verdict = judged("total := sum(items)\nprint(total)", prefix=prefix, parses=False)
    assert not verdict.shown
    assert "it does not parse and it repeats lines nearby" in verdict.reason


def test_the_first_line_is_compared_with_what_is_typed_of_it() -> None:
    near = features("sum(items)", prefix="total := sum(items)\n\ntotal := ")
    assert near.duplicate_share == 1.0
    below = features("n total", prefix="\tretur", suffix="\n\n\treturn total\n")
    assert below.duplicate_share == 1.0
    assert features("n other", prefix="\tretur", suffix="\n\treturn total\n").duplicate_share == 0.0


def test_a_line_that_is_right_in_many_places_is_not_held_against_it() -> None:
    above = "\tif x {\n\t\treturn false\n\t}\n\ty()\n\t"
    assert features("return false", prefix=above).duplicate_share == 0.0
    again = "if x {\n\t\treturn false\n\t}"
    assert features(again, prefix=above).duplicate_share == 1.0
    assert features(again, prefix=above + "y()\n" * 60).duplicate_share == 0.0


def test_what_the_model_was_unsure_of_is_hidden() -> None:
    unsure = judged("frobnicate(q)", logprobs=[-3.5, -2.0, -4.0])
    assert not unsure.shown
    assert "the model is unsure of it" in unsure.reason
    assert judged("frobnicate(q)", logprobs=[-0.1, -0.2]).shown


def test_each_warning_sign_lowers_the_score_and_each_good_one_raises_it() -> None:
    plain = judged("x + y").score
    worse: list[dict[str, Any]] = [
        {"parses": False},
        {"logprobs": [-2.5]},
        {"suffix": " + z\n"},
        {"prefix": "fo", "suffix": "o\n"},
        {"mode": "block"},
    ]
    for signs in worse:
        assert judged("x + y", **signs).score < plain, signs
    assert judged("x + y", parses=True).score > plain
    assert judged("x + y", logprobs=[-0.01, -0.02]).score > plain
    assert judged("x").score < plain
    assert judged("\n".join(f"f{i}(v{i})" for i in range(12))).score < plain


@given(
    text=st.text(min_size=1, max_size=200),
    prefix=st.text(max_size=100),
    suffix=st.text(max_size=100),
    parses=st.sampled_from([None, True, False]),
    logprobs=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20),
    threshold=st.floats(0, 1),
)
def test_the_threshold_decides_and_zero_shows_everything(
    text: str,
    prefix: str,
    suffix: str,
    parses: bool | None,
    logprobs: list[float],
    threshold: float,
) -> None:
    found = features(text, prefix, suffix, parses=parses, logprobs=logprobs)
    verdict = decide(found, threshold=threshold)
    assert 0.0 < verdict.score < 1.0
    assert verdict.shown == (verdict.score >= threshold)
    assert decide(found, threshold=0.0).shown
    assert 0.0 <= found.repeated_share <= 1.0
    assert 0.0 <= found.duplicate_share <= 1.0


def test_a_cursor_inside_a_name() -> None:
    assert features("o", "\tfo", "bar\n").mid_identifier
    assert not features("o", "\tfo", "\n").mid_identifier
    assert not features("o", "\t", "bar\n").mid_identifier
    assert not features("o", "", "").mid_identifier


def test_only_the_tokens_that_are_shown_count() -> None:
    stream = [("\t", (-9.0,)), ("return", (-0.1,)), (" a", (-0.2, -0.3)), ("\n}\n", (-7.0,))]
    assert shown_logprobs(stream, "return a") == (-0.1, -0.2, -0.3)
    assert shown_logprobs(stream, "ret") == (-0.1,)
    assert shown_logprobs([("a\r\n", (-1.0,)), ("b", (-2.0,)), ("c", (-3.0,))], "a\nb") == (-1, -2)
    # Changed on the way: as much of the stream as was shown.
    assert shown_logprobs([("foo", (-1.0,)), ("bar", (-2.0,))], "xyz") == (-1.0,)
    assert shown_logprobs([("foo", ()), ("bar", ())], "foobar") == ()


def test_weights_of_a_persons_own_take_the_place_of_all() -> None:
    weights = parse_weights('{"bias": 0, "language=go": -2}')
    verdict = decide(features("return a + b"), threshold=0.3, weights=weights)
    assert verdict.score == pytest.approx(1 / (1 + math.exp(2)))
    assert "suggestions in go are seldom taken" in verdict.reason
    assert decide(features("x", language="sql"), threshold=0.3, weights=weights).score == 0.5
    low = decide(features("x"), threshold=0.9, weights={"bias": 0.0})
    assert low.reason == "hidden: of its score (score 0.50, shown from 0.90)"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[1]", "it is not a JSON object"),
        ("{}", "it has no 'bias'"),
        ('{"bias": "1"}', "'bias' is not a number"),
        ('{"bias": true}', "'bias' is not a number"),
        ('{"bias": NaN}', "'bias' is not a finite number"),
        ('{"bias": 1, "colour": 2}', "there is no feature 'colour'"),
    ],
)
def test_weights_that_cannot_be_used_are_said(
    data: Path, caplog: pytest.LogCaptureFixture, text: str, problem: str
) -> None:
    assert read_weights() is PRIOR
    assert caplog.records == []
    with pytest.raises(ValueError, match=problem):
        parse_weights(text)
    data.mkdir(parents=True)
    weights_path().write_text(text)
    with caplog.at_level(logging.WARNING):
        assert read_weights() is PRIOR
    assert problem in caplog.text
    assert str(weights_path()) in caplog.text


def test_weights_are_read_from_the_data_directory(data: Path) -> None:
    data.mkdir(parents=True)
    weights_path().write_text(json.dumps({**PRIOR, "bias": 0.25}))
    assert read_weights()["bias"] == 0.25
    weights_path().write_bytes(b"\xff\xfe")
    assert read_weights() is PRIOR
