"""The figures of `hotseat bench team`."""

from __future__ import annotations

from hotseat.lab.bench.team.developers import Walk
from hotseat.lab.bench.team.figures import arm, deviation, percentile, ratio


def test_a_stall_is_what_comes_later_than_with_all_in_memory() -> None:
    walks = [Walk(firsts_s=[0.1, 0.1]), Walk(firsts_s=[0.1, 1.1])]
    found = arm(walks, 3, 0.1)
    assert found == {"stall_s": 1.0, "p50": 0.1, "p95": 1.1, "loads": 3, "requests": 4}
    assert arm(walks, 3, 0.5)["stall_s"] == 0, "never negative"


def test_nothing_to_compare_with_is_no_figure() -> None:
    assert (ratio(1, 2), ratio(1, 0)) == (0.5, None)
    assert (deviation(3, 4), deviation(3, 0)) == (0.25, None)
    assert percentile([], 0.5) == 0
