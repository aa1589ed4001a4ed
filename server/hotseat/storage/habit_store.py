"""What the forecaster has learned in one workspace, kept between runs (SQLite).

Owns the file. Must not know what the rows mean. How many there are is the forecaster's bound.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotseat.storage.row_values import is_number
from hotseat.storage.sqlite import SmallDatabase, workspace_file

log = logging.getLogger(__name__)

_MIGRATIONS = (
    (
        "create table habits (kind text, context text, counts text, "
        "primary key (kind, context)) without rowid",
        "create table facts (name text primary key, value text)",
    ),
)

_TIMEOUT_S = 2.0
_MAX_COUNT = 1e12
"""A larger number was never counted: its row is skipped."""

RowKey = tuple[str, str]
Row = Mapping[str, float]


def habits_path(workspace: Path) -> Path:
    """In the user's data directory, by the workspace's path: nothing is written into it."""
    return workspace_file(workspace, "sqlite")


class HabitStore:
    """A broken file is set aside by the next write: habits are learned again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = SmallDatabase(path, holds="habits", migrations=_MIGRATIONS, timeout_s=_TIMEOUT_S)

    @property
    def is_newer(self) -> bool:
        """A newer Hotseat wrote the file: nothing is read from it or written to it."""
        return self._db.is_newer

    def read(self) -> dict[RowKey, Row]:
        """Empty when there is nothing, or nothing readable. Skips odd rows."""
        ask = "select kind, context, counts from habits"
        try:
            rows: list[Any] = self._db.read("habits", lambda db: db.execute(ask).fetchall(), [])
        except (sqlite3.Error, OSError) as error:
            log.warning("Habits cannot be read now: %s", error)
            return {}
        found: dict[RowKey, Row] = {}
        for kind, context, counts in rows:
            numbers = _numbers(counts)
            if isinstance(kind, str) and isinstance(context, str) and numbers is not None:
                found[kind, context] = numbers
        self._db.say_skipped(len(rows) - len(found))
        return found

    def write(self, rows: Mapping[RowKey, Row | None]) -> None:
        """Insert, replace, or (None) delete. Raises sqlite3.Error or OSError.

        Writes nothing into a file of a newer Hotseat.
        """
        kept = [(*key, json.dumps(row)) for key, row in rows.items() if row is not None]
        gone = [key for key, row in rows.items() if row is None]

        def work(db: sqlite3.Connection) -> None:
            db.executemany("delete from habits where kind = ? and context = ?", gone)
            put = "insert or replace into habits (kind, context, counts) values (?, ?, ?)"
            db.executemany(put, kept)

        self._db.write(work)

    def fact(self, name: str) -> str | None:
        """None where it is not known; "" where what is noted is no text."""
        ask = "select value from facts where name = ?"
        row = self._db.read("facts", lambda db: db.execute(ask, (name,)).fetchone(), None)
        return None if row is None else row[0] if isinstance(row[0], str) else ""

    def set_fact(self, name: str, value: str) -> None:
        put = "insert or replace into facts (name, value) values (?, ?)"
        self._db.write(lambda db: db.execute(put, (name, value)))


def _numbers(counts: object) -> dict[str, float] | None:
    """None for what is not a JSON object of finite numbers."""
    if not isinstance(counts, str):
        return None
    try:
        loaded = json.loads(counts)
    except (ValueError, RecursionError):
        return None
    if not isinstance(loaded, dict):
        return None
    if not all(is_number(value, -_MAX_COUNT, _MAX_COUNT) for value in loaded.values()):
        return None
    return {name: float(value) for name, value in loaded.items()}
