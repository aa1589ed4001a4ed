"""Files that a newer Hotseat, a crash or another program left: nothing of them is ever deleted."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.residency import Measured
from hotseat.storage.habit_store import HabitStore
from hotseat.storage.measured_sizes import MeasureStore
from hotseat.storage.outcome_store import OutcomeRow, OutcomeStore

NOW_S = 1_700_000_000.0
N_ROWS = 20
ROW = OutcomeRow(
    at_s=int(NOW_S),
    language="go",
    expert="go",
    model="go:1b",
    outcome="accepted",
    how="done",
    hidden=False,
    n_taken=3,
    n_typed=0,
    visible_ms=800,
    kept_share=0.5,
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
    mean_logprob=-1.0,
    first_logprob=-1.0,
    mid_identifier=False,
    has_suffix=True,
)


class Store:
    """One of the three stores, with the same verbs: `write` adds `n` rows, `read` counts them."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.path = folder / f"{kind}.sqlite"
        self.table = {"outcomes": "outcomes", "measured": "models", "habits": "habits"}[kind]
        self.version = 2 if kind == "outcomes" else 0
        self.store: Any = {
            "outcomes": OutcomeStore,
            "measured": MeasureStore,
            "habits": HabitStore,
        }[kind](self.path)

    def write(self, n: int, begin: int = 0) -> None:
        names = [f"m{i}" for i in range(begin, begin + n)]
        if self.kind == "outcomes":
            self.store.write([ROW] * n, NOW_S)
        elif self.kind == "measured":
            self.store.write("engine", {m: Measured(size_bytes=5, load_s=1.0) for m in names})
        else:
            self.store.write({("near", name): {"go": 2.0} for name in names})

    def read(self) -> int:
        return len(self.store.read("engine") if self.kind == "measured" else self.store.read())

    def sql(self, *statements: str, values: tuple[Any, ...] = ()) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement, values)

    def broken(self) -> list[str]:
        return sorted(p.name for p in self.path.parent.iterdir() if ".broken-" in p.name)

    def said(self, log: pytest.LogCaptureFixture) -> str:
        return self.store.warning if self.kind == "outcomes" else log.text


