"""Rows that a damaged or foreign file gives: the forecaster goes on, with finite numbers."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from hotseat.attention.forecaster import Forecaster, Row, RowKey

NAMES = ["often", "after1", "near", "together", "commits", "leave", "file", "folder"]
ODD = [math.inf, -math.inf, math.nan, -1.0, -0.5, 0.0, 1.0, 1e-300, 1e12, 1e308]
numbers = st.one_of(st.floats(), st.sampled_from(ODD))
outcomes = st.sampled_from(
    ["", "go", "sql", "leave", "stay", "go\x1fa.go", "visits", "switches", "near"]
)
rows = st.dictionaries(outcomes, numbers, max_size=6)
saved = st.dictionaries(
    st.tuples(
        st.sampled_from(
            [*NAMES, "seen_visits", "seen_switches", "seen_by", "weights", "clock", "x"]
        ),
        st.sampled_from(["", "go", "a.go", "go\x1fa.go", "go\x1f", "sql"]),
    ),
    rows,
    max_size=12,
)


def work(forecaster: Forecaster) -> None:
    """Some visits and commits; every forecast is a distribution."""
    for i, (path, language) in enumerate([("a.go", "go"), ("b.sql", "sql"), ("a.go", "go")]):
        forecaster.visit(path, language, 50.0 * i)
        forecaster.committed([("a.go", "go"), ("b.sql", "sql")], 50.0 * i + 20)
        guesses = forecaster.forecast(("go", "sql", "css"))
        total = sum(guess.probability for guess in guesses.values())
        assert math.isclose(total, 1.0, abs_tol=1e-6)
        assert all(0.0 <= guess.probability <= 1.0 for guess in guesses.values())
        assert 0.0 <= forecaster.soon() <= 1.0


@given(saved)
def test_no_row_ends_the_forecasts(found: dict[RowKey, Row]) -> None:
    forecaster = Forecaster()
    forecaster.restore(found)
    work(forecaster)
    for row in forecaster.changes().values():
        assert all(map(math.isfinite, (row or {}).values()))


def test_without_the_row_of_the_clock_the_rest_is_used() -> None:
    first = Forecaster()
    work(first)
    kept = {key: row for key, row in first.changes().items() if row and key[0] != "clock"}
    second = Forecaster()
    second.restore(kept)
    assert set(second.habits.last_seen) == {"go", "sql"}
    work(second)
