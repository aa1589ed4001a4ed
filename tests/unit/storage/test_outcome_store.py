"""Where outcomes are kept: within bounds, for their owner alone, and without any code."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.storage.outcome_store import DAY_S, MAX_DAYS, MAX_ROWS, OutcomeStore
from support.outcome_desk import MakeRow

NOW_S = 1_700_000_000.0


def test_rows_come_back_as_they_were(store: OutcomeStore, row: MakeRow) -> None:
    rows = [
        row(at_s=int(NOW_S) - 5, outcome="accepted", kept_share=0.9, n_taken=12, parses=True),
        row(at_s=int(NOW_S), hidden=True, cached=True, mean_logprob=-0.25, parses=False),
    ]
    assert store.read() == []
    assert not store.path.exists()
    store.write(rows, NOW_S)
    assert OutcomeStore().read() == rows
    assert store.read(NOW_S - 1) == rows[1:]
    assert store.warning == ""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no file modes")
def test_only_its_owner_can_read_it(store: OutcomeStore, row: MakeRow) -> None:
    before = os.umask(0)
    try:
        store.write([row()], NOW_S)
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
        store.path.chmod(0o644)
        store.write([row()], NOW_S)
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_the_oldest_go_beyond_the_bound(store: OutcomeStore, row: MakeRow) -> None:
    store.write([row(n_chars=i) for i in range(MAX_ROWS)], NOW_S)
    store.write([row(n_chars=-1)] * 30, NOW_S)
    rows = store.read()
    assert len(rows) == MAX_ROWS
    assert rows[0].n_chars == 30
    assert rows[-1].n_chars == -1
    assert store.path.stat().st_size < 6_000_000


def test_what_is_too_old_goes(store: OutcomeStore, row: MakeRow) -> None:
    old = int(NOW_S - MAX_DAYS * DAY_S)
    store.write([row(at_s=old - 1), row(at_s=old + 1)], NOW_S - 60)
    store.write([row()], NOW_S)
    assert [found.at_s for found in store.read()] == [old + 1, int(NOW_S)]


def _no_database(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def _another_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("alter table outcomes drop column score")


BREAKS = [_no_database, _cut_short, _another_table]


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda f: f.__name__)
def test_a_broken_file_is_kept_beside_a_new_one(
    store: OutcomeStore, row: MakeRow, break_it: object
) -> None:
    store.write([row() for _ in range(50)], NOW_S)
    assert callable(break_it)
    break_it(store.path)
    before = store.path.read_bytes()
    assert store.read() == []
    assert f"{store.path} is broken" in store.warning
    assert store.path.read_bytes() == before
    assert [path.name for path in store.path.parent.iterdir()] == ["outcomes.sqlite"]
    writer = OutcomeStore()
    writer.write([row(n_chars=99)], NOW_S)
    assert "kept as outcomes.sqlite.broken-1" in writer.warning
    assert store.path.with_name("outcomes.sqlite.broken-1").read_bytes() == before
    assert [found.n_chars for found in OutcomeStore().read()] == [99]
    assert store.delete() is True
    assert list(store.path.parent.iterdir()) == []


def test_a_file_that_another_window_writes_to_is_not_thrown_away(
    store: OutcomeStore, row: MakeRow
) -> None:
    store = OutcomeStore(store.path, timeout_s=0.05)
    store.write([row()], NOW_S)
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("begin exclusive")
        with pytest.raises(HotseatError, match="locked"):
            store.write([row()], NOW_S)
        with pytest.raises(HotseatError, match="locked"):
            store.read()
    assert len(store.read()) == 1
    assert store.warning == ""


def test_a_place_where_no_file_can_be(tmp_path: Path, row: MakeRow) -> None:
    (tmp_path / "file").write_text("")
    store = OutcomeStore(tmp_path / "file" / "outcomes.sqlite")
    assert store.read() == []
    with pytest.raises(HotseatError, match="Statistics cannot be kept"):
        store.write([row()], NOW_S)
    folder = OutcomeStore(tmp_path)
    with pytest.raises(HotseatError, match="Statistics cannot be kept"):
        folder.read()


def test_deleting_leaves_nothing(store: OutcomeStore, row: MakeRow) -> None:
    assert store.delete() is False
    store.write([row()], NOW_S)
    assert store.delete() is True
    assert list(store.path.parent.iterdir()) == []


def test_no_column_could_hold_code_or_a_path(store: OutcomeStore, row: MakeRow) -> None:
    store.write([row()], NOW_S)
    with closing(sqlite3.connect(store.path)) as db:
        columns = {name for _, name, *_ in db.execute("pragma table_info(outcomes)")}
        words = db.execute("select language, expert, model, outcome, how, mode from outcomes")
        assert words.fetchall() == [("go", "go", "go:1b", "dismissed", "edit", "line")]
    assert columns & {"text", "prefix", "suffix", "uri", "path", "workspace"} == set()
