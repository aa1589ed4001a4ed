"""What memory should hold while one expert of a sequence writes."""

from __future__ import annotations

import pytest

from hotseat.residency.sequence.hopes import experts_to_hold
from hotseat.residency.sequence.step_order import ExpertCost

COSTS = {name: ExpertCost(size_bytes=100, load_s=1.0) for name in "abcd"} | {
    "s": ExpertCost(size_bytes=100, load_s=20.0)
}


@pytest.mark.parametrize(
    ("in_use", "sequence", "resident", "seats", "held"),
    [
        ("a", "bcabc", "a", 1, ""),
        ("", "bcabc", "a", 1, "b"),
        ("a", "bcabc", "ac", 2, "b"),
        ("a", "bcabc", "acd", 3, "bc"),
        ("a", "bdcba", "acd", 3, "bd"),
        ("a", "bsc", "as", 3, "bs"),
        ("", "bcabd", "", 4, "bcad"),
        ("a", "aaab", "ac", 2, "b"),
        ("a", "", "ab", 2, ""),
        ("", "", "ab", 2, ""),
    ],
    ids=lambda value: str(value) or "none",
)
def test_what_is_held(in_use: str, sequence: str, resident: str, seats: int, held: str) -> None:
    chosen = experts_to_hold(
        sequence, COSTS, budget_bytes=seats * 100, resident=resident, in_use=in_use
    )
    assert "".join(chosen) == held


def test_what_loads_long_stays_although_another_is_needed_sooner() -> None:
    chosen = experts_to_hold("bcds", COSTS, budget_bytes=300, resident="acs", in_use="a")
    assert chosen == ("b", "s")


def test_an_expert_larger_than_the_budget_is_hoped_for_alone() -> None:
    costs = {**COSTS, "b": ExpertCost(size_bytes=900, load_s=9.0)}
    assert experts_to_hold("ba", costs, budget_bytes=200, resident="a", in_use="") == ("b",)
