"""The price of a swap follows what loads were good for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotseat.domain.demand import merge_wants
from hotseat.domain.residency import ModelState
from hotseat.residency.records import Records
from hotseat.residency.settings import SchedulerSettings
from hotseat.residency.swap_price import SwapPrice
from support.residency_driver import A, at, want

SETTINGS = SchedulerSettings(
    swap_margin=0.1, swap_margin_min=0.04, swap_margin_max=0.3, wasted_factor=2, used_factor=0.5
)


def loading_a() -> Records:
    """A speculative load."""
    records = Records({})
    record = records.of(A).move(ModelState.LOADING, 1.0)
    records.put(replace(record, ours=True, used=False))
    return records


def test_a_load_that_was_used_lowers_it_once() -> None:
    records, price = loading_a(), SwapPrice(SETTINGS)
    price.note_use(records, merge_wants([want(A, 0.9)]))
    assert price.margin == 0.1  # still a guess
    for _ in range(2):
        price.note_use(records, merge_wants([at(A)]))
        assert price.margin == 0.05


def test_a_load_that_was_wasted_raises_it_once() -> None:
    records, price = loading_a(), SwapPrice(SETTINGS)
    for _ in range(2):
        price.note_waste(records, A)
        assert price.margin == 0.2


@pytest.mark.parametrize(("used", "margin"), [(True, 0.04), (False, 0.3)])
def test_it_has_limits(used: bool, margin: float) -> None:
    price = SwapPrice(SETTINGS)
    for _ in range(9):
        if used:
            price.note_use(loading_a(), merge_wants([at(A)]))
        else:
            price.note_waste(loading_a(), A)
    assert price.margin == margin