@pytest.fixture(params=["outcomes", "measured", "habits"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    store = Store(request.param, tmp_path / "data")
    store.write(N_ROWS)
    return store


def again(store: Store) -> Store:
    """As another process, or the next run."""
    return Store(store.kind, store.path.parent)


# --- newer and older ---


def test_a_file_of_a_newer_version_is_left_alone(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.sql(f"pragma user_version = {store.version + 1}")
    before, mtime = store.path.read_bytes(), store.path.stat().st_mtime_ns
    old = again(store)
    for _ in range(3):
        assert old.read() == 0
        old.write(2)
    assert (store.path.read_bytes(), store.path.stat().st_mtime_ns) == (before, mtime)
    assert [p.name for p in store.path.parent.iterdir()] == [store.path.name]
    assert old.said(caplog).count("A newer Hotseat wrote") == 1
    store.sql(f"pragma user_version = {store.version}")  # Hotseat was updated
    assert old.read() == N_ROWS


def test_a_newer_file_that_sqlite_cannot_open_is_left_alone(store: Store) -> None:
    store.sql(f"pragma user_version = {store.version + 1}")
    data = bytearray(store.path.read_bytes())
    data[44:48] = (99).to_bytes(4, "big")  # a schema format that does not exist yet
    store.path.write_bytes(data)
    old = again(store)
    assert old.read() == 0
    old.write(1)
    assert store.path.read_bytes() == data


def test_a_file_of_an_older_version_with_the_same_columns_is_kept(store: Store) -> None:
    """As after a first write that was cut short before it noted the version."""
    if store.kind == "outcomes":  # version 1 had one column less
        store.sql("alter table outcomes drop column joint_logprob")
    store.sql("pragma user_version = 0")
    new = again(store)
    assert new.read() == N_ROWS
    new.write(1, begin=N_ROWS)
    assert new.read() == N_ROWS + 1
    assert store.broken() == []


def test_habits_know_of_a_newer_file_before_they_are_mined(tmp_path: Path) -> None:
    store = HabitStore(tmp_path / "habits.sqlite")
    store.set_fact("newest_commit_s", "5.0")
    assert not store.is_newer
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("pragma user_version = 1")
    assert (store.fact("newest_commit_s"), store.is_newer) == (None, True)


# --- broken ---


def _garbage(store: Store) -> None:
    store.path.write_bytes(b"this is no database" * 300)


def _short(store: Store) -> None:
    store.path.write_bytes(store.path.read_bytes()[:5000])


def _renamed(store: Store) -> None:
    column = {"outcomes": "score", "measured": "bytes", "habits": "counts"}[store.kind]
    store.sql(f"alter table {store.table} rename column {column} to other")


def _dropped(store: Store) -> None:
    column = {"outcomes": "score", "measured": "load_s", "habits": "counts"}[store.kind]
    store.sql(f"alter table {store.table} drop column {column}")


BREAKS: list[Callable[[Store], None]] = [_garbage, _short, _renamed, _dropped]


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda f: f.__name__)
def test_a_broken_file_is_renamed_by_the_writer_alone(
    store: Store, break_it: Callable[[Store], None], caplog: pytest.LogCaptureFixture
) -> None:
    for n in (1, 2):
        break_it(store)
        before = store.path.read_bytes()
        late = again(store)
        assert late.read() == 0
        assert store.path.read_bytes() == before
        assert len(store.broken()) == n - 1
        late.write(N_ROWS)
        aside = f"{store.path.name}.broken-{n}"
        assert (store.path.parent / aside).read_bytes() == before
        assert len(store.broken()) == n
        assert aside in late.said(caplog)
        assert again(store).read() == N_ROWS


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_what_lies_beside_a_broken_file_goes_with_it(store: Store, end: str) -> None:
    _garbage(store)
    store.path.with_name(store.path.name + end).write_bytes(b"its last changes" * 100)
    again(store).write(1)
    aside = store.path.with_name(f"{store.path.name}.broken-1{end}")
    assert aside.read_bytes() == b"its last changes" * 100


def test_damage_in_the_middle_is_found_by_the_reader_and_mended_by_its_writes(
    store: Store,
) -> None:
    store.write(3000)
    data = bytearray(store.path.read_bytes())
    size = 4096
    for page in range(3, len(data) // size - 2):
        data[page * size : page * size + size] = b"\xaa" * size
    store.path.write_bytes(data)
    late = again(store)
    assert late.read() == 0
    late.write(4)
    assert (len(store.broken()), late.read()) == (1, 4)


def test_two_writers_that_meet_a_broken_file_rename_it_once(store: Store) -> None:
    _garbage(store)
    first, second = again(store), again(store)
    assert (first.read(), second.read()) == (0, 0)
    first.write(2)
    second.write(3, begin=2)
    assert len(store.broken()) == 1
    assert first.read() == 5


def test_a_table_that_is_missing_is_made_again(store: Store) -> None:
    store.sql(f"alter table {store.table} rename to old")
    late = again(store)
    assert late.read() == 0
    late.write(3)
    assert late.read() == 3
    with closing(sqlite3.connect(store.path)) as db:
        assert db.execute("select count(*) from old").fetchone() == (N_ROWS,)


def test_an_empty_file_is_an_empty_store(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.path.write_bytes(b"")
    late = again(store)
    assert late.read() == 0
    late.write(3)
    assert (late.read(), store.broken(), late.said(caplog)) == (3, [], "")


# --- not broken, but out of reach ---


def test_a_file_that_another_process_holds_is_not_renamed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = again(store)
    monkeypatch.setattr(late.store._db, "_timeout_s", 0.01)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises((sqlite3.OperationalError, HotseatError), match="locked"):
            late.write(1)
        if store.kind == "outcomes":
            with pytest.raises(HotseatError, match="locked"):
                late.read()
        else:
            assert late.read() == 0
    assert (store.broken(), late.read()) == ([], N_ROWS)


def test_a_database_that_is_full_is_not_renamed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = again(store)
    connect = late.store._db._connect

    def small(mode: str) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(mode)
        db.execute("pragma max_page_count = 1")
        return db

    monkeypatch.setattr(late.store._db, "_connect", small)
    with pytest.raises((sqlite3.OperationalError, HotseatError), match="full"):
        late.write(5000)
    assert (store.broken(), again(store).read()) == ([], N_ROWS)


def test_a_folder_in_its_place(store: Store) -> None:
    store.path.unlink()
    store.path.mkdir()
    late = again(store)
    if store.kind == "outcomes":
        with pytest.raises(HotseatError, match="not a file"):
            late.read()
    else:
        assert late.read() == 0
    with pytest.raises((OSError, HotseatError)):
        late.write(1)
    assert store.path.is_dir()
    assert store.broken() == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no named pipes here")
def test_a_named_pipe_in_its_place_holds_nobody_up(store: Store) -> None:
    store.path.unlink()
    os.mkfifo(store.path)
    with pytest.raises((OSError, HotseatError)):
        again(store).write(1)


@pytest.mark.skipif(os.name != "posix", reason="Only there may a link point to itself")
def test_a_file_that_cannot_be_opened(store: Store) -> None:
    aside = store.path.with_name("aside")
    store.path.rename(aside)
    store.path.symlink_to(store.path)
    with pytest.raises((sqlite3.OperationalError, OSError, HotseatError)):
        again(store).write(1)
    assert store.path.is_symlink()
    aside.replace(store.path)
    assert (store.broken(), store.read()) == ([], N_ROWS)


# --- odd rows ---

VALUES: dict[str, Any] = {
    "null": None,
    "float": 1.5,
    "text": "many",
    "inf": float("inf"),
    "minus inf": float("-inf"),
    "nan": float("nan"),
    "blob": b"\xff\x00",
    "huge": 2**63 - 1,
    "huge float": 1e300,
}
COUNTS = [
    '{"go": 1',
    "",
    "[1]",
    "5",
    "null",
    '{"a": [1]}',
    '{"a": null}',
    '{"a": "1"}',
    '{"a": true}',
    '{"a": NaN}',
    '{"a": 1e999}',
    '{"a": 1' + "0" * 400 + "}",
    "[" * 100_000,
]


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_an_odd_value_in_any_column_costs_its_row_at_most(
    store: Store, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(store.path)) as db:
        columns = [str(row[1]) for row in db.execute(f"pragma table_info({store.table})")]
        (chosen,) = db.execute(f"select count(*) from {store.table}").fetchone()
    assert chosen == N_ROWS
    clean = store.path.read_bytes()
    for column in columns:
        if column in ("id", "engine"):
            continue
        store.path.write_bytes(clean)
        pick = "id = 3" if store.kind == "outcomes" else "model = 'm3'"
        pick = "context = 'm3'" if store.kind == "habits" else pick
        try:
            store.sql(f"update {store.table} set {column} = ? where {pick}", values=(value,))
        except sqlite3.IntegrityError:
            continue  # SQLite itself keeps it out
        before = store.path.read_bytes()
        late = again(store)
        assert late.read() in (N_ROWS - 1, N_ROWS), column
        assert store.path.read_bytes() == before
        late.write(1, begin=N_ROWS)
        assert again(store).read() >= N_ROWS, column
        assert store.broken() == []
        json.dumps(_numbers_of(late), allow_nan=False)


def _numbers_of(store: Store) -> list[Any]:
    found = store.store.read("engine") if store.kind == "measured" else store.store.read()
    if store.kind == "habits":
        return [dict(row) for row in found.values()]
    rows = found.values() if store.kind == "measured" else found
    return [getattr(row, name) for row in rows for name in type(row).__slots__]


def test_text_that_was_cut_inside_a_character_costs_its_row(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    column = {"outcomes": "language", "measured": "model", "habits": "context"}[store.kind]
    pick = "id = 3" if store.kind == "outcomes" else f"{column} = 'm3'"
    store.sql(f"update {store.table} set {column} = cast(x'c3' as text) where {pick}")
    late = again(store)
    assert late.read() == N_ROWS - 1
    late.read()
    assert late.said(caplog).count("1 row of") == 1


@pytest.mark.parametrize("counts", COUNTS, ids=range(len(COUNTS)))
def test_counts_that_are_none_cost_their_row(
    tmp_path: Path, counts: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store("habits", tmp_path)
    store.write(N_ROWS)
    store.sql("update habits set counts = ? where context = 'm3'", values=(counts,))
    with caplog.at_level(logging.WARNING):
        assert store.read() == N_ROWS - 1
    assert caplog.text.count("1 row of") == 1


@pytest.mark.parametrize("value", [None, b"\xff", 5.5])
def test_a_fact_that_is_no_text_is_not_taken_for_unknown(tmp_path: Path, value: object) -> None:
    """The whole history would be mined once more, over what was learned since."""
    store = HabitStore(tmp_path / "habits.sqlite")
    store.set_fact("newest_commit_s", "5.0")
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("update facts set value = ?", (value,))
    assert store.fact("newest_commit_s") in ("", "5.5")
    assert store.fact("other") is None


def test_a_missing_table_of_facts_costs_no_habits(tmp_path: Path) -> None:
    store = Store("habits", tmp_path)
    store.write(N_ROWS)
    store.sql("drop table facts")
    assert (store.read(), store.store.fact("x")) == (N_ROWS, None)
    store.store.set_fact("x", "y")
    assert (store.read(), store.store.fact("x")) == (N_ROWS, "y")


def test_a_reader_after_a_writer_that_was_killed_sees_the_rows(
    store: Store, tmp_path: Path
) -> None:
    """Its journal is still there: the half-done change is rolled back."""
    copy = tmp_path / "copy"
    copy.mkdir()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("pragma cache_spill = 1")
        db.execute("pragma cache_size = 1")
        db.execute("begin")
        db.execute(
            "create table filler as with recursive n(i) as (select 1 union all "
            "select i + 1 from n where i < 3000) select hex(randomblob(50)) from n"
        )
        for file in store.path.parent.iterdir():
            (copy / file.name).write_bytes(file.read_bytes())
        db.execute("rollback")
    assert (copy / f"{store.path.name}-journal").exists()
    late = Store(store.kind, copy)
    assert late.read() == N_ROWS
    late.write(1, begin=N_ROWS)
    assert (late.read(), late.broken()) == (N_ROWS + 1, [])
