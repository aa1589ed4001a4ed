"""Random histories of kills, foreign loads, unloads, option changes, restarts and limits.

`HOTSEAT_HISTORIES=10000` runs so many of them instead of two hundred.
"""

from __future__ import annotations

import os

import pytest

from support.residency_history import History

N_HISTORIES = int(os.environ.get("HOTSEAT_HISTORIES", "200"))
N_CHUNKS = 10


@pytest.mark.parametrize("chunk", range(N_CHUNKS))
def test_the_ledger_is_right_and_everybody_gets_a_seat(chunk: int) -> None:
    for seed in range(chunk, N_HISTORIES, N_CHUNKS):
        History(seed).run()
