"""A worker that ends again and again is started less and less often."""

from __future__ import annotations

from hotseat.parsing.start_pauses import (
    FIRST_PAUSE_S,
    MAX_PAUSE_S,
    N_QUICK_STARTS,
    RECENT_S,
    StartPauses,
)


def test_pauses_grow_and_are_forgotten() -> None:
    pauses, found = StartPauses(), []
    for _ in range(N_QUICK_STARTS + 5):
        found.append(pauses.pause_s(0.0))
        pauses.started(0.0)
    assert found[:N_QUICK_STARTS] == [0.0] * N_QUICK_STARTS
    assert found[N_QUICK_STARTS : N_QUICK_STARTS + 2] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S]
    assert found[-1] == MAX_PAUSE_S
    assert pauses.pause_s(RECENT_S + 1.0) == 0.0
