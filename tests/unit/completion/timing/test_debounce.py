"""How long a request waits for the next key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.timing.debounce import MAX_DELAY_S, MIN_DELAY_S, PATIENT_AFTER, Debounce


def test_there_is_no_wait_while_requests_get_their_answers() -> None:
    debounce = Debounce()
    for i in range(50):
        debounce.asked(i * 0.1)
        assert debounce.delay_s("a", invoked=False) == 0.0
        debounce.answered()


def test_requests_that_are_overtaken_wait_for_a_pause() -> None:
    debounce = Debounce()
    for i in range(20):
        debounce.asked(i * 0.12)
        debounce.overtaken()
    assert debounce.delay_s("a", invoked=False) == pytest.approx(0.18, abs=0.02)
    assert debounce.delay_s(" ", invoked=False) == pytest.approx(0.09, abs=0.01)
    assert debounce.delay_s("a", invoked=True) == 0.0
    debounce.answered()
    assert debounce.delay_s("a", invoked=False) == 0.0


def test_a_pause_of_the_users_own_is_the_least() -> None:
    debounce = Debounce(0.3)
    assert debounce.delay_s("a", invoked=False) == 0.3
    assert debounce.delay_s("a", invoked=True) == 0.0
    for i in range(20):
        debounce.asked(i * 0.05)
        debounce.overtaken()
    assert debounce.delay_s(" ", invoked=False) == 0.3


@given(gaps=st.lists(st.floats(0.0, 100.0), max_size=30))
def test_the_delay_is_bounded(gaps: list[float]) -> None:
    debounce, now_s = Debounce(), 0.0
    for gap in gaps:
        now_s += gap
        debounce.asked(now_s)
        debounce.overtaken()
    delay_s = debounce.delay_s("a", invoked=False)
    assert delay_s == 0.0 if len(gaps) < PATIENT_AFTER else MIN_DELAY_S <= delay_s <= MAX_DELAY_S
