"""Outcomes that an older Hotseat recorded stay when the table gets a new column."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hotseat.storage.outcome_store import OutcomeStore
from support.outcome_desk import MakeRow

NOW_S = 1_700_000_000.0


def test_rows_without_a_joint_probability_are_read_and_kept(
    store: OutcomeStore, row: MakeRow
) -> None:
    store.write([row(outcome="accepted")], NOW_S)
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("alter table outcomes drop column joint_logprob")
        db.execute("pragma user_version = 1")
    old = OutcomeStore()
    assert [found.joint_logprob for found in old.read()] == [None]
    old.write([row(joint_logprob=-1.5)], NOW_S)
    assert [found.joint_logprob for found in old.read()] == [None, -1.5]
    assert old.warning == ""
