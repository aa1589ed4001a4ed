"""Which weights count in a window, and when they are fitted to its user's outcomes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.completion.filter.refit import MIN_OUTCOMES
from hotseat.completion.filter.score import PRIOR
from hotseat.session.suggest import show_weights
from hotseat.session.suggest.show_weights import (
    IDLE_S,
    REFIT_EVERY_S,
    ShowWeights,
    filter_sentence,
    judged_features,
    weights_path,
)
from hotseat.storage.learned_weights import LearnedWeightsFile
from hotseat.storage.outcome_store import OutcomeRow, OutcomeStore

NOW_S = 1_700_000_000.0
ROW = OutcomeRow(
    at_s=int(NOW_S) - 100,
    language="go",
    expert="go",
    model="go:1b",
    outcome="accepted",
    how="done",
    hidden=False,
    n_taken=12,
    n_typed=0,
    visible_ms=800,
    kept_share=None,
    shown_ms=200.0,
    first_token_ms=90.0,
    cached=False,
    score=0.7,
    mode="line",
    n_chars=12,
    n_lines=1,
    parses=True,
    repeated_share=0.0,
    duplicate_share=0.0,
    mean_logprob=-0.5,
    first_logprob=-0.5,
    mid_identifier=False,
    has_suffix=False,
    joint_logprob=-2.0,
)
NOT_TAKEN = replace(ROW, outcome="dismissed", how="edit", mode="block", n_taken=0)


class Desk:
    """A window's weights with clocks that are set by hand."""

    def __init__(self) -> None:
        self.now_s, self.monotonic_s, self.active_s, self.is_on = NOW_S, 5000.0, 0.0, True
        self.store, self.file = OutcomeStore(), LearnedWeightsFile()

    def window(self) -> ShowWeights:
        return ShowWeights(
            active_s=lambda: self.active_s,
            is_on=lambda: self.is_on,
            wall_clock=lambda: self.now_s,
            clock=lambda: self.monotonic_s,
        )

    def later(self, seconds: float) -> None:
        self.now_s += seconds
        self.monotonic_s += seconds

    def record(self, n: int, row_s: float | None = None) -> None:
        at_s = int(self.now_s if row_s is None else row_s)
        rows = [replace(row, at_s=at_s) for row in (ROW, NOT_TAKEN)]
        self.store.write([rows[i % 2] for i in range(n)], self.now_s)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(show_weights, "_PAUSE_S", 0.0)
    return Desk()


async def test_enough_outcomes_change_the_weights_in_every_window(desk: Desk) -> None:
    desk.record(2 * MIN_OUTCOMES)
    window, other = desk.window(), desk.window()
    await window.check()
    assert window.now["block"] < PRIOR["block"]
    assert other.now is PRIOR
    await other.check()
    assert other.now == window.now
    assert "were fitted to 400 of your outcomes" in filter_sentence()
    content = json.loads(desk.file.path.read_text())
    assert set(content["weights"]) == {*PRIOR, "language=go"}


async def test_few_outcomes_change_nothing(desk: Desk) -> None:
    desk.record(MIN_OUTCOMES - 1)
    window = desk.window()
    await window.check()
    assert window.now is PRIOR
    assert not desk.file.path.exists()
    assert "200 or more" in filter_sentence()


async def test_nothing_is_fitted_while_the_user_types_or_twice_within_an_hour(desk: Desk) -> None:
    window = desk.window()
    desk.record(2 * MIN_OUTCOMES)
    desk.active_s = desk.monotonic_s - IDLE_S + 1
    await window.check()
    assert window.now is PRIOR
    desk.active_s = 0.0
    await window.check()
    first = desk.file.read()
    desk.record(100)
    desk.later(REFIT_EVERY_S - 1)
    await window.check()
    await desk.window().check()  # of another window
    assert desk.file.read() == first
    desk.later(2)
    await window.check()
    assert desk.file.read().n_outcomes == first.n_outcomes + 100


async def test_it_can_be_switched_off(desk: Desk) -> None:
    desk.record(2 * MIN_OUTCOMES)
    window = desk.window()
    desk.is_on = False
    await window.check()
    assert not desk.file.path.exists()
    desk.is_on = True
    await window.check()
    assert window.now is not PRIOR
    desk.is_on = False
    assert window.now is PRIOR


async def test_after_a_reset_earlier_outcomes_do_not_count_again(desk: Desk) -> None:
    desk.record(2 * MIN_OUTCOMES)
    window = desk.window()
    await window.check()
    desk.later(10)
    desk.file.reset(desk.now_s)
    await window.check()
    assert window.now is PRIOR
    desk.later(REFIT_EVERY_S)
    await window.check()
    assert window.now is PRIOR
    desk.record(MIN_OUTCOMES)
    desk.later(REFIT_EVERY_S)
    await window.check()
    assert window.now is not PRIOR


async def test_the_users_own_weights_count_before_the_learned(desk: Desk) -> None:
    desk.record(2 * MIN_OUTCOMES)
    await desk.window().check()
    weights_path().write_text('{"bias": 0.25}')
    window = desk.window()
    await window.start()
    assert window.now == {"bias": 0.25}
    await window.aclose()
    assert str(weights_path()) in filter_sentence()


async def test_weights_beyond_what_a_fit_can_give_are_not_used(desk: Desk) -> None:
    desk.record(2 * MIN_OUTCOMES)
    window = desk.window()
    await window.check()
    learned = desk.file.read()
    desk.file.write(replace(learned, weights={**learned.weights, "bias": -50.0}))
    desk.later(10)
    await window.check()
    assert window.now is PRIOR
    desk.file.write(replace(learned, shipped={"bias": 1.0}))  # of another version
    await window.check()
    assert window.now is PRIOR


async def test_deleted_statistics_take_the_learned_weights_with_them(desk: Desk) -> None:
    desk.record(2 * MIN_OUTCOMES)
    window = desk.window()
    await window.check()
    desk.store.delete()
    desk.later(REFIT_EVERY_S + 1)
    await window.check()
    assert window.now is PRIOR


@pytest.mark.parametrize(
    ("row", "is_taken"),
    [
        (ROW, True),
        (replace(ROW, outcome="part"), True),
        (replace(ROW, outcome="typed", hidden=True), True),
        (NOT_TAKEN, False),
        (replace(NOT_TAKEN, how="rejected"), False),
        (replace(NOT_TAKEN, hidden=True), False),
        (replace(NOT_TAKEN, hidden=True, how="moved"), None),
        (replace(NOT_TAKEN, how="closed"), None),
        (replace(NOT_TAKEN, how="expired"), None),
    ],
)
def test_what_counts_as_taken(row: OutcomeRow, is_taken: bool | None) -> None:
    found = judged_features(row)
    assert (None if found is None else found.is_taken) == is_taken
