"""Values in statements, and which of two statements updates the other."""

from __future__ import annotations

import pytest

from hotseat.conversation.memory.quantities import has_other_value, has_unit_of, quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A slot is 90 minutes.", {("time", 5400.0)}),
        ("A slot is 2 hours.", {("time", 7200.0)}),
        ("twice an hour", {("time", 1800.0)}),
        ("Every minute it is asked.", {("time", 60.0)}),
        ("It costs 1,200 euros.", {("euro", 1200.0)}),
        ("It costs €12.", {("euro", 12.0)}),
        ("normalised to -16 LUFS", {("luf", -16.0)}),
        ("Six at a time.", {("", 6.0), ("parallel", 6.0)}),
        ("No numbers.", set()),
        ("1" * 400 + " files", None),
    ],
)
def test_quantities(text: str, found: set[tuple[str, float]] | None) -> None:
    assert found is None or quantities(text) == found
    quantities(text)


def test_another_amount_of_the_same_unit() -> None:
    old, new = quantities("A slot is 90 minutes."), quantities("A slot is 2 hours from March on.")
    assert has_unit_of(old, new)
    assert has_other_value(old, new)


def test_a_statement_that_repeats_the_amount_is_about_another_thing() -> None:
    old = quantities("A slot is 90 minutes.")
    assert not has_other_value(old, quantities("Courses stay at 90 minutes."))
    assert not has_other_value(old, quantities("The hall has 4 courts."))
