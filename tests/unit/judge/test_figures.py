"""From fillings to the matrix, the comparisons, and what stands in memory together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotseat.infill.scores import paired_difference
from hotseat.judge.as_json import as_json
from hotseat.judge.figures import figures_of
from hotseat.judge.report import report_of
from support.judged import ROSTER, expert, judged


def test_the_matrix_has_every_arm_in_every_language() -> None:
    measured = judged(
        {
            ("py", "python"): [1.0, 0.5],
            ("py", "javascript"): [0.0, 0.2],
            ("web", "javascript"): [0.6, 0.8],
            ("generalist", "python"): [0.5, 0.5],
            ("generalist", "javascript"): [0.5, 0.5],
        },
        {("py", "python"): [8.0, 16.0], ("generalist", "python"): [16.0, 16.0]},
    )
    figures = figures_of(measured)
    assert figures.languages == ("python", "javascript")
    assert figures.cells["py", "python"].similarity == 0.75
    assert figures.cells["py", "python"].exact == 0.5
    assert figures.cells["py", "python"].bits_per_byte == 1.5
    assert figures.cells["py", "javascript"].bits_per_byte is None
    assert figures.best("python") == "py"
    assert figures.best("javascript") == "web"
    assert figures.best("python", bits=True) == "py"
    gained = figures.against["py", "python"]
    assert gained.similarity is not None
    assert gained.bits_per_byte is not None
    assert gained.similarity.mean == 0.25
    assert gained.bits_per_byte.mean == 0.5
    assert ("generalist", "python") not in figures.against
    reported = json.loads(json.dumps(as_json(report_of(measured, ROSTER, Path("shop")))))
    assert reported["arms"]["py"]["by_language"]["python"]["n"] == 2


def test_only_spans_that_both_have_filled_are_compared() -> None:
    measured = judged(
        {("py", "python"): [0.9, 0.9, 0.9], ("generalist", "python"): [0.4]},
        {("py", "python"): [1.0]},
    )
    figures = figures_of(measured)
    gained = figures.against["py", "python"]
    assert gained.similarity is not None
    assert (gained.similarity.n, gained.similarity.mean) == (1, 0.5)
    assert gained.bits_per_byte is None
    assert ("web", "python") not in figures.cells


def test_an_adapter_over_the_generalist_costs_only_itself() -> None:
    tuned = expert(
        "py", ["python"], "hotseat/py:latest", adapter="/p.gguf", base_model="general:1b"
    )
    roster = ROSTER.__class__(generalist=ROSTER.generalist, experts=(tuned,))
    measured = judged(
        {("py", "python"): [0.5], ("generalist", "python"): [0.5]},
        roster=roster,
        memory={"py": 1_010, "generalist": 1_000},
    )
    measured.adapter_bytes["py"] = 10
    figures = figures_of(measured)
    assert figures.extra_bytes["py"] == 10
    assert {s.name: s.memory_bytes for s in figures.seats} == {
        "the generalist alone": 1_000,
        "the roster as it is": 1_010,
    }


def test_what_stands_in_memory_together_is_beside_what_it_gives() -> None:
    figures = figures_of(
        judged(
            {
                ("py", "python"): [0.8],
                ("py", "go"): [0.1],
                ("large-7b", "python"): [0.7],
                ("large-7b", "go"): [0.9],
                ("generalist", "python"): [0.4],
                ("generalist", "go"): [0.6],
            },
            others=["large:7b"],
            memory={"py": 100, "generalist": 300, "large-7b": 900},
        )
    )
    reported = {s.name: (s.memory_bytes, s.similarity) for s in figures.seats}
    assert reported == {
        "the generalist alone": (300, 0.5),
        "the roster as it is": (400, 0.7),
        "large-7b alone": (900, 0.8),
    }


def test_a_difference_says_how_sure_it_is() -> None:
    found = paired_difference([0.5, 0.3, 0.4, 0.6], [1.0] * 4, seed=1)
    assert found is not None
    assert found.mean == 0.45
    assert 0.3 <= found.low < 0.45 < found.high <= 0.6
    assert found.is_gain
    assert not found.is_loss
    assert paired_difference([0.5, 0.3, 0.4, 0.6], [1.0] * 4, seed=1) == found
    assert paired_difference([], [], seed=1) is None


def test_a_difference_in_bits_is_weighted_by_bytes() -> None:
    found = paired_difference([10.0, 0.0], [10.0, 30.0], seed=1)
    assert found is not None
    assert found.mean == 0.25
    with pytest.raises(ValueError, match="differ in number"):
        paired_difference([1.0], [], seed=1)
