"""How near a suggestion is, and how sure a difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.infill.fill import filling
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import (
    edit_distance,
    edit_similarity,
    is_exact,
    paired_comparison,
    same_first_line,
    summary,
)
from hotseat.lab.evaluate.complete import report

WORDS = st.text(st.sampled_from("abc \n"), max_size=20)


def by_table(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        above, row = row, [i]
        for j, y in enumerate(b, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]


@given(WORDS, WORDS)
def test_the_distance_is_levenshteins(a: str, b: str) -> None:
    assert edit_distance(a, b) == by_table(a, b)


@pytest.mark.parametrize(
    ("text", "truth", "expected"),
    [
        ("", "abc", 0.0),
        ("abc", "abc", 1.0),
        ("  abc  ", "abc", 1.0),
        ("a  \nb", "a\nb", 1.0),
        ("kitten", "sitting", 1 - 3 / 7),
        ("abcd", "ab", 0.5),
    ],
)
def test_similarity_is_one_less_the_distance_over_the_longer(
    text: str, truth: str, expected: float
) -> None:
    assert edit_similarity(text, truth) == pytest.approx(expected)


def test_exact_and_first_line_pass_over_white_space_at_the_ends() -> None:
    assert is_exact("a = 1\n", "a = 1")
    assert not is_exact("a = 1", "a = 2")
    assert same_first_line("if a:\n    b", "if a:\n    c")
    assert not same_first_line("if b:\n    b", "if a:\n    b")


def test_an_interval_excludes_zero_only_for_a_steady_difference() -> None:
    steady = paired_comparison([0.5 + i % 3 / 10 for i in range(60)], [0.4] * 60, seed=1)
    assert steady["edit_similarity_difference"] == pytest.approx(0.2)
    assert steady["edit_similarity_ratio"] == pytest.approx(1.5)
    assert 0.15 < steady["interval"][0] < 0.2 < steady["interval"][1] < 0.25
    assert 1.35 < steady["ratio_interval"][0] < 1.5 < steady["ratio_interval"][1] < 1.65
    noise = paired_comparison([float(i % 2) for i in range(60)], [0.5] * 60, seed=1)
    assert noise["interval"][0] < 0 < noise["interval"][1]


def test_the_same_seed_draws_the_same_interval() -> None:
    ours, theirs = [i / 10 for i in range(10)], [i / 20 for i in range(10)]
    assert paired_comparison(ours, theirs, 3) == paired_comparison(ours, theirs, 3)


def test_a_baseline_of_nothing_has_no_ratio() -> None:
    compared = paired_comparison([0.5, 0.5], [0.0, 0.0], seed=1)
    assert compared["edit_similarity_ratio"] is None
    assert compared["interval"] == [0.5, 0.5]


def test_settings_must_have_filled_the_same_spans() -> None:
    with pytest.raises(ValueError, match="the same spans"):
        paired_comparison([1.0], [1.0, 0.5], seed=1)


def span(kind: str, middle: str = "total(x)", language: str = "python") -> InfillingSpan:
    before, after = "a = ", "\n"
    size = len(before + middle + after)
    return InfillingSpan(
        path="a.py",
        language=language,
        code_language=language,
        kind=kind,
        before=before,
        middle=middle,
        after=after,
        code=(0, size),
    )


def test_an_empty_suggestion_scores_nothing_and_leaves_the_parse_rate() -> None:
    fillings = [
        filling(span("expression"), ""),
        filling(span("expression"), "total(x)", total_ms=10.0),
        filling(span("expression"), "total(x", total_ms=30.0),
    ]
    figures = summary(fillings)
    assert figures["empty_rate"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["parse_rate"] == 0.5
    assert figures["exact_match"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["edit_similarity"] == pytest.approx((0 + 1 + 7 / 8) / 3, abs=1e-4)
    assert figures["total_ms"] == {"p50": 10.0, "p95": 30.0}


def test_the_share_from_the_cache_counts_reported_tokens_only() -> None:
    reported = filling(span("block"), "x", n_prompt_tokens=100, n_cached_tokens=75)
    unreported = filling(span("block"), "x")
    figures = summary([reported, unreported])
    assert (figures["prompt_tokens"], figures["cached_share"]) == (100.0, 0.75)


def test_a_report_has_figures_for_each_kind_and_language_and_compares() -> None:
    spans = [
        span(kind, language=language)
        for language in ("python", "javascript")
        for kind in ("expression", "statement", "block")
    ]
    ours = [filling(one, "total(x)") for one in spans]
    plain = [filling(one, "total(y)") for one in spans]
    reported = report(spans, {"hotseat": ours, "plain": plain}, seed=1)
    assert reported["n"] == 6
    assert reported["settings"]["hotseat"]["overall"]["exact_match"] == 1.0
    assert reported["settings"]["plain"]["by_kind"]["block"]["n"] == 2
    assert reported["settings"]["plain"]["by_language"]["python"]["by_kind"]["block"]["n"] == 1
    compared = reported["comparison"]
    assert (compared["of"], compared["against"]) == ("hotseat", "plain")
    assert compared["edit_similarity_ratio"] == pytest.approx(8 / 7, abs=1e-3)
    assert compared["by_language"]["javascript"]["n"] == 3
    assert compared["by_kind"]["statement"]["interval"] == [0.125, 0.125]


def test_one_setting_alone_is_compared_with_nothing() -> None:
    spans = [span("block")]
    assert "comparison" not in report(spans, {"hotseat": [filling(spans[0], "x")]}, seed=1)
