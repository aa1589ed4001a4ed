"""The life of a model: every move that the table does not have raises, and changes nothing."""

from __future__ import annotations

from itertools import product

import pytest

from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.residency.lifecycle import MOVES, IllegalMove, ModelRecord

SPEC = ModelSpec("go:1b")
S = ModelState
# Written out again on purpose: a change of the table must be meant.
LEGAL = {
    (S.ABSENT, S.LOADING),
    (S.ABSENT, S.WARM),
    (S.ABSENT, S.FAILED),
    (S.LOADING, S.WARM),
    (S.LOADING, S.ABSENT),
    (S.LOADING, S.FAILED),
    (S.WARM, S.UNLOADING),
    (S.WARM, S.ABSENT),
    (S.UNLOADING, S.ABSENT),
    (S.UNLOADING, S.WARM),
    (S.FAILED, S.ABSENT),
    (S.FAILED, S.LOADING),
    (S.FAILED, S.WARM),
}


@pytest.mark.parametrize(("old", "new"), sorted(LEGAL))
def test_legal_moves(old: ModelState, new: ModelState) -> None:
    moved = ModelRecord(spec=SPEC, state=old, since_s=1.0, cancelling=True).move(new, 2.0)
    assert (moved.state, moved.since_s, moved.cancelling) == (new, 2.0, False)


@pytest.mark.parametrize(("old", "new"), sorted(set(product(S, S)) - LEGAL))
def test_illegal_moves(old: ModelState, new: ModelState) -> None:
    record = ModelRecord(spec=SPEC, state=old, since_s=1.0)
    with pytest.raises(IllegalMove, match=f"{old} -> {new}"):
        record.move(new, 2.0)
    assert (record.state, record.since_s) == (old, 1.0)


def test_every_state_has_a_way_out_and_a_way_back() -> None:
    assert set(MOVES) == set(S)
    for state in S:
        reached, todo = {state}, [state]
        while todo:
            for following in MOVES[todo.pop()] - reached:
                reached.add(following)
                todo.append(following)
        assert reached == set(S)


def test_an_error_stays_only_with_a_failure() -> None:
    failed = ModelRecord(spec=SPEC, state=S.FAILED, error="no such model")
    assert failed.move(S.LOADING, 1.0).error == ""
