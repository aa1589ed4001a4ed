"""The comparison of two checkouts: the order of the runs and the ratio with its interval."""

from __future__ import annotations

import pytest

from tools.compare_trips import compared, order, ratio


def test_runs_alternate_so_that_a_drift_affects_both() -> None:
    assert "".join(order(4)) == "abbaabba"


def test_the_ratio_is_of_neighbouring_runs() -> None:
    found = ratio([(1.0, 2.0), (10.0, 20.0), (3.0, 6.0)])
    assert found == {"ratio": 2.0, "interval": [2.0, 2.0]}


def test_the_interval_holds_the_ratio() -> None:
    found = ratio([(1.0, 1.1), (1.0, 0.9), (1.0, 1.3), (1.0, 1.0)])
    low, high = found["interval"]
    assert 0.9 <= low < found["ratio"] < high <= 1.3


def test_a_figure_that_one_tree_does_not_have_has_no_ratio() -> None:
    runs = compared(
        [{"worker_cpu_ms": 0.0, "trip_ms": 4.0}], [{"worker_cpu_ms": 1.0, "trip_ms": 5.0}]
    )
    assert runs["worker_cpu_ms"] == {"a": 0.0, "b": 1.0, "ratio": None, "interval": None}
    assert runs["trip_ms"]["ratio"] == pytest.approx(1.25)
