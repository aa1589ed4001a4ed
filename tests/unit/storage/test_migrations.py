"""Files of older versions are migrated in order, all or nothing, and lose no rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from hotseat.storage import habit_store, measured_sizes, outcome_store
from hotseat.storage.migrations import Migration
from hotseat.storage.outcome_store import OutcomeRow
from hotseat.storage.sqlite import SmallDatabase

FIRST: Migration = ("create table notes (id integer primary key autoincrement, text)",)
SECOND: Migration = (
    "alter table notes add column n_chars",
    "update notes set n_chars = length(text)",
)
THIRD: Migration = (
    "create table authors (name text primary key)",
    "insert into authors select distinct 'of ' || text from notes",
    "alter table notes rename column text to body",
)
FAILS: Migration = ("delete from notes", "insert into missing values (1)")


def database(path: Path, *migrations: Migration) -> SmallDatabase:
    return SmallDatabase(path, holds="notes", migrations=migrations, timeout_s=0.05)


def add(db: SmallDatabase, column: str, *texts: str) -> None:
    put = f"insert into notes ({column}) values (?)"
    db.write(lambda c: c.executemany(put, [(text,) for text in texts]))


def rows(db: SmallDatabase, table: str = "notes", columns: str = "*") -> list[Any]:
    found: list[Any] = db.read(
        table, lambda c: c.execute(f"select {columns} from {table}").fetchall(), []
    )
    return found


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("pragma user_version").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of version 0 with two rows."""
    path = tmp_path / "notes.sqlite"
    add(database(path, FIRST), "text", "a", "bb")
    return path


def test_a_write_takes_an_old_file_through_all_steps(path: Path) -> None:
    new = database(path, FIRST, SECOND, THIRD)
    add(new, "body", "ccc")
    assert rows(new) == [(1, "a", 1), (2, "bb", 2), (3, "ccc", None)]
    assert rows(new, "authors") == [("of a",), ("of bb",)]
    assert version(path) == 2
    add(database(path, FIRST, SECOND, THIRD), "body", "d")  # no step a second time
    assert len(rows(new)) == 4
    assert len(rows(new, "authors")) == 2


def test_steps_that_a_file_has_had_are_left_out(path: Path) -> None:
    add(database(path, FIRST, SECOND), "text", "ccc")
    add(database(path, FIRST, SECOND, THIRD), "body", "dddd")
    assert [row[1] for row in rows(database(path, FIRST, SECOND, THIRD))] == [
        "a", "bb", "ccc", "dddd",
    ]  # fmt: skip


def test_a_new_file_and_a_migrated_one_have_the_same_tables(path: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.sqlite"
    for each in (path, new):
        add(database(each, FIRST, SECOND, THIRD), "body", "x")
    columns = "pragma table_info(notes)"
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(new)) as fresh:
        assert old.execute(columns).fetchall() == fresh.execute(columns).fetchall()
    assert version(new) == version(path) == 2


def test_reading_migrates_a_copy_and_changes_nothing(path: Path) -> None:
    before, mtime_ns = path.read_bytes(), path.stat().st_mtime_ns
    new = database(path, FIRST, SECOND, THIRD)
    assert rows(new, columns="body, n_chars") == [("a", 1), ("bb", 2)]
    assert rows(new, "authors") == [("of a",), ("of bb",)]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, mtime_ns)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("steps", [(FIRST, SECOND, FAILS), (FIRST, FAILS, THIRD)])
def test_a_step_that_fails_leaves_the_old_file_as_it_was(
    path: Path, steps: Sequence[Migration]
) -> None:
    before = path.read_bytes()
    new = database(path, *steps)
    with pytest.raises(sqlite3.OperationalError, match=r"from version 0 to 2.*missing"):
        add(new, "text", "ccc")
    with pytest.raises(sqlite3.OperationalError, match="cannot be migrated"):
        rows(new)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert rows(database(path, FIRST)) == [(1, "a"), (2, "bb")]


def test_work_that_fails_takes_the_migration_back(path: Path) -> None:
    def fail(_: sqlite3.Connection) -> None:
        raise RuntimeError

    before = path.read_bytes()
    with pytest.raises(RuntimeError):
        database(path, FIRST, SECOND).write(fail)
    assert (path.read_bytes(), version(path)) == (before, 0)


def test_an_older_file_with_other_tables_is_set_aside(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("alter table notes rename column text to other")
    new = database(path, FIRST, SECOND)
    add(new, "text", "x")
    assert rows(new) == [(1, "x", None)]
    assert path.with_name(f"{path.name}.broken-1").exists()


def test_a_table_missing_from_an_older_file_is_made_before_its_next_step(path: Path) -> None:
    add(database(path, FIRST, SECOND), "text", "x")
    with closing(sqlite3.connect(path)) as db:
        db.execute("drop table notes")
    new = database(path, FIRST, SECOND, THIRD)
    assert rows(new) == []
    add(new, "body", "y")
    assert rows(new, columns="body") == [("y",)]


def test_an_older_program_leaves_a_migrated_file_alone(path: Path) -> None:
    add(database(path, FIRST, SECOND), "text", "x")
    before = path.read_bytes()
    old = database(path, FIRST)
    add(old, "text", "y")
    assert (rows(old), old.is_newer, path.read_bytes()) == ([], True, before)


def test_a_locked_old_file_is_an_error_and_no_endless_wait(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            rows(database(path, FIRST, SECOND))


@pytest.mark.parametrize(
    ("migrations", "table", "columns"),
    [
        (habit_store._MIGRATIONS, "habits", ["kind", "context", "counts"]),
        (habit_store._MIGRATIONS, "facts", ["name", "value"]),
        (measured_sizes._MIGRATIONS, "models", ["engine", "model", "bytes", "load_s"]),
        (outcome_store._MIGRATIONS, "outcomes", ["id", *(f.name for f in fields(OutcomeRow))]),
    ],
)
def test_the_stores_migrations_make_the_columns_that_they_use(
    migrations: Sequence[Migration], table: str, columns: list[str]
) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        for migration in migrations:
            for statement in migration:
                db.execute(statement)
        assert [row[1] for row in db.execute(f"pragma table_info({table})")] == columns
