"""The oracle's answers for holes in this project's own files come out of the pipeline unharmed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from hotseat.domain.syntax import Place
from hotseat.lab.evaluate.faithful import Model, Result, answered, bench_faithful, classify
from hotseat.lab.evaluate.faithful_holes import Hole, files_by_language, sample_holes

ROOT = Path(__file__).parents[4]
N_HOLES = 25


def hole(before: str, middle: str, after: str, shape: str = "inside") -> Hole:
    return Hole(
        path="a.py",
        language="python",
        shape=shape,
        before=before,
        middle=middle,
        after=after,
        place=Place.CODE,
    )


@pytest.mark.parametrize(
    ("middle", "after", "text", "result"),
    [
        ("a + b", "\n", "a + b", Result.EXACT),
        ("a + b", "\n", "a + b ", Result.EXACT),
        ("not ", "value\n", "not", Result.GLUED),
        ("a, b", ")\n", "", Result.LOST),
        ("f(a, b)", "\n", "f(a, b", Result.CLOSERS_LOST),
        ("f(a, b)", "\n", "f(a", Result.SHORT),
        ("f(a)", "\n", "g(a)", Result.OTHER),
    ],
)
def test_what_became_of_an_answer_is_named(
    middle: str, after: str, text: str, result: Result
) -> None:
    assert classify(hole("x = ", middle, after), text) is result


def test_an_answer_that_ends_after_a_line_was_stopped() -> None:
    of_lines = hole("", "a = 1\nb = 2", "\n", shape="lines")
    assert classify(of_lines, "a = 1") is Result.STOPPED
    assert classify(of_lines, "a =") is Result.SHORT


def test_the_same_seed_gives_the_same_holes() -> None:
    files = files_by_language(ROOT / "server" / "hotseat" / "completion")
    one, other = (list(sample_holes(files, n=5, seed=3)) for _ in range(2))
    assert one == other
    assert one != list(sample_holes(files, n=5, seed=4))


@pytest.mark.parametrize("folder", ["server/hotseat/completion", "extension/vscode/src"])
def test_a_perfect_model_is_shown_as_it_is(folder: str) -> None:
    holes = sample_holes(files_by_language(ROOT / folder), n=N_HOLES, seed=1)
    figures, wrong = bench_faithful(holes, seed=1)
    for model in Model:
        counts: Counter[str] = Counter()
        for by_shape in figures[model.value].values():
            for shares in by_shape.values():
                counts["n"] += shares["n"]
                for result in (Result.EXACT, Result.STOPPED):
                    counts["good"] += round(shares[result.value] * shares["n"])
        assert counts["n"] >= N_HOLES
        assert counts["good"] / counts["n"] >= 0.97, [(x.hole.middle, x.text) for x in wrong]


def test_a_model_that_goes_on_with_the_document_is_cut_where_it_meets_it() -> None:
    found = answered(hole("x = f(", "a, b", ")\ny = 2\n"), Model.PREFIX, seed=1)
    assert (found.text, found.result) == ("a, b", Result.EXACT)
